"""What the proofs of a course found, told: on a terminal, as Markdown for people, as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from trainer.catalog.proof import BotRun, Kill, Proof, VariantProof
from trainer.play import proving
from trainer.play.proving import Cell, Row
from trainer.training.sentences import Sentence

_FAMILIES: Final[dict[str, Sentence]] = {
    "drop": Sentence("left out"),
    "delay": Sentence("too late"),
    "duplicate": Sentence("done twice"),
    "swap": Sentence("out of order"),
    "wrong amount": Sentence("wrong amount"),
    "wrong customer": Sentence("wrong customer"),
    "wrong value": Sentence("wrong value"),
    "other actor": Sentence("somebody else's act"),
}


def lines(proof: Proof) -> tuple[str, ...]:
    """A proof as tables to read on a terminal."""
    tables = [line for head, rows in _tables(proof) if rows for line in _aligned(head, rows)]
    return (_headline(proof), *tables, *_verdict(proof))


def report(proof: Proof) -> str:
    """A proof to keep, and to be told on a screen in the language of who reads it."""
    notes = (_handed_out([proof]), *_notes(proof))
    return proving.report(proof.failures, notes, ((h, rows) for h, rows in _tables(proof) if rows))


def summary(proofs: Sequence[Proof]) -> str:
    """A whole course in one line."""
    every = [found for proof in proofs for found in proof.variants]
    bots = [run for found in every for run in found.bots]
    failures = sum(len(proof.failures) for proof in proofs)
    parts = (
        _count(len(proofs), "scenario"),
        _count(len(every), "variant"),
        f"{sum(len(proof.withheld) for proof in proofs)} of them not comparable",
        _handed_out(proofs),
        _count(sum(found.mutants for found in every), "mutant"),
        _count(sum(found.killed for found in every), "kill"),
        _count(sum(len(found.equivalents) for found in every), "equivalent run"),
        f"{_count(len(bots), 'bot run')} of {_count(len({run.bot for run in bots}), 'bot')}",
        f"{_count(sum(len(proof.unclaimed) for proof in proofs), 'bot')} claimed by no goal",
        f"{sum(found.seconds for found in every):.1f} s of work",
        _count(failures, "failure"),
    )
    return ", ".join(parts)


def written(proofs: Sequence[Proof], suffix: str) -> str:
    """The report as a file of that suffix, .json or .md."""
    return as_json(proofs) if suffix == ".json" else as_markdown(proofs)


def as_markdown(proofs: Sequence[Proof]) -> str:
    """The report for people: the course first, then each scenario."""
    parts = ["# Proof of the scenarios", summary(proofs) + "."]
    head: Row = (
        "scenario", "proven", "variants", "handed out", "not comparable", "goals", "mutants",
        "kills", "equivalents", "bots",
    )  # fmt: skip
    parts.append("\n".join(_piped(head, [_course_row(proof) for proof in proofs])))
    for proof in proofs:
        parts += (f"## {proof.scenario.id}", _headline(proof) + ".")
        parts += ["\n".join(_piped(head, rows)) for head, rows in _tables(proof) if rows]
        verdict, *failures = _verdict(proof)
        parts.append("\n".join([f"**{verdict}**", *(line.strip() for line in failures)]))
    return "\n\n".join(parts) + "\n"


def as_json(proofs: Sequence[Proof]) -> str:
    """The report for programs: everything that was found."""
    found = {
        "summary": summary(proofs),
        "ok": all(proof.ok for proof in proofs),
        "scenarios": [_plain(proof) for proof in proofs],
    }
    return msgspec.json.format(msgspec.json.encode(found, enc_hook=str), indent=2).decode() + "\n"


def _plain(proof: Proof) -> dict[str, Any]:
    return {
        "id": proof.scenario.id,
        "ok": proof.ok,
        "failures": proof.failures,
        "bands": {"par": proof.bands()[0], "exceptions": proof.bands()[1]} if proof.bands() else {},
        "handed_out": {"proven": proof.covered, "of": len(proof.scenario.variants())},
        "withheld": [found.name for found in proof.withheld],
        "unclaimed": proof.unclaimed,
        "variants": [_plain_variant(found) for found in proof.variants],
    }


def _plain_variant(found: VariantProof) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.structs.asdict(found)
    return {**plain, "variant": found.name, "measure": found.measure and found.measure._asdict()}


# --- tables -----------------------------------------------------------------------------------


def _tables(proof: Proof) -> Iterator[tuple[tuple[Sentence, ...], list[Row]]]:
    yield (
        (
            Sentence("variant"), Sentence("solution"), Sentence("idle"), Sentence("random"),
            Sentence("par"), Sentence("exceptions"), Sentence("mutants"), Sentence("kills"),
            Sentence("equivalents"), Sentence("bots"), Sentence("seconds"),
        ),
        [_variant_row(found) for found in proof.variants],
    )  # fmt: skip
    yield (
        (
            Sentence("goal"), Sentence("points"), Sentence("failed by"), Sentence("in its step"),
            Sentence("rate"), Sentence("sharpest mutant"), Sentence("kinds of mistake"),
        ),
        list(_goal_rows(proof)),
    )  # fmt: skip
    yield (
        (
            Sentence("bot"), Sentence("variants"), Sentence("score"), Sentence("loses"),
            Sentence("meant to be caught at"),
        ),
        list(_bot_rows(proof)),
    )  # fmt: skip


def _variant_row(found: VariantProof) -> Row:
    par, exceptions = found.measure or ("-", "-")
    return (
        found.name, found.score, found.idle, found.chance, par, exceptions, found.mutants,
        found.killed, len(found.equivalents), len(found.bots), f"{found.seconds:.2f}",
    )  # fmt: skip


def _goal_rows(proof: Proof) -> Iterator[Row]:
    """Per goal the variant in which the smallest part of the mutants of its step fail it."""
    for goal in proof.scenario.goals():
        kills = [it for found in proof.variants for it in found.kills if it.goal == goal.id]
        if not kills:
            continue
        least = min(kills, key=lambda kill: (_rate(kill), kill.mutants))
        sharpest = Sentence("{how} (fails {goals})", how=least.sharpest, goals=least.fails)
        in_step = Sentence("{some} of {all}", some=least.own_step, all=least.of_own_step)
        yield (
            goal.id, goal.points, least.mutants, in_step, f"{100 * _rate(least):.0f} %",
            sharpest, tuple(_FAMILIES[family] for family in least.families),
        )  # fmt: skip


def _rate(kill: Kill) -> float:
    """The part of the mistakes in its own step that a goal notices."""
    return kill.own_step / kill.of_own_step if kill.of_own_step else 0


def _bot_rows(proof: Proof) -> Iterator[Row]:
    """Per bot the variant in which it loses least."""
    runs: dict[str, list[BotRun]] = {}
    for found in proof.variants:
        for run in found.bots:
            runs.setdefault(run.bot, []).append(run)
    for bot, of_bot in runs.items():
        best = max(of_bot, key=lambda run: run.score)
        meant = (goal.id for goal in proof.scenario.goals() if bot in goal.catches)
        yield bot, len(of_bot), best.score, best.lost, tuple(meant)


def _course_row(proof: Proof) -> Row:
    every = proof.variants
    return (
        proof.scenario.id, "yes" if proof.ok else "no", len(every),
        f"{proof.covered} of {len(proof.scenario.variants())}", len(proof.withheld),
        len(proof.scenario.goals()), sum(found.mutants for found in every),
        sum(found.killed for found in every), sum(len(found.equivalents) for found in every),
        sum(len(found.bots) for found in every),
    )  # fmt: skip


def _headline(proof: Proof) -> str:
    seconds = sum(found.seconds for found in proof.variants)
    openings = sum(found.opening_seconds for found in proof.variants)
    return (
        f"{proof.scenario.id}: {_count(len(proof.variants), 'variant')} in {seconds:.1f} s, "
        f"{openings:.1f} s of it for their opening worlds; "
        f"every mutant played in {sum(it.thorough for it in proof.variants)}; "
        f"{_handed_out([proof])}"
    )


def _handed_out(proofs: Sequence[Proof]) -> Sentence:
    """How many of those that people get were proven: fewer where a part of them was asked for."""
    return Sentence(
        "{covered} of the {all} handed out proven",
        covered=sum(proof.covered for proof in proofs),
        all=sum(len(proof.scenario.variants()) for proof in proofs),
    )


def _verdict(proof: Proof) -> Iterator[str]:
    failures = proof.failures
    yield "proven" if proof.ok else f"not proven, {_count(len(failures), 'failure')}:"
    yield from (f"  - {said}" for said in (*failures, *_notes(proof)))


def _notes(proof: Proof) -> Iterator[Sentence]:
    """What is no failure, and good to know."""
    for bot, lost in proof.unclaimed.items():
        if lost:
            says = Sentence("note: no goal claims bot {bot}, who loses {goals}")
            yield says.about(bot=bot, goals=", ".join(lost))
        else:
            yield Sentence("note: no goal claims bot {bot}, who loses nothing").about(bot=bot)
    if proof.withheld:
        asked = ", ".join(
            f"{found.name} ({found.measure.par} and {found.measure.exceptions})"
            for found in proof.withheld
            if found.measure
        )
        says = Sentence(
            "not handed out, since others ask {least} to {most} commands and {few} to {many}"
            " exceptions: {asked}"
        )
        (least, most), (few, many) = ((f"{low:g}", f"{high:g}") for low, high in proof.bands())
        yield says.about(least=least, most=most, few=few, many=many, asked=asked)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}".replace(",", " ")


def _aligned(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Numbers to the right, words to the left, each column as wide as its widest."""
    table = [tuple(map(_cell, row)) for row in (head, *rows)]
    columns = list(zip(*table, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(_is_number(cell) for cell in column[1:]) for column in columns]
    for row in table:
        cells = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        yield "  " + "  ".join(cells).rstrip()


def _cell(cell: Cell) -> str:
    return ", ".join(cell) if isinstance(cell, tuple) else str(cell)


def _is_number(cell: str) -> bool:
    return cell.removesuffix(" %").replace(".", "").strip("-").isdecimal()


def _piped(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(_cell(cell).replace('|', '/') for cell in row)} |"

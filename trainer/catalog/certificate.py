"""What the proofs of a course found, told: on a terminal, as Markdown for people, as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from trainer.catalog.proof import BotRun, Kill, Proof, VariantProof

Row = tuple[str | int, ...]


def lines(proof: Proof) -> tuple[str, ...]:
    """A proof as tables to read on a terminal."""
    tables = [line for head, rows in _tables(proof) if rows for line in _aligned(head, rows)]
    return (_headline(proof), *tables, *_verdict(proof))


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
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


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


def _tables(proof: Proof) -> Iterator[tuple[Row, list[Row]]]:
    yield (
        ("variant", "solution", "idle", "random", "par", "exceptions", "mutants", "kills",
         "equivalents", "bots", "seconds"),
        [_variant_row(found) for found in proof.variants],
    )  # fmt: skip
    yield (
        ("goal", "points", "failed by", "in its step", "rate", "sharpest mutant",
         "kinds of mistake"),
        list(_goal_rows(proof)),
    )  # fmt: skip
    yield ("bot", "variants", "score", "loses", "meant to be caught at"), list(_bot_rows(proof))


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
        sharpest = f"{least.sharpest} (fails {least.fails})"
        in_step = f"{least.own_step} of {least.of_own_step}"
        yield (
            goal.id, goal.points, least.mutants, in_step, f"{100 * _rate(least):.0f} %",
            sharpest, ", ".join(least.families),
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
        yield bot, len(of_bot), best.score, ", ".join(best.lost), ", ".join(meant)


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


def _handed_out(proofs: Sequence[Proof]) -> str:
    """How many of those that people get were proven: fewer where a part of them was asked for."""
    of = sum(len(proof.scenario.variants()) for proof in proofs)
    return f"{sum(proof.covered for proof in proofs)} of the {of} handed out proven"


def _verdict(proof: Proof) -> Iterator[str]:
    failures = proof.failures
    yield "proven" if proof.ok else f"not proven, {_count(len(failures), 'failure')}:"
    yield from (f"  - {failure}" for failure in failures)
    for bot, lost in proof.unclaimed.items():
        yield f"  - note: no goal claims bot {bot}, who loses {', '.join(lost) or 'nothing'}"
    if proof.withheld:
        within = " and ".join(
            f"{low:g} to {high:g} {what}"
            for what, (low, high) in zip(("commands", "exceptions"), proof.bands(), strict=True)
        )
        asked = ", ".join(
            f"{found.name} ({found.measure.par} and {found.measure.exceptions})"
            for found in proof.withheld
            if found.measure
        )
        yield f"  - not handed out, since others ask {within}: {asked}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}".replace(",", " ")


def _aligned(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Numbers to the right, words to the left, each column as wide as its widest."""
    table = [head, *rows]
    columns = list(zip(*table, strict=True))
    widths = [max(len(str(cell)) for cell in column) for column in columns]
    numeric = [all(_is_number(cell) for cell in column[1:]) for column in columns]
    for row in table:
        cells = (
            str(cell).rjust(width) if right else str(cell).ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        yield "  " + "  ".join(cells).rstrip()


def _is_number(cell: str | int) -> bool:
    return isinstance(cell, int) or cell.removesuffix(" %").replace(".", "").strip("-").isdecimal()


def _piped(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |"

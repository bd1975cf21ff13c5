"""Proves a scenario before anyone meets it: solvable in every variant, and judged fairly.

The reference solution must reach full marks, in a world that stays sound; doing nothing, waiting
and acting at random must not; harmless extra work must cost nothing. And each goal must fail when
the solution goes wrong in the goal's own step, or it measures nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from time import perf_counter
from typing import Final, NamedTuple

import msgspec

from trainer.catalog.mutants import mutants
from trainer.catalog.worlds import make_opening
from trainer.orders.engine import evolve
from trainer.orders.invariants import broken_by, violations
from trainer.orders.refusals import Refusal
from trainer.orders.values import DAY
from trainer.play.run import Course, Run
from trainer.play.solution import Played, SolutionError, StepCommand, command, play, tried
from trainer.training.scenario import Scenario, Variant
from trainer.training.scoring import ledger, total

_IDLE_DAYS: Final = 30
_RANDOM_RUNS: Final = 3


class Kill(NamedTuple):
    """What it takes to fail a goal: how many mutants do, and the one that fails least else."""

    goal: str
    mutants: int
    own_step: int
    """Mutants among them whose mistake lies in the goal's own step."""
    sharpest: str
    fails: int
    """Goals the sharpest mutant fails altogether."""


class _Fall(NamedTuple):
    """A goal failed by a mutant: by which, whose mistake lies in which step, with how many more."""

    how: str
    step: str
    fails: int


class VariantProof(NamedTuple):
    """What was found out about one variant."""

    variant: Variant
    failures: tuple[str, ...]
    score: int = 0
    idle: int = 0
    """The best score without doing anything but wait."""
    chance: int = 0
    """The best score of random runs."""
    mutants: int = 0
    kills: tuple[Kill, ...] = ()
    opening_seconds: float = 0
    seconds: float = 0


class Proof(NamedTuple):
    """What was found out about a scenario."""

    scenario: Scenario
    variants: tuple[VariantProof, ...]

    @property
    def ok(self) -> bool:
        """Whether it may be handed out."""
        return bool(self.variants) and not self.failures

    @property
    def failures(self) -> tuple[str, ...]:
        """Each thing that is wrong in one sentence, with the variants it is wrong in."""
        where: dict[str, list[str]] = defaultdict(list)
        for proof in self.variants:
            for failure in proof.failures:
                where[failure].append(f"{proof.variant.locale}/{proof.variant.seed}")
        every = len(self.variants)
        return tuple(
            f"{failure} ({'every variant' if len(names) == every > 1 else ', '.join(names)})"
            for failure, names in where.items()
        )

    def lines(self) -> tuple[str, ...]:
        """The proof as a table to read."""
        seconds = sum(proof.seconds for proof in self.variants)
        openings = sum(proof.opening_seconds for proof in self.variants)
        head = (
            f"{self.scenario.id}: {len(self.variants)} variants in {seconds:.1f} s, "
            f"{openings:.1f} s of it for their opening worlds"
        )
        verdict = "proven" if self.ok else f"not proven, {len(self.failures)} failures:"
        failures = (f"  - {failure}" for failure in self.failures)
        return (head, *self._variant_lines(), *self._goal_lines(), verdict, *failures)

    def _variant_lines(self) -> Iterator[str]:
        heads = ("variant", "solution", "idle", "random", "mutants", "seconds")
        yield "  {:<10}{:>10}{:>6}{:>8}{:>9}{:>9}".format(*heads)
        for found in self.variants:
            name = f"{found.variant.locale} {found.variant.seed}"
            yield (
                f"  {name:<10}{found.score:>10}{found.idle:>6}{found.chance:>8}"
                f"{found.mutants:>9}{found.seconds:>9.2f}"
            )

    def _goal_lines(self) -> Iterator[str]:
        """Per goal the variant in which the fewest mutants fail it."""
        yield f"  {'goal':<20}{'points':>6}{'failed by':>11}{'own step':>10}  sharpest mutant"
        for goal in self.scenario.goals():
            kills = [it for found in self.variants for it in found.kills if it.goal == goal.id]
            if kills:
                least = min(kills, key=lambda kill: kill.mutants)
                yield (
                    f"  {goal.id:<20}{goal.points:>6}{least.mutants:>11}{least.own_step:>10}  "
                    f"{least.sharpest} (fails {least.fails})"
                )


def prove(scenario: Scenario, variants: int | None = None) -> Proof:
    """Prove every variant of a scenario, or only the first so many of each locale."""
    wanted = (it for it in scenario.variants() if variants is None or it.seed <= variants)
    return Proof(scenario, tuple(_prove(scenario, variant) for variant in wanted))


def _prove(scenario: Scenario, variant: Variant) -> VariantProof:
    began = perf_counter()
    try:
        opening = make_opening(scenario, variant)
    except ValueError as problem:
        return VariantProof(variant, (f"the opening world cannot be made: {problem}",))
    made = perf_counter() - began
    course = Course(opening=opening, judge=opening.judge())
    found = _judged(course) if scenario.steps else _sound(course)
    return found._replace(opening_seconds=made, seconds=perf_counter() - began)


def _sound(course: Course) -> VariantProof:
    """Of free practice only the opening can be proven."""
    broken = violations(course.opening.world)[:1]
    return VariantProof(
        course.opening.variant, tuple(f"the opening world is not sound: {it}" for it in broken)
    )


def _judged(course: Course) -> VariantProof:
    """Opening, solution, idle and random runs; mutants only of a solution that works."""
    found = _sound(course)
    solution, failures = _solved(course)
    idle, at_rest = _idle(course)
    chance, by_luck = _random(course)
    found = found._replace(
        failures=(*found.failures, *failures, *at_rest, *by_luck),
        score=_score(course, solution[-1].run) if solution else 0,
        idle=idle,
        chance=chance,
    )
    if failures:
        return found
    count, kills, unfailed = _mutated(course, solution)
    more = (*found.failures, *_harmless(course), *unfailed)
    return found._replace(failures=more, kills=tuple(kills), mutants=count)


# --- the solution -----------------------------------------------------------------------------


def _solved(course: Course) -> tuple[list[Played], list[str]]:
    """The solution played, and what was wrong with it."""
    solution: list[Played] = []
    failures: list[str] = []
    try:
        for played in play(course):
            solution.append(played)
            failures += _wrong_with(played)
    except SolutionError as problem:
        return solution, [*failures, f"the solution stops: {problem}"]
    failures += _unsound(course, solution)
    run = solution[-1].run
    score, missed = _score(course, run), sorted(_failed(course, run))
    if score != 100 or missed:
        which = f"; not reached: {', '.join(missed)}" if missed else ""
        failures.append(f"the solution ends with {score} of 100 points{which}")
    if not course.judge.finished(run.progress):
        failures.append("the solution does not finish the run")
    return solution, failures


def _wrong_with(played: Played) -> Iterator[str]:
    if isinstance(played.answer, Refusal):
        said = played.answer.says.format(**msgspec.structs.asdict(played.answer))
        where = f"step {played.step.id}: {played.name}"
        yield f"{where} was refused with {played.answer.code}: {said}"


def _unsound(course: Course, solution: list[Played]) -> list[str]:
    """The first broken rule: of an order after each of its events, of the world after each step."""
    world, step = course.opening.world, solution[0].step
    for played in solution:
        if played.step is not step and (broken := violations(world)):
            return [f"the world is not sound after step {step.id}: {broken[0]}"]
        step = played.step
        for entry in () if isinstance(played.answer, Refusal) else played.answer:
            world = evolve(world, entry)
            about = getattr(entry.event, "order_number", "")
            if about in world.orders and (broken := broken_by(world, about)):
                return [f"the world is not sound after {entry.event}: {broken[0]}"]
    return [f"the world is not sound after the solution: {it}" for it in violations(world)[:1]]


def _score(course: Course, run: Run) -> int:
    return total(ledger(course.judge, run.progress))


def _failed(course: Course, run: Run) -> set[str]:
    """Goals that are not reached, and standing ones that were broken."""
    judged = zip(course.judge.goals, run.progress.seen, strict=True)
    return {
        goal.id
        for goal, seen in judged
        if seen.state != ("open" if goal.check.standing else "reached")
    }


# --- runs that must not succeed, and one that must --------------------------------------------


def _played_on(course: Course, run: Run, commands: tuple[StepCommand, ...]) -> Run:
    """The run after these; what there is nothing to do with on the screen is left out."""
    for step_command in commands:
        try:
            wanted = command(run, course, step_command)
        except SolutionError:
            continue
        run, _ = tried(run, course, wanted)
    return run


def _idle(course: Course) -> tuple[int, list[str]]:
    """Doing nothing, and nothing but wait."""
    start = course.start()
    later = start.world.now + _IDLE_DAYS * DAY
    waited = _played_on(course, start, ({"advance_clock": {"to": later}},))
    failures = []
    for how, run in (("doing nothing", start), ("waiting alone", waited)):
        standing = {goal.id for goal in course.opening.scenario.standing}
        reached = {goal.id for goal in course.judge.goals} - _failed(course, run) - standing
        if reached:
            failures.append(f"{how} reaches {', '.join(sorted(reached))}")
        elif _score(course, run) or course.judge.finished(run.progress):
            failures.append(f"{how} ends the run with {_score(course, run)} points")
    return max(_score(course, run) for run in (start, waited)), failures


def _random(course: Course) -> tuple[int, list[str]]:
    """The solution's own commands in any order, some twice, some never."""
    every = _solution(course)
    best = 0
    for number in range(_RANDOM_RUNS):
        chance = Random(f"{course.opening.variant.seed}/{number}")
        commands = tuple(_guessed(chance, chance.choice(every)) for _ in range(2 * len(every)))
        best = max(best, _score(course, _played_on(course, course.start(), commands)))
    return best, (["acting at random reaches full marks"] if best >= 100 else [])


def _guessed(chance: Random, step_command: StepCommand) -> StepCommand:
    """Who answers at random does not know the answer."""
    if "give_answer" not in step_command:
        return step_command
    return {"give_answer": {**step_command["give_answer"], "text": str(chance.randint(0, 99))}}


def _solution(course: Course) -> tuple[StepCommand, ...]:
    return tuple(it for step in course.opening.scenario.steps for it in step.solution)


def _harmless(course: Course) -> list[str]:
    """Full marks too with a draft that nobody uses, and a note before each command."""
    drafts, notes = [], []
    for name in course.opening.cast:
        notes.append({"add_note": {"order_number": f"${name}.order_number", "text": "…"}})
        drafts.append(
            {
                "create_draft": {
                    "customer_id": f"${name}.customer_id",
                    "customer_po_number": f"… {name}",
                    "requested_delivery_date": f"${name}.requested_delivery_date",
                    "carrier_code": f"${name}.carrier_code",
                }
            }
        )
    commands = (*drafts, *(it for this in _solution(course) for it in (*notes, this)))
    missed = sorted(_failed(course, _played_on(course, course.start(), commands)))
    return [f"harmless extra work costs {', '.join(missed)}"] if missed else []


# --- mutants ----------------------------------------------------------------------------------


def _mutated(course: Course, solution: list[Played]) -> tuple[int, list[Kill], list[str]]:
    """Play every mutant: how many, what they do to each goal, and what is wrong with that."""
    runs = [course.start(), *(played.run for played in solution)]
    fell: dict[str, list[_Fall]] = {goal.id: [] for goal in course.judge.goals}
    count = 0
    for mutant in mutants(_solution(course), solution, runs):
        failed = _failed(course, _played_on(course, runs[mutant.place], mutant.commands))
        count += 1
        for goal_id in failed:
            step = solution[mutant.place].step.id
            fell[goal_id].append(_Fall(mutant.how, step, len(failed)))
    home = {goal.id: step.id for step in course.opening.scenario.steps for goal in step.goals}
    kills = [_kill(goal_id, falls, home.get(goal_id)) for goal_id, falls in fell.items()]
    return count, kills, [said for kill in kills for said in _unfailed(kill, home, count)]


def _kill(goal_id: str, falls: list[_Fall], home: str | None) -> Kill:
    """A standing goal has no home: it is at home in every step."""
    own = sum(1 for fall in falls if home in (None, fall.step))
    sharpest = min(falls, key=lambda fall: fall.fails, default=_Fall("", "", 0))
    return Kill(goal_id, len(falls), own, sharpest.how, sharpest.fails)


def _unfailed(kill: Kill, home: dict[str, str], count: int) -> Iterator[str]:
    if not kill.mutants:
        yield f"goal {kill.goal} cannot fail: none of {count} mutants of the solution fails it"
    elif not kill.own_step:
        step = home[kill.goal]
        yield f"goal {kill.goal} measures nothing of its step {step}: no mistake there fails it"

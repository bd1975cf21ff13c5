"""Proves a scenario before anyone meets it: solvable in every variant, and judged fairly.

The reference solution must reach full marks, in a world that stays sound; doing nothing, waiting
and acting at random must not. Each goal must fail when the solution goes wrong in the goal's own
step, or it measures nothing; and no goal may fail in a run that is as good as the solution. Who
believes one wrong thing loses points, where a goal is meant to catch it there and only there.
Variants that ask more or less than the others are not handed out.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from random import Random
from time import perf_counter
from typing import Final, Literal, NamedTuple, get_args, get_origin

import msgspec

from trainer.catalog.bots import BOTS, Bot, Way, plans
from trainer.catalog.equivalents import equivalents
from trainer.catalog.loader import Loaded
from trainer.catalog.mutants import FAMILIES, mutants
from trainer.catalog.playing import Judged, Player
from trainer.catalog.worlds import make_opening
from trainer.orders.engine import commands, evolve
from trainer.orders.flaws import FLAWS
from trainer.orders.invariants import broken_by, violations
from trainer.orders.laws import LAWS
from trainer.orders.refusals import Refusal
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.equity import Measure, band, comparable, measured
from trainer.play.pieces import said
from trainer.play.reading import SolutionError, StepCommand, name_of
from trainer.play.run import Course, fingerprint
from trainer.play.scripting import SCRIPT
from trainer.play.solution import Played, in_vain, parts_of
from trainer.training.conduct import Efficient
from trainer.training.scenario import Scenario, Variant
from trainer.training.sentences import Sentence
from trainer.training.texts import untranslated

_IDLE_DAYS: Final = 30
_EVENTS: Final = 150
"""So many happen while colleagues work; one of them is picked by who accuses at random."""
_RANDOM_RUNS: Final = 3


class Kill(msgspec.Struct, frozen=True):
    """What it takes to fail a goal: how many mutants do, and the one that fails least else."""

    goal: str
    mutants: int
    own_step: int
    """Mutants among them whose mistake lies in the goal's own step."""
    of_own_step: int
    """All mutants whose mistake lies there; of a standing goal these are all there are."""
    sharpest: Sentence
    fails: int
    """Goals the sharpest mutant fails altogether."""
    families: tuple[str, ...]
    """The kinds of mistake that fail it."""


class BotRun(msgspec.Struct, frozen=True):
    """What a misconception cost."""

    bot: str
    score: int
    lost: tuple[str, ...]
    """Goals in the order of the rubric."""


class _Fall(msgspec.Struct, frozen=True):
    """A goal failed by a mutant: by which, whose mistake lies in which step, with which more."""

    how: Sentence
    family: str
    step: str
    failed: frozenset[str]


class VariantProof(msgspec.Struct, frozen=True):
    """What was found out about one variant."""

    variant: Variant
    failures: tuple[Sentence, ...]
    score: int = 0
    idle: int = 0
    """The best score without doing anything but wait."""
    chance: int = 0
    """The best score of random runs."""
    measure: Measure | None = None
    """What it asks, if its solution works."""
    thorough: bool = True
    """Every mutant was played; else as many as it took to see each goal fail."""
    mutants: int = 0
    """Those that were played."""
    killed: int = 0
    """Mutants that fail any goal."""
    kills: tuple[Kill, ...] = ()
    """Of a thorough proof alone: what was not played tells nothing about a goal."""
    equivalents: tuple[str, ...] = ()
    bots: tuple[BotRun, ...] = ()
    fingerprint: str = ""
    """Of the solution's last moment: equal wherever it is played again."""
    opening_seconds: float = 0
    seconds: float = 0

    @property
    def name(self) -> str:
        """Locale and seed."""
        return f"{self.variant.locale}/{self.variant.seed}"


class Proof(msgspec.Struct, frozen=True):
    """What was found out about a scenario."""

    scenario: Scenario
    variants: tuple[VariantProof, ...]

    @property
    def ok(self) -> bool:
        """Whether it may be handed out."""
        return bool(self.variants) and not self.failures

    @property
    def failures(self) -> tuple[Sentence, ...]:
        """Each thing that is wrong in one sentence, with the variants it is wrong in."""
        where: dict[Sentence, list[str]] = defaultdict(list)
        for proof in self.variants:
            for failure in proof.failures:
                where[failure].append(proof.name)
        every = len(self.variants)
        return (
            *(_found_in(failure, names, every) for failure, names in where.items()),
            *_idle_catches(self),
            *_incomparable(self),
        )

    @property
    def covered(self) -> int:
        """How many of the variants that are handed out were proven."""
        handed_out = set(self.scenario.variants())
        return sum(it.variant in handed_out and not it.failures for it in self.variants)

    @property
    def unclaimed(self) -> dict[str, tuple[str, ...]]:
        """Bots that no goal is meant to catch, and every goal they lose in some variant."""
        claimed = {bot for goal in self.scenario.goals() for bot in goal.catches}
        lost: dict[str, set[str]] = defaultdict(set)
        for run in (run for it in self.variants for run in it.bots if run.bot not in claimed):
            lost[run.bot].update(run.lost)
        order = [goal.id for goal in self.scenario.goals()]
        return {bot: tuple(it for it in order if it in ids) for bot, ids in lost.items()}

    @property
    def withheld(self) -> tuple[VariantProof, ...]:
        """Variants that ask more or less than the others, and are not handed out."""
        measures = {it.name: it.measure for it in self.variants if it.measure}
        inside = set(comparable(measures))
        return tuple(it for it in self.variants if it.measure and it.name not in inside)

    def bands(self) -> tuple[tuple[float, float], ...]:
        """From and to of each figure of a variant; empty if no solution works."""
        measures = [it.measure for it in self.variants if it.measure]
        return tuple(map(band, zip(*measures, strict=True)))


def prove(
    scenario: Scenario | Loaded, variants: int | None = None, thorough: bool = False
) -> Proof:
    """Prove every variant of a scenario, or so many in all, whether or not it names so many."""
    loaded = scenario if isinstance(scenario, Loaded) else Loaded(scenario, b"", "")
    return next(prove_all((loaded,), variants, thorough=thorough))


def prove_all(
    scenarios: Sequence[Loaded],
    variants: int | None = None,
    jobs: int = 1,
    tell: Callable[[int, int, str], None] = lambda done, of, scenario_id: None,
    thorough: bool = False,
) -> Iterator[Proof]:
    """Prove scenarios one after the other, their variants side by side in so many processes.

    What is found is the same with any number of them, but for the seconds. `tell` hears after each
    variant how many of how many are done, and of which scenario it was.

    Every mutant is played in the first variant of each scenario, or in all if it is to be
    `thorough`. The verdict is the same: in the others each goal is seen to fail as well, and only
    how many more mutants would fail it is left uncounted.
    """
    wanted = [wanted_of(it.scenario, variants) for it in scenarios]
    tasks = [
        (it, variant, thorough or not place)
        for it, some in zip(scenarios, wanted, strict=True)
        for place, variant in enumerate(some)
    ]
    found = _side_by_side(tasks, min(jobs, len(tasks)))
    done = 0
    for loaded, some in zip(scenarios, wanted, strict=True):
        proofs = []
        for _ in some:
            proofs.append(next(found))
            done += 1
            tell(done, len(tasks), loaded.scenario.id)
        yield Proof(loaded.scenario, tuple(proofs))


def wanted_of(scenario: Scenario, variants: int | None) -> tuple[Variant, ...]:
    """The variants that a scenario names; or so many in all, dealt to its locales in turn."""
    if variants is None:
        return scenario.variants()
    locales = scenario.world.locales
    seeds = range(1, -(-variants // len(locales)) + 1)
    dealt = [(seed, place) for seed in seeds for place in range(len(locales))][:variants]
    in_order = sorted(dealt, key=lambda it: (it[1], it[0]))
    return tuple(Variant(locale=locales[place], seed=seed) for seed, place in in_order)


_Task = tuple[Loaded, Variant, bool]


def _side_by_side(tasks: Sequence[_Task], jobs: int) -> Iterator[VariantProof]:
    if jobs <= 1:
        yield from map(_prove, tasks)
        return
    # a fork has everything imported already; elsewhere than on Linux it is not safe
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(_prove, tasks)


def _prove(task: _Task) -> VariantProof:
    loaded, variant, thorough = task
    scenario = loaded.scenario
    began = perf_counter()
    try:
        opening = make_opening(scenario, variant)
    except ValueError as problem:
        wrong = Sentence("the opening world cannot be made: {problem}", problem=str(problem))
        return VariantProof(variant, (wrong,))
    made = perf_counter() - began
    course = Course(opening=opening, judge=opening.judge())
    found = _judged(course, loaded.places, thorough) if scenario.steps else _sound(course)
    return msgspec.structs.replace(found, opening_seconds=made, seconds=perf_counter() - began)


def _sound(course: Course) -> VariantProof:
    """Of free practice only the opening can be proven."""
    says = Sentence("the opening world is not sound: {broken}")
    broken = violations(course.opening.world)[:1]
    return VariantProof(course.opening.variant, tuple(says.about(broken=it) for it in broken))


def _judged(course: Course, places: tuple[str, ...], thorough: bool) -> VariantProof:
    """Opening, solution, idle and random runs; all others only of a solution that works."""
    scenario = course.opening.scenario
    found, player, every = _sound(course), Player(course), _solution(course)
    solution, failures = _solved(player, every, places)
    idle, at_rest = _idle(player)
    chance, by_luck = _random(player, every)
    found = msgspec.structs.replace(
        found,
        failures=(*found.failures, *failures, *at_rest, *by_luck),
        score=player.judged(solution[-1].run).score if solution else 0,
        idle=idle,
        chance=chance,
    )
    if failures:
        return found
    runs = [player.start, *(it.run for it in solution)]
    way = Way(every, solution, runs, course.judge.goals, course.opening.cast)
    ways, punished = _equivalents(player, way)
    mutated = _mutated(player, way, thorough)
    kills = _kills(scenario, mutated)
    unfailed = [said for kill in kills for said in _unfailed(scenario, kill, mutated)]
    bots, uncaught = _bots(player, way)
    return msgspec.structs.replace(
        found,
        failures=(*found.failures, *punished, *unfailed, *uncaught),
        measure=measured(course, solution),
        thorough=mutated.thorough,
        mutants=sum(mutated.played.values()),
        killed=mutated.killed,
        kills=kills if mutated.thorough else (),
        equivalents=ways,
        bots=bots,
        fingerprint=fingerprint(solution[-1].run),
    )


def _solution(course: Course) -> tuple[StepCommand, ...]:
    return tuple(it for step in course.opening.scenario.steps for it in step.solution)


# --- the solution -----------------------------------------------------------------------------


def _solved(
    player: Player, every: tuple[StepCommand, ...], places: tuple[str, ...]
) -> tuple[list[Played], list[Sentence]]:
    """The solution played, and what was wrong with it; of a command, where it stands."""

    def here(wrong: Sentence) -> Sentence:
        """At the next command; a draft of a test, and handing in, stand nowhere."""
        if len(solution) >= len(places):
            return wrong
        return Sentence("{place} – {failure}", place=places[len(solution)], failure=wrong)

    course = player.course
    solution: list[Played] = []
    failures: list[Sentence] = []
    try:
        for played in player.solution(every):
            failures += map(here, _wrong_with(course, played))
            solution.append(played)
    except SolutionError as problem:
        stopped = Sentence("the solution stops: {problem}", problem=problem.says())
        return solution, [*failures, here(stopped)]
    failures += _unsound(course, solution)
    failures += _par(course, solution)
    failures += _unscripted(course, solution)
    failures += _unsaid(course, solution)
    says = Sentence("{where} is not translated")
    failures += (says.about(where=where) for where in untranslated(course.opening.scenario))
    judged = player.judged(solution[-1].run)
    if judged.score != 100 or judged.failed:
        ends = Sentence("the solution ends with {score} of 100 points", score=judged.score)
        if missed := ", ".join(sorted(judged.failed)):
            ends = Sentence("{failure}; not reached: {goals}", failure=ends, goals=missed)
        failures.append(ends)
    if not course.judge.finished(judged.run.progress):
        failures.append(Sentence("the solution does not finish the run"))
    return solution, failures


def _unscripted(course: Course, solution: list[Played]) -> Iterator[Sentence]:
    """What a script says and nobody does while the solution is played."""
    done = {
        entry.command_id
        for played in solution
        if not isinstance(played.answer, Refusal)
        for entry in played.answer
    }
    for place, part in enumerate(course.opening.scenario.script):
        if part.before_the_opening:
            continue
        if f"{SCRIPT}{place}" not in done:
            says = Sentence("script, part {part}: {name} never happens in the solution")
            yield says.about(part=place + 1, name=name_of(part.do))


def _unsaid(course: Course, solution: list[Played]) -> Iterator[Sentence]:
    """Words that a person is to judge, and that the solution never says."""
    entries = [
        entry
        for played in solution
        if not isinstance(played.answer, Refusal)
        for entry in played.answer
    ]
    for judged in course.opening.scenario.judged:
        if judged.about.event and said(course, solution[-1].run.world, entries, judged) is None:
            says = Sentence("judged {name}: nobody says anything of it in the solution")
            yield says.about(name=judged.id)


def _wrong_with(course: Course, played: Played) -> Iterator[Sentence]:
    if isinstance(played.answer, Refusal) and in_vain(course, played):
        refusal, facts = played.answer, msgspec.structs.asdict(played.answer)
        says = Sentence("step {step}: {name} was refused with {code}: {says} – {cure}")
        yield says.about(
            step=played.step.id,
            name=played.name,
            code=refusal.code,
            says=Sentence(refusal.says, **facts),
            cure=Sentence(refusal.cure, **facts),
        )


def _unsound(course: Course, solution: list[Played]) -> list[Sentence]:
    """The first broken rule: of an order after each of its events, of the world after each step.

    Where a flaw is hunted for, rules are there to be broken: then it has to be met.
    """
    if course.opening.world.hunt is not None:
        return _unmet(course, solution[-1].run.world)
    world = looked_at = course.opening.world
    step = solution[0].step
    for played in solution:
        if played.step is not step:
            if broken := violations(world, looked_at):
                says = Sentence("the world is not sound after step {step}: {broken}")
                return [says.about(step=step.id, broken=broken[0])]
            step, looked_at = played.step, world
        for entry in () if isinstance(played.answer, Refusal) else played.answer:
            world = evolve(world, entry)
            about = getattr(entry.event, "order_number", "")
            if about in world.orders and (broken := broken_by(world, about)):
                says = Sentence("the world is not sound after {event}: {broken}")
                return [says.about(event=str(entry.event), broken=broken[0])]
    says = Sentence("the world is not sound after the solution: {broken}")
    return [says.about(broken=it) for it in violations(world)[:1]]


def _unmet(course: Course, world: World) -> list[Sentence]:
    """Nobody can find what shows nowhere."""
    assert world.hunt is not None
    flaw, broken = world.hunt.flaw, {breach.rule for breach in world.hunt.breaches}
    if FLAWS[flaw].breaks[0] in broken:
        return []
    return [Sentence("the flaw {flaw} shows nowhere in the solution", flaw=flaw)]


def _par(course: Course, solution: list[Played]) -> Iterator[Sentence]:
    """A goal that counts acts against par must know how many there are."""
    for goal in course.judge.goals:
        for check in parts_of(goal.check):
            if not isinstance(check, Efficient):
                continue
            acts = {
                entry.command_id
                for played in solution
                for entry in (() if isinstance(played.answer, Refusal) else played.answer)
                if entry.role == "clerk" and type(entry.event) in check.watches()
            }
            if len(acts) != check.par:
                says = Sentence("goal {goal} takes {par} acts for par; the solution has {acts}")
                yield says.about(goal=goal.id, par=check.par, acts=len(acts))


# --- runs that must not succeed ---------------------------------------------------------------


def _idle(player: Player) -> tuple[int, list[Sentence]]:
    """Doing nothing, and nothing but wait; handed in, that leaves the standing points alone."""
    start, course = player.start, player.course
    wait: StepCommand = {"advance_clock": {"to": start.world.now + _IDLE_DAYS * DAY}}
    hand_in: StepCommand = {"hand_in": {}}
    runs = {
        Sentence("doing nothing"): player.judged(start),
        Sentence("waiting alone"): player.on(start, (wait,)),
    }
    if course.opening.scenario.hands_in:
        runs[Sentence("handing in at once")] = player.on(start, (hand_in,))
        runs[Sentence("waiting and handing in")] = player.on(start, (wait, hand_in))
    standing = {goal.id for goal in course.opening.scenario.standing}
    failures = []
    for how, judged in runs.items():
        reached = {goal.id for goal in course.judge.goals} - judged.failed - standing
        ended = course.judge.finished(judged.run.progress) and not judged.run.progress.handed_in
        if reached:
            goals = ", ".join(sorted(reached))
            failures.append(Sentence("{how} reaches {goals}", how=how, goals=goals))
        elif ended:
            says = Sentence("{how} ends the run with {score} points")
            failures.append(says.about(how=how, score=judged.score))
    return max(judged.score for judged in runs.values()), failures


def _random(player: Player, every: tuple[StepCommand, ...]) -> tuple[int, list[Sentence]]:
    """The solution's own commands in any order, some twice, some never; choices are guessed."""
    best = 0
    for number in range(_RANDOM_RUNS):
        chance = Random(f"{player.course.opening.variant.seed}/{number}")
        commands = (_guessed(chance, chance.choice(every)) for _ in range(2 * len(every)))
        best = max(best, player.on(player.start, commands).score)
    return best, ([Sentence("acting at random reaches full marks")] if best >= 100 else [])


def _guessed(chance: Random, step_command: StepCommand) -> StepCommand:
    """Who acts at random does not know the answer, nor what to choose where there is a choice."""
    name = name_of(step_command)
    if name == "give_answer":
        text = str(chance.randint(0, 99))
        return {name: {**step_command[name], "text": text}}
    given = step_command[name]
    if name == "report_finding":
        number, rule = chance.randint(1, _EVENTS), chance.choice(tuple(LAWS))
        return {name: {**given, "event_number": number, "rule": rule}}
    guessed = {
        field: chance.choice(choices) for field, choices in _choices(name).items() if field in given
    }
    return {name: {**given, **guessed}} if guessed else step_command


@cache
def _choices(name: str) -> dict[str, tuple[str, ...]]:
    """The fields of a command that a form offers a few words for."""
    kind = commands().get(name)
    return {
        field.name: get_args(field.type)
        for field in (msgspec.structs.fields(kind) if kind else ())
        if get_origin(field.type) is Literal
    }


# --- runs that are as good as the solution ----------------------------------------------------


def _equivalents(player: Player, way: Way) -> tuple[tuple[str, ...], list[Sentence]]:
    """How else it can be done, and each goal that holds it against somebody."""
    names: list[str] = []
    failures: list[Sentence] = []
    says = Sentence("goal {goal} punishes the innocent: {how} fails it")
    for found in equivalents(player, way.every, way.solution, way.runs):
        names.append(found.how)
        for goal_id in sorted(found.judged.failed):
            failures.append(says.about(goal=goal_id, how=found.how))
    return tuple(names), failures


# --- mutants ----------------------------------------------------------------------------------


class _Mutated(NamedTuple):
    """What came of the mutants that were played."""

    thorough: bool
    played: dict[str, int]
    """How many, by the step of their mistake."""
    killed: int
    fell: dict[str, list[_Fall]]
    """By goal."""


def _mutated(player: Player, way: Way, thorough: bool) -> _Mutated:
    """Play every mutant; or in each step only until its goals were seen to fail for it, since then
    no other can change the verdict. If one never does, all are played: what is said of it counts.
    """
    homes = _homes(player.course.opening.scenario)
    fell: dict[str, list[_Fall]] = {goal.id: [] for goal in way.goals}
    played: dict[str, int] = defaultdict(int)
    killed = 0
    unseen = set(fell)
    every = mutants(way.every, way.solution, way.runs)
    for mutant in sorted(every, key=lambda it: FAMILIES.index(it.family)):  # plainest first
        step = way.solution[mutant.place].step.id
        at_home = {goal_id for goal_id in fell if homes.get(goal_id, step) == step}
        if not thorough and not unseen & at_home:
            continue
        failed = player.moved(way.runs[mutant.place], mutant.moves).failed
        played[step] += 1
        killed += bool(failed)
        unseen -= failed & at_home
        for goal_id in failed:
            fell[goal_id].append(_Fall(mutant.how, mutant.family, step, failed))
    if unseen and not thorough:
        return _mutated(player, way, thorough=True)
    return _Mutated(thorough, played, killed, fell)


def _homes(scenario: Scenario) -> dict[str, str]:
    """The step of each goal; a standing one has none and is at home in every step."""
    return {goal.id: step.id for step in scenario.steps for goal in step.goals}


def _kills(scenario: Scenario, mutated: _Mutated) -> tuple[Kill, ...]:
    homes, every = _homes(scenario), sum(mutated.played.values())
    kills = []
    for goal_id, falls in mutated.fell.items():
        home = homes.get(goal_id)
        own = sum(1 for fall in falls if home in (None, fall.step))
        of_own = every if home is None else mutated.played[home]
        sharpest = min(falls, key=lambda fall: len(fall.failed), default=_NO_FALL)
        by = {fall.family for fall in falls}
        families = tuple(family for family in FAMILIES if family in by)
        fails = len(sharpest.failed)
        kills.append(Kill(goal_id, len(falls), own, of_own, sharpest.how, fails, families))
    return tuple(kills)


_NO_FALL: Final = _Fall(Sentence("nothing"), "", "", frozenset())


def _unfailed(scenario: Scenario, kill: Kill, mutated: _Mutated) -> Iterator[Sentence]:
    if not kill.mutants:
        every = sum(mutated.played.values())
        says = Sentence("goal {goal} cannot fail: none of {all} mutants of the solution fails it")
        yield says.about(goal=kill.goal, all=every)
    elif not kill.own_step:
        step = _homes(scenario)[kill.goal]
        says = Sentence(
            "goal {goal} measures nothing of its step {step}: no mistake there fails it"
        )
        yield says.about(goal=kill.goal, step=step)


def _follows(player: Player, way: Way, goal_id: str) -> frozenset[str]:
    """What a goal takes along when it is lost: the goals that stand after it, and without which no
    one mistake in its own step loses it. A standing goal takes nothing along.
    """
    home = _homes(player.course.opening.scenario).get(goal_id)
    order = [goal.id for goal in way.goals]
    always = set(order[order.index(goal_id) + 1 :])
    for mutant in mutants(way.every, way.solution, way.runs) if home else ():
        if always and way.solution[mutant.place].step.id == home:
            failed = player.moved(way.runs[mutant.place], mutant.moves).failed
            always &= failed if goal_id in failed else always
    return frozenset(always) if home else frozenset()


# --- bots -------------------------------------------------------------------------------------


def _bots(player: Player, way: Way) -> tuple[tuple[BotRun, ...], list[Sentence]]:
    """What each misconception costs here, and where it costs nothing or the wrong thing."""
    runs: list[BotRun] = []
    failures: list[Sentence] = []
    follows = cache(partial(_follows, player, way))
    for bot, plan in plans(way):
        judged = player.moved(player.start, plan)
        lost = tuple(goal.id for goal in way.goals if goal.id in judged.failed)
        runs.append(BotRun(bot.name, judged.score, lost))
        meant = [goal.id for goal in way.goals if bot.name in goal.catches]
        failures += _uncaught(bot, judged, lost, meant, follows)
    return tuple(runs), failures


def _uncaught(
    bot: Bot,
    judged: Judged,
    lost: tuple[str, ...],
    meant: list[str],
    follows: Callable[[str], frozenset[str]],
) -> Iterator[Sentence]:
    if not meant and judged.score >= 100:
        says = Sentence("bot {bot} loses nothing: no goal minds who thinks “{belief}”")
        yield says.about(bot=bot.name, belief=bot.believes)
    for goal_id in meant:
        if goal_id not in lost:
            says = Sentence("goal {goal} is meant to catch bot {bot}, and does not")
            yield says.about(goal=goal_id, bot=bot.name)
    unmeant = [goal_id for goal_id in lost if goal_id not in meant] if meant else []
    taken = [follows(goal_id) for goal_id in meant if unmeant and goal_id in lost]
    for goal_id in unmeant:
        if not any(goal_id in along for along in taken):
            says = Sentence("bot {bot} is caught at {goal} too, not only at {goals}")
            yield says.about(bot=bot.name, goal=goal_id, goals=", ".join(meant))


_SHOWN: Final = 5
"""So many names are enough to look one up; thirty of them hide the sentence."""


def _found_in(failure: Sentence, names: list[str], every: int) -> Sentence:
    """What is wrong, and in which variants."""
    if len(names) == every > 1:
        return Sentence("{failure} (every variant)", failure=failure)
    if len(names) <= _SHOWN + 1:
        return Sentence("{failure} ({where})", failure=failure, where=", ".join(names))
    says = Sentence("{failure} ({count} of {every} variants: {where} …)")
    where = ", ".join(names[:_SHOWN])
    return says.about(failure=failure, count=len(names), every=every, where=where)


def _idle_catches(proof: Proof) -> Iterator[Sentence]:
    """Bots that are named and do not exist, or have nothing to do in any variant."""
    known = {bot.name for bot in BOTS}
    acted = {run.bot for found in proof.variants for run in found.bots}
    proven = any(found.measure for found in proof.variants)
    for goal in proof.scenario.goals():
        for name in goal.catches:
            if name not in known:
                says = Sentence("goal {goal} catches {bot}; known are {bots}")
                yield says.about(goal=goal.id, bot=name, bots=", ".join(sorted(known)))
            elif proven and name not in acted:
                says = Sentence("goal {goal} catches {bot}, who has nothing to do in this scenario")
                yield says.about(goal=goal.id, bot=name)


# --- variants ---------------------------------------------------------------------------------


def _incomparable(proof: Proof) -> Iterator[Sentence]:
    """Those outside must be withheld; if they are most, there is no middle to compare with."""
    outside, every = len(proof.withheld), len(proof.variants)
    if 2 * outside > every:
        says = Sentence(
            "the variants are not comparable: {some} of {all} ask more or less than others"
        )
        yield says.about(some=outside, all=every)
        return
    named = proof.scenario.variants()
    for found in proof.withheld:
        if found.variant in named:
            locale, seed = found.variant.locale, found.variant.seed
            cure = f"write withheld: {{{locale}: [{seed}]}}"
            says = Sentence("{variant} asks more or less than others: {cure}")
            yield says.about(variant=found.name, cure=cure)

"""What is worked out once for many runs is what each of them would have come to by itself."""

import pytest

from trainer import paths
from trainer.catalog.bots import Way, plans
from trainer.catalog.loader import load_scenario
from trainer.catalog.mutants import mutants
from trainer.catalog.playing import ANEW, Move, Player
from trainer.catalog.worlds import make_opening
from trainer.play.reading import SolutionError, StepCommand
from trainer.play.run import Course, Run, fingerprint
from trainer.play.solution import command, tried
from trainer.training.judge import HintTaken
from trainer.training.scenario import Scenario, Variant


def course_of(scenario: Scenario) -> Course:
    opening = make_opening(scenario, Variant(locale="en_US", seed=1))
    return Course(opening=opening, judge=opening.judge())


def played(course: Course, run: Run, moves: tuple[Move, ...]) -> tuple[Run, int]:
    """The plain way: each command is done anew; and how many came to nothing."""
    done: set[int] = set()
    undone = 0
    for move in moves:
        if move.place in done:
            continue
        try:
            wanted = command(run, course, move.command)
        except SolutionError:
            undone += 1
            continue
        run, answer = tried(run, course, wanted, move.role)
        if not isinstance(answer, tuple):
            undone += 1
        elif move.place != ANEW:
            done.add(move.place)
    return run, undone


def solution_of(scenario: Scenario) -> tuple[StepCommand, ...]:
    return tuple(it for step in scenario.steps for it in step.solution)


@pytest.mark.parametrize(
    ("path", "colleagues"),
    [
        ("01-overview/first-order", ()),
        ("03-supply/who-can-wait", ()),
        ("04-after-sales/card-and-credit", ()),
        ("01-overview/first-order", ("warehouse", "clerk", "finance")),
    ],
)
def test_shared_runs_end_like_single_ones(path: str, colleagues: tuple[str, ...]) -> None:
    """Also where colleagues are faster, whose doings are no part of a refusal."""
    scenario = load_scenario(paths.SCENARIOS / f"{path}.yaml").scenario
    small = scenario.world.model_copy(
        update={
            "policies": scenario.world.policies.model_copy(update={"colleagues": colleagues}),
            "orders": 12,
            "products": 12,
            "customers": 6,
        }
    )
    course = course_of(scenario.model_copy(update={"world": small}))
    player, every = Player(course), solution_of(scenario)
    solution = list(player.solution(every))
    runs = [player.start, *(it.run for it in solution)]
    cases = [(runs[it.place], it.moves) for it in mutants(every, solution, runs)]
    way = Way(every, solution, runs, course.judge.goals, course.opening.cast)
    cases += [(player.start, plan) for _, plan in plans(way)]
    assert len(cases) > 100
    for run, moves in cases:
        shared = player.moved(run, moves)
        single, undone = played(course, run, moves)
        assert fingerprint(shared.run) == fingerprint(single)
        assert (shared.run.agenda, shared.run.asides) == (single.agenda, single.asides)
        assert shared.undone == undone


def test_what_is_done_already_is_not_done_again() -> None:
    scenario = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    player, (create, *_) = Player(course_of(scenario)), solution_of(scenario)
    once = player.moved(player.start, (Move(create, 0), Move(create, 0)))
    assert (len(once.run.world.orders), once.undone) == (201, 0)
    again = player.moved(player.start, (Move(create, 0), Move(create)))
    assert (len(again.run.world.orders), again.undone) == (201, 1)  # the number is known already


def test_what_colleagues_did_before_a_refusal_is_done_again_with_it() -> None:
    """It is no part of the answer, so it cannot be judged anew from there."""
    scenario = load_scenario(paths.SCENARIOS / "07-practice" / "not-alone.yaml").scenario
    course = course_of(scenario)
    player = Player(course)
    run, number = player.start, min(player.start.world.orders)
    refused: StepCommand = {"submit_order": {"order_number": number}}
    overtaken = 0
    for _ in range(40):
        due = run.agenda.next()
        assert due
        run, _ = player.after(run, {"advance_clock": {"to": max(due.at - 1, run.world.now + 1)}})
        player.after(run, refused)
        tried_before = course.after_aside(run, HintTaken(run.asides + 1, 0, 0, "", 0))
        known, answer = player.after(tried_before, refused)
        plain, again = tried(tried_before, course, command(run, course, refused))
        assert fingerprint(known) == fingerprint(plain)
        assert answer == again
        overtaken += plain.world is not run.world
        run = plain
    assert overtaken > 5

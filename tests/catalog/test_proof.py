"""A proof that cannot go red proves nothing: each fault planted here must be found and named."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Literal

import msgspec
import pytest
import yaml

from trainer import paths
from trainer.catalog import proof as proofs
from trainer.catalog.certificate import lines
from trainer.catalog.loader import Loaded, load_scenario, load_text
from trainer.catalog.mutants import FAMILIES
from trainer.catalog.proof import Proof, VariantProof, _guessed, prove, prove_all, wanted_of
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import ClockAdvanced
from trainer.orders.engine import Event, Recorded, evolve
from trainer.orders.intake import OrderChecked
from trainer.orders.service import TEMPLATES, CustomerNotified, NoteAdded
from trainer.orders.settlement import OrderArchived
from trainer.orders.world import World
from trainer.play.equity import Measure
from trainer.play.reading import StepCommand
from trainer.play.run import Opening
from trainer.training.checks import Cast, Check, Seen
from trainer.training.scenario import Scenario, Variant
from trainer.training.sentences import Sentence

Tree = dict[str, Any]
FIRST_ORDER = (paths.SCENARIOS / "01-overview" / "first-order.yaml").read_text("utf-8")


@pytest.fixture
def tree() -> Tree:
    """The first order in a small world, as a tree to plant faults in."""
    found: Tree = yaml.safe_load(FIRST_ORDER)
    found["world"] = {"orders": 12, "products": 10, "customers": 6, "variants": 1}
    found["world"]["locales"] = ["en_US"]
    for planted in (*(it for one in found["steps"] for it in one["goals"]), *found["standing"]):
        planted.pop("catches", None)  # each test says what it expects of a bot
    return found


def proven(tree: Tree) -> Proof:
    return prove(Scenario.model_validate(tree))


def step(tree: Tree, step_id: str) -> Tree:
    return next(found for found in tree["steps"] if found["id"] == step_id)


def goal(tree: Tree, goal_id: str) -> Tree:
    goals = [found for one in tree["steps"] for found in one["goals"]] + tree["standing"]
    return next(found for found in goals if found["id"] == goal_id)


def test_sound_scenario_is_proven(tree: Tree) -> None:
    proof = proven(tree)
    assert proof.ok, "\n".join(lines(proof))
    (found,) = proof.variants
    assert (found.score, found.idle) == (100, 0)
    assert found.chance < 100
    assert found.mutants > found.killed > 150
    assert {kill.goal for kill in found.kills} == {it.id for it in proof.scenario.goals()}
    assert all(0 < kill.own_step <= kill.of_own_step for kill in found.kills)
    assert found.equivalents == (
        "harmless extra work",
        "add_line before add_line",
        "check_order before notify_customer",
        "allocate before record_payment",
        "issue_invoice before notify_customer",
    )
    assert found.measure == Measure(par=22, exceptions=0)
    assert proof.withheld == ()


def test_every_kind_of_mistake_fails_something(tree: Tree) -> None:
    (found,) = proven(tree).variants
    assert {family for kill in found.kills for family in kill.families} == set(FAMILIES)


@pytest.mark.parametrize(
    ("variants", "wanted"),
    [
        (None, "en_US/1 en_US/2 zh_CN/1 zh_CN/2"),
        (1, "en_US/1"),
        (3, "en_US/1 en_US/2 zh_CN/1"),
        (6, "en_US/1 en_US/2 en_US/3 zh_CN/1 zh_CN/2 zh_CN/3"),
    ],
)
def test_as_many_variants_as_wanted(tree: Tree, variants: int | None, wanted: str) -> None:
    tree["world"] |= {"locales": ["en_US", "zh_CN"], "variants": 2}
    dealt = wanted_of(Scenario.model_validate(tree), variants)
    assert [f"{it.locale}/{it.seed}" for it in dealt] == wanted.split()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_several_processes_find_the_same_in_the_same_order(tree: Tree) -> None:
    scenario = Scenario.model_validate(tree)
    heard: list[tuple[int, int, str]] = []
    tell = lambda *told: heard.append(told)  # noqa: E731
    (beside,) = prove_all((Loaded(scenario, b"", ""),), variants=3, jobs=2, tell=tell)
    assert heard == [(done, 3, "first-order") for done in (1, 2, 3)]
    assert [timeless(it) for it in beside.variants] == [
        timeless(it) for it in prove(scenario, variants=3).variants
    ]


def test_later_variants_play_only_as_many_mutants_as_it_takes(tree: Tree) -> None:
    scenario = Scenario.model_validate(tree)
    first, second = prove(scenario, variants=2).variants
    every = prove(scenario, variants=2, thorough=True).variants
    assert (first.thorough, second.thorough) == (True, False)
    assert timeless(first) == timeless(every[0])
    assert 4 * second.mutants < every[1].mutants
    uncounted = {"thorough": True, "mutants": 0, "killed": 0, "kills": ()}
    assert [msgspec.structs.replace(timeless(it), **uncounted) for it in (second, every[1])] == [
        msgspec.structs.replace(timeless(every[1]), **uncounted)
    ] * 2


def timeless(found: VariantProof) -> VariantProof:
    return msgspec.structs.replace(found, seconds=0, opening_seconds=0)


def test_refused_solution_is_named_with_its_refusal(tree: Tree) -> None:
    payment = step(tree, "payment")
    payment["solution"] = payment["solution"][:-1]
    proof = proven(tree)
    assert not proof.ok
    assert (
        "step ship: ship_package was refused with PAYMENT_REQUIRED: Order SO-"
        in (proof.failures[0])
    )
    assert proof.variants[0].kills == ()


def test_solution_that_reads_what_is_not_there_is_named(tree: Tree) -> None:
    step(tree, "check")["solution"] = [{"check_order": {"order_number": "$first.order_no"}}]
    (failure,) = proven(tree).failures
    assert failure.startswith(
        "the solution stops: step check: check_order: $first.order_no: there is no order_no in "
        "$first; there is allocation, "
    )
    assert failure.endswith("(en_US/1)")


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ("sku: $first.lines.0.sku", "sku: LAMP-404",
         "step enter: add_line was refused with SKU_NOT_SELLABLE: LAMP-404 is not on sale. – "
         "Check the SKU against the customer's message and the inventory. (en_US/1)"),
        ("sku: $first.lines.0.sku", "sku: $first.lines.9.sku",
         "the solution stops: step enter: add_line: $first.lines.9.sku: there is no 9 in "
         "$first.lines; it has 2 rows, counted from 0 (en_US/1)"),
    ],
    ids=["unknown SKU", "nothing to read"],
)  # fmt: skip
def test_a_command_that_goes_wrong_is_named_with_its_line(
    was: str, wrong: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "first-order.yaml"
    path.write_text(FIRST_ORDER.replace(was, wrong), "utf-8")
    above, _, _ = FIRST_ORDER[: FIRST_ORDER.index(was)].rpartition("add_line:")
    line, column = above.count("\n") + 1, len(above) - above.rindex("\n")
    first, *_ = prove(load_scenario(path), variants=1).failures
    assert first == f"{path}:{line}:{column} – {said}"
    draft, *_ = prove(load_text(path.read_text("utf-8"), paths.SCENARIOS), variants=1).failures
    assert draft == f"{line}:{column} – {said}"


def test_lost_points_are_named(tree: Tree) -> None:
    confirm, acknowledge = step(tree, "confirm"), step(tree, "acknowledge")
    confirm["solution"] += acknowledge["solution"]
    acknowledge["solution"] = [{"add_note": {"order_number": "$first.order_number", "text": "!"}}]
    (failure,) = proven(tree).failures
    assert failure == "the solution ends with 95 of 100 points; not reached: acknowledged (en_US/1)"


def test_unfinished_solution_is_named(tree: Tree) -> None:
    step(tree, "archive")["solution"] = [
        {"add_note": {"order_number": "$first.order_number", "text": "later"}}
    ]
    failures = proven(tree).failures
    assert "the solution ends with 91 of 100 points; not reached: archived (en_US/1)" in failures
    assert "the solution does not finish the run (en_US/1)" in failures


def test_check_that_cannot_fail_is_named(tree: Tree) -> None:
    goal(tree, "no-refusals")["check"] = {"never_refused": {"codes": ["MISSING_REASON"]}}
    tree["world"] |= {"variants": 2}  # the second proof is not a thorough one, and finds the same
    failure, *bots = proven(tree).failures
    assert failure.startswith("goal no-refusals cannot fail: none of ")
    assert failure.endswith("(every variant)")
    assert [it.split()[1] for it in bots] == [  # the engine stops them, and nobody minds
        "ships-before-payment",
        "allocates-before-check",
        "promises-tomorrow",
        "enters-it-twice",
    ]


def test_check_that_does_not_measure_its_step_is_named(tree: Tree) -> None:
    goal(tree, "archived")["check"] = {"order_is": {"order": "first", "label": "draft"}}
    tree["world"] |= {"variants": 2}  # the second proof is not a thorough one, and finds the same
    (failure,) = proven(tree).failures
    assert failure == (
        "goal archived measures nothing of its step archive: no mistake there fails it "
        "(every variant)"
    )


def test_of_many_variants_a_failure_names_the_first(tree: Tree) -> None:
    proof = proven(tree)
    (found,) = proof.variants
    wrong = (Sentence("it is wrong"),)
    named = [Variant(locale="en_US", seed=n) for n in range(1, 9)]
    for faulty, told in ((6, "3, en_US/4, en_US/5, en_US/6)"), (7, "3, en_US/4, en_US/5 …)")):
        sound = [msgspec.structs.replace(found, variant=it) for it in named]
        bad = [msgspec.structs.replace(it, failures=wrong) for it in sound[:faulty]]
        variants = (*bad, *sound[faulty:])
        (failure, *_) = msgspec.structs.replace(proof, variants=variants).failures
        assert failure.endswith(told)
        assert failure.startswith("it is wrong (")


def test_reward_for_luck_is_named(tree: Tree) -> None:
    enter = step(tree, "enter")
    enter["solution"] = enter["solution"][:1]
    happened = {"happened": {"order": "first", "what": {"event": "draft_created"}}}
    enter["goals"] = [enter["goals"][0] | {"check": happened, "points": 100}]
    tree |= {"steps": [enter], "standing": []}
    assert "acting at random reaches full marks (en_US/1)" in proven(tree).failures


def test_world_that_cannot_be_made_is_named(tree: Tree) -> None:
    tree["cast"]["first"]["packs"] = [5000, 5000]
    (failure,) = proven(tree).failures
    assert failure.startswith("the opening world cannot be made: ")


def test_unsound_opening_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "make_opening", broken(lambda world: stolen(world)))
    failures = proven(tree).failures
    assert any(it.startswith("the opening world is not sound: I4") for it in failures)
    assert any(it.startswith("the world is not sound after step enter: I4") for it in failures)


def test_solution_that_breaks_a_rule_is_named_with_the_event(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an order after each of its events, also if a later one of the step puts it right."""

    def spoilt(world: World, entry: Recorded) -> World:
        after = evolve(world, entry)
        if not isinstance(entry.event, OrderChecked):
            return after
        order = after.orders[entry.event.order_number]
        return after.with_order(msgspec.structs.replace(order, captured=-1))

    monkeypatch.setattr(proofs, "evolve", spoilt)
    (failure,) = proven(tree).failures
    assert failure.startswith("the world is not sound after OrderChecked(order_number='SO-")
    assert failure.split("): ")[1].startswith("I")


def test_world_that_the_last_step_breaks_is_named(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No order is wrong, and no step comes after it."""

    def spoilt(world: World, entry: Recorded) -> World:
        after = evolve(world, entry)
        return stolen(after) if isinstance(entry.event, OrderArchived) else after

    monkeypatch.setattr(proofs, "evolve", spoilt)
    (failure,) = proven(tree).failures
    assert failure.startswith("the world is not sound after the solution: I4")


def test_free_practice_is_judged_by_its_opening_alone(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree |= {"steps": [], "standing": [], "cast": {}}
    assert proven(tree).ok
    monkeypatch.setattr(proofs, "make_opening", broken(lambda world: stolen(world)))
    assert [it[:31] for it in proven(tree).failures] == ["the opening world is not sound:"]


def broken(change: Callable[[World], World]) -> Callable[[Scenario, Variant], Opening]:
    """Openings whose world is not what the engine made."""

    def made(scenario: Scenario, variant: Variant) -> Opening:
        opening = make_opening(scenario, variant)
        return msgspec.structs.replace(opening, world=change(opening.world))

    return made


def stolen(world: World) -> World:
    """One unit of something is on the shelf that never came in."""
    level = world.stock[min(world.stock)]
    return world.with_level(msgspec.structs.replace(level, on_hand=level.on_hand + 1))


class TimePassed(Check):
    """Holds as soon as anybody waits: no merit at all."""

    def watches(self) -> tuple[type[Event], ...]:
        return (ClockAdvanced,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        return Seen(state="reached", events=(entry.number,))


class NeverNoted(Check):
    """Holds when the order came into the archive without a note on it: petty."""

    def watches(self) -> tuple[type[Event], ...]:
        return (NoteAdded, OrderArchived)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        noted = isinstance(entry.event, NoteAdded)
        state: Literal["broken", "reached"] = "broken" if noted else "reached"
        return seen if seen.state == "broken" else Seen(state=state, events=(entry.number,))


def test_reward_for_waiting_is_named(tree: Tree) -> None:
    goal(tree, "paid")["check"] = TimePassed()
    assert "waiting alone reaches paid (en_US/1)" in proven(tree).failures


def test_who_acts_at_random_does_not_know_what_to_choose() -> None:
    """A form offers a few words; the right one is as good as any other."""
    told: StepCommand = {"notify_customer": {"order_number": "$first.order_number",
                                             "template": "order_received"}}  # fmt: skip
    guesses = [_guessed(Random(seed), told)["notify_customer"] for seed in range(60)]
    assert {it["template"] for it in guesses} == set(TEMPLATES)
    assert {it["order_number"] for it in guesses} == {"$first.order_number"}
    note: StepCommand = {"add_note": {"order_number": "$first.order_number", "text": "!"}}
    assert _guessed(Random(1), note) is note


def test_punished_harmless_work_is_named(tree: Tree) -> None:
    goal(tree, "archived")["check"] = NeverNoted()
    (failure,) = proven(tree).failures
    assert failure == "goal archived punishes the innocent: harmless extra work fails it (en_US/1)"


def test_notes_and_drafts_are_no_detours(tree: Tree) -> None:
    goal(tree, "no-refusals")["check"] = {"efficient": {"par": 17, "spare": 0, "each": 2}}
    assert not [it for it in proven(tree).failures if "bot" not in it]


@pytest.mark.parametrize("par", [16, 18])
def test_wrong_par_is_named(tree: Tree, par: int) -> None:
    goal(tree, "no-refusals")["check"] = {"efficient": {"par": par, "spare": 1, "each": 2}}
    said = f"goal no-refusals takes {par} acts for par; the solution has 17 (en_US/1)"
    assert said in proven(tree).failures


class ToldBeforeChecked(Check):
    """Holds when the customer was told before the order was checked, though nobody asks for it."""

    def watches(self) -> tuple[type[Event], ...]:
        return (OrderChecked, CustomerNotified)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        state: Literal["broken", "reached"] = (
            "broken" if isinstance(entry.event, OrderChecked) else "reached"
        )
        return Seen(state=state, events=(entry.number,))


def test_punished_order_of_independent_commands_is_named(tree: Tree) -> None:
    goal(tree, "acknowledged")["check"] = ToldBeforeChecked()
    (failure,) = proven(tree).failures
    assert failure == (
        "goal acknowledged punishes the innocent: check_order before notify_customer fails it "
        "(en_US/1)"
    )


def test_an_order_that_the_rubric_names_is_demanded_rightly(tree: Tree) -> None:
    goal(tree, "acknowledged")["check"]["happened_before"]["then"] = {"event": "order_checked"}
    proof = proven(tree)
    assert proof.ok, proof.failures
    (found,) = proof.variants
    assert "check_order before notify_customer" not in found.equivalents
    assert "allocate before record_payment" in found.equivalents


def test_an_order_of_the_reference_process_is_demanded_rightly(tree: Tree) -> None:
    """Two stages are; two events of one stage are not."""
    apart = ["payment_received", "stock_allocated", "package_picked"]
    together = [["payment_received", "stock_allocated"], "package_picked"]
    for process, kept in ((apart, True), (together, False)):
        follows = {"follows": {"order": "first", "process": process, "each": 1}}
        goal(tree, "no-refusals")["check"] = follows
        proof = proven(tree)
        assert not [it for it in proof.failures if "punishes" in it]
        swapped = "allocate before record_payment"
        assert [swapped in found.equivalents for found in proof.variants] == [not kept]


def test_a_refusal_that_a_goal_asks_to_meet_is_no_failure(tree: Tree) -> None:
    check = step(tree, "check")
    met = [it for it in step(tree, "confirm")["solution"] if "confirm_order" in it]
    check["solution"] = met + check["solution"]
    goal(tree, "checked")["check"] = {"refused_with": {"code": "NOT_CHECKED"}}
    goal(tree, "no-refusals")["check"] = {"never_refused": {"codes": ["DUPLICATE_ORDER"]}}
    proof = proven(tree)
    (found,) = proof.variants
    assert (found.score, found.measure) == (100, Measure(23, 0))
    assert "allocate before record_payment" in found.equivalents
    assert all(it.startswith("bot ") for it in proof.failures)
    goal(tree, "checked")["check"] = {"refused_with": {"code": "DUPLICATE_ORDER"}}
    assert "check: confirm_order was refused with NOT_CHECKED" in proven(tree).failures[0]


# --- what is written and never comes ----


def test_part_of_a_script_that_never_happens_is_named(tree: Tree) -> None:
    note = {"add_note": {"order_number": "$first.order_number", "text": "!"}}
    tree["script"] = [{"when": {"event": "order_rejected"}, "order": "first", "do": note}]
    (failure,) = proven(tree).failures
    assert failure == "script, part 1: add_note never happens in the solution (en_US/1)"


def test_text_that_is_not_translated_is_named(tree: Tree) -> None:
    del tree["brief"]["zh_Hant"]
    (failure,) = proven(tree).failures
    assert failure == "brief.zh_Hant is not translated (en_US/1)"


class TimeUp(Check):
    """Lost as soon as time has passed."""

    def watches(self) -> tuple[type[Event], ...]:
        return (ClockAdvanced,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        return Seen(state="broken", events=(entry.number,))


def test_run_that_ends_by_waiting_is_named(tree: Tree) -> None:
    """Where every goal has its time, who waits has lost them all."""
    for one in tree["steps"]:
        for found in one["goals"]:
            found["check"] = TimeUp()
    assert "waiting alone ends the run with 6 points (en_US/1)" in proven(tree).failures


# --- exams ------------------------------------------------------------------------------------


@pytest.fixture
def exam(tree: Tree) -> Tree:
    """The same handed in at the end."""
    tree["mode"] = "exam"
    step(tree, "archive")["solution"].append({"hand_in": {}})
    return tree


def test_exam_is_proven(exam: Tree) -> None:
    proof = proven(exam)
    assert proof.ok, proof.failures
    (found,) = proof.variants
    assert (found.score, found.idle) == (100, 6)  # who hands in nothing had nothing refused
    assert len(found.equivalents) == 5


def test_exam_hands_in_by_itself(tree: Tree) -> None:
    """What is like an exercise has that one's steps, which do not end with handing in."""
    tree["mode"] = "exam"
    proof = proven(tree)
    assert proof.ok, proof.failures
    (last,) = proof.scenario.steps[-1].solution[-1:]
    assert last == {"hand_in": {}}


def test_goal_that_is_reached_by_handing_in_nothing_is_named(exam: Tree) -> None:
    figure = {"figure_is": {"figure": {"name": "orders_received"}, "at_least": "1"}}
    goal(exam, "archived")["check"] = figure
    failures = proven(exam).failures
    assert "handing in at once reaches archived (en_US/1)" in failures
    assert "waiting and handing in reaches archived (en_US/1)" in failures


# --- bots -------------------------------------------------------------------------------------


def meant(tree: Tree, **bots: str) -> None:
    """Goals, by their ids with _ for -, that are meant to catch a bot."""
    for goal_id, bot in bots.items():
        goal(tree, goal_id.replace("_", "-"))["catches"] = [bot]


def test_bots_lose_where_they_are_meant_to(tree: Tree) -> None:
    meant(
        tree,
        entered="enters-the-defaults",
        no_refusals="enters-it-twice",
        promise_kept="ignores-the-deadline",
        paid="books-any-amount",
    )
    proof = proven(tree)
    assert proof.ok, proof.failures
    (found,) = proof.variants
    lost = {run.bot: run.lost for run in found.bots}
    assert lost["enters-the-defaults"] == ("entered",)
    assert lost["ignores-the-deadline"] == ("promise-kept",)
    assert lost["books-any-amount"][0] == "paid"
    assert len(lost["books-any-amount"]) > 5  # what follows from an order that is not paid


def test_bot_that_loses_nothing_is_named(tree: Tree) -> None:
    """A scenario whose customer may be left in the dark though its solution tells them."""
    for goal_id in ("acknowledged", "told-confirmed", "told-shipped", "told-delivered"):
        goal(tree, goal_id)["check"] = {
            "happened": {"order": "first", "what": {"event": "order_checked"}}
        }
    said = (
        "bot tells-nobody loses nothing: no goal minds who thinks “they will see when it arrives”"
    )
    failures = proven(tree).failures
    assert f"{said} (en_US/1)" in failures
    assert not [it for it in failures if "ships-before-payment" in it]


def test_bot_that_is_not_caught_where_it_is_meant_to_be_is_named(tree: Tree) -> None:
    meant(tree, paid="enters-the-defaults", entered="enters-the-defaults")
    (failure,) = proven(tree).failures
    assert failure == "goal paid is meant to catch bot enters-the-defaults, and does not (en_US/1)"


def test_bot_that_is_caught_elsewhere_too_is_named(tree: Tree) -> None:
    """Before the goal that is meant, or behind it without following from it."""
    meant(tree, told_confirmed="tells-nobody")
    failures = proven(tree).failures
    assert {it for it in failures if "tells-nobody" not in it} == set()
    assert [it.split(" is caught at ")[1].split(" too")[0] for it in failures] == [
        "acknowledged",
        "told-shipped",
        "told-delivered",
    ]


def test_catch_without_a_bot_is_named(tree: Tree) -> None:
    meant(tree, entered="refunds-twice", paid="sleeps")
    nothing, unknown = proven(tree).failures
    assert nothing == "goal entered catches refunds-twice, who has nothing to do in this scenario"
    assert unknown.startswith("goal paid catches sleeps; known are allocates-before-check, ")


# --- variants ---------------------------------------------------------------------------------


def uneven(monkeypatch: pytest.MonkeyPatch, *exceptions: int) -> None:
    """So many exceptions in the variants of seed 1, 2, …"""
    monkeypatch.setattr(
        proofs,
        "measured",
        lambda course, _: Measure(25, exceptions[course.opening.variant.seed - 1]),
    )


def test_variant_that_asks_more_than_the_others_is_withheld(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree["world"]["variants"] = 4
    uneven(monkeypatch, 0, 1, 5, 0)
    assert proven(tree).failures == (
        "en_US/3 asks more or less than others: write withheld: {en_US: [3]}",
    )
    tree["world"]["withheld"] = {"en_US": [3]}
    assert [variant.seed for variant in proven(tree).scenario.variants()] == [1, 2, 4]
    proof = prove(Scenario.model_validate(tree), variants=4)
    assert proof.ok
    assert [found.name for found in proof.withheld] == ["en_US/3"]
    assert lines(proof)[-1] == (
        "  - not handed out, since others ask 18.75 to 31.25 commands and -1.5 to 2.5 exceptions: "
        "en_US/3 (25 and 5)"
    )


def test_variants_that_have_no_middle_are_named(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree["world"]["variants"] = 4
    uneven(monkeypatch, 0, 0, 10, 10)
    (failure,) = proven(tree).failures
    assert failure == "the variants are not comparable: 4 of 4 ask more or less than others"


def test_same_fault_is_told_once_with_its_variants(tree: Tree) -> None:
    tree["world"] |= {"locales": ["en_US", "zh_TW"]}
    goal(tree, "no-refusals")["check"] = {"never_refused": {"codes": ["MISSING_REASON"]}}
    assert all(it.endswith(" (every variant)") for it in proven(tree).failures)

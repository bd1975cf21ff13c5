"""What to try next time, for a goal that lost points: by what its check demands."""

from typing import Final

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainer.orders.refusals import snake_case
from trainer.training.checks import Check
from trainer.training.combined import Several
from trainer.training.scenario import Goal

_BY_CHECK: Final[dict[str, LazyString]] = {
    "entered_exactly": _l(
        "Lay the message beside the draft and compare field by field before you "
        "submit."
    ),
    "order_is": _l("Open the order and see which label it has; its forms say what brings it on."),
    "happened": _l("Look in the order's timeline whether it has happened before you go on."),
    "happened_within": _l("Do this one first: its clock starts before you look at the rest."),
    "happened_before": _l(
        "Keep to the sequence: finish the earlier act before you begin the later "
        "one."
    ),
    "promised_as_asked": _l(
        "Check stock and supply for the day the customer asked for before you "
        "confirm."
    ),
    "line_promised": _l(
        "Look up for each line when it can come, and give those that can come sooner a date "
        "of their own."
    ),
    "promise_kept": _l(
        "Watch the promised day on the order, and act while there is still time to "
        "ship."
    ),
    "rule_stands": _l("Try the rule on the orders that are there before you switch it on."),
    "acted_by_rule": _l(
        "Let the rule do it: leave the order to it, and see in its timeline who "
        "acted."
    ),
    "order_has": _l(
        "Compare the figures on the order with what the goal asks for before you go "
        "on."
    ),
    "stock_has": _l(
        "Look at the inventory before and after: the shelf says what is still "
        "missing."
    ),
    "refused_with": _l(
        "Try the act that the goal is about where it cannot work, and read why it is "
        "refused."
    ),
    "answer_is": _l(
        "Find the figure on the page it comes from, work it out once more, then "
        "answer."
    ),
    "figure_is": _l("Look at the report's figure before you hand in: it counts as it stands then."),
    "never_refused": _l(
        "Use “What if?” beside a form: it says whether the act would be refused, and costs "
        "nothing."
    ),
    "never_happened": _l("Look at what the act would lead to (“What if?”) before you do it."),
    "none_of": _l("Look at what the act would lead to (“What if?”) before you do it."),
    "always": _l("See to it before anything else: it counts at every moment, not only in the end."),
    "follows": _l(
        "Compare your steps with the reference: leave out what it does not do, and keep its "
        "sequence."
    ),
    "handed_over_well": _l(
        "Read your note as the one who gets it: how many, how much, by when, which "
        "number?"
    ),
    "efficient": _l(
        "Compare with the reference: it gets there in fewer acts. Plan the order of them "
        "first."
    ),
    "at_end": _l(
        "Look at it once more right before the end: what you did last may have changed "
        "it."
    ),
    "finding_names": _l(
        "Look at the books right after each event (“as it stood then”), and name the first one "
        "after which a rule does not hold."
    ),
    "never_falsely_reported": _l(
        "Put the numbers into the rule before you report: where it holds, there is nothing to "
        "report."
    ),
    "month_reaches": _l(
        "Change one measure at a time, and see which figure of the month it "
        "moves."
    ),
}  # fmt: skip


def init(app: Flask) -> None:
    """Give it to the ledger."""
    app.jinja_env.globals["to_try"] = to_try


def to_try(goal: Goal) -> LazyString:
    """One sentence; of several checks together, that of the first one."""
    check: Check = goal.check
    while isinstance(check, Several) and snake_case(type(check).__name__) not in _BY_CHECK:
        check = check.checks[0]
    return _BY_CHECK[snake_case(type(check).__name__)]

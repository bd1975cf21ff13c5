"""The order desk: what a trainee sees and does in a sandbox, now or at any moment of its run."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user

from trainer.orders.changes import answered, order_of
from trainer.orders.clock import AdvanceClock
from trainer.orders.currencies import currency_of
from trainer.orders.engine import Command, OrderCommand, Recorded
from trainer.orders.hand_overs import HandOver
from trainer.orders.intake import CreateDraft, DraftCreated
from trainer.orders.laws import LAWS
from trainer.orders.production import CreateProduction
from trainer.orders.questions import AskCustomer, DeclineRequest
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.settlement import SettleBatch
from trainer.orders.values import DAY, HOUR, MINUTE, day_of, moment_of
from trainer.play.preview import Effects
from trainer.play.sandbox import Outcome
from trainer.play.stops import next_morning
from trainer.simulation.deadlines import deadlines
from trainer.training.checks import Refused
from trainer.web import actions, changes, forks, hunt, lists, queues, screens, supply
from trainer.web.forms import FormErrors, read, whole, written
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.inbox import messages_shown, replies
from trainer.web.screens import Screen, desk, screen
from trainer.web.screens import acting as _acting
from trainer.web.screens import intent as _intent

bp = Blueprint("desk", __name__, url_prefix="/attempts/<key>")


# --- pages --------------------------------------------------------------------------------------


@bp.get("/")
@auth_required()
def home(key: str) -> ResponseReturnValue:
    """Where the current step is done."""
    seen = screen(key)
    steps = seen.course.opening.scenario.steps
    if not steps:  # free practice: whatever comes in says what there is to do
        return redirect(url_for(".inbox", key=key))
    place = seen.course.judge.current_step(seen.run.progress)
    if place == len(steps):
        return redirect(url_for(".score", key=key))
    return redirect(url_for(screens.PLACES[steps[place].anchor], key=key))


@bp.get("/orders")
@auth_required()
def orders(key: str) -> ResponseReturnValue:
    """The list: searched, filtered, page by page; the address says all of it."""
    seen = screen(key)
    shown = lists.listed(seen)
    if is_fragment():
        return render_template("parts/order-list.html", **shown)
    return render_template("pages/orders.html", **screens.surroundings(seen, "orders") | shown)


@bp.get("/orders/new")
@auth_required()
def new_order(key: str) -> ResponseReturnValue:
    """The form that opens an order, beside the message it comes from."""
    seen = screen(key)
    message_id = request.args.get("message", "")
    form = actions.draft_form(seen.world, message_id)
    return _new_order_page(seen, form, message_id)


@bp.get("/orders/<number>")
@auth_required()
def order(key: str, number: str) -> ResponseReturnValue:
    """One order: where it stands, what is in it, what can be done, what has happened."""
    seen = screen(key)
    found = seen.world.orders.get(number) or abort(404)
    return render_template(
        "pages/order.html",
        **screens.surroundings(seen, "orders"),
        **screens.order_card(seen, found),
        **lists.beside_of(seen, found),
    )


@bp.get("/inventory")
@auth_required()
def inventory(key: str) -> ResponseReturnValue:
    """On hand, allocated, available, per warehouse."""
    seen = screen(key)
    words = request.args.get("q", "")
    shown = supply.inventory(seen, words)
    if is_fragment():
        return render_template("parts/inventory-list.html", **shown)
    return render_template(
        "pages/inventory.html", **screens.surroundings(seen, "inventory") | shown
    )


@bp.get("/production")
@auth_required()
def production(key: str) -> ResponseReturnValue:
    """What is planned, in work and done, and what the factory's day can hold."""
    return supply.page(screen(key), "production", words=request.args.get("q", "").strip()[:200])


@bp.get("/inbox")
@bp.get("/inbox/<message_id>")
@auth_required()
def inbox(key: str, message_id: str = "") -> ResponseReturnValue:
    """What came in, newest first, and the one that is being read."""
    return _inbox_page(screen(key), message_id)


def _inbox_page(
    seen: Screen,
    message_id: str,
    sent: FormErrors | None = None,
    preview: Effects | Refusal | None = None,
) -> str:
    """An answer to a question of ours is read with all that was said before it."""
    opened = seen.world.messages.get(message_id)
    if message_id and opened is None:
        abort(404)
    message = seen.world.messages.get(opened.reply_to, opened) if opened else None
    entered = screens.entered(seen.world, message.message_id) if message else []
    about = message.order_number or next(iter(entered), "") if message else ""
    changed = order_of(seen.world, message.change) if message and message.change else None
    order = seen.world.orders.get(about)
    todo = screens.todo(seen.world)
    around = screens.surroundings(seen, "inbox")
    told = around["refused"]
    forms: tuple[actions.Form, ...] = ()
    if message and seen.acting:
        name, typed = ("", {}) if sent is None else (sent.command, sent.values)
        if told and not sent:
            name = snake_case(type(told.command).__name__)
            typed = written(told.command, currency_of(seen.world, told.command))
        wrong = sent.errors if sent else {}
        forms = actions.message_forms(seen.world, message, name, typed, wrong, preview)
    return render_template(
        "pages/inbox.html",
        deadlines=deadlines(order, seen.world, seen.run.agenda) if order else (),
        **around,
        **messages_shown(seen.world, todo, message_id),
        message=message,
        by_hand=changes.BY_HAND,
        opened=opened,
        forms=forms,
        replies=(
            replies(seen.world, order, message, sent, preview)
            if order and message and seen.acting
            else ()
        ),
        todo=todo,
        told=answered(changed, message.change) if message and message.change and changed else None,
        order_number=changed.order_number if changed else "",
        complaint=screens.complaint_of(seen.world, message) if message else None,
        entered=entered,
        payout=screens.payout_of(seen.world, message) if message else None,
        returned=screens.returned(seen.world, message) if message else None,
    )


@bp.get("/score")
@auth_required()
def score(key: str) -> ResponseReturnValue:
    """The ledger: every line with what caused it."""
    seen = screen(key)
    return render_template(
        "pages/score.html", **screens.surroundings(seen, "score"), **screens.ledger_lines(seen)
    )


@bp.get("/debrief")
@auth_required()
def debrief(key: str) -> ResponseReturnValue:
    """The run on a slider: what happened, and the desk as it was right after it."""
    seen = screen(key)
    number = seen.sandbox.events if seen.at is None else seen.at
    history = desk().store.events(seen.sandbox.sandbox_id)
    asides = [aside for _, aside in desk().store.asides(seen.sandbox.sandbox_id)]
    entry = history[number - 1] if number else None
    past = seen._replace(at=number, acting=False)
    focus = screens.focus(past, history[:number])
    page = render_template(
        "pages/debrief.html",
        **screens.surroundings(past, "debrief"),
        **(screens.order_card(past, focus) if focus else {"order": None}),
        number=number,
        entry=entry,
        history=history,
        tries=[a for a in asides if isinstance(a, Refused) and a.after == number],
        asides_after=sorted(Counter(a.after for a in asides).items()),
        goal_of={goal.id: goal for goal in seen.course.judge.goals},
        step_of={step.id: step for step in seen.course.judge.scenario.steps},
        solved=hunt.solved(seen, over=forks.told_by_the_end(seen)),
        laws=LAWS,
        bare=hunt.bare,
    )
    if not is_fragment():
        return page
    return hx_reply(page, push_url=url_for(".debrief", key=key, at=number))


# --- acting -------------------------------------------------------------------------------------


@bp.get("/commands")
@auth_required()
def nothing_sent(key: str) -> ResponseReturnValue:
    """The address of a form that was refused, opened anew: back to the desk, with nothing done."""
    return redirect(url_for(".home", key=key))


@bp.post("/commands")
@auth_required()
def perform(key: str) -> ResponseReturnValue:
    """A form becomes a command; what comes of it is shown where it was asked for."""
    seen = _acting(key)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    name = typed.pop("command", "")
    command_id = _intent(typed.pop("command_id", ""))
    version = typed.pop("version", "0")
    asking = typed.pop("preview", "")
    reply_to, board = typed.pop("reply_to", ""), typed.pop("board", "")
    looked = queues.Asked.sent(typed.pop("in_full", ""), typed.pop("looked_for", ""))
    beside = typed.pop("beside", "")  # on whose page it was asked, where that follows from nothing
    if name not in actions.TITLES:  # what no screen offers is not done by a form
        abort(400)
    page = supply.page_of(name, typed)
    command = read(name, typed, screens.currency_typed(seen.world, typed))
    if name in _BY_MESSAGE:
        return _written_back(seen, command, command_id, typed if asking else None)
    if isinstance(command, FormErrors):
        told = supply.Told(command.command, command.values, command.errors)
        if page:
            return supply.page(seen, page, told, looked.words), 422
        if board in queues.BOARDS and (answered := queues.answer(seen, board, told, looked)):
            return answered, 422
        if reply_to in seen.world.messages:
            return _inbox_page(seen, reply_to, command), 422
        return _malformed(seen, command, beside), 422
    if asking and isinstance(command, CreateDraft):
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        form = actions.draft_form(seen.world, command.message_id, typed)._replace(preview=asked)
        return _new_order_page(seen, form, command.message_id)
    number = "" if page or isinstance(command, CreateDraft) else beside or _number(command)
    if number and number not in seen.world.orders:
        abort(404)
    if asking and page:
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        return supply.page(seen, page, supply.Told(name, typed, preview=asked), looked.words)
    if asking and reply_to in seen.world.messages:
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        return _inbox_page(seen, reply_to, FormErrors(name, typed, {}), asked)
    if asking and board in queues.BOARDS:
        asked = desk().preview(
            seen.sandbox,
            command,
            actor=current_user.name,
            expected_version=whole(version) or 0,
        )
        told = supply.Told(name, typed, preview=asked)
        if answered := queues.answer(seen, board, told, looked):
            return answered
        return _preview(seen, command, typed, whole(version) or 0, number)
    if asking and number:
        return _preview(seen, command, typed, whole(version) or 0, number)
    outcome = desk().perform(
        seen.sandbox,
        command,
        actor=current_user.name,
        command_id=command_id,
        expected_version=whole(version) or 0,
    )
    if page:
        kept = f"q={quote(looked.words)}&" if looked.words else ""
        return redirect(f"{url_for(f'.{page}', key=key)}?{kept}{screens.said(outcome)}", 303)
    if reply_to in seen.world.messages:  # written back from the inbox, so that is where it is told
        back = url_for(".inbox", key=key, message_id=reply_to)
        return redirect(f"{back}?{screens.said(outcome)}", 303)
    if board in queues.BOARDS:
        return redirect(looked.address(key, board, screens.said(outcome)), 303)
    return _answer(seen, outcome, command, typed, number)


_BY_MESSAGE: Final = ("ask_customer", "decline_request")
"""What is written back to a message, before there is an order."""


def _written_back(
    seen: Screen,
    command: Command | FormErrors,
    command_id: str,
    asking: dict[str, str] | None,
) -> ResponseReturnValue:
    if isinstance(command, FormErrors):
        return _inbox_page(seen, command.values.get("message_id", ""), command), 422
    assert isinstance(command, AskCustomer | DeclineRequest)
    if command.message_id not in seen.world.messages:
        abort(404)
    if asking:
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        told = FormErrors(snake_case(type(command).__name__), asking, {})
        return _inbox_page(seen, command.message_id, told, asked)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    page = url_for(".inbox", key=seen.sandbox.key, message_id=command.message_id)
    return redirect(f"{page}?{screens.said(outcome)}", 303)


@bp.post("/clock")
@auth_required()
def wait(key: str) -> ResponseReturnValue:
    """Let time pass: to the next thing that happens, an hour, or to the next morning."""
    seen = _acting(key)
    command_id = _intent(request.form.get("command_id", ""))
    now = seen.world.now
    due = seen.run.agenda.next()
    to = {
        "next": max(due.at, now) if due else now + HOUR,
        "hour": now + HOUR,
        "morning": moment_of(day_of(now + DAY), hour=9),
    }.get(request.form.get("until", ""))
    if to is None:
        abort(400)
    outcome = desk().perform(
        seen.sandbox, AdvanceClock(to=to), actor=current_user.name, command_id=command_id
    )
    return redirect(screens.back(key, done=outcome.run.world.number, waited=seen.world.number), 303)


@bp.post("/clock/run")
@auth_required()
def run(key: str) -> ResponseReturnValue:
    """Let the clock run at a pace of minutes a second, or pause it with none; the page asks on."""
    seen = _acting(key)
    pace = whole(request.form.get("pace", ""))
    if pace is None or pace not in (0, *screens.PACES):
        abort(400)
    if not is_fragment():
        return redirect(screens.back(key), 303)
    around = screens.surroundings(seen, "") | {"back": screens.back(key), "pace": pace}
    return render_template("parts/bar.html", **around)


@bp.post("/clock/tick")
@auth_required()
def tick(key: str) -> ResponseReturnValue:
    """One second of a running clock; where somebody should look, it stops and the page says why."""
    seen = _acting(key)
    pace = whole(request.form.get("pace", ""))
    if pace not in screens.PACES:
        abort(400)
    now, due = seen.world.now, seen.run.agenda.next()
    to = now + pace * MINUTE
    if due:  # not past what happens next, so that a stop is at its moment
        to = max(min(to, due.at), now)
    to = min(to, next_morning(now))
    outcome = desk().perform(
        seen.sandbox,
        AdvanceClock(to=to),
        actor=current_user.name,
        command_id=_intent(request.form.get("command_id", "")),
    )
    after = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    stops = outcome.refused or screens.calls_for(outcome.entries, after, now)
    if stops or not is_fragment():
        page = screens.back(key, done=after.world.number, waited=seen.world.number)
        return hx_reply(redirect=page) if is_fragment() else redirect(page, 303)
    return render_template(
        "parts/clock-ticker.html",
        screen=after,
        world=after.world,
        pace=pace,
        back=screens.back(key),
    )


@bp.post("/hints")
@auth_required()
def hint(key: str) -> ResponseReturnValue:
    """Take the next hint, at the price that was shown; an older page only sees how it is now."""
    seen = after = _acting(key)
    command_id = _intent(request.form.get("command_id", ""))
    shown = screens.coach(seen)["hints_shown"]
    if request.form.get("shown", shown) == shown:
        outcome = desk().take_hint(seen.sandbox, command_id)
        after = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    if is_fragment():
        known = screens.surroundings(after, "coach") | {"back": screens.back(key)}
        newest = after.run.progress.hints[-1].number if after.run.progress.hints else 0
        return render_template("parts/coach-reply.html", **known, newest=newest)
    return redirect(screens.back(key), 303)


def _answer(
    seen: Screen, outcome: Outcome, command: Any, typed: Mapping[str, str], number: str
) -> ResponseReturnValue:
    key = seen.sandbox.key
    after = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    if isinstance(command, CreateDraft):
        return _draft_answer(after, outcome, typed)
    name = snake_case(type(command).__name__)
    if is_fragment():
        order = after.world.orders[number]
        around = screens.surroundings(after, "orders") | {
            "refused": outcome.refused,
            "done": (*outcome.meanwhile, *outcome.entries),
            "meanwhile": _first(outcome),
            "earned": screens.earned(after, outcome.before.progress),
            "back": url_for(".order", key=key, number=number),
        }
        return render_template(
            "parts/order-reply.html",
            **around,
            **screens.order_card(
                after, order, name, typed if outcome.refused else None, outcome.refused
            ),
        )
    return redirect(f"{url_for('.order', key=key, number=number)}?{screens.said(outcome)}", 303)


def _first(outcome: Outcome) -> tuple[Recorded, ...]:
    """What others did before a refused try."""
    if outcome.refused is None:
        return ()
    return screens.meanwhile(outcome.sandbox.sandbox_id, outcome.refused, outcome.meanwhile)


def _preview(
    seen: Screen, command: Any, typed: Mapping[str, str], version: int, number: str
) -> str:
    """The order as it is, and beside the form what would become of it; nothing has happened."""
    asked = desk().preview(seen.sandbox, command, actor=current_user.name, expected_version=version)
    page = "parts/order-reply.html" if is_fragment() else "pages/order.html"
    back = url_for(".order", key=seen.sandbox.key, number=number)
    return render_template(
        page,
        **screens.surroundings(seen, "orders") | {"back": back},
        **screens.order_card(
            seen,
            seen.world.orders[number],
            snake_case(type(command).__name__),
            typed,
            preview=asked,
        ),
    )


def _draft_answer(seen: Screen, outcome: Outcome, typed: Mapping[str, str]) -> ResponseReturnValue:
    if outcome.refused is None:
        numbers = [e.event.order_number for e in outcome.entries if _opens(e)]
        newest = next(seen.world.newest()).order_number
        number = numbers[0] if numbers else newest
        page = url_for(".order", key=seen.sandbox.key, number=number)
        return redirect(f"{page}?{screens.said(outcome)}", 303)
    message_id = typed.get("message_id", "")
    form = actions.draft_form(seen.world, message_id, typed)
    return _new_order_page(seen, form, message_id, outcome.refused)


def _opens(entry: Recorded) -> bool:
    return isinstance(entry.event, DraftCreated)


def _number(command: Any) -> str:
    if isinstance(command, OrderCommand | CreateProduction):
        return command.order_number
    if isinstance(command, SettleBatch | HandOver) and command.order_numbers:
        return command.order_numbers[0]
    abort(400)


def _malformed(seen: Screen, bad: FormErrors, beside: str) -> str:
    """The page again, with what was typed and what is wrong beside each field."""
    if bad.command == "create_draft":
        message_id = bad.values.get("message_id", "")
        form = actions.draft_form(seen.world, message_id, bad.values, bad.errors)
        return _new_order_page(seen, form, message_id)
    number = bad.values.get("order_number") or bad.values.get("order_numbers.0") or beside
    order = seen.world.orders.get(number) or abort(404)
    page = "parts/order-reply.html" if is_fragment() else "pages/order.html"
    back = url_for(".order", key=seen.sandbox.key, number=number)
    return render_template(
        page,
        **screens.surroundings(seen, "orders") | {"back": back},
        **screens.order_card(seen, order, bad.command, bad.values, errors=bad.errors),
    )


def _new_order_page(
    seen: Screen, form: actions.Form, message_id: str, refused: Refused | None = None
) -> str:
    surroundings = screens.surroundings(seen, "orders")
    if refused:
        surroundings["refused"] = refused
    return render_template(
        "pages/new-order.html",
        **surroundings,
        form=form,
        message=seen.world.messages.get(message_id),
    )

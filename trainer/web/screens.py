"""What the desk's templates are given: the run as it is looked at, and the parts around it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, cast

from flask import (
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_security import current_user

from trainer.orders.cards import stage
from trainer.orders.cash import payouts_of
from trainer.orders.changes import open_change
from trainer.orders.clock import AdvanceClock
from trainer.orders.currencies import asked_in, currency_of, in_use, priced_in
from trainer.orders.desks import WrongDesk, own
from trainer.orders.engine import Command, Recorded
from trainer.orders.feedback import ComplaintReceived
from trainer.orders.goods_receipt import uncounted
from trainer.orders.holds import PlaceHold
from trainer.orders.intake import MessageReceived
from trainer.orders.ledgers import line_ledger, money_ledger
from trainer.orders.payment import refundable
from trainer.orders.price_changes import AskPriceRise, ChangePrice, PriceRiseAnswered
from trainer.orders.questions import CustomerAnswered
from trainer.orders.refunds import RefundReversed
from trainer.orders.refusals import Refusal, VersionConflict, snake_case
from trainer.orders.repair_quotes import RepairQuoteAnswered
from trainer.orders.search import folded
from trainer.orders.status import (
    LABELS,
    Label,
    after_sale_label,
    fulfilment_status,
    invoice_status,
    label_of,
    overlays,
    payment_status,
    return_status,
    shipped_of,
    sub_label,
    tracking_status,
)
from trainer.orders.store_credit import balance
from trainer.orders.tasks import TaskHandedBack
from trainer.orders.wishes import open_wish
from trainer.orders.world import Complaint, Message, Order, Payout, Product, Refund, World
from trainer.play.desks import elsewhere
from trainer.play.leading import next_act
from trainer.play.offers import offers
from trainer.play.ports import NotFound, Sandbox
from trainer.play.preview import Effects
from trainer.play.run import Course, Run
from trainer.play.sandbox import Desk, Outcome
from trainer.play.stops import expired, promised, running_out, tasks_due
from trainer.simulation.deadlines import deadlines
from trainer.training.checks import EnteredExactly, Refused, Seen, as_filed, differences
from trainer.training.judge import Progress
from trainer.training.scenario import Step
from trainer.training.scoring import Moved, ledger, left_of, moved, next_hint, total
from trainer.web import actions, labels, promotions, timed
from trainer.web.alterations import alterations
from trainer.web.forms import by_hand, calendar_day, whole, written
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.questions import in_words, questions
from trainer.web.rules import delivery_wish
from trainer.web.sight import in_sight
from trainer.web.words import real_clock, word


class Screen(NamedTuple):
    """What every page of the desk needs: the run as it is looked at, and whether one may act."""

    sandbox: Sandbox
    course: Course
    run: Run
    at: int | None
    acting: bool
    owner: str = ""
    """Whose run it is, where somebody else looks at it."""
    extra_time: int = 0
    """Percent of a time limit that its owner has on top."""
    time_is_up: bool = False
    """Whether the clock has handed it in just now."""

    @property
    def world(self) -> World:
        """The world as it is looked at."""
        return self.run.world


PLACES: Final = {
    "inbox": "desk.inbox",
    "orders": "desk.orders",
    "order": "desk.orders",
    "inventory": "desk.inventory",
    "production": "desk.production",
    "automation": "automation.index",
    "clock": "desk.orders",
    "customers": "customers.index",
    "reports": "reports.index",
    "month": "months.index",
    "hunt": "hunt.index",
}
"""Where the anchor of a step is found; an order's and the clock's are reached by way of the list.
On the screen it is `data-anchor`, and a test looks for each."""


def desk() -> Desk:
    """The desk of this app."""
    return cast(Desk, current_app.extensions["desk"])


def screen(key: str) -> Screen:
    """The sandbox of an address: its owner acts, those who teach may look, nobody else knows it."""
    try:
        sandbox = desk().store.find(key)
    except NotFound:
        abort(404)
    mine = sandbox.person_id == current_user.id
    time_is_up = False
    if mine:
        found = sandbox
        sandbox = timed.kept(desk(), found, current_user.extra_time)
        time_is_up = sandbox.standing.finished and not found.standing.finished
    else:
        in_sight(sandbox.person_id)
    at = whole(request.args.get("at", ""))
    if at is not None:
        at = min(max(at, 0), sandbox.events)
    run = desk().run(sandbox) if at is None else desk().at(sandbox, at)
    acting = mine and at is None and not sandbox.replaced
    known = current_app.extensions
    owner = "" if mine else known["name_of"](sandbox.person_id)
    extra = current_user.extra_time if mine else known["extra_time_of"](sandbox.person_id)
    course = desk().course(sandbox)
    if time_is_up and request.method == "GET":
        flash(_time_over(course, sandbox, extra), "info")
    return Screen(sandbox, course, run, at, acting, owner, extra, time_is_up)


def acting(key: str) -> Screen:
    """The sandbox of an address, for its owner only, and only now."""
    seen = screen(key)
    if seen.sandbox.replaced and seen.sandbox.person_id == current_user.id:
        abort(_not_done(seen, _("Another page has begun anew, or taken a step back.")))
    if seen.time_is_up:
        abort(_not_done(seen, _time_over(seen.course, seen.sandbox, seen.extra_time)))
    if not seen.acting:
        abort(403)
    return seen


def _time_over(course: Course, sandbox: Sandbox, extra: int) -> str:
    end = timed.until(course.judge.scenario, sandbox, extra) or 0
    return _(
        "Your time was over at %(clock)s: the run has been handed in as it stood.",
        clock=real_clock(end),
    )


def _not_done(seen: Screen, why: str) -> Any:
    """What was sent came too late for its run: the page stays as it is, or shows what was typed."""
    go_on = url_for("desk.home", key=seen.sandbox.key)
    typed = [value for name, value in request.form.items(multi=True) if by_hand(name, value)]
    if not typed:
        if seen.time_is_up:  # of another page, the page it leads to says it itself
            flash(why, "info")
        return hx_reply(redirect=go_on) if is_fragment() else redirect(go_on, 303)
    told = {"why": why, "go_on": go_on, "typed": typed}
    if is_fragment():
        page = render_template("parts/not-done.html", **told)
        return hx_reply(page, 409, retarget="#toasts", reswap="innerHTML")
    return make_response(render_template("pages/not-done.html", **told), 409)


def intent(command_id: str) -> str:
    """The id our form gave to one intent; the same twice is the same intent."""
    if not re.fullmatch(r"[\w-]{1,40}", command_id, re.ASCII):
        abort(400)
    return command_id


def back(key: str, **notice: Any) -> str:
    """The page somebody came from, if it is a page of this desk; with what to say there."""
    home = url_for("desk.home", key=key)
    path = request.form.get("back", "").split("?")[0]
    if not path.startswith(home) or "//" in path or "\\" in path or not path.isprintable():
        path = home
    if not notice:
        return path
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in notice.items())}"


def said(outcome: Outcome) -> str:
    """What the next page shall say, in its address."""
    if outcome.refused:
        first = f"&waited={outcome.before.world.number}" if outcome.meanwhile else ""
        return f"refused={outcome.refused.number}{first}"
    return f"done={outcome.run.world.number}&waited={outcome.before.world.number}"


def surroundings(seen: Screen, place: str) -> dict[str, Any]:
    """Bar, coach and notice: what stands around every page of the desk."""
    return {
        "screen": seen,
        "world": seen.world,
        "place": place,
        "back": request.path if request.method == "GET" else request.form.get("back", ""),
        **_bar(seen),
        **coach(seen),
        **notice(seen),
    }


def _bar(seen: Screen) -> dict[str, Any]:
    judge, progress = seen.course.judge, seen.run.progress
    lines = ledger(judge, progress)
    due = seen.run.agenda.next()
    return {
        "scenario": seen.course.opening.scenario,
        "reached": sum(1 for s in progress.seen if s.state == "reached"),
        "goals": sum(1 for goal in judge.goals if not goal.check.standing),
        "points": total(lines),
        "finished": judge.finished(progress),
        "due_at": max(due.at, seen.world.now) if due else None,
        "paces": PACES,
        "until": timed.until(seen.course.judge.scenario, seen.sandbox, seen.extra_time),
        "seat": seen.world.seat if seen.world.policies.desks else None,
    }


def _telling(seen: Screen) -> bool:
    """Whether it may be said what is right: of an exam under way to nobody who could still act,
    not even when they look back at a moment of it.
    """
    exam, run = seen.course.judge.scenario.mode == "exam", seen.sandbox
    return not exam or run.standing.finished or run.replaced or bool(seen.owner)


def coach(seen: Screen) -> dict[str, Any]:
    judge, progress = seen.course.judge, seen.run.progress
    offer = next_hint(judge, progress)
    current = judge.current_step(progress)
    steps = judge.scenario.steps
    states = {g.id: s for g, s in zip(judge.goals, progress.seen, strict=True)}
    return {
        "scenario": judge.scenario,
        "current": current,
        "lead": _lead(seen, current, states) if current < len(steps) else None,
        "states": states,
        "left": {goal.id: left_of(goal, states[goal.id]) for goal in judge.scenario.standing},
        "differs": _differs(seen, states),
        "broken": {goal for goal, seen in states.items() if seen.state == "broken"},
        "hint": offer[2] if offer else None,
        "taken": progress.hints,
        "hints_shown": f"{current}-{len(progress.hints)}",
        "until": timed.until(judge.scenario, seen.sandbox, seen.extra_time),
        "finished": judge.finished(progress),
        "telling": _telling(seen),
        "questions": questions(judge, seen.run) if seen.acting else {},
        "unread": {},
    }


class Lead(NamedTuple):
    """Where the current step goes on."""

    href: str
    show: str
    """The command that comes next, as a page finds its form; then the step's other ones."""
    act: Command | None = None

    def among(self, forms: Sequence[actions.Form], order: Order) -> actions.Form | None:
        """The form of an order that comes next: the one that is led to, none where that is of
        another order or time has to pass; the first of all where nothing is led to.
        """
        if self.act is None:
            return forms[0] if forms else None
        mine = self.act if getattr(self.act, "order_number", "") == order.order_number else None
        for form in forms if mine else ():
            says = dict(form.hidden)
            if form.command == snake_case(type(mine).__name__) and all(
                says.get(field, value) == str(value) for field, value in _told(mine)
            ):
                return form
        return None


def _told(act: Command | None) -> list[tuple[str, Any]]:
    return [(field, value) for field in actions.TELLING if (value := getattr(act, field, None))]


def _lead(seen: Screen, place: int, states: dict[str, Seen]) -> Lead:
    """The page and form of what comes next; the place of the step where nothing can be done."""
    step = seen.course.judge.scenario.steps[place]
    names = [next(iter(command)) for command in step.solution]
    guided = seen.acting and seen.course.judge.scenario.mode == "guided"
    act = None
    if guided:
        entries = desk().store.events(seen.sandbox.sandbox_id)
        act = next_act(seen.course, seen.run, entries, place)
    if act is None:
        return Lead(_where(seen, step, states), " ".join(dict.fromkeys(names)))
    first = snake_case(type(act).__name__)
    others = [name for name in dict.fromkeys(names) if name != first]
    shown = " ".join((actions.shown_as(first, _told(act)), *others))
    return Lead(_page_of(seen, step, states, act), shown, act)


def _page_of(seen: Screen, step: Step, states: dict[str, Seen], act: Command) -> str:
    key, world = seen.sandbox.key, seen.world
    place = _where(seen, step, states)
    message_id = getattr(act, "message_id", "")
    numbers = (getattr(act, "order_number", ""), *getattr(act, "order_numbers", ()))
    number = next((number for number in numbers if number in world.orders), "")
    if isinstance(act, AdvanceClock):
        return request.path if request.method == "GET" else place
    if step.anchor not in ("inbox", "order"):
        return place
    if not number:
        known = message_id in world.messages
        return url_for("desk.inbox", key=key, message_id=message_id) if known else place
    page = url_for("desk.order", key=key, number=number)
    letter = _letter(world, number) if step.anchor == "inbox" else ""
    read = url_for("desk.inbox", key=key, message_id=letter) if letter else page
    if world.orders[number].status != "draft" and request.path not in (read, page):
        return read  # what is asked of an order is read first; beside a draft it stands anyway
    return page


def _letter(world: World, number: str) -> str:
    """The newest message of a customer about an order; nothing if it came by none."""
    about = [
        it
        for it in world.messages.values()
        if it.customer_id and number in (it.order_number, *world.by_message.get(it.message_id, ()))
    ]
    return max(about, key=lambda it: (it.received_at, it.message_id)).message_id if about else ""


def _where(seen: Screen, step: Step, states: dict[str, Seen]) -> str:
    """The page of a step: the very order or message that its goals are about, once it is there."""
    key, cast = seen.sandbox.key, seen.course.opening.cast
    for goal in step.goals:
        asked = cast.get(getattr(goal.check, "order", None) or "")
        number = states[goal.id].order
        if step.anchor == "order" and asked and not number:
            number = next(iter(entered(seen.world, asked.message_id)), "")
        if step.anchor == "order" and number:
            return url_for("desk.order", key=key, number=number)
        if step.anchor == "inbox" and asked and asked.message_id in seen.world.messages:
            return url_for("desk.inbox", key=key, message_id=asked.message_id)
    return url_for(PLACES[step.anchor], key=key)


def _differs(seen: Screen, states: dict[str, Seen]) -> dict[str, tuple[str, ...]]:
    """In what a submitted order does not say what its message says, by goal."""
    cast = seen.course.opening.cast
    return {
        goal.id: differences(
            seen.world.orders[states[goal.id].order],
            as_filed(cast[goal.check.order].request, seen.world),
        )
        for goal in seen.course.judge.goals
        if isinstance(goal.check, EnteredExactly)
        and states[goal.id].state == "open"
        and states[goal.id].order in seen.world.orders
    }


def notice(seen: Screen) -> dict[str, Any]:
    """What has just been done or refused, named by the address after a redirect."""
    refused = whole(request.args.get("refused", ""))
    done, waited = whole(request.args.get("done", "")), whole(request.args.get("waited", ""))
    if request.method != "GET" or not (refused or done):
        return {"refused": None, "done": (), "meanwhile": (), "earned": ()}
    store, sandbox_id = desk().store, seen.sandbox.sandbox_id
    if refused:
        found = [a for _id, a in store.asides(sandbox_id, after=refused - 1)[:1]]
        why = found[0] if found and isinstance(found[0], Refused) else None
        first = store.events(sandbox_id, after=waited) if why and waited is not None else ()
        return {
            "refused": why,
            "done": (),
            "meanwhile": meanwhile(sandbox_id, why, tuple(first)) if why else (),
            "earned": _earned_since(seen, why.after, why.after, refused) if why else (),
        }
    entries = store.events(sandbox_id, after=waited or 0)
    shown = tuple(e for e in entries if e.number <= (done or 0))
    if any(map(_by_hand, entries[len(shown) :])):  # an old address: more has been done since
        shown = ()
    return {
        "refused": None,
        "done": shown,
        "meanwhile": (),
        "earned": _earned_since(seen, waited or 0, done or 0) if shown else (),
    }


def _by_hand(entry: Recorded) -> bool:
    """Whether somebody at this desk did it, and no colleague, rule or happening outside."""
    return entry.role in ("clerk", "supervisor") and own(entry.command_id)


def earned(seen: Screen, before: Progress, after: Progress | None = None) -> tuple[Moved, ...]:
    """What an act did to the score, goal by goal; of an exam under way nothing is told."""
    judge = seen.course.judge
    return moved(judge, before, after or seen.run.progress) if _telling(seen) else ()


def _earned_since(seen: Screen, since: int, until: int, tried: int = 0) -> tuple[Moved, ...]:
    """The same, of the events between two of them, or of a try; told from the run itself."""
    if not _telling(seen):
        return ()
    sandbox_id = seen.sandbox.sandbox_id
    entries = desk().store.events(sandbox_id)
    asides = desk().store.asides(sandbox_id)
    earlier = [it for it in asides if it[1].after <= since and not 0 < tried <= it[1].number]
    was = seen.course.replay(entries[:since], earlier)
    then = [it for it in asides if it[1].number == tried]
    return earned(seen, was.progress, seen.course.replay(entries[since:until], then, was).progress)


def meanwhile(
    sandbox_id: int, refused: Refused, first: tuple[Recorded, ...]
) -> tuple[Recorded, ...]:
    """What others did before a refused try: to the order since it was looked at, if that is why."""
    why = refused.refusal
    known = desk().store.events(sandbox_id) if isinstance(why, VersionConflict) else first
    known = [entry for entry in known if entry.number <= refused.after]
    if isinstance(why, VersionConflict):  # each event of an order makes its version one higher
        known = [entry for entry in known if _concerns(entry, why.order_number)]
        known = known[-(why.current - why.seen) :]
    return tuple(known)


def day_wanted(name: str) -> date | None:
    """The day of that name in the address; none if it is none."""
    return calendar_day(request.args.get(name, ""))


def more_of(order: Order, world: World) -> str:
    """What stands behind the label, small: what it waits for, how much of it has left, or why it
    was called off.
    """
    left = shipped_of(order)
    if left is not None:
        return f"{left[0]} / {left[1]}"
    if order.called_off and order.called_off_for != "other":
        return word(order.called_off_for)
    return word(sub_label(order, world) or "")


def path_of(order: Order, label: Label) -> tuple[Label, ...]:
    """The stages of this very order: only who pays first is waited for, and what is called off
    ends there.
    """
    if label == "closed":
        return ("draft", "awaiting_confirmation", "closed")
    left_out = {"closed", "shipped" if label == "partly_shipped" else "partly_shipped"}
    if order.payment_terms != "prepay":
        left_out.add("pending_payment")
    return tuple(stage for stage in LABELS if stage not in left_out)


def currency_typed(world: World, typed: Mapping[str, str]) -> str:
    """The currency of a form: the one chosen in it, else that of its order or customer."""
    chosen = typed.get("currency", "")
    if chosen in in_use(world) or chosen in priced_in(world):
        return chosen
    number = typed.get("order_number") or typed.get("order_numbers.0", "")
    return asked_in(world, number, typed.get("customer_id", ""))


def order_card(
    seen: Screen,
    order: Order,
    command: str = "",
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    errors: Mapping[str, str] | None = None,
    preview: Effects | Refusal | None = None,
) -> dict[str, Any]:
    """Everything the order card shows."""
    world = seen.world
    refused = refused or notice(seen)["refused"]
    if refused and not typed:
        command = snake_case(type(refused.command).__name__)
        typed = written(refused.command, currency_of(world, refused.command))
    events = history_of(seen, order)
    message = world.messages.get(order.message_id)
    return {
        "order": order,
        "currency": currency_of(world, order),
        "customer": world.customers[order.customer_id],
        "label": label_of(order),
        "more": more_of(order, world),
        "after_sales": {back.rma_number: after_sale_label(back) for back in order.returns},
        "path": path_of(order, label_of(order)),
        "flags": overlays(order, world.now),
        "deadlines": deadlines(order, world, seen.run.agenda),
        "dimensions": {
            "payment": payment_status(order),
            "fulfilment": fulfilment_status(order, world),
            "tracking": tracking_status(order),
            "invoice": invoice_status(order),
            **({"return": return_status(order)} if order.returns else {}),
        },
        "line_ledgers": [(line, line_ledger(order, line)) for line in order.lines],
        "money_ledger": money_ledger(order),
        "card_stage": stage,
        "promotion": promotions.told(world, order),
        "task_owners": {task.task_number: actions.who(world, task.owner) for task in order.tasks},
        "store_credit": balance(world.customers[order.customer_id], world.now),
        "message": message,
        "payouts": payouts_of(world, order),
        "delivery_wish": delivery_wish(world, order),
        "uncounted": uncounted,
        "timeline": events[::-1],
        "passed": _passed(events),
        "altered": alterations(
            events, seen.course.opening.world.orders.get(order.order_number), world
        ),
        "why": labels.why,
        "outgoing": current_app.extensions["documents"].outgoing(order, events),
        **_forms(seen, order, command, typed or {}, errors or {}, preview),
    }


_BEGUN_BY: Final[Mapping[str, Label]] = {
    "OrderSubmitted": "awaiting_confirmation", "OrderConfirmed": "pending_payment",
    "PaymentReceived": "awaiting_shipment", "PaymentCaptured": "awaiting_shipment",
    "PackageShipped": "shipped", "PackageScanned": "in_transit", "PackageDelivered": "signed",
    "OrderCompleted": "completed", "OrderSettled": "settled",
}  # fmt: skip
"""The event with which a stage of an order's path begins."""


def _passed(events: list[Recorded]) -> dict[str, int]:
    """Where the stages of a path began in this run."""
    found: dict[str, int] = {"draft": events[0].number} if events else {}
    for entry in events:
        stage = _BEGUN_BY.get(type(entry.event).__name__)
        if stage:
            found.setdefault(stage, entry.number)
            if stage == "pending_payment":  # who pays later is not waited for
                found.setdefault("awaiting_shipment", entry.number)
            if stage == "shipped":
                found.setdefault("partly_shipped", entry.number)
    return found


def history_of(seen: Screen, order: Order) -> list[Recorded]:
    """What happened to an order in this run, as far as it is looked at; the oldest first."""
    return [
        entry
        for entry in desk().store.events(seen.sandbox.sandbox_id)
        if entry.number <= seen.world.number and _concerns(entry, order.order_number)
    ]


def _concerns(entry: Recorded, order_number: str) -> bool:
    return getattr(entry.event, "order_number", "") == order_number


def _forms(
    seen: Screen,
    order: Order,
    command: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    preview: Effects | Refusal | None,
) -> dict[str, Any]:
    """Forms in three heaps: what can be done now, what cannot yet, what is always at hand."""
    if not seen.acting:
        return {"now": (), "later": (), "beside": (), "entry_forms": (), "elsewhere": {}}
    forms = []
    found = offers(seen.world, order)
    for offer in found:
        if isinstance(offer.refusal, WrongDesk):
            continue  # named with its desk, and no button here
        mine = offer.name == command and _same_parcel(offer.command, typed)
        forms.append(
            actions.form_for(
                seen.world,
                order,
                offer,
                typed if mine else None,
                errors if mine else None,
                preview if mine else None,
                telling=_telling(seen),
            )
        )
    entry: tuple[actions.Form, ...] = ()
    if order.status == "draft":
        entry = actions.entry_forms(
            seen.world, order, {command: typed}, {command: errors}, {command: preview}
        )
    return {
        "now": [f for f in forms if not f.refusal and not f.aside],
        "later": [f for f in forms if f.refusal],
        "beside": [f for f in forms if f.aside],
        "elsewhere": {
            desk: (matters, list(dict.fromkeys(str(actions.TITLES[it.name][0]) for it in acts)))
            for desk, (matters, acts) in elsewhere(seen.world, order, found).items()
        },
        "entry_forms": entry,
        "line_told": {"typed": typed, "errors": errors, "preview": preview}
        if command in ("change_line", "remove_line")
        else None,
    }


def _same_parcel(command: Any, typed: Mapping[str, str]) -> bool:
    return isinstance(command, PlaceHold | ChangePrice | AskPriceRise) or all(
        str(getattr(command, field)) == typed[field]
        for field in (
            "package_number",
            "warehouse",
            "template",
            "kind",
            "rma_number",
            "line_number",
            "claim_number",
            "complaint_number",
            "message_id",
            "task_number",
        )
        if field in typed and hasattr(command, field)
    )


def products(world: World, words: str) -> list[Product]:
    """What we sell, found by SKU, name or GTIN."""
    return [
        product
        for product in sorted(world.products.values(), key=lambda p: p.sku)
        if folded(words) in folded(f"{product.sku} {product.name} {product.gtin}")
    ]


def entered(world: World, message_id: str) -> list[str]:
    """The orders that stand for a message; one that was called off leaves it to be entered."""
    numbers = world.by_message.get(message_id, ())
    return [number for number in numbers if not world.orders[number].called_off]


def _stands(world: World, message: Message) -> bool:
    """Whether what a message orders is entered, for this message or for one that said the same."""
    assert message.request
    customer_id = world.standing(message.request.customer_id)
    same = world.by_po.get((customer_id, message.request.customer_po_number), "")
    return bool(entered(world, message.message_id)) or (
        same != "" and not world.orders[same].called_off
    )


def todo(world: World) -> dict[str, str]:
    """What a message still asks for: an order to enter, a transfer to book."""
    todo = {}
    for message in world.messages.values():
        wanted = message.request and not message.declined
        if wanted and not _stands(world, message):
            waits = any(not asked.reply_id for asked in message.questions)
            todo[message.message_id] = "asked" if waits else "enter"
        transfer = world.transfers.get(message.message_id.removeprefix("bank-"))
        if message.channel == "bank" and transfer and transfer.unmatched:
            todo[message.message_id] = "book"
        if complaint_of(world, message):
            todo[message.message_id] = "answer"
        if open_wish(message, world) or open_change(message, world) or returned(world, message):
            todo[message.message_id] = "do"
        if message.arrival and _under_way(world, message):
            todo[message.message_id] = "do"
    return todo


PACES: Final = (5, 15, 60)
"""Minutes that pass in a second while the clock runs."""


_NEWS: Final = (
    MessageReceived, ComplaintReceived, CustomerAnswered, PriceRiseAnswered, RepairQuoteAnswered,
    TaskHandedBack, RefundReversed,
)  # fmt: skip


def calls_for(entries: tuple[Recorded, ...], seen: Screen, before: int) -> bool:
    """Whether somebody at the desk should look: news came, or something is due by now."""
    world = seen.world
    if any(isinstance(entry.event, _NEWS) for entry in entries):
        return True
    if expired(entries) or any(promised(world, before)) or any(tasks_due(world, before)):
        return True
    if running_out(world, seen.run.agenda, before):
        return True
    waiting = (complaint_of(world, message) for message in world.messages.values())
    return any(open_ and before < open_.respond_by <= world.now for open_ in waiting)


def _under_way(world: World, message: Message) -> bool:
    """Whether the parcel of which a customer says that it is there still counts as on its way."""
    order = world.orders.get(message.order_number)
    assert message.arrival
    package = order.package(message.arrival.package_number) if order else None
    return package is not None and package.stage == "shipped"


def returned(world: World, message: Message) -> Refund | None:
    """The refund that a bank's letter says has come back, while it still has to go somewhere."""
    order = world.orders.get(message.order_number)
    refund = order.refund(message.refund_number) if order and message.refund_number else None
    if order is None or refund is None or refund.letter_id != message.message_id:
        return None
    return refund if refund.status == "reversed" and refundable(order) else None


def complaint_of(world: World, message: Message) -> Complaint | None:
    """The open complaint that a message brought, with its deadline."""
    order = world.orders.get(message.order_number)
    if order is None or not message.message_id.startswith("complaint-"):
        return None
    found = order.complaint(message.message_id.removeprefix("complaint-"))
    return found if found and found.open else None


def payout_of(world: World, message: Message) -> Payout | None:
    """The carrier's payout that a message tells of."""
    return world.payouts.get(message.message_id.removeprefix("payout-"))


def ledger_lines(seen: Screen) -> dict[str, Any]:
    """The ledger's lines, with the entries they cite."""
    judge = seen.course.judge
    lines = ledger(judge, seen.run.progress)
    sandbox_id = seen.sandbox.sandbox_id
    entries = {entry.number: entry for entry in desk().store.events(sandbox_id)}
    asides = {aside.number: aside for _id, aside in desk().store.asides(sandbox_id)}
    return {
        "lines": lines,
        "entries": entries,
        "asides": asides,
        "goal": {goal.id: goal for goal in judge.goals},
        "step": {step.id: step for step in judge.scenario.steps},
        "possible": 100,
        "in_words": partial(in_words, judge, seen.world),
    }


def focus(seen: Screen, history: list[Recorded]) -> Order | None:
    """The order a moment is about: the last one that was touched before it."""
    for entry in reversed(history):
        number = getattr(entry.event, "order_number", "")
        if number in seen.world.orders:
            return seen.world.orders[number]
    return None

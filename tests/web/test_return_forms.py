"""The forms of a return: what stands on the order page at each of its stages, and what it asks."""

from collections.abc import Iterator
from typing import get_args

import pytest
from flask import Flask

from tests.builders import (
    ARMCHAIR,
    FIRST,
    LAMP,
    order_delivered,
    order_invoiced,
    order_picked,
)
from tests.orders.test_return_expiry import OVER, agreed, later
from tests.orders.test_return_rules import ruled
from tests.orders.test_serials import told_apart
from tests.story import Happening, Story, given
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    ReceiveReturn,
    RequestReturn,
    UnexpectedItem,
)
from trainer.orders.serials import SerialRow
from trainer.orders.shipping import PackPackage
from trainer.orders.unexpected import ReportUnexpectedItem
from trainer.orders.world import ClaimRow, Content, ReturnReason, ReturnRow
from trainer.play.offers import offers
from trainer.web.actions import Form, form_for
from trainer.web.forms import FormErrors, read, written

RMA = "RMA-00001"
LINES = {ARMCHAIR: 3, LAMP: 6}
ASKED = RequestReturn(FIRST, (ReturnRow(1, 2),), "defective")
AGREED = AuthoriseReturn(FIRST, RMA, "carrier")
HERE = DeliverReturn(FIRST, RMA)
COUNTED = ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),))


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def forms_after(*happened: Happening) -> dict[str, Form]:
    """The forms of the order page that can be sent, by command."""
    world = given(*happened).world
    order = world.orders[FIRST]
    made = {}
    for offer in offers(world, order):
        form = form_for(world, order, offer)
        # what the form fills in and asks for is a command again
        command = read(offer.name, written(offer.command, "USD"), "USD")
        assert not isinstance(command, FormErrors), command
        if form.refusal is None:
            made[form.command] = form
    return made


@pytest.mark.usefixtures("english")
def test_each_stage_offers_its_own_step() -> None:
    story: tuple[Happening, ...] = (order_invoiced(lines=LINES),)
    wanted = ("request_return", "authorise_return", "", "receive_return", "inspect_return")
    for step, name in zip((ASKED, AGREED, HERE, COUNTED, None), wanted, strict=True):
        forms = forms_after(*story)
        assert not name or name in forms
        if step:
            story = (*story, step)


@pytest.mark.usefixtures("english")
def test_what_a_trainee_must_find_out_is_asked() -> None:
    asked = forms_after(order_delivered(lines=LINES))["request_return"]
    assert [field.name for field in asked.fields] == ["reason"]
    assert [(row.cells[0], row.cells[2], row.field.value) for row in asked.rows] == [
        (ARMCHAIR, 3, ""),
        (LAMP, 6, ""),
    ]
    inspected = forms_after(order_delivered(lines=LINES), ASKED, AGREED, HERE, COUNTED)
    fields = {field.name: field for field in inspected["inspect_return"].fields}
    assert set(fields) == {"quantity", "grade", "disposition", "reason"}
    assert not fields["disposition"].value
    assert ("rma_number", RMA) in inspected["inspect_return"].hidden


@pytest.mark.usefixtures("english")
def test_whoever_has_seen_the_goods_says_at_whose_cost_they_came() -> None:
    later = AuthoriseReturn(FIRST, RMA, "undetermined")
    forms = forms_after(order_delivered(lines=LINES), ASKED, later, HERE, COUNTED)
    inspecting = {field.name: field for field in forms["inspect_return"].fields}
    assert not inspecting["liability"].value
    for name in ("inspect_return", "determine_liability"):
        offered = {field.name: field for field in forms[name].fields}["liability"].choices
        assert "undetermined" not in {value for value, _ in offered}
    known = forms_after(order_delivered(lines=LINES), ASKED, AGREED, HERE, COUNTED)
    assert "determine_liability" not in known
    assert "liability" not in {field.name for field in known["inspect_return"].fields}


@pytest.mark.usefixtures("english")
def test_what_lies_in_the_parcel_is_seen_and_something_else_is_reported() -> None:
    wrong = DeliverReturn(FIRST, RMA, (Content(LAMP, 2),))
    story = (order_invoiced(lines=LINES), ASKED, AGREED, wrong)
    forms = forms_after(*story)
    assert "receive_return" not in forms
    form = forms["report_unexpected_item"]
    assert str(form.note) == f"In the parcel lies: 2 × {LAMP}"
    assert [field.name for field in form.fields] == ["sku", "quantity", "note"]
    assert not form.aside
    told = ReportUnexpectedItem(FIRST, RMA, LAMP, 2, "two lamps")
    form = forms_after(*story, told)["resolve_unexpected_item"]
    assert {("rma_number", RMA), ("sku", LAMP)} <= set(form.hidden)
    assert [field.name for field in form.fields] == ["quantity", "decision"]


@pytest.mark.usefixtures("english")
def test_fewer_than_announced_can_be_counted() -> None:
    one = DeliverReturn(FIRST, RMA, (Content(ARMCHAIR, 1),))
    story = (order_invoiced(lines=LINES), ASKED, AGREED, one)
    assert "receive_return" in forms_after(*story)
    counted = ReceiveReturn(FIRST, RMA, (ReturnRow(1, 1),))
    assert "receive_return" not in forms_after(*story, counted)


@pytest.mark.usefixtures("english")
def test_a_count_has_room_for_what_else_they_had() -> None:
    form = forms_after(order_invoiced(lines=LINES), ASKED, AGREED, HERE)["receive_return"]
    assert [row.cells for row in form.rows] == [(ARMCHAIR, 3, 2), (LAMP, 6, 0)]
    typed = dict(form.hidden) | {name: value for row in form.rows for name, value in row.hidden}
    command = read("receive_return", typed | {"rows.1.quantity": "2"}, "USD")
    assert isinstance(command, ReceiveReturn)
    told = given(order_invoiced(lines=LINES), ASKED, AGREED, HERE).when(command).refusal
    assert isinstance(told, UnexpectedItem)


@pytest.mark.usefixtures("english")
def test_a_surprise_can_be_reported_though_nobody_foresaw_it() -> None:
    forms = forms_after(order_invoiced(lines=LINES), ASKED, AGREED, HERE)
    assert forms["report_unexpected_item"].aside


# --- serial numbers -----------------------------------------------------------------------------


def told(story: Story, name: str) -> Form:
    """The form of a command on the first order of a company that knows its armchairs."""
    order = story.world.orders[FIRST]
    (offer,) = [offer for offer in offers(story.world, order) if offer.name == name]
    assert offer.refusal is None
    return form_for(story.world, order, offer)


@pytest.mark.usefixtures("english")
def test_the_next_numbers_are_proposed_when_a_parcel_is_closed_and_can_be_changed() -> None:
    story = given(order_picked(lines=LINES), world=told_apart())
    form = told(story, "pack_package")
    _, field = form.fields
    assert field.value == "SN-000001 SN-000002 SN-000003"
    assert str(field.help) == "3 units in this parcel"
    typed = dict(form.hidden) | {"weight": "9000"}
    command = read("pack_package", typed | {field.name: "X-1,X-2\r\n X－3"}, "USD")
    assert isinstance(command, PackPackage)
    assert command.rows == (SerialRow(1, ("X-1", "X-2", "X-3")),)
    assert written(command, "USD")["rows.0.serial_numbers"] == "X-1 X-2 X-3"


@pytest.mark.usefixtures("english")
def test_no_numbers_are_asked_for_where_nobody_tells_units_apart() -> None:
    form = forms_after(order_picked(lines=LINES))["pack_package"]
    assert [field.name for field in form.fields] == ["weight"]


@pytest.mark.usefixtures("english")
def test_what_came_back_is_named_by_what_is_read_off_it() -> None:
    seen = DeliverReturn(FIRST, RMA, (Content(ARMCHAIR, 2, ("SN-000003", "SN-000001")),))
    story = given(order_invoiced(lines=LINES), ASKED, AGREED, seen, world=told_apart())
    form = told(story, "receive_return")
    assert str(form.note) == f"In the parcel lies: 2 × {ARMCHAIR} (SN-000003, SN-000001)"
    (field,) = form.fields
    assert str(field.help) == "With the customer: SN-000001, SN-000002, SN-000003"
    assert field.value == ""
    typed = dict(form.hidden) | {name: value for row in form.rows for name, value in row.hidden}
    typed |= {"rows.0.quantity": "2", field.name: "SN-000003 SN-000001"}
    command = read("receive_return", typed, "USD")
    assert isinstance(command, ReceiveReturn)
    assert command.rows[0] == ReturnRow(1, 2, serial_numbers=("SN-000003", "SN-000001"))
    assert story.when(command).refusal is None


def test_what_is_lost_is_claimed_and_not_sent_back(english: None) -> None:
    forms = forms_after(order_delivered(lines=LINES))
    reasons = {
        name: {value for value, _ in forms[name].fields[0].choices if value}
        for name in ("request_return", "open_claim")
    }
    assert reasons["open_claim"] == set(get_args(ReturnReason))
    assert reasons["request_return"] == reasons["open_claim"] - {"lost"}


@pytest.mark.usefixtures("english")
def test_a_parcel_whose_return_is_over_asks_for_a_decision_and_its_reason() -> None:
    story = later(agreed(), 11).and_(OVER)
    late = {offer.name for offer in offers(story.world, story.world.orders[FIRST])}
    assert "decide_late_parcel" not in late
    story.and_(HERE)
    world, order = story.world, story.world.orders[FIRST]
    (offer,) = (o for o in offers(world, order) if o.name == "decide_late_parcel")
    form = form_for(world, order, offer)
    fields = {field.name: field for field in form.fields}
    assert list(fields) == ["decision", "reason"]
    assert not fields["decision"].value  # nobody is led to either answer
    assert ("rma_number", RMA) in form.hidden


@pytest.mark.usefixtures("english")
def test_an_agreed_return_is_called_off_by_somebody_and_says_why() -> None:
    forms = forms_after(order_delivered(lines=LINES), ASKED, AGREED)
    fields = {field.name: field for field in forms["cancel_return"].fields}
    assert list(fields) == ["called_off_by", "reason"]
    assert {value for value, _ in fields["called_off_by"].choices} == {"", "customer", "seller"}
    assert ("rma_number", RMA) in forms["cancel_return"].hidden
    assert "cancel_return" not in forms_after(order_delivered(lines=LINES), ASKED, AGREED, HERE)


@pytest.mark.usefixtures("english")
def test_of_a_claim_each_line_may_be_sent_once_more_by_a_day() -> None:
    claim = OpenClaim(FIRST, (ClaimRow(1, 2),), "damaged_in_transit", "a dent")
    forms = forms_after(order_delivered(lines=LINES), claim)
    form = forms["resolve_claim"]
    assert [(row.cells, row.field.name) for row in form.rows] == [
        ((ARMCHAIR, 2), "replacements.0.quantity")
    ]
    typed = dict(form.hidden) | dict(form.rows[0].hidden)
    typed |= {"resolution": "approved", "liability": "carrier", "reason": "as shown"}
    empty = {"replacements.0.quantity": "", "promised_delivery_date": ""}
    command = read("resolve_claim", typed | empty, "USD")
    assert isinstance(command, ResolveClaim)
    assert command.promised_delivery_date is None
    assert not sum(row.quantity for row in command.replacements)
    some = {"replacements.0.quantity": "1", "promised_delivery_date": "2027-01-04"}
    command = read("resolve_claim", typed | some, "USD")
    assert isinstance(command, ResolveClaim)
    assert command.replacements == (ClaimRow(1, 1),)


@pytest.mark.usefixtures("english")
def test_what_others_owe_us_stands_beside_the_button() -> None:
    claim = OpenClaim(FIRST, (ClaimRow(1, 1),), "damaged_in_transit", "a dent")
    story = (order_delivered(lines=LINES), claim)
    assert "raise_recourse" not in forms_after(*story)
    granted = ResolveClaim(FIRST, "CLM-00001", "approved", "carrier", "as shown")
    world = given(*story, granted).world
    order = world.orders[FIRST]
    (offer,) = (it for it in offers(world, order) if it.name == "raise_recourse")
    form = form_for(world, order, offer)
    assert ("case_number", "CLM-00001") in form.hidden
    assert "the carrier" in str(form.note)


@pytest.mark.usefixtures("english")
def test_where_damage_must_be_shown_it_can_be_asked_for() -> None:
    story = given(order_delivered(lines=LINES), ASKED, world=ruled(damage_evidence=True))
    order = story.world.orders[FIRST]
    offered = {offer.name: offer for offer in offers(story.world, order)}
    assert offered["authorise_return"].refusal is not None
    form = form_for(story.world, order, offered["ask_evidence"])
    assert (form.fields, dict(form.hidden)["case_number"]) == ((), RMA)
    asks = form_for(story.world, order, offered["request_return"])
    assert [field.name for field in asks.fields] == ["reason", "evidence"]


@pytest.mark.usefixtures("english")
def test_a_grade_may_be_left_open_unless_the_company_grades() -> None:
    story = (order_delivered(lines=LINES), ASKED, AGREED, HERE, COUNTED)

    def grades(*, always: bool) -> list[str]:
        world = given(*story, world=ruled(graded_inspection=always)).world
        order = world.orders[FIRST]
        (offer,) = (it for it in offers(world, order) if it.name == "inspect_return")
        assert offer.refusal is None, "it can be done, so it does not stand under “Not yet”"
        fields = {field.name: field for field in form_for(world, order, offer).fields}
        return [str(words) for _, words in fields["grade"].choices]

    assert grades(always=False)[0] == "not graded"
    assert grades(always=True)[0] == "choose …"
    assert grades(always=True)[1:] == grades(always=False)[1:]


@pytest.mark.parametrize("form", ["pick_package", "receive_return", "request_return", "allocate"])
def test_rows_without_any_quantity_are_an_empty_field_and_no_try(form: str) -> None:
    typed = {"order_number": FIRST, "rma_number": RMA, "warehouse": "EAST", "reason": "defective"}
    rows = {"rows.0.line_number": "1", "rows.0.warehouse": "EAST", "rows.1.line_number": "2"}
    rows |= {"rows.1.warehouse": "EAST", "rows.0.quantity": " ", "rows.1.quantity": ""}
    missing = read(form, {**typed, **rows}, "USD")
    assert isinstance(missing, FormErrors)
    assert missing.errors.keys() == {"rows.0.quantity"}
    one = read(form, {**typed, **rows, "rows.1.quantity": "2"}, "USD")
    assert not isinstance(one, FormErrors)

"""The flaws of real order systems, put into the engine one at a time: the walks must find each.

The first twelve were seen in the systems named in the engine's reference (§2.3), the others are
ours. Run with `-n0 -s` for the table of kills.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from immutables import Map

from tests.orders.walk import breaks, shrunk, walked
from trainer.orders import (
    amendments,
    backorders,
    customers,
    engine,
    feedback,
    holds,
    intake,
    mishaps,
    payment,
    production,
    purchasing,
    refunds,
    remedies,
    returns,
    settlement,
    shipping,
    stock,
    wishes,
)
from trainer.orders import world as worlds
from trainer.orders.engine import Answer, changed
from trainer.orders.values import Moment, half_up
from trainer.orders.world import Order, World

Patch = pytest.MonkeyPatch
Flaw = Callable[[Patch], None]

replace = msgspec.structs.replace


def decided_by(patch: Patch, command: type, decider: Callable[..., Answer]) -> None:
    """Somebody else decides this command."""
    patch.setitem(engine._DECIDERS, command, decider)


def evolved_by(patch: Patch, event: type, evolver: Callable[..., World]) -> None:
    """Something else follows from this event."""
    patch.setitem(engine._ORDER_EVOLVERS, event, evolver)


# --- flaws of real systems ----------------------------------------------------------------------


def refund_cap_not_cumulative(patch: Patch) -> None:
    """Each refund is compared with the credit alone, whatever was paid back before (saleor)."""
    patch.setattr(payment, "refundable", lambda order: min(order.captured, order.credit))


def refund_without_credit(patch: Patch) -> None:
    """What was received can be paid back, owed or not (django-oscar)."""
    patch.setattr(payment, "refundable", lambda order: order.captured - order.refunded)


def each_refund_has_its_own_limit(patch: Patch) -> None:
    """Small steps go round the approval that the whole would need."""

    def one_by_one(world: World, order: Order, amount: int, by: Any = None) -> Any:
        return approving(world, replace(order, refunds=(), refunded=0), amount, by)

    approving = payment.approval_required
    patch.setattr(payment, "approval_required", one_by_one)


def pending_refunds_are_not_counted(patch: Patch) -> None:
    """The most that can be paid back leaves out what is on its way (saleor-dashboard)."""

    def most(order: Order) -> int:
        return max(min(-order.balance_due, order.credit - order.refunded), 0)

    patch.setattr(payment, "refundable", most)
    patch.setattr(worlds.Order, "refund_pending", property(lambda order: 0))


def the_second_answer_counts_too(patch: Patch) -> None:
    """The gateway says twice that it has paid, and both are booked."""

    def again(refund: worlds.Refund, wanted: str) -> bool:
        return refund.status in (wanted, "succeeded")

    patch.setattr(refunds, "stands", again)


def every_try_is_a_new_refund(patch: Patch) -> None:
    """No key holds the tries together: each pays anew, and the first can be tried again."""

    def anew(world: World, order: Order, command: Any, by: Any) -> Answer:
        answer = refunds.retry_refund(world, order, command, by)
        if not isinstance(answer, tuple):
            return answer
        first = order.refund(command.refund_number)
        assert first is not None
        number = payment.next_refund(order)
        return payment.RefundRequested(order.order_number, number, first.amount, "again"), *answer

    decided_by(patch, refunds.RetryRefund, anew)


def released_rows_not_added_up(patch: Patch) -> None:
    """The same line twice in one command is checked twice by itself (Vendure, Spree)."""
    patch.setattr(stock, "added_up", tuple)


def picked_rows_not_added_up(patch: Patch) -> None:
    """The same flaw at the shelf."""

    def row_by_row(world: World, order: Order, command: Any, by: Any) -> Answer:
        for row in command.rows:
            answer = shipping.pick_package(world, order, replace(command, rows=(row,)), by)
            if not isinstance(answer, tuple):
                return answer
        whole = shipping.PackagePicked(
            order.order_number, len(order.packages) + 1, command.warehouse, command.rows
        )
        return (whole,)

    decided_by(patch, shipping.PickPackage, row_by_row)


def shipped_orders_can_be_cancelled(patch: Patch) -> None:
    """A sale can be called off after goods have left (odoo)."""

    def as_if_here(world: World, order: Order, command: Any, by: Any) -> Answer:
        here = tuple(replace(line, shipped=0) for line in order.lines)
        return remedies.cancel_order(world, replace(order, lines=here), command, by)

    decided_by(patch, remedies.CancelOrder, as_if_here)


def cancel_keeps_allocation(patch: Patch) -> None:
    """The units of a cancelled order stay set aside in the warehouse (solidus)."""

    def kept(world: World, order: Order, event: Any, at: Moment) -> World:
        return world.with_order(intake.cancelled(order))

    evolved_by(patch, remedies.OrderCancelled, kept)


def partial_cancel_keeps_allocation(patch: Patch) -> None:
    """A partial cancellation never gives its stock back (Sylius)."""

    def kept(world: World, order: Order, event: Any, at: Moment) -> World:
        return remedies.line_quantity_cancelled(world, order, replace(event, released=()), at)

    evolved_by(patch, remedies.LineQuantityCancelled, kept)


def credit_rounded_per_unit(patch: Patch) -> None:
    """Each cancelled unit is credited at its own rounded price (woocommerce)."""
    patch.setattr(
        remedies,
        "credited",
        lambda gross, units, ordered: half_up(gross, ordered) * units,
    )


def parcels_are_cancelled(patch: Patch) -> None:
    """What stands packed in the warehouse is called off under the packers' hands (spree)."""
    patch.setattr(
        worlds.OrderLine, "cancellable", property(lambda line: line.open + line.allocated)
    )


def what_came_back_comes_back_again(patch: Patch) -> None:
    """Returnable is what was delivered less open requests only (Medusa)."""
    patch.setattr(
        returns, "returnable", lambda order, line: line.delivered - returns.announced(order, line)
    )


def the_announced_quantity_is_credited(patch: Patch) -> None:
    """Three were announced, two arrived, and three are credited (spree)."""

    def trusting(world: World, order: Order, command: Any, by: Any) -> Answer:
        answer = returns.inspect_return(world, order, command, by)
        back, line = order.returned(command.rma_number), order.line(command.line_number)
        if isinstance(answer, tuple) and back and line:
            row = back.row(line.line_number)
            assert row is not None
            value = line.gross * row.quantity // line.ordered
            return (replace(answer[0], credit=value),)
        return answer

    decided_by(patch, returns.InspectReturn, trusting)


def returns_are_back_on_the_shelf_at_once(patch: Patch) -> None:
    """What comes back is sold again before anybody has looked at it (Sylius)."""

    def at_once(world: World, order: Order, event: Any, at: Moment) -> World:
        after = returns.return_received(world, order, event, at)
        back = order.returned(event.rma_number)
        assert back is not None
        for row in event.rows:
            line = order.line(row.line_number)
            assert line is not None
            level = after.level(line.sku, back.warehouse)
            after = after.with_level(replace(level, on_hand=level.on_hand + row.quantity))
        return after

    evolved_by(patch, returns.ReturnReceived, at_once)


def claims_have_their_own_quota(patch: Patch) -> None:
    """What is claimed can be sent back as well (Spree)."""

    def own(order: Order, line: worlds.OrderLine) -> int:
        return line.delivered - line.claimed - returns.disputed(order, line)

    patch.setattr(mishaps, "returnable", own)


def lost_parcels_stay_shipped(patch: Patch) -> None:
    """A parcel is written off, and its units are neither lost nor open."""

    def forgotten(world: World, order: Order, event: Any, at: Moment) -> World:
        after = mishaps.package_written_off(world, order, event, at)
        gone = after.orders[order.order_number]
        return after.with_order(replace(gone, lines=order.lines))

    evolved_by(patch, mishaps.PackageWrittenOff, forgotten)


def what_came_back_is_counted_twice(patch: Patch) -> None:
    """A parcel returned to sender is put on the shelf and sent to the customer's credit too."""

    def credited_too(world: World, order: Order, event: Any, at: Moment) -> World:
        after = mishaps.package_came_back(world, order, event, at)
        back = after.orders[order.order_number]
        return after.with_order(replace(back, credit=back.credit + 100))

    evolved_by(patch, mishaps.PackageCameBack, credited_too)


def amendments_rewrite_the_order(patch: Patch) -> None:
    """More of a product is written over the quantity that was ordered (medusa)."""

    def rewritten(world: World, order: Order, event: Any, at: Moment) -> World:
        first = replace(order.lines[0], ordered=order.lines[0].ordered + event.quantity)
        return world.with_order(
            changed(order, lines=(first, *order.lines[1:]), amendments=event.amendment)
        )

    evolved_by(patch, amendments.OrderAmended, rewritten)


def amendments_dodge_the_credit_limit(patch: Patch) -> None:
    """The limit is checked when the order is confirmed, and never again (erpnext)."""
    patch.setattr(amendments, "_too_much", lambda world, order, delta: None)


def allocate_ignores_allocated(patch: Patch) -> None:
    """What is on hand is promised again and again (saleor)."""
    patch.setattr(worlds.StockLevel, "available", property(lambda level: level.on_hand))


def count_below_allocated(patch: Patch) -> None:
    """A stock count may break promises (Sylius)."""

    def unguarded(world: World, command: Any, by: Any) -> Answer:
        answer = stock.adjust_stock(world, command, by)
        counted = stock.StockAdjusted(
            command.sku, command.warehouse, command.difference, command.reason
        )
        return (counted,) if isinstance(answer, stock.BelowAllocated) else answer

    decided_by(patch, stock.AdjustStock, unguarded)


def discount_moves_after_cancel(patch: Patch) -> None:
    """A cancelled line's share of the discount moves to another line (Vendure)."""
    rightly = intake.cancelled

    def moved(order: Order) -> Order:
        after = rightly(order)
        shares = [line.discount_share for line in after.lines]
        lines = tuple(
            replace(line, discount_share=0 if place else sum(shares))
            for place, line in enumerate(after.lines)
        )
        return replace(after, lines=lines)

    patch.setattr(remedies, "cancelled", moved)
    patch.setattr(intake, "cancelled", moved)


def rounded_per_unit(patch: Patch) -> None:
    """Each unit is rounded by itself instead of telescoping the line (woocommerce)."""
    patch.setattr(
        settlement,
        "telescoped",
        lambda gross, units, ordered: half_up(gross, ordered) * units,
    )


def ships_while_on_hold(patch: Patch) -> None:
    """The block comes at the invoice, after the goods have left (erpnext)."""

    def unheld(world: World, order: Order, command: Any, by: Any) -> Answer:
        return shipping.ship_package(world, replace(order, holds=()), command, by)

    decided_by(patch, shipping.ShipPackage, unheld)


def credit_is_checked_too_early(patch: Patch) -> None:
    """Two orders each pass the check, and together they break the limit (erpnext)."""
    patch.setattr(intake, "credit_short", lambda world, order: None)


# --- flaws of ours ------------------------------------------------------------------------------


def unpaid_goods_leave(patch: Patch) -> None:
    """Prepaid is a word on the order, and nothing more."""

    def trusting(world: World, order: Order, command: Any, by: Any) -> Answer:
        return shipping.ship_package(world, replace(order, payment_terms="on_account"), command, by)

    decided_by(patch, shipping.ShipPackage, trusting)


def invoice_number_reused(patch: Patch) -> None:
    """The series of papers does not move on."""

    def forgetful(world: World, order: Order, event: Any, at: Moment) -> World:
        after = settlement.invoice_issued(world, order, event, at)
        return replace(after, counters=world.counters)

    evolved_by(patch, settlement.InvoiceIssued, forgetful)


def batches_take_any_sum(patch: Patch) -> None:
    """The batch is closed at what the clerk says."""

    def believing(world: World, command: Any, by: Any) -> Answer:
        answer = settlement.settle_batch(world, command, by)
        if isinstance(answer, settlement.ReconciliationDifference):
            right = replace(command, received=answer.documents)
            closed, *settled = settlement.settle_batch(world, right, by)  # type: ignore[misc]
            return (replace(closed, total=command.received), *settled)
        return answer

    decided_by(patch, settlement.SettleBatch, believing)


def label_index_stays(patch: Patch) -> None:
    """Lists show orders where they used to be."""
    rightly = worlds._moved
    patch.setattr(
        worlds,
        "_moved",
        lambda index, old, new, place: index if old else rightly(index, old, new, place),
    )


def exposure_stays(patch: Patch) -> None:
    """What a customer owes is never added up."""
    patch.setattr(worlds, "_added", lambda exposure, customer, change: exposure)


def merged_exposure_stays(patch: Patch) -> None:
    """What a duplicate owed is still counted against a file that nobody looks at."""

    def left_behind(world: World, event: Any, at: Moment) -> World:
        after = customers.customers_merged(world, event, at)
        return replace(after, exposure=world.exposure)

    patch.setitem(engine._WORLD_EVOLVERS, customers.CustomersMerged, left_behind)


def merged_money_stays(patch: Patch) -> None:
    """The money that came in under the duplicate's name pays nobody's order any more."""

    def left_behind(world: World, event: Any, at: Moment) -> World:
        return customers.customers_merged(world, replace(event, references=()), at)

    patch.setitem(engine._WORLD_EVOLVERS, customers.CustomersMerged, left_behind)


def merged_files_take_orders(patch: Patch) -> None:
    """An order is entered under the duplicate, as if nobody had merged it."""
    rightly = intake.not_standing

    def standing(world: World, customer_id: str) -> Any:
        known = customer_id in world.customers
        return None if known else rightly(world, customer_id)

    patch.setattr(intake, "not_standing", standing)


def complaints_are_put_away(patch: Patch) -> None:
    """Completed and archived while somebody waits for an answer."""
    patch.setattr(settlement, "complaint_open", lambda order: None)


def answers_are_given_again(patch: Patch) -> None:
    """The second answer takes the place of the first."""

    def again(world: World, order: Order, command: Any, by: Any) -> Answer:
        unanswered = tuple(replace(complaint, remedy=None) for complaint in order.complaints)
        return feedback.answer_complaint(world, replace(order, complaints=unanswered), command, by)

    decided_by(patch, feedback.AnswerComplaint, again)


def no_is_said_again(patch: Patch) -> None:
    """A second letter to somebody who has read the first."""

    def again(world: World, order: Order, command: Any, by: Any) -> Answer:
        asked = world.messages.get(command.message_id)
        if asked:
            unread = world.messages.set(asked.message_id, replace(asked, declined=""))
            world = replace(world, messages=unread)
        return wishes.decline_wish(world, order, command, by)

    decided_by(patch, wishes.DeclineWish, again)


def no_is_said_to_somebody_else(patch: Patch) -> None:
    """The letter goes to the customer of another order."""

    def astray(world: World, order: Order, command: Any, by: Any) -> Answer:
        asked = world.messages.get(command.message_id)
        if asked:
            here = replace(asked, order_number=order.order_number)
            world = replace(world, messages=world.messages.set(asked.message_id, here))
        return wishes.decline_wish(world, order, command, by)

    decided_by(patch, wishes.DeclineWish, astray)


def scores_off_the_scale(patch: Patch) -> None:
    """Ten of five."""

    def any_score(world: World, order: Order, command: Any, by: Any) -> Answer:
        answer = feedback.answer_survey(world, order, command, by)
        rated = feedback.SurveyAnswered(order.order_number, command.score)
        return (rated,) if isinstance(answer, feedback.InvalidScore) else answer

    decided_by(patch, feedback.AnswerSurvey, any_score)


def one_pair_of_eyes(patch: Patch) -> None:
    """Whoever stopped an order lets it go on (a rule of two people that one person keeps)."""

    def anybody(world: World, order: Order, command: Any, by: Any) -> Answer:
        clerks = tuple(replace(hold, owner="clerk") for hold in order.holds)
        return holds.release_hold(world, replace(order, holds=clerks), command, by)

    decided_by(patch, holds.ReleaseHold, anybody)


def the_question_answers_itself(patch: Patch) -> None:
    """Whoever asked and placed the hold answers as well."""

    def anybody(world: World, order: Order, command: Any, by: Any) -> Answer:
        return holds.answer_release(world, order, command, replace(by, actor="nobody"))

    decided_by(patch, holds.AnswerRelease, anybody)


def version_stays(patch: Patch) -> None:
    """A hold is placed behind the back of whoever has the order open."""

    def unnoticed(world: World, order: Order, event: Any, at: Moment) -> World:
        after = holds.hold_placed(world, order, event, at)
        held = after.orders[order.order_number]
        return after.with_order(replace(held, version=order.version))

    evolved_by(patch, holds.HoldPlaced, unnoticed)


def transfer_booked_twice(patch: Patch) -> None:
    """The bank statement does not remember what was booked."""

    def once_more(world: World, order: Order, event: Any, at: Moment) -> World:
        after = payment.payment_received(world, order, event, at)
        return replace(after, transfers=world.transfers)

    evolved_by(patch, payment.PaymentReceived, once_more)


def draft_keeps_its_discount(patch: Patch) -> None:
    """A cancelled draft still carries a discount that was shared out to nobody."""
    rightly = intake.cancelled

    def kept(order: Order) -> Order:
        return replace(rightly(order), discount=order.discount)

    patch.setattr(remedies, "cancelled", kept)


def promises_are_guesses(patch: Patch) -> None:
    """Any day can be promised, whatever stock and carrier can hold."""

    def guessing(world: World, order: Order, command: Any, by: Any) -> Answer:
        answer = intake.confirm_order(world, order, command, by)
        promised = intake.OrderConfirmed(order.order_number, command.promised_delivery_date)
        return (promised,) if isinstance(answer, intake.PromiseBeforeAtp) else answer

    decided_by(patch, intake.ConfirmOrder, guessing)


def unsent_parcels_come_back(patch: Patch) -> None:
    """A parcel that has left can be unpacked at our desk."""

    def anywhere(world: World, order: Order, command: Any, by: Any) -> Answer:
        answer = shipping.void_package(world, order, command, by)
        voided = shipping.PackageVoided(order.order_number, command.package_number)
        return (voided,) if isinstance(answer, shipping.AlreadyShipped) else answer

    decided_by(patch, shipping.VoidPackage, anywhere)


def one_parcel_is_invoiced_twice(patch: Patch) -> None:
    """An invoice does not remember what it charged for."""

    def again(world: World, order: Order, event: Any, at: Moment) -> World:
        after = settlement.invoice_issued(world, order, event, at)
        billed = after.orders[order.order_number]
        return after.with_order(changed(replace(order, documents=billed.documents)))

    evolved_by(patch, settlement.InvoiceIssued, again)


def a_document_sent_twice_is_entered_twice(patch: Patch) -> None:
    """Nobody compares what comes over the wire with what was typed from the mail."""

    def blind(world: World, command: Any, by: Any) -> Answer:
        return intake.import_order(replace(world, by_po=Map()), command, by)

    decided_by(patch, intake.ImportOrder, blind)


def papers_tell_what_was_ordered(patch: Patch) -> None:
    """An invoice lists the order's lines, whatever has left of them."""

    def whole(world: World, order: Order, event: Any, at: Moment) -> World:
        after = settlement.invoice_issued(world, order, event, at)
        billed = after.orders[order.order_number]
        rows = tuple(worlds.PackageRow(line.line_number, line.ordered) for line in order.lines)
        last = replace(billed.documents[-1], rows=rows)
        return after.with_order(replace(billed, documents=(*billed.documents[:-1], last)))

    evolved_by(patch, settlement.InvoiceIssued, whole)


def made_for_nobody(patch: Patch) -> None:
    """What was made for a line lies on the shelf for whoever comes first."""
    patch.setattr(production, "open_on", lambda world, made: 0)


def made_again_and_again(patch: Patch) -> None:
    """A line's demand is made as often as somebody asks (ERPNext's duplicate work orders)."""
    patch.setattr(production, "to_make", lambda world, number, line: line.open)


def capacity_is_endless(patch: Patch) -> None:
    """Every plan has the whole factory to itself."""
    patch.setattr(stock, "booked", lambda world, sku: 0)


def material_stays_on_the_shelf(patch: Patch) -> None:
    """Products are made of nothing: their material is still there."""
    patch.setitem(
        engine._WORLD_EVOLVERS,
        production.ProductionStarted,
        lambda world, event, at: production._at(world, event, status="in_progress"),
    )


def the_queue_is_served_from_an_endless_shelf(patch: Patch) -> None:
    """Those who wait get what will arrive soon, too (saleor's preorders)."""
    rightly = backorders._rows
    patch.setattr(
        backorders,
        "_rows",
        lambda order, sku, free: rightly(order, sku, {place: n + 6 for place, n in free.items()}),
    )


def goods_multiply_on_the_way(patch: Patch) -> None:
    """What moves to another warehouse stays in the first one too."""

    def arrives(world: World, event: Any, at: Moment) -> World:
        level = world.level(event.sku, event.to_warehouse)
        return world.with_level(
            replace(
                level,
                on_hand=level.on_hand + event.quantity,
                transferred=level.transferred + event.quantity,
            )
        )

    patch.setitem(engine._WORLD_EVOLVERS, stock.StockTransferred, arrives)


def the_supplier_delivers_again(patch: Patch) -> None:
    """A delivery is booked, and the order with the supplier stays as open as it was."""

    def again(world: World, event: Any, at: Moment) -> World:
        before = world.replenishments[event.replenishment_number]
        after = purchasing.replenishment_received(world, event, at)
        return after.with_replenishment(replace(before, received=before.received + event.quantity))

    patch.setitem(engine._WORLD_EVOLVERS, purchasing.ReplenishmentReceived, again)


def a_count_forgets_whose_units_are_gone(patch: Patch) -> None:
    """The shelf is counted, and the orders that had its goods are not told (Sylius)."""
    rightly = stock.cycle_count

    def silent(world: World, command: Any, by: Any) -> Answer:
        answer = rightly(world, command, by)
        return answer[-1:] if isinstance(answer, tuple) else answer

    decided_by(patch, stock.CycleCount, silent)


FLAWS: tuple[tuple[Flaw, str], ...] = (
    (refund_cap_not_cumulative, "I13 I17 I25"),
    (refund_without_credit, "I17 I25"),
    (each_refund_has_its_own_limit, "APPROVAL_REQUIRED"),
    (pending_refunds_are_not_counted, "I13 I17"),
    (the_second_answer_counts_too, "I13 I17"),
    (every_try_is_a_new_refund, "I13 I17"),
    (released_rows_not_added_up, "I2 I7"),
    (picked_rows_not_added_up, "I8"),
    (shipped_orders_can_be_cancelled, "I24"),
    (cancel_keeps_allocation, "I3"),
    (partial_cancel_keeps_allocation, "I7"),
    (credit_rounded_per_unit, "I16"),
    (parcels_are_cancelled, "I7 I8 I24"),
    (what_came_back_comes_back_again, "I9"),
    (the_announced_quantity_is_credited, "I16"),
    (returns_are_back_on_the_shelf_at_once, "I4"),
    (claims_have_their_own_quota, "I9"),
    (lost_parcels_stay_shipped, "I8"),
    (what_came_back_is_counted_twice, "I16"),
    (amendments_rewrite_the_order, "I7 I14"),
    (amendments_dodge_the_credit_limit, "CREDIT_LIMIT_EXCEEDED"),
    (allocate_ignores_allocated, "I2"),
    (count_below_allocated, "I2"),
    (discount_moves_after_cancel, "I14"),
    (rounded_per_unit, "I15"),
    (ships_while_on_hold, "I23"),
    (one_pair_of_eyes, "P12"),
    (the_question_answers_itself, "P12"),
    (credit_is_checked_too_early, "CREDIT_LIMIT_EXCEEDED"),
    (unpaid_goods_leave, "PAYMENT_REQUIRED"),
    (invoice_number_reused, "I26"),
    (batches_take_any_sum, "I28"),
    (label_index_stays, "I22"),
    (exposure_stays, "I22"),
    (merged_exposure_stays, "I22 I29"),
    (merged_money_stays, "I29"),
    (merged_files_take_orders, "I29"),
    (complaints_are_put_away, "I30"),
    (answers_are_given_again, "I30"),
    (no_is_said_again, "I31"),
    (no_is_said_to_somebody_else, "I31"),
    (scores_off_the_scale, "I30"),
    (version_stays, "P4"),
    (transfer_booked_twice, "I13"),
    (draft_keeps_its_discount, "I14"),
    (promises_are_guesses, "PROMISE_BEFORE_ATP"),
    (unsent_parcels_come_back, "I8"),
    (one_parcel_is_invoiced_twice, "I15"),
    (papers_tell_what_was_ordered, "I12"),
    (a_document_sent_twice_is_entered_twice, "DUPLICATE_ORDER"),
    (made_for_nobody, "I27"),
    (made_again_and_again, "I27"),
    (capacity_is_endless, "CAPACITY_EXCEEDED"),
    (material_stays_on_the_shelf, "I4"),
    (the_queue_is_served_from_an_endless_shelf, "I2"),
    (goods_multiply_on_the_way, "I4"),
    (the_supplier_delivers_again, "I4"),
    (a_count_forgets_whose_units_are_gone, "I2"),
)


@pytest.mark.parametrize(("flaw", "rules"), FLAWS, ids=[flaw.__name__ for flaw, _ in FLAWS])
def test_a_flaw_is_found(flaw: Flaw, rules: str, monkeypatch: Patch) -> None:
    flaw(monkeypatch)
    for seed in range(300):
        walk = walked(seed, 300)
        if walk.broken:
            break
    assert walk.broken, f"nothing noticed {flaw.__name__}"
    print(f"{flaw.__name__:34}walk {seed:2} step {len(walk.tried):3}: {walk.broken[0]}")
    found = {broken.split()[0].rstrip(":") for broken in walk.broken}
    assert found & set(rules.split())


def test_a_broken_walk_is_told_as_a_short_story(monkeypatch: Patch) -> None:
    count_below_allocated(monkeypatch)
    broken = [walk for walk in (walked(seed, 300) for seed in range(6)) if walk.broken]
    least = min((shrunk(walk.tried) for walk in broken), key=len)
    # of three hundred steps at most the count that was too low, and one that led up to it
    assert {type(envelope.command) for envelope in least} == {stock.AdjustStock}
    assert len(least) <= 2
    assert breaks(least)

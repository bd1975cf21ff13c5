"""What must be true of every world, whatever happened: the rules of `order-engine.md` §2.1.

The engine's guards keep these; this module only looks. Property tests, scenario proofs and the
import of real histories ask it after every step, and a broken rule names itself.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from trainer.orders import accounts, serials
from trainer.orders.currencies import named
from trainer.orders.sscc import check_digit, sscc
from trainer.orders.status import exposure_of, label_of, payment_status
from trainer.orders.values import Minor, credited, half_up, split, tax_included, telescoped
from trainer.orders.world import Order, OrderLine, World, wanting

SERIES: Final = {"INV": "invoice", "CRN": "credit_note"}
"""The counter behind each series of papers."""


def violations(world: World, since: World | None = None) -> list[str]:
    """Every broken rule of this world, each as one line with its numbers; empty if it is sound.

    Orders that are the same in an earlier world, which was sound, are not looked at once more by
    themselves.
    """
    return [
        *goods_and_money(world, since), *_lots(world), *_serials(world), *_documents(world),
        *_currencies(world), *_rules(world), *_cash(world), *_indexes(world),
        *accounts.store_credit(world),
    ]  # fmt: skip


def goods_and_money(world: World, since: World | None = None) -> list[str]:
    """The broken ones of those rules that shelves and orders tell by themselves: quick enough to
    be asked after every event. Shelves are not counted again where no goods have moved.
    """
    told = [*_stock(world)] if since is None or _goods_moved(since, world) else []
    return [*told, *_production(world), *_purchases(world), *_orders(world, since)]


def _goods_moved(before: World, after: World) -> bool:
    if after.stock is not before.stock:
        return True
    for number, order in after.orders.items():
        old = before.orders.get(number)
        if old is not order and (
            old is None or old.lines is not order.lines or old.returns is not order.returns
        ):
            return True
    return False


def broken_by(world: World, order_number: str) -> list[str]:
    """The broken rules of one order, after any of its events."""
    return list(_order(world.orders[order_number]))


def _stock(world: World) -> Iterator[str]:
    allocated: Counter[tuple[str, str]] = Counter()
    shipped: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    back: Counter[str] = Counter()
    again: Counter[str] = Counter()
    apart: Counter[tuple[str, str]] = Counter()
    unseen: Counter[tuple[str, str]] = Counter()
    for order in world.orders.values():
        for line in order.lines:
            shipped[line.sku] += line.shipped + line.lost + line.recovered
            returned[line.sku] += line.returned + line.recovered
            again[line.sku] += line.given_back
            for row in line.allocations:
                allocated[line.sku, row.warehouse] += row.quantity
        for rma in order.returns:
            for came in rma.rows:
                of_line = order.line(came.line_number)
                if of_line:
                    unseen[of_line.sku, rma.warehouse] += came.received - came.inspected
            for item in rma.unexpected:
                apart[item.sku, rma.warehouse] += item.quantity - item.sent_back - item.accepted
    left: Counter[str] = Counter()
    for key, level in world.stock.items():
        left[level.sku] += level.shipped
        if level.on_hand < 0:
            yield f"I1 {key}: on hand {level.on_hand} < 0"
        if not 0 <= level.allocated <= level.on_hand:
            yield f"I2 {key}: allocated {level.allocated}, on hand {level.on_hand}"
        if level.allocated != allocated[key]:
            yield f"I3 {key}: allocated {level.allocated}, rows {allocated[key]}"
        came_in = level.received + level.adjusted + level.restocked + level.produced
        if level.on_hand != came_in + level.transferred - level.consumed - level.shipped:
            yield f"I4 {key}: on hand {level.on_hand} is not its own fold"
        told = level.quarantine + level.restocked + level.written_off
        told += level.in_repair + level.given_back
        told += level.in_rework + level.b_grade + level.cleared
        parts = (level.quarantine, level.in_repair, level.in_rework, level.b_grade, level.cleared)
        if min(parts) < 0 or level.returned != told:
            yield f"I5 {key}: {level.returned} came back, {told} accounted for"
        if level.quarantine != unseen[key]:
            yield f"I4 {key}: {level.quarantine} in quarantine, {unseen[key]} to be decided about"
        most = level.cleared * (world.products[level.sku].unit_price - 1)
        if not 0 <= level.proceeds <= most:
            yield f"I5 {key}: {level.proceeds} for {level.cleared} B-grade units sold off"
        if level.apart != apart[key]:
            yield f"I5 {key}: {level.apart} apart, {apart[key]} that nobody has decided about"
        back[level.sku] += level.returned
    for sku in {*returned, *back}:
        if returned[sku] != back[sku] or returned[sku] - again[sku] > shipped[sku]:
            yield f"I5 {sku}: lines {returned[sku]} returned, stock {back[sku]}"
    for sku in {*shipped, *left}:
        if shipped[sku] != left[sku]:
            yield f"I4 {sku}: lines shipped {shipped[sku]}, stock shipped {left[sku]}"


def _rules(world: World) -> Iterator[str]:
    """I31: each rule has a name of its own, and has acted as often as its traces say."""
    acted: Counter[str] = Counter()
    for (number, _), trace in world.rule_traces.items():
        acted[number] += trace.acted
    names = Counter(rule.name for rule in world.rules.values())
    for number, rule in world.rules.items():
        if names[rule.name] > 1 or int(number.removeprefix("R-")) > world.counters.get("rule", 0):
            yield f"I31 {number}: “{rule.name}” is not the only one"
        if rule.acted != acted[number]:
            yield f"I31 {number}: acted {rule.acted} times, {acted[number]} on its orders"
        if rule.on != (number in world.rules_on.get(rule.trigger, ())):
            yield f"I22 {number}: stands wrongly among the rules that are on"
    if sum(map(len, world.rules_on.values())) != sum(rule.on for rule in world.rules.values()):
        yield "I22 rules: one that is not on is asked"


def _lots(world: World) -> Iterator[str]:
    """Per lot as per shelf: the parts add up to the whole, and each is what its rows say."""
    if not any(product.shelf_life for product in world.products.values()):
        return
    allocated: Counter[tuple[str, str, str]] = Counter()
    for order in world.orders.values():
        inside: Counter[tuple[int, str, str]] = Counter()
        for package in order.packages:
            if package.stage in ("picked", "packed", "labelled"):
                for row in package.rows:
                    inside[row.line_number, package.warehouse, row.lot_number] += row.quantity
        yield from _lots_back(order)
        for line in order.lines:
            for kept in line.allocations:
                allocated[line.sku, kept.warehouse, kept.lot_number] += kept.quantity
                part = (line.line_number, kept.warehouse, kept.lot_number)
                if inside[part] > kept.quantity:
                    yield f"I6 {order.order_number} {part}: {inside[part]} packed of {kept}"
                if bool(kept.lot_number) != bool(world.products[line.sku].shelf_life):
                    yield f"I6 {order.order_number} {part}: set aside without knowing the lot"
    for key, level in world.stock.items():
        if not world.products[level.sku].shelf_life:
            continue
        there = sum(lot.on_hand for lot in level.lots), sum(lot.allocated for lot in level.lots)
        if there != (level.on_hand, level.allocated):
            yield f"I6 {key}: lots {there}, shelf {(level.on_hand, level.allocated)}"
        for lot in level.lots:
            if not 0 <= lot.allocated <= lot.on_hand:
                yield f"I6 {key} {lot.lot_number}: allocated {lot.allocated} of {lot.on_hand}"
            if lot.allocated != allocated[level.sku, level.warehouse, lot.lot_number]:
                yield f"I6 {key} {lot.lot_number}: allocated {lot.allocated}, rows differ"


def _lots_back(order: Order) -> Iterator[str]:
    """What came back by lot adds up, and left as that lot before."""
    name = order.order_number
    went: Counter[tuple[int, str]] = Counter()
    for package in order.packages if order.returns else ():
        for sent in package.rows if package.stage == "delivered" else ():
            went[sent.line_number, sent.lot_number] += sent.quantity
    came: Counter[tuple[int, str]] = Counter()
    for back in order.returns:
        for row in back.rows:
            received = sum(lot.received for lot in row.lots)
            inspected = sum(lot.inspected for lot in row.lots)
            beyond = received > row.received or inspected > row.inspected
            # what left before lots were told apart comes back without one
            every = row.lots and not went[row.line_number, ""]
            if beyond or (every and (received, inspected) != (row.received, row.inspected)):
                yield f"I6 {name}/{row.line_number}: lots {received} / {inspected} of {row}"
            for lot in row.lots:
                came[row.line_number, lot.lot_number] += lot.received
    for key, units in came.items():
        line = order.line(key[0])
        if line is None or units > went[key] + line.given_back or not went[key]:
            yield f"I6 {name} {key}: {units} came back of {went[key]}"


def _serials(world: World) -> Iterator[str]:
    """One number, one unit: no parcel without it, at one place at a time, back where it left."""
    if not any(product.serials for product in world.products.values()):
        return
    out: Counter[str] = Counter()
    for order in world.orders.values():
        name = order.order_number
        out.update(serials.out_with(order))
        told = {x.line_number for x in order.lines if world.products[x.sku].serials}
        for package in order.packages if told else ():
            for row in package.rows if package.stage in serials.OUT else ():
                wanted = row.quantity if row.line_number in told else 0
                if len(set(row.serial_numbers)) != wanted:
                    yield f"I6 {name} parcel {package.package_number}: {row.serial_numbers}"
        sent = {number: serials.delivered(order, number) for number in told}
        for back in order.returns if told else ():
            for came in back.rows:
                if came.line_number not in told:
                    continue
                counts = Counter[str](kept.state for kept in came.serials)
                wanted_counts = {
                    "received": came.received - came.inspected,
                    "in_repair": came.in_repair,
                    "given_back": came.given_back,
                    "inspected": came.inspected - came.in_repair - came.given_back,
                }
                if any(counts[state] != units for state, units in wanted_counts.items()):
                    yield f"I6 {name} {back.rma_number}: {came.serials}"
                for kept in came.serials:
                    if not sent[came.line_number][kept.serial_number]:
                        yield f"I6 {name}: {kept.serial_number} came back, and never went"
        for number in told:
            if serials.returned(order, number) - sent[number]:
                yield f"I6 {name}/{number}: a unit came back twice"
    for serial, times in out.items():
        if times > 1:
            yield f"I6 {serial} is out {times} times"
    if dict(world.serials).keys() != out.keys():
        yield f"I22 serials: {len(world.serials)} in the index, {len(out)} out"


def _production(world: World) -> Iterator[str]:
    """What was made and what went into it, added up again from the production orders."""
    produced: Counter[tuple[str, str]] = Counter()
    consumed: Counter[tuple[str, str]] = Counter()
    for made in world.production.values():
        if not 0 <= made.made <= made.quantity:
            yield f"I27 {made.production_number}: {made.made} made of {made.quantity}"
        produced[made.sku, made.warehouse] += made.made
        units = made.quantity if made.status == "in_progress" else made.made
        for material in world.products[made.sku].materials:
            consumed[material.sku, made.warehouse] += material.quantity * units
    for key, level in world.stock.items():
        if (level.produced, level.consumed) != (produced[key], consumed[key]):
            yield f"I4 {key}: {level.produced} produced, {level.consumed} consumed"


def _purchases(world: World) -> Iterator[str]:
    """Nothing comes twice, and what moves between warehouses is not made on the way."""
    moved: Counter[str] = Counter()
    for level in world.stock.values():
        moved[level.sku] += level.transferred
    for sku, units in moved.items():
        if units:
            yield f"I4 {sku}: {units} more arrived in warehouses than left them"
    incoming = {n for numbers in world.incoming.values() for n in numbers}
    for bought in world.replenishments.values():
        number = bought.replenishment_number
        full = bought.received >= bought.quantity
        most = bought.quantity * (100 + world.policies.over_delivery_tolerance) // 100
        if not 0 <= bought.received <= most or full != (bought.status == "delivered"):
            yield f"I4 {number}: {bought.received} of {bought.quantity}, {bought.status}"
        for brought in bought.deliveries:
            parts = brought.taken_in, brought.surplus, brought.to_count
            broken = brought.rejected, brought.to_reject
            if min(*parts, *broken) < 0 or not brought.sound + brought.damaged:
                yield f"I4 {number}/{brought.delivery_number}: {parts} and {broken} of {brought}"
            if sum(it.quantity for it in brought.sent_back) > brought.surplus:
                yield f"I4 {number}/{brought.delivery_number}: more went back than was too many"
            if brought.open and bought.status == "cancelled":
                yield f"I4 {number}/{brought.delivery_number}: at the dock, and called off"
        if sum(brought.taken_in for brought in bought.deliveries) > bought.received:
            yield f"I4 {number}: more was counted in than the {bought.received} received"
        if bought.open != (number in incoming):
            yield f"I22 {number}: {bought.status} stands wrongly among what is to come"


def _orders(world: World, since: World | None) -> Iterator[str]:
    for number, order in world.orders.items():
        if since is None or since.orders.get(number) is not order:
            yield from _order(order)
            yield from accounts.clawed_back(order)


def _order(order: Order) -> Iterator[str]:
    name = order.order_number
    in_parcels: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    there: Counter[int] = Counter()
    missing: Counter[int] = Counter()
    for package in order.packages:
        for row in package.rows:
            if package.stage in ("picked", "packed", "labelled"):
                in_parcels[row.line_number] += row.quantity
            elif package.stage in ("shipped", "delivered"):
                gone[row.line_number] += row.quantity
                there[row.line_number] += row.quantity if package.stage == "delivered" else 0
            elif package.stage in ("lost", "came_back"):
                missing[row.line_number] += row.quantity
    for rma in order.returns:
        credited_already = any(row.credit for row in rma.rows)
        over = rma.status == "closed" and any(row.received for row in rma.rows)
        if rma.undetermined and (credited_already or over):
            yield f"LIABILITY_UNDETERMINED {name} {rma.rma_number}: credited or closed"
        for item in rma.unexpected:
            decided = (item.sent_back, item.accepted)
            if min(item.left, *decided) < 0 or (item.left and not rma.open):
                yield f"I10 {name} {rma.rma_number}: {decided} decided of {item}"
    since = order.created_at
    for on in order.hand_overs:
        if on.came_from == on.desk or on.at < since:
            yield f"I42 {name}: handed from {on.came_from} to {on.desk} at {on.at}, after {since}"
        since = on.at
    for line in order.lines:
        parts = (line.cancelled, line.open, line.allocated, line.shipped)
        if min(parts) < 0 or sum(parts) != line.ordered:
            yield f"I7 {name}/{line.line_number}: {line.ordered} is not the sum of {parts}"
        apart = sum(part.quantity for part in line.called_off)
        worth = sum(part.credit for part in line.called_off)
        if apart > line.cancelled:
            yield f"I7 {name}/{line.line_number}: {apart} called off of {line.cancelled}"
        if apart == line.cancelled and worth != credited(line.gross, apart, line.ordered):
            yield f"I16 {name}/{line.line_number}: {apart} called off for {worth}"
        if not 0 <= line.packed <= line.allocated or line.packed != in_parcels[line.line_number]:
            yield f"I8 {name}/{line.line_number}: packed {line.packed} of {line.allocated}"
        if line.lost + line.recovered != missing[line.line_number]:
            yield f"I8 {name}/{line.line_number}: {line.lost} lost, {line.recovered} came back"
        if line.shipped != gone[line.line_number] or line.delivered > line.shipped:
            yield f"I8 {name}/{line.line_number}: {line.shipped} shipped, {line.delivered} signed"
        if line.delivered != there[line.line_number]:
            yield f"I8 {name}/{line.line_number}: {line.delivered} signed, not so many in parcels"
        if line.invoiced > line.shipped + line.lost + line.recovered:
            yield f"I12 {name}/{line.line_number}: invoiced {line.invoiced} of {line.shipped}"
        announced = received = inspected = repaired = given_back = 0
        for back in order.returns:
            came = back.row(line.line_number)
            if came is None:
                continue
            received += came.received
            inspected += came.inspected - came.in_repair - came.given_back
            repaired += came.in_repair
            given_back += came.given_back
            announced += came.quantity - came.received if back.open else 0
            away = came.in_repair + came.given_back
            in_turn = 0 <= away <= came.inspected <= came.received <= came.quantity
            left_over = came.received > came.inspected and not back.open
            if not in_turn or left_over or min(came.waiting, came.unseen) < 0:
                yield f"I10 {name}/{line.line_number}: {came}"
        claimed = disputed = replaced = 0
        for claim in order.claims:
            about = sum(r.quantity for r in claim.rows if r.line_number == line.line_number)
            again = sum(r.quantity for r in claim.replaced if r.line_number == line.line_number)
            replaced += again
            claimed += about - again if claim.status == "approved" else 0
            if not 0 <= again <= about or (again and claim.status != "approved"):
                yield f"I9 {name} {claim.claim_number}: {again} replaced of {about}"
            disputed += about if claim.open else 0
        taken = announced + line.returned - line.given_back + disputed + line.claimed
        taken += line.replaced
        if taken > line.delivered:
            yield f"I9 {name}/{line.line_number}: {taken} back or claimed of {line.delivered}"
        if line.claimed != claimed:
            yield f"I9 {name}/{line.line_number}: claimed {line.claimed}, claims {claimed}"
        if line.replaced != replaced:
            yield f"I9 {name}/{line.line_number}: {line.replaced} replaced, claims {replaced}"
        if (line.in_repair, line.given_back) != (repaired, given_back) or line.in_repair < 0:
            yield f"I10 {name}/{line.line_number}: {repaired} in repair, {given_back} given back"
        if (line.returned, line.inspected) != (received, inspected):
            yield f"I10 {name}/{line.line_number}: returns {received} / {inspected}"
        if line.cancelled + line.credited_back > line.ordered:
            yield f"I11 {name}/{line.line_number}: {line.credited_back} units credited"
        if not 0 <= line.credit_noted <= min(line.credited_back, line.invoiced):
            yield f"I12 {name}/{line.line_number}: {line.credit_noted} on credit notes"
        told = sum(
            row.quantity if paper.kind == "invoice" else -row.quantity
            for paper in order.documents
            for row in paper.rows
            if row.line_number == line.line_number
        )
        if told != line.invoiced - line.credit_noted:
            yield f"I12 {name}/{line.line_number}: {told} units on papers"
        last, own = order.promised_delivery_date, line.promised_delivery_date
        if own and (last is None or (line.delivered < line.live and own > last)):
            yield f"I38 {name}/{line.line_number}: promised for {own}, all of it for {last}"
        if line.gross < 0:
            yield f"I14 {name}/{line.line_number}: gross {line.gross} < 0"
    yield from _consents(order)
    yield from _repairs(order)
    yield from _money(order)
    yield from accounts.promised(order)
    yield from _balance(order)
    yield from _taxes(order)
    yield from _lifecycle(order)


def _consents(order: Order) -> Iterator[str]:
    """I36: nothing costs more than its customer has agreed to, and they are asked one by one."""
    agreed: dict[int, int] = {}
    waits: Counter[int] = Counter()
    for rise in order.price_rises:
        waits[rise.line_number] += rise.answer == "awaited"
        if rise.answer == "used":
            most = max(agreed.get(rise.line_number, 0), rise.unit_price)
            agreed[rise.line_number] = most
        if (rise.answer == "awaited") == bool(rise.reply_id) or rise.unit_price <= rise.before:
            yield f"I36 {order.order_number}/{rise.line_number}: {rise}"
    for number, times in waits.items():
        if times > 1:
            yield f"I36 {order.order_number}/{number}: asked {times} times without an answer"
    for line in order.lines:
        if line.first_price is None:
            continue
        most = max(line.first_price, agreed.get(line.line_number, 0))
        if line.unit_price > most:
            yield f"I36 {order.order_number}/{line.line_number}: {line.unit_price}, agreed {most}"


def _repairs(order: Order) -> Iterator[str]:
    """I37: repairs cost what was agreed to, for what is or can be repaired, and on paper once."""
    name, charged, earned = order.order_number, 0, 0
    for back in order.returns:
        waits: Counter[int] = Counter()
        covered: Counter[int] = Counter()
        for quote in back.quotes:
            waits[quote.line_number] += quote.answer == "awaited"
            covered[quote.line_number] += quote.left
            gone = (quote.repaired, quote.given_up)
            if min(quote.left, *gone) < 0 or (quote.answer == "awaited" and any(gone)):
                yield f"I37 {name} {back.rma_number}: {quote}"
            if quote.answer == "said_no" and quote.repaired:
                yield f"I37 {name} {back.rma_number}: repaired although they said no"
            if quote.answer == "said_yes":
                lost = telescoped(quote.price, quote.given_up, quote.quantity)
                charged += quote.price - lost
                earned += quote.price - telescoped(
                    quote.price, quote.quantity - quote.repaired, quote.quantity
                )
        for number, units in covered.items():
            row = back.row(number)
            if row is None or units > row.in_repair or waits[number] > 1:
                yield f"I37 {name} {back.rma_number}: quotes for {units} of {row}"
    if order.repair_fees != charged:
        yield f"I37 {name}: {order.repair_fees} charged for repairs, agreed {charged}"
    if not 0 <= sum(paper.repairs for paper in order.documents) <= earned:
        yield f"I37 {name}: repairs on paper beyond {earned}"


def _money(order: Order) -> Iterator[str]:
    name = order.order_number
    # added up here from the records themselves, not by the sums that the guards ask
    pending = sum(r.amount for r in order.refunds if r.status in ("pending", "unanswered"))
    moved = sum(r.amount for r in order.refunds if r.status == "succeeded")
    gone = sum(x.amount for x in order.chargebacks if x.status != "won")
    if not 0 <= order.refunded + pending <= order.captured - gone:
        yield f"I13 {name}: refunded {order.refunded}, pending {pending} of {order.captured - gone}"
    lost = sum(x.amount for x in order.chargebacks if x.status in ("accepted", "lost"))
    if not 0 <= order.written_off <= lost:
        yield f"I13 {name}: written off {order.written_off} of {lost} that was lost"
    # runs of before refunds had numbers know amounts alone
    if order.refunds and order.refunded != moved:
        yield f"I13 {name}: refunded {order.refunded}, its refunds moved {moved}"
    if order.captured != sum(payment.amount for payment in order.payments):
        yield f"I13 {name}: captured {order.captured} is not the sum of its payments"
    if order.status != "draft":
        first, before = ordered_first(order), worth_when_ordered(order)
        shares = tuple(line.discount_share - line.promotion_share for line in first)
        if shares != split(order.discount, before):
            yield f"I14 {name}: discount shares {shares} of {order.discount}"
        yield from accounts.promotion(order, [b - s for b, s in zip(before, shares, strict=True)])
    elif order.promotion or any(line.promotion_share for line in order.lines):
        yield f"I41 {name}: a draft with a promotion"
    credit = explained_credit(order)
    if order.supply_credit != credit:
        yield f"I16 {name}: credit {order.supply_credit}, explained {credit}"
    if not 0 <= order.shipping_credit <= order.shipping_gross:
        yield f"I16 {name}: {order.shipping_credit} credited of {order.shipping_gross} shipping"
    given = order.goodwill or order.written_off
    if given and order.credit > max(order.total, order.supply_credit):
        yield f"I16 {name}: credit {order.credit} of {order.total}"
    on_paper = sum(paper.shipping for paper in order.documents)
    kind = sum(paper.goodwill for paper in order.documents)
    if not (0 <= on_paper <= order.shipping_credit and 0 <= kind <= order.goodwill):
        yield f"I16 {name}: papers credit {on_paper} of shipping, goodwill {kind}"
    given_up = sum(paper.written_off for paper in order.documents)
    if not 0 <= given_up <= order.written_off:
        yield f"I16 {name}: {given_up} on papers of {order.written_off} written off"
    kept = sum(row.credit for b in order.returns if b.liability == "customer" for row in b.rows)
    if not 0 <= order.fees <= kept:
        yield f"I16 {name}: fees {order.fees} of {kept} credited at the customer's cost"
    if not 0 <= sum(paper.fee for paper in order.documents) <= order.fees:
        yield f"I16 {name}: fees on paper beyond {order.fees}"
    # what was paid when the order was dearer, or a repair was hoped for, may go back uncredited
    cheaper = order.amendments or order.promotion or any(back.quotes for back in order.returns)
    if not cheaper and order.refunded + pending > order.credit:
        yield f"I17 {name}: refunded {order.refunded} + {pending}, credit {order.credit}"
    invoiced = sum(paper.amount for paper in order.documents if paper.kind == "invoice")
    noted = sum(paper.amount for paper in order.documents if paper.kind == "credit_note")
    due = sum(
        telescoped(line.gross, line.invoiced, line.ordered)
        - telescoped(line.gross, line.credit_noted, line.ordered)
        for line in order.lines
    )
    # shipping stays billed, unless the whole order was called off and all of it credited on paper
    if order.documents and not (order.called_off and not any(x.invoiced for x in order.lines)):
        due += order.shipping_gross - on_paper
    due -= kind + given_up
    for paper in order.documents:
        beyond = paper.amount - sum(paper.amounts)
        beyond += paper.fee - paper.repairs - paper.shipping - paper.goodwill - paper.written_off
        beyond += paper.clawback
        rest = order.shipping_gross - order.shipping_credit if order.called_off else 0
        if paper.amounts and beyond not in (0, rest):
            yield f"I15 {name}: {paper.document_number} has {beyond} that no row explains"
        if paper.amounts and len(paper.amounts) != len(paper.rows):
            yield f"I15 {name}: {paper.document_number} has rows without an amount"
    due += sum(paper.fee + paper.repairs + paper.clawback for paper in order.documents)
    if invoiced - noted != due:
        yield f"I15 {name}: invoices {invoiced} − credit notes {noted}, lines and shipping {due}"


def ordered_first(order: Order) -> list[OrderLine]:
    """The lines that were there when it was handed over: a discount is shared by these."""
    return [line for line in order.lines if not line.amendment]


def worth_when_ordered(order: Order) -> list[Minor]:
    """What each of them cost then, less what was taken off it alone."""
    return [
        (line.unit_price if line.first_price is None else line.first_price) * line.ordered
        - line.discount
        for line in ordered_first(order)
    ]


def explained_credit(order: Order) -> Minor:
    """What called off, returned and claimed units come to, and what of shipping is credited."""
    credit = order.shipping_gross if order.called_off else order.shipping_credit
    for line in order.lines:
        credit += credited(line.gross, line.cancelled, line.ordered)
        credit += telescoped(line.gross, line.credited_back, line.ordered)
    return credit


def left_on_hold(order: Order) -> int:
    """Parcels that left while a hold was open; at its very moments nobody can tell."""
    return sum(
        any(
            hold.placed_at < package.shipped_at < (hold.released_at or package.shipped_at + 1)
            for hold in order.holds
        )
        for package in order.packages
        if order.holds and package.shipped_at
    )


def _balance(order: Order) -> Iterator[str]:
    """What is due, added up from lines, payments and refunds; its sign alone says paid or not."""
    name = order.order_number
    amounts = [order.shipping_gross, order.credit, *(p.amount for p in order.documents)]
    total, received = order.shipping_gross + order.fees + order.repair_fees + order.clawback, 0
    for line in order.lines:
        amounts += [line.unit_price, line.discount, line.discount_share]
        total += line.ordered * line.unit_price - line.discount - line.discount_share
    for payment in order.payments:
        amounts.append(payment.amount)
        received += payment.amount
    for refund in order.refunds:
        amounts.append(refund.amount)
        received -= refund.amount if refund.status == "succeeded" else 0
    for disputed in order.chargebacks:
        amounts.append(disputed.amount)
        received -= disputed.amount if disputed.status != "won" else 0
    # runs of before refunds had numbers know amounts alone
    received -= 0 if order.refunds else order.refunded
    if any(type(amount) is not int for amount in amounts):
        yield f"I21 {name}: an amount that is no whole number of the smallest unit"
    due = total - order.credit - received
    if due != order.balance_due:
        yield f"I18 {name}: due {order.balance_due}, added up {due}"
    untouched = not order.refunded and not order.refund_pending
    if untouched and (payment_status(order) == "overpaid") != (due < 0):
        yield f"I18 {name}: due {due}, and it reads {payment_status(order)}"


def _taxes(order: Order) -> Iterator[str]:
    """Credit takes back tax at the rate of the supply, and no more of it than was charged."""
    charged: Counter[int] = Counter()
    taken_back: Counter[int] = Counter()
    for line in order.lines:
        charged[line.tax_rate] += telescoped(line.gross, line.invoiced, line.ordered)
        taken_back[line.tax_rate] += telescoped(line.gross, line.credit_noted, line.ordered)
    for rate, gross in charged.items():
        most, tax = tax_included(gross, rate), tax_included(taken_back[rate], rate)
        if tax > most or taken_back[rate] > gross:
            yield f"I20 {order.order_number}: tax of {tax} credited at {rate}, {most} charged"


def _lifecycle(order: Order) -> Iterator[str]:
    name = order.order_number
    if gone := left_on_hold(order):
        yield f"I23 {name}: {gone} parcels left while it was on hold"
    left = sum(line.open + line.allocated + line.packed for line in order.lines)
    # the archive keeps what was called off and what was carried out, each as it was
    announced = sum(back.open for back in order.returns)
    if order.called_off and (left or announced or any(line.shipped for line in order.lines)):
        yield f"I24 {name}: cancelled with {left} units left, goods gone or to come back"
    carried_out = order.status == "archived" and not order.called_off
    if order.status in ("completed", "settled") or carried_out:
        undelivered = sum(line.live - line.delivered for line in order.lines)
        undelivered += announced
        if left or undelivered or order.balance_due:
            yield f"I25 {name}: {order.status} with {left} / {undelivered} / {order.balance_due}"
    if order.status in ("completed", "settled"):
        papers, received = sum(p.claim for p in order.documents), order.received
        if papers != received:
            yield f"I25 {name}: its papers say {papers}, and {received} came in"
    for complaint in order.complaints:
        if complaint.open and order.status == "archived":
            yield f"I30 {name}: archived, and {complaint.complaint_number} is not answered"
        if not complaint.received_at < complaint.respond_by:
            yield f"I30 {name}: {complaint.complaint_number} was late before it came"
        if complaint.open != (not complaint.answered_at):
            yield f"I30 {name}: {complaint.complaint_number} answered at {complaint.answered_at}"
    if any(x.open for x in order.chargebacks) and order.status not in ("confirmed", "cancelled"):
        yield f"I25 {name}: {order.status}, and a bank has not decided"
    for task in order.tasks:
        if task.open and order.status == "archived":
            yield f"I33 {name}: archived, and {task.task_number} is still to do"
    if order.satisfaction and not 1 <= order.satisfaction <= 5:
        yield f"I30 {name}: a score of {order.satisfaction}"
    if order.status == "settled" and not order.batch_number:
        yield f"I25 {name}: settled outside a batch"
    if order.status == "archived" and (order.balance_due or order.retain_until is None):
        yield f"I25 {name}: archived with {order.balance_due} open"


def _documents(world: World) -> Iterator[str]:
    amounts: dict[str, int] = {}
    for order in world.orders.values():
        for document in order.documents:
            if document.document_number in amounts:
                yield f"I26 {document.document_number} issued twice"
            amounts[document.document_number] = document.claim
    years = Counter(number[:8] for number in amounts)
    for series, issued in years.items():
        last = world.counters.get(f"{SERIES[series[:3]]}-{series[4:]}", 0)
        numbers = {f"{series}-{n:05d}" for n in range(1, last + 1)}
        if last != issued or not numbers <= amounts.keys():
            yield f"I26 {series}: {issued} papers, last number {last}"
    complaints = [c.complaint_number for o in world.orders.values() for c in o.complaints]
    if len(set(complaints)) != len(complaints) or len(complaints) != world.counters.get(
        "complaint", 0
    ):
        yield f"I30 {len(complaints)} complaints, last number {world.counters.get('complaint', 0)}"
    tasks = [task.task_number for order in world.orders.values() for task in order.tasks]
    if len(set(tasks)) != len(tasks) or len(tasks) != world.counters.get("task", 0):
        yield f"I33 {len(tasks)} tasks, last number {world.counters.get('task', 0)}"
    yield from _numbers(world)
    for message in world.messages.values():
        about_order = message.wish is not None and message.order_number in world.orders
        if message.declined and message.request is None and not about_order:
            yield f"I32 {message.message_id}: declined, and it asks for nothing"
    for order in world.orders.values():
        if len({told.change.key for told in order.changes}) != len(order.changes):
            yield f"I39 {order.order_number}: a change document was answered twice"
    yield from _shipping_codes(world)
    yield from _questions(world)
    batched: Counter[str] = Counter()
    for batch in world.batches.values():
        batched.update(batch.document_numbers)
        total = sum(amounts.get(number, 0) for number in batch.document_numbers)
        if total != batch.total:
            yield f"I28 {batch.batch_number}: total {batch.total}, documents {total}"
    yield from _fees(world)
    for number, times in batched.items():
        if times > 1:
            yield f"I28 {number} is in {times} batches"
    for order in world.orders.values():
        over = order.status == "settled" or (order.status == "archived" and not order.called_off)
        if over and {p.document_number for p in order.documents} - batched.keys():
            yield f"I25 {order.order_number}: a paper of it is in no batch"
    matched: Counter[str] = Counter()
    for order in world.orders.values():
        for payment in order.payments:
            matched[payment.reference] += payment.amount
    for transfer in world.transfers.values():
        booked = matched[transfer.reference]
        if transfer.matched != booked or transfer.matched > transfer.amount:
            yield f"I13 {transfer.reference}: matched {transfer.matched}, booked {booked}"
        back = transfer.refund
        gone = back.amount if back and back.status != "failed" else 0
        if not 0 <= gone <= transfer.amount - booked:
            yield f"I13 {transfer.reference}: {gone} sent back, {booked} booked"


def _fees(world: World) -> Iterator[str]:
    """I42: what was kept of card payments is what may be kept of each capture, once."""
    rules, settled = world.policies, 0
    for order in world.orders.values():
        apiece = rules.card_fee
        if order.currency:
            apiece = sum(it.amount for it in rules.card_fees if it.currency == order.currency)
        kept = sum(
            min(half_up(paid.amount * rules.card_fee_permille, 1000) + apiece, paid.amount)
            for paid in order.payments
            if paid.tender == "card"
        )
        over = order.status == "settled" or (order.status == "archived" and not order.called_off)
        settled += order.card_fees
        if not 0 <= order.card_fees <= kept or (over and order.card_fees != kept):
            yield f"I42 {order.order_number}: {order.card_fees} kept, {kept} by the rule"
    if sum(batch.fee for batch in world.batches.values()) != settled:
        yield f"I42 batches: their fees are not the {settled} of their orders"


def _cash(world: World) -> Iterator[str]:
    """I35: what was collected at doors is with its carrier or on one list, and no more than asked.

    A booked payout is whole, and an order is settled only with its cash in one.
    """
    listed = Counter[tuple[str, int]]()
    for number, payout in world.payouts.items():
        if payout.booked and payout.received != payout.collected - payout.fees:
            yield f"I35 {number}: booked with {payout.received} of {payout.collected}"
        if not 0 <= payout.received <= payout.collected - payout.fees:
            yield f"I35 {number}: {payout.received} received of {payout.collected}"
        for row in payout.rows:
            listed[row.order_number, row.package_number] += 1
            package = world.orders[row.order_number].package(row.package_number)
            if package is None or package.collected != row.amount:
                yield f"I35 {number}: {row.amount} of {row.order_number} that nobody collected"
            elif bool(package.payout_number) != payout.booked:
                yield f"I35 {number}: parcel of {row.order_number} reads {package.payout_number}"
    held = Counter(parcel for parcels in world.cash_out.values() for parcel in parcels)
    for order in world.orders.values():
        collected = sum(package.collected for package in order.packages)
        if collected != sum(paid.amount for paid in order.payments if paid.tender == "cash"):
            yield f"I35 {order.order_number}: {collected} collected, and paid something else"
        for package in order.packages:
            parcel = order.order_number, package.package_number
            if package.collected and (package.collected, package.stage) != (
                package.to_collect, "delivered",
            ):  # fmt: skip
                yield f"I35 {parcel}: {package.collected} collected of {package.to_collect}"
            if held[parcel] + listed[parcel] != bool(package.collected):
                yield f"I35 {parcel}: on {held[parcel]} + {listed[parcel]} lists"
            over = order.status in ("settled", "archived")
            if package.collected and not package.payout_number and over:
                yield f"I35 {parcel}: settled, and its cash is with the carrier"


def _currencies(world: World) -> Iterator[str]:
    """An order has one currency, and no amount of another ever entered it.

    Until it is settled it is its customer's; what was over once stays in what it was paid in.
    """
    batch_of: dict[str, str] = {}
    for order in world.orders.values():
        name, theirs = order.order_number, world.customers[order.customer_id].currency
        # one that was settled once stays in its currency, even if something of it comes back
        over = bool(order.batch_number) or order.called_off
        if not over and named(world, order.currency) != named(world, theirs):
            yield f"I21 {name}: in {order.currency or '–'}, its customer buys in {theirs or '–'}"
        if order.currency == world.company.currency:
            yield f"I21 {name}: the home currency is written down"
        for payment in order.payments:
            transfer = world.transfers.get(payment.reference)
            if transfer and transfer.currency != order.currency:
                yield f"I21 {name}: {transfer.reference} came in {transfer.currency or '–'}"
        batch = world.batches.get(order.batch_number)
        if batch and batch_of.setdefault(order.batch_number, order.currency) != order.currency:
            yield f"I21 {name}: {order.batch_number} holds papers of two currencies"
        if batch and batch.currency != order.currency:
            yield f"I21 {name}: {order.batch_number} is in {batch.currency or '–'}"


def _shipping_codes(world: World) -> Iterator[str]:
    """I40: each parcel that was closed has a number that no other has, and a scanner reads."""
    codes: Counter[str] = Counter()
    for order in world.orders.values():
        for package in order.packages:
            code = sscc(world, order, package)
            if code:
                codes[code] += 1
                if len(code) != 18 or check_digit(code[:-1]) != code[-1]:
                    yield f"I40 {order.order_number}/{package.package_number}: {code} is no SSCC"
    for code, times in codes.items():
        if times > 1:
            yield f"I40 {code}: on {times} parcels"


def _questions(world: World) -> Iterator[str]:
    """I34: who ordered is asked one thing at a time, and an answer has its question."""
    replies = Counter[tuple[str, str]]()
    for name, message in world.messages.items():
        if message.reply_to:
            replies[message.reply_to, name] += 1
        waiting = Counter(asked.about for asked in message.questions if not asked.reply_id)
        if message.questions and message.request is None:
            yield f"I34 {name}: asked about an order, and it wants none"
        for about, times in waiting.items():
            if times > 1:
                yield f"I34 {name}: asked {times} times about {about} without an answer"
    answered = Counter(
        (name, asked.reply_id)
        for name, message in world.messages.items()
        for asked in message.questions
        if asked.reply_id
    )
    if replies != answered:
        yield f"I34 answers {sorted(replies)}, answered questions {sorted(answered)}"


def _numbers(world: World) -> Iterator[str]:
    """What a label, a return or a claim is found by is nobody else's."""
    given: Counter[str] = Counter()
    for order in world.orders.values():
        given.update(package.tracking_number for package in order.packages)
        given.update(back.rma_number for back in order.returns)
        given.update(claim.claim_number for claim in order.claims)
        given.update(refund.refund_number for refund in order.refunds)
        given.update(x.chargeback_number for x in order.chargebacks)
    given.update(t.refund.refund_number for t in world.transfers.values() if t.refund)
    for number, times in given.items():
        if number and times > 1:
            yield f"I26 {number} was given {times} times"


def _indexes(world: World) -> Iterator[str]:
    making = {n for numbers in world.making.values() for n in numbers}
    pegged = {n for numbers in world.pegged.values() for n in numbers}
    for made in world.production.values():
        number = made.production_number
        there = (number in making, number in pegged)
        if there != (made.open, made.open and bool(made.order_number)):
            yield f"I22 {number}: {made.status} stands wrongly among what is made"
    waiting: Counter[str] = Counter()
    for order in world.orders.values():
        for sku in wanting(order):
            waiting[sku] |= 1 << order.sequence
    for sku in world.products:
        if world.backorders.get(sku, 0) != waiting[sku]:
            yield f"I22 {sku}: other orders wait for it than the index says"
    to_do = (o.sequence for o in world.orders.values() if any(task.open for task in o.tasks))
    if world.tasked != sum(1 << place for place in to_do):
        yield "I22 tasks: other orders have something to do than the index says"
    for order in world.orders.values():
        indexed = (world.held >> order.sequence & 1, world.after_sales >> order.sequence & 1)
        if indexed != (order.on_hold, order.after_sales_open):
            yield f"I22 {order.order_number}: holds and after-sales stand wrongly in the index"
    labelled = 0
    exposure: Counter[str] = Counter()
    for order in world.orders.values():
        exposure[order.customer_id] += exposure_of(order)
        label = world.labels.get(order.order_number, "draft")
        if label == label_of(order) and world.by_label.get(label, 0) >> order.sequence & 1:
            labelled += 1
    places = sum(bits.bit_count() for bits in world.by_label.values())
    if not labelled == len(world.orders) == len(world.labels) == places:
        yield f"I22: {labelled} of {len(world.orders)} orders stand under their label"
    yield from _files(world, exposure)
    live = {
        (order.customer_id, order.customer_po_number): order.order_number
        for order in sorted(world.orders.values(), key=lambda order: order.sequence)
        if order.customer_po_number and not order.called_off
    }
    for po, number in live.items():
        if world.by_po.get(po) != number:
            yield f"I22 {po}: {number} is not found by it"
    for customer_id, amount in exposure.items():
        if world.exposure.get(customer_id, 0) != amount:
            yield f"I22 {customer_id}: exposure {world.exposure.get(customer_id, 0)}, is {amount}"


def _files(world: World, exposure: Counter[str]) -> Iterator[str]:
    """A file that was merged leads to one that stands, and nothing is left under it."""
    merged = {who.customer_id for who in world.customers.values() if who.merged_into}
    for customer_id in merged:
        if customer_id in exposure or world.exposure.get(customer_id):
            yield f"I29 {customer_id}: merged into another file, and still has orders"
        if world.standing(customer_id) in merged:
            yield f"I29 {customer_id}: leads to no file that stands"
        if world.customers[customer_id].contacts:
            yield f"I29 {customer_id}: merged into another file, and still has people"
    people = Counter(it.contact_number for c in world.customers.values() for it in c.contacts)
    for number, times in people.items():
        if times > 1:
            yield f"I42 {number}: in {times} places"
    for transfer in world.transfers.values():
        if transfer.customer_id in merged:
            yield f"I29 {transfer.reference}: {transfer.customer_id}'s, who was merged"

"""What a change document asks for, in its own words, and which order of ours it is about.

It is read whole, like an order: either every fault with its place, or what it asks of our order.
"""

from datetime import date

from trainer.exchange.asked import LINE_STATUS, MOST_LINES, Asked, AskedLine, Matching, Spot
from trainer.orders import documents as d
from trainer.orders.changes import answered
from trainer.orders.intake import LARGEST
from trainer.orders.values import Address, day_of
from trainer.orders.world import ChangedLine, ChangeRequest, Customer, Order, World


class AskedChange(Asked):
    """A change or the cancellation of an order, as the document words it."""

    cancellation: bool = False
    sequence: Spot | None = None
    order_number: Spot | None = None
    """The customer's own number of the order."""
    our_number: Spot | None = None
    note: Spot | None = None


def match_change(asked: AskedChange, world: World) -> d.Reading:
    """What the document asks of an order of ours, or everything that is wrong with it."""
    matching = _Matching(asked, world)
    change = matching.change()
    faults = tuple(sorted(matching.faults, key=lambda f: (f.line, f.column)))
    cautions = tuple(sorted(matching.warnings, key=lambda w: (w.line, w.column)))
    return d.Reading(
        asked.format,
        faults=faults,
        warnings=cautions,
        change=None if faults else change,
        changes=True,
    )


class _Matching(Matching):
    """A change document beside the order it is about."""

    asked: AskedChange

    def change(self) -> d.DocumentChange | None:
        asked = self.asked
        number = self._needed(asked.number, asked.spot, "cbc:ID", "document_number")
        po_number = self._needed(
            asked.order_number, asked.spot, "cac:OrderReference/cbc:ID", "order_number"
        )
        note = asked.note.text if asked.note else ""
        if asked.cancellation:
            note = self._needed(asked.note, asked.spot, "cbc:CancellationNote", "note")
        sequence = 1 if asked.cancellation else self._sequence()
        for spot, kind in asked.codes:
            self._code(spot, kind)
        customer = self._buyer()
        order = self._order(customer, po_number) if customer and po_number else None
        if order:
            self.theirs = order.currency or self.world.company.currency
        self._currency(asked.currency)
        day = self._asked_day()
        lines = () if asked.cancellation or order is None else self._changed(order)
        for words in asked.words:
            self.warnings.append(d.NotTakenOver(**words.at()))  # type: ignore[arg-type]
        if customer is None or order is None:
            return None
        change = ChangeRequest(
            customer_id=customer.customer_id,
            customer_po_number=order.customer_po_number,
            document_number=number,
            sequence=sequence,
            cancellation=asked.cancellation,
            lines=tuple(line for line, _ in lines),
            requested_delivery_date=day,
            ship_to=self._asked_address(customer, order),
            note=note,
        )
        told = answered(order, change)
        if told and asked.number and self._asks_otherwise(told.change, change):
            self.warn(d.NumberUsedAgain, asked.number)
        return d.DocumentChange(order.order_number, change, tuple(place for _, place in lines))

    def _asks_otherwise(self, was: ChangeRequest, now: ChangeRequest) -> bool:
        """Whether one number stands for two documents; a day that has passed is read as today."""
        passed = now.requested_delivery_date == day_of(self.world.now)
        return (was.cancellation, was.lines) != (now.cancellation, now.lines) or not (
            passed or was.requested_delivery_date == now.requested_delivery_date
        )

    def _sequence(self) -> int:
        spot = self.asked.sequence
        text = self._needed(spot, self.asked.spot, "cbc:SequenceNumberID", "sequence")
        if not text:
            return 0
        if not text.isdecimal() or len(text) > 6 or not int(text):
            assert spot
            self.fault(d.NotASequence, spot)
            return 0
        return int(text)

    def _order(self, customer: Customer, po_number: str) -> Order | None:
        world, spot = self.world, self.asked.order_number
        assert spot
        standing = world.standing(customer.customer_id)
        found = world.by_po.get((standing, po_number), "")
        if found:
            return self._not_by_another_name(world.orders[found])
        others = [key for key in world.by_po if key[1] == po_number]
        if others:
            self.fault(d.OrderOfAnother, spot, wanted=customer.customer_id)
        else:
            self.fault(d.NoSuchOrder, spot, wanted=customer.customer_id)
        return None

    def _not_by_another_name(self, order: Order) -> Order:
        """Where the document names our number as well, the two are of one order."""
        ours = self.asked.our_number
        if ours and ours.text and ours.text != order.order_number:
            self.fault(d.NumbersDisagree, ours, wanted=order.order_number)
        return order

    def _asked_day(self) -> date | None:
        spot = self.asked.day
        return self._day() if spot and spot.text else None

    def _asked_address(self, customer: Customer, order: Order) -> Address | None:
        """Where they want it; what the document leaves out is taken from the order."""
        told = {name for name, spot in self.asked.address.items() if spot.text}
        if not {"street", "city"} & told:
            return None
        return self._address(customer, order.ship_to)

    def _changed(self, order: Order) -> tuple[tuple[ChangedLine, int], ...]:
        """Each product once, with the place where it stands in the document."""
        asked = self.asked
        if not asked.lines:
            self._needed(None, asked.spot, "cac:OrderLine", "sku")
        if len(asked.lines) > MOST_LINES:
            self.fault(d.TooMuch, asked.spot, f"{len(asked.lines)} lines", f"{MOST_LINES} lines")
            return ()
        found: dict[str, tuple[ChangedLine, int]] = {}
        for line in asked.lines:
            changed = self._changed_line(line, order)
            if changed is None:
                continue
            earlier = found.get(changed.sku)
            if earlier:
                self.fault(d.LineTwice, line.spot, changed.sku, str(earlier[1]))
            found[changed.sku] = (changed, line.spot.line)
        for ordered in order.lines:
            if ordered.live and ordered.sku not in found:
                self.warn(d.LineNotNamed, asked.spot, ordered.sku, str(ordered.line_number))
        return tuple(found.values())

    def _changed_line(self, line: AskedLine, order: Order) -> ChangedLine | None:
        product = self._product(line)
        known = line.status is None or self._code(line.status, "line_status")
        status = LINE_STATUS.get(line.status.text) if line.status else None
        none_left = status == "cancelled"
        quantity = 0 if none_left and line.quantity is None else self._quantity(line, least=0)
        if product is None or not known:
            return None
        there = [x for x in order.lines if x.sku == product.sku]
        spot = line.quantity or line.spot
        if not there and status != "added":
            self.fault(d.LineNotThere, line.spot, product.sku, order.order_number)
            return None
        stands = sum(x.live for x in there)
        if status == "added" and stands not in (0, quantity):
            self.warn(d.AddedAlready, line.spot, product.sku, str(stands))
        if none_left and quantity:
            quantity = 0  # some write how many are taken off
        if quantity % product.pack_size or quantity > LARGEST:
            self.fault(d.NotWholePacks, spot, str(quantity), str(product.pack_size))
        self._price(line, product, quantity, there[0].unit_price if there else 0)
        if status is None:
            status = "revised" if quantity else "cancelled"
        return ChangedLine(product.sku, quantity, status)

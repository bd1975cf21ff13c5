"""The door for documents: whatever comes in is told apart by what is in it, not by its name."""

from datetime import timedelta
from typing import Final

from trainer.exchange.asked import match
from trainer.exchange.changes import match_change
from trainer.exchange.issuing import issued_after, labelled_after, outgoing, packed_after
from trainer.exchange.papers import answer_number, document_sums, write_change, write_order
from trainer.exchange.spreadsheets import read_csv, read_xlsx, write_csv, write_xlsx
from trainer.exchange.ubl import Refused, read_change, read_ubl, tree
from trainer.orders import documents as d
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Format, Message, Request, RequestLine, World

__all__ = [
    "LARGEST",
    "answer_number",
    "attachment",
    "document_sums",
    "example",
    "issued_after",
    "labelled_after",
    "outgoing",
    "packed_after",
    "read_document",
]

LARGEST: Final = 256 * 1024
"""A document of more bytes is no order that a person looks through."""


def read_document(data: bytes, world: World) -> d.Reading:
    """The order in a document, or the change of one, or all that is wrong. It never raises."""
    form = format_of(data)
    try:
        if len(data) > LARGEST:
            found, most = f"> {LARGEST // 1024} KB", f"{LARGEST // 1024} KB"
            raise Refused(d.TooMuch(line=1, found=found, wanted=most))
        if form is None:
            start = data[:24].decode("utf-8", "replace").strip()
            raise Refused(d.NotADocument(line=1, column=1, found=start))
        if form == "UBL":
            root = tree(data)
            if root.name != "Order":
                return match_change(read_change(root), world)
            return match(read_ubl(root), world)
        return match({"CSV": read_csv, "XLSX": read_xlsx}[form](data), world)
    except Refused as refused:
        return d.Reading(form or "CSV", faults=refused.faults)


def example(world: World, form: Format) -> bytes:
    """An order as one of this company's customers would send it, to see how a document looks."""
    customer = world.customers[min(world.customers)]
    sold = sorted((p for p in world.products.values() if p.sellable), key=lambda p: p.sku)
    asked = Request(
        customer_id=customer.customer_id,
        customer_po_number="PO-EXAMPLE",
        lines=tuple(RequestLine(product.sku, 2 * product.pack_size) for product in sold[:2]),
        requested_delivery_date=day_of(world.now) + timedelta(days=30),
        carrier_code="",
        ship_to=customer.address,
    )
    return _written(world, asked, form, world.now)


def attachment(world: World, message: Message) -> bytes:
    """The document that came with a message, as the customer's system writes it."""
    if message.change and message.attached:
        return write_change(world, message.change, message.received_at)
    if message.request is None or message.attached is None:
        raise ValueError(f"nothing came with {message.message_id}")
    return _written(world, message.request, message.attached, message.received_at)


def _written(world: World, asked: Request, form: Format, issued: Moment) -> bytes:
    if form == "UBL":
        return write_order(world, asked, issued)
    return {"CSV": write_csv, "XLSX": write_xlsx}[form](world, asked)


def format_of(data: bytes) -> Format | None:
    """What kind of document it is, by its first bytes."""
    if data.startswith(b"PK\x03\x04"):
        return "XLSX"
    start = data[:400].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "UBL"
    first = start.split(b"\n", 1)[0]
    if b"\x00" in data[:400] or not any(mark in first for mark in b",;\t"):
        return None
    return "CSV"

"""Who cannot be cast: an order that names somebody who comes later, that nobody could have sent so,
or that is at odds with the world it comes into.
"""

from collections.abc import Iterator
from typing import Any, Final, get_args

from trainer.catalog.marked import Fault, Tree, near
from trainer.orders.world import PaymentTerms
from trainer.training.scenario import OF_A_LINE, OrderRequest, WorldSpec
from trainer.training.sentences import Sentence


def miscast(cast: Tree, world: Tree) -> Iterator[Fault]:
    """All that is wrong between the orders of a cast, and with each of them as a whole."""
    before: dict[str, Tree] = {}
    for name, asked in ((str(it), part) for it, part in cast.parts.items()):
        yield from _behind(name, asked, before, cast)
        yield from _of_the_past(name, asked, before, world)
        yield from _on_credit(name, asked)
        yield from _abroad(name, asked, world)
        yield from _wordless(name, asked)
        yield from _slips(name, asked)
        before[name] = asked


_NAMED: Final = {
    "customer_of": Sentence("{name} is of the customer of {other}, who does not stand before"),
    "repeats": Sentence("{name} repeats the order of {other}, who does not stand before"),
    "same_as": Sentence("{name} wants the same as {other}, who does not stand before"),
}
"""Whom else of the cast an order may be about; they stand before it."""


def _behind(name: str, asked: Tree, before: dict[str, Tree], cast: Tree) -> Iterator[Fault]:
    for key, says in _NAMED.items():
        other = asked.part(key)
        if other.value and isinstance(other.value, str) and other.value not in before:
            later = other.value in cast.parts and other.value != name
            cure = (
                Sentence("move {other} above {name}", other=other.value, name=name)
                if later
                else near(other.value, [*before])
            )
            yield Fault(other.mark, says.about(name=name, other=other.value), cure)


_BEFORE_IT: Final = 25
"""Days that the world's past begins before the oldest order of the cast arrives."""
_OF_TODAY: Final = ("payment_terms", "tender", "same_as", "elsewhere", "currency", "defect")
"""What an order of the past cannot be asked to be."""


def _of_the_past(name: str, asked: Tree, before: dict[str, Tree], world: Tree) -> Iterator[Fault]:
    ago = asked.part("delivered_days_ago")
    age = _number(ago, 0)
    if not age:
        return
    days, wanted = _number(world.part("days"), WorldSpec().days), age + _BEFORE_IT
    if wanted > days:
        says = Sentence(
            "{name} was delivered {age} days ago, and the world's past is only {days} days long",
            name=name,
            age=age,
            days=days,
        )
        yield Fault(
            ago.mark, says, Sentence("write days: {wanted} or more under world:", wanted=wanted)
        )
    for key in _OF_TODAY:
        if key in asked.parts and asked.parts[key].value not in (_usual(key), [], None):
            says = Sentence(
                "{name} was delivered before the opening: prepaid by transfer in our "
                "currency, clear, and to where the file says",
                name=name,
            )
            yield Fault(
                asked.keys[key], says, Sentence("delete {key}, or delivered_days_ago", key=key)
            )
    whose = asked.part("customer_of")
    elder = before.get(whose.value) if isinstance(whose.value, str) else None
    if elder and not _number(elder.part("delivered_days_ago"), 0):
        says = Sentence("{name} is of a customer who comes in only this morning", name=name)
        yield Fault(
            whose.mark,
            says,
            Sentence("give {other} delivered_days_ago too, or delete this", other=whose.value),
        )


def _on_credit(name: str, asked: Tree) -> Iterator[Fault]:
    credit, terms = asked.part("credit"), asked.part("payment_terms").value
    if credit.value not in ("short", "together"):
        return
    if terms is None or (terms in get_args(PaymentTerms) and terms != "on_account"):
        cure = Sentence("write payment_terms: on_account, or delete this")
        yield Fault(
            credit.mark, Sentence("{name} pays in advance, and needs no credit", name=name), cure
        )
    if credit.value == "together" and not asked.part("customer_of").value:
        says = Sentence("{name} needs customer_of: credit for both is about two orders", name=name)
        yield Fault(credit.mark, says, Sentence("add customer_of: with the name of the other one"))


def _abroad(name: str, asked: Tree, world: Tree) -> Iterator[Fault]:
    buys = asked.part("currency")
    if isinstance(buys.value, str) and buys.value not in world.part("foreign").parts:
        says = Sentence(
            "{name} buys in {currency}, and nobody in world.foreign does",
            name=name,
            currency=buys.value,
        )
        yield Fault(
            buys.mark,
            says,
            Sentence("write foreign: {{{currency}: 1}} under world:", currency=buys.value),
        )


def _wordless(name: str, asked: Tree) -> Iterator[Fault]:
    given = [key in asked.parts for key in ("subject", "body")]
    call = asked.part("channel").value == "phone"
    if isinstance(asked.value, dict) and not (all(given) or (call and not any(given))):
        cure = Sentence("write subject and body; only a call (channel: phone) may leave out both")
        yield Fault(asked.mark, Sentence("{name} sends a message without words", name=name), cure)


def _slips(name: str, asked: Tree) -> Iterator[Fault]:
    """What is written wrong needs words, and a line of its own."""
    slips = asked.part("defect")
    parts = list(slips.parts.values()) or [slips] * bool(slips.value)
    named = [part.value for part in parts]
    if named and "body" not in asked.parts:
        cure = Sentence("write subject and body")
        yield Fault(slips.mark, Sentence("a call that is written out has no defects"), cure)
    for place, part in enumerate(parts):
        if part.value in named[:place]:
            yield Fault(
                part.mark,
                Sentence("{key} stands here twice", key=part.value),
                Sentence("once is enough"),
            )
        if part.value == "missing_address" and asked.part("currency").value:
            yield Fault(
                part.mark,
                Sentence("a missing address is of a customer at home"),
                Sentence("drop currency"),
            )
    of_a_line = [it for it in named if it in OF_A_LINE]
    if len(of_a_line) > _number(asked.part("lines"), _usual("lines")):
        says = Sentence("{slips}: each wants a line of its own", slips=", ".join(of_a_line))
        yield Fault(slips.mark, says, Sentence("write lines: {count}", count=len(of_a_line)))
    twin = asked.part("same_as")
    if of_a_line and twin.value:
        yield Fault(
            twin.mark,
            Sentence("who wants the same as {name} writes it right", name=twin.value),
            Sentence("drop one"),
        )


def _usual(key: str) -> Any:
    return OrderRequest.model_fields[key].default


def _number(tree: Tree, default: int) -> int:
    """A whole number as it is written; what is none counts as it would if nothing stood there."""
    return tree.value if type(tree.value) is int else default

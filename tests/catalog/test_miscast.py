"""Who cannot be cast is told to the author: each mistake, however many there are of one order."""

from typing import Any

import msgspec
import pytest

from tests.catalog.test_worlds import asks
from trainer.catalog.marked import Fault, read
from trainer.catalog.miscast import miscast

PAST = "ada was delivered before the opening: prepaid by transfer in our currency"


def faults(cast: dict[str, dict[str, Any]], **world: Any) -> list[Fault]:
    tree, _ = read(msgspec.json.encode({"cast": cast, "world": world}).decode())
    return list(miscast(tree.part("cast"), tree.part("world")))


def told(cast: dict[str, dict[str, Any]], **world: Any) -> list[str]:
    return [fault.what for fault in faults(cast, **world)]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"defect": ["odd_quantity", "vague_quantity"], "lines": 1},
         ["odd_quantity, vague_quantity: each wants a line of its own"]),
        ({"defect": ["missing_address", "missing_address"]},
         ["missing_address stands here twice"]),
        ({"defect": "missing_address", "currency": "JPY"},
         ["a missing address is of a customer at home"]),
        ({"defect": "odd_quantity", "body": None, "subject": None, "channel": "phone"},
         ["a call that is written out has no defects"]),
        ({"body": None}, ["ada sends a message without words"]),
        ({"subject": None, "channel": "phone"}, ["ada sends a message without words"]),
        ({"body": None, "subject": None}, ["ada sends a message without words"]),
        ({"body": None, "subject": None, "channel": "phone"}, []),
        ({"delivered_days_ago": 5, "payment_terms": "on_account"}, [PAST]),
        ({"delivered_days_ago": 5, "tender": "card", "elsewhere": True}, [PAST, PAST]),
        ({"delivered_days_ago": 5, "currency": "JPY", "defect": "missing_address"},
         [PAST, PAST, "a missing address is of a customer at home"]),
        ({"delivered_days_ago": 5, "tender": "transfer", "elsewhere": False, "defect": []}, []),
        ({"delivered_days_ago": 0, "tender": "card"}, []),
    ],
)  # fmt: skip
def test_what_nobody_could_have_sent_is_told(wanted: dict[str, Any], says: list[str]) -> None:
    asked = {key: value for key, value in asks(**wanted).items() if value is not None}
    found = told({"ada": asked}, foreign={"JPY": 1})
    assert [it.startswith(said) for it, said in zip(found, says, strict=True)] == [True] * len(says)


def test_who_wants_the_same_writes_it_right() -> None:
    cast = {"ben": asks(), "ada": asks(same_as="ben", defect="odd_quantity")}
    assert told(cast) == ["who wants the same as ben writes it right"]


def test_each_order_may_be_wrong_in_several_ways() -> None:
    cast = {
        "ada": asks(repeats="ben", credit="together"),
        "ben": asks(customer_of="ada", delivered_days_ago=30, currency="JPY"),
    }
    assert told(cast, days=40, foreign={"KWD": 1}) == [
        "ada repeats the order of ben, who does not stand before",
        "ada pays in advance, and needs no credit",
        "ada needs customer_of: credit for both is about two orders",
        "ben was delivered 30 days ago, and the world's past is only 40 days long",
        "ben was delivered before the opening: prepaid by transfer in our currency, clear, and to "
        "where the file says",
        "ben is of a customer who comes in only this morning",
        "ben buys in JPY, and nobody in world.foreign does",
    ]


def test_a_mistake_is_marked_where_its_key_stands_and_has_a_cure() -> None:
    (fault,) = faults({"ada": asks(delivered_days_ago=5, tender="card")})
    assert fault.mark.column > 1
    assert fault.cure == "delete tender, or delivered_days_ago"

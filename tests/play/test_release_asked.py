"""At the order card: a clerk whom four eyes stop is offered to ask, and only that."""

from tests.builders import FIRST, order_submitted
from tests.story import given
from trainer.orders.holds import AskRelease, PlaceHold
from trainer.play.offers import offers


def test_the_card_offers_to_ask_where_one_may_not_release() -> None:
    story = given(order_submitted(), PlaceHold(FIRST, "fraud", "odd"))

    def names() -> set[str]:
        return {offer.name for offer in offers(story.world, story.world.orders[FIRST])}

    assert "ask_release" in names()
    assert "release_hold" not in names()
    story.and_(AskRelease(FIRST, "fraud", "please"))
    assert "ask_release" not in names()


def test_the_card_offers_to_release_what_is_ones_own() -> None:
    story = given(order_submitted(), PlaceHold(FIRST, "manual", "wait"))
    names = {offer.name for offer in offers(story.world, story.world.orders[FIRST])}
    assert "release_hold" in names
    assert "ask_release" not in names

"""Views that people saved for themselves: a name of their own, a few of them, nobody else's."""

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from trainer.play.ports import MOST_VIEWS, SavedView
from trainer.store.views import SqlViews


@pytest.fixture
def views(engine: Engine) -> SqlViews:
    return SqlViews(engine)


def test_a_view_is_kept_for_its_owner_and_replaced_under_its_name(views: SqlViews) -> None:
    assert views.save(ADA, SavedView("逾期", "view=late"))
    assert views.save(ADA, SavedView("Dear ones", "least=500"))
    assert views.save(ADA, SavedView("逾期", "view=late&sort=due"))
    assert views.of(ADA) == (
        SavedView("逾期", "view=late&sort=due"),
        SavedView("Dear ones", "least=500"),
    )
    assert views.of(BEN) == ()


def test_there_is_room_for_a_few(views: SqlViews) -> None:
    for number in range(MOST_VIEWS):
        assert views.save(ADA, SavedView(f"{number}", "q=x"))
    assert not views.save(ADA, SavedView("one more", "q=x"))
    assert views.save(ADA, SavedView("0", "q=y"))  # in the place of its own
    assert views.save(BEN, SavedView("one more", "q=x"))
    views.drop(ADA, "0")
    views.drop(ADA, "never there")
    assert views.save(ADA, SavedView("one more", "q=x"))
    assert len(views.of(ADA)) == MOST_VIEWS

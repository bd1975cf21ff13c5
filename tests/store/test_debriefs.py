"""What was said before the reference, and what was watched: once each, by run and by person."""

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from tests.store.test_contract import put
from trainer.store.debriefs import SqlDebriefs
from trainer.store.events import SqlStore


@pytest.fixture
def debriefs(engine: Engine) -> SqlDebriefs:
    return SqlDebriefs(engine)


def test_the_first_words_about_a_run_stand(sql: SqlStore, debriefs: SqlDebriefs) -> None:
    run = sql.open(ADA, put(sql))
    other = sql.open(BEN, run.opening_id)
    assert debriefs.said(run.sandbox_id) is None
    debriefs.say(run.sandbox_id, "信用要先查")
    debriefs.say(run.sandbox_id, "now I know")
    assert debriefs.said(run.sandbox_id) == "信用要先查"
    debriefs.say(other.sandbox_id, "")
    assert debriefs.said(other.sandbox_id) == ""


def test_the_first_watching_stands(debriefs: SqlDebriefs) -> None:
    assert debriefs.watched(ADA, "first-order") is None
    debriefs.watch(ADA, "first-order")
    first = debriefs.watched(ADA, "first-order")
    debriefs.watch(ADA, "first-order")
    assert first is not None
    assert debriefs.watched(ADA, "first-order") == first
    assert debriefs.watched(BEN, "first-order") is None
    assert debriefs.watched(ADA, "rush") is None

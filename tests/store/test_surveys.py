"""Answers to the survey, one of each person about each chapter, over each database."""

from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from trainer.play.survey import Reply
from trainer.store.classes import Classes
from trainer.store.surveys import SqlSurveys


def test_an_answer_takes_the_place_of_the_one_before(engine: Engine) -> None:
    surveys = SqlSurveys(engine)
    first, better = Reply(5, 4, 3, 2, "教练", ""), Reply(1, 1, 5, 5, "", "slower, please")
    surveys.reply(ADA, "1", first)
    surveys.reply(ADA, "course", first)
    surveys.reply(BEN, "1", first)
    assert surveys.of_person(ADA) == {"1": first, "course": first}
    surveys.reply(ADA, "1", better)
    assert surveys.of_person(ADA) == {"1": better, "course": first}
    assert surveys.replies() == {"1": {ADA: better, BEN: first}, "course": {ADA: first}}
    assert surveys.of_person(99) == {}


def test_an_answer_stays_with_the_classes_of_when_it_was_given(engine: Engine) -> None:
    surveys, classes = SqlSurveys(engine), Classes(engine)
    room, other = (classes.create(name, BEN) for name in ("Of then", "Of later"))
    classes.add(room.class_id, [ADA])
    said = Reply(5, 4, 3, 2, "", "")
    surveys.reply(ADA, "1", said)
    surveys.reply(BEN, "1", said)  # who teaches it is not of it
    classes.remove(room.class_id, ADA)
    classes.add(other.class_id, [ADA])
    surveys.reply(ADA, "1", said)
    surveys.reply(ADA, "2", said)
    assert surveys.classes() == {"1": {room.key: {ADA}}, "2": {other.key: {ADA}}}

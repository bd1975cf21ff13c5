"""Pupils who work without a browser: each as well as they can, over the app's own desk."""

from random import Random

import msgspec
from flask import Flask

from trainer.orders.feedback import AnswerComplaint
from trainer.orders.returns import RejectReturn
from trainer.orders.settlement import ArchiveOrder
from trainer.orders.shipping import ShipPackage
from trainer.play import quiz as taking
from trainer.play.exercise import start
from trainer.play.ports import Sandbox
from trainer.play.quiz import Quiz
from trainer.play.reading import SolutionError
from trainer.play.sandbox import Desk
from trainer.play.solution import command
from trainer.training.deeds import Deed

UNKNOWN = "SO-99999"


def work(
    app: Flask, person_id: int, *, skill: float = 1.0, steps: int = 99, seed: int = 1
) -> Sandbox:
    """An attempt at the first order: each step with this chance without a slip, so many steps."""
    desk: Desk = app.extensions["desk"]
    chance = Random(seed)
    sandbox = start(
        desk.store, app.extensions["library"], person_id=person_id, scenario_id="first-order",
        language="en",
    )  # fmt: skip
    course = desk.course(sandbox)
    number = 0
    for step in course.opening.scenario.steps[:steps]:
        if chance.random() > skill:  # too early, and then in need of help
            wrong = ShipPackage if chance.random() > 0.4 else ArchiveOrder
            sandbox = slip(desk, sandbox, f"slip-{number}", wrong)
            number += 1
            if chance.random() > 0.5:
                sandbox = desk.take_hint(sandbox, f"hint-{number}").sandbox
        for wanted in step.solution:
            if "notify_customer" in wanted and chance.random() > skill:
                continue  # forgotten
            try:
                deed = command(desk.run(sandbox), course, wanted)
            except SolutionError:
                continue  # what it builds on was forgotten
            assert not isinstance(deed, Deed)
            number += 1
            done = desk.perform(sandbox, deed, actor="clerk", command_id=f"work-{number}")
            sandbox = done.sandbox
    return sandbox


def write(
    app: Flask, person_id: int, words: str, exercise: str = "keep-them-posted", language: str = "en"
) -> Sandbox:
    """An exercise done as its solution does it, but in their own words to the customer."""
    desk: Desk = app.extensions["desk"]
    sandbox = start(
        desk.store, app.extensions["library"], person_id=person_id, scenario_id=exercise,
        language=language,
    )  # fmt: skip
    course, number = desk.course(sandbox), 0
    for step in course.opening.scenario.steps:
        for wanted in step.solution:
            deed = command(desk.run(sandbox), course, wanted)
            if isinstance(deed, AnswerComplaint):
                deed = msgspec.structs.replace(deed, text=words)
            elif isinstance(deed, RejectReturn):
                deed = msgspec.structs.replace(deed, reason=words)
            assert not isinstance(deed, Deed)
            number += 1
            done = desk.perform(sandbox, deed, actor="clerk", command_id=f"write-{number}")
            assert not done.refused
            sandbox = done.sandbox
    assert sandbox.standing.finished
    return sandbox


def slip(desk: Desk, sandbox: Sandbox, command_id: str, wrong: type = ShipPackage) -> Sandbox:
    """Something that is refused."""
    orders = desk.run(sandbox).world.orders
    order = max(orders) if orders and wrong is ShipPackage else UNKNOWN
    given = {"package_number": 9} if wrong is ShipPackage else {"retention_years": 10}
    outcome = desk.perform(
        sandbox, wrong(order_number=order, **given), actor="clerk", command_id=command_id
    )
    assert outcome.refused
    return outcome.sandbox


def answer(app: Flask, person_id: int, chapter: str, *, skill: float, seed: int = 1) -> Quiz:
    """A quiz, each question right with this chance."""
    store, shelved = app.extensions["quizzes"], app.extensions["banks"][chapter]
    chance = Random(seed)
    quiz = taking.begin(
        store, shelved, person_id=person_id, chapter=chapter, mode="practice",
        moment=taking.Moment(),
    )  # fmt: skip
    while not quiz.finished:
        question, asked = taking.question_of(store.bank(quiz.digest), quiz, quiz.answered + 1)
        samples = question.samples(asked)
        form = samples.right if chance.random() < skill else samples.wrong
        quiz, _read = taking.answer(store, quiz, form)
    return quiz

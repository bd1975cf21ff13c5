"""The app: everything is joined here, once; the only file that names concrete classes."""

from collections.abc import Sequence
from functools import partial
from time import time
from typing import Any, Final

from flask import Flask
from flask_compress import Compress
from flask_security import SQLAlchemySessionUserDatastore
from htmx_flask import Htmx

from trainer import paths, prover
from trainer.catalog.asking import QuestionDesk
from trainer.catalog.banks import Banks
from trainer.catalog.course import load_course
from trainer.catalog.glossary import load_glossary
from trainer.catalog.library import Library
from trainer.catalog.writing import ScenarioDesk
from trainer.config import Settings
from trainer.exchange import documents as exchange
from trainer.play.sandbox import Desk
from trainer.store.boards import SqlBoards
from trainer.store.changes import SqlChanges
from trainer.store.classes import Classes
from trainer.store.database import connect, migrate
from trainer.store.debriefs import SqlDebriefs
from trainer.store.drafts import SqlDrafts
from trainer.store.events import SqlStore
from trainer.store.experiences import SqlExperiences
from trainer.store.grades import SqlGrades
from trainer.store.invitations import SqlInvitations
from trainer.store.lessons import LessonsRead
from trainer.store.mastery import SqlMastery
from trainer.store.pieces import SqlPieces
from trainer.store.quizzes import SqlQuizzes
from trainer.store.records import (
    Role,
    User,
    extra_time_of,
    name_of,
    quiz_standings,
    sessions,
    standings,
)
from trainer.store.reviews import SqlReviews
from trainer.store.surveys import SqlSurveys
from trainer.store.talk import SqlMail
from trainer.store.views import SqlViews
from trainer.web import (
    addresses,
    admin,
    advice,
    assignments,
    audit,
    auth,
    author,
    automation,
    bank,
    because,
    bulk,
    carriers,
    changes,
    classes,
    coaching,
    company_rules,
    course,
    customers,
    desk,
    desks,
    documents,
    drafting,
    dues,
    errors,
    examples,
    experiences,
    first_passwords,
    following,
    forks,
    glossary,
    grades,
    headers,
    hunt,
    i18n,
    invitations,
    invoices,
    joining,
    languages,
    learn,
    lists,
    look,
    marks,
    mastery,
    months,
    movements,
    patterns,
    pieces,
    queues,
    quiz,
    quiz_results,
    regrade,
    reports,
    results,
    scores,
    settings,
    shortcuts,
    signed_out,
    stale,
    static,
    survey,
    talk,
    teach,
    trade_terms,
    typed,
    versions,
)

LARGEST_REQUEST: Final = 4 * 1024 * 1024
"""Bytes that are read of a request."""


def create_app(given: Settings, *, accounts: Sequence[Any] = (), **config: Any) -> Flask:
    """The app over its database, ready to be asked.

    `accounts` are shown at the door, for a demo; `config` is Flask's, for tests.
    """
    app = Flask(
        __name__,
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        static_url_path=f"/static/{static.fingerprint()}",
    )
    # a Chinese sign is nine letters in a form, and a draft's page sends text and forms along
    app.config.update(SECRET_KEY=given.secret_key, MAX_CONTENT_LENGTH=LARGEST_REQUEST)
    app.config.update(MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST)
    app.config.update(auth.CONFIG | config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _join(app, given)
    for extension in (Htmx, Compress):
        extension(app)
    for room in (
        typed, static, i18n, addresses, first_passwords, marks, look, automation, because, glossary,
        course, quiz, mastery, dues, teach, talk, survey, forks, following, examples, advice,
        scores, pieces, shortcuts, stale, headers, errors, signed_out, trade_terms, desks,
    ):  # fmt: skip
        room.init(app)
    for door in (
        learn, course, quiz, mastery, desk, desks, lists, coaching, automation, bulk, customers,
        documents, changes, queues, invoices, movements, carriers, company_rules, reports, months,
        hunt,
        glossary, classes, joining, assignments, teach, talk, experiences, survey, forks, following,
        examples, author, drafting, languages, versions, bank, results,
        quiz_results, grades, pieces, regrade, audit, invitations, admin, settings, shortcuts,
        patterns,
    ):  # fmt: skip
        app.register_blueprint(door.bp)
    app.config["DEMO_ACCOUNTS"] = accounts
    return app


def _join(app: Flask, given: Settings) -> None:
    """Database, desk, documents, library, accounts."""
    engine = connect(given.database_url, given.sqlite_synchronous)
    migrate(engine)
    store = SqlStore(engine)
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessions(engine)
    app.extensions["desk"] = Desk(store)
    app.extensions["documents"] = exchange
    read = load_course(paths.SCENARIOS)
    app.extensions["course"], app.extensions["course_problems"] = read.course, read.problems
    app.extensions["lessons_read"] = LessonsRead(engine)
    app.extensions["boards"] = SqlBoards(engine)
    app.extensions["debriefs"] = SqlDebriefs(engine)
    app.extensions["saved_views"] = SqlViews(engine)
    app.extensions["mail"] = SqlMail(engine)
    app.extensions["experiences"] = SqlExperiences(engine)
    app.extensions["surveys"] = SqlSurveys(engine)
    app.extensions["classes"] = Classes(engine)
    app.extensions["glossary"] = load_glossary(paths.SCENARIOS / "glossary.yaml")
    app.extensions["quizzes"] = SqlQuizzes(engine)
    app.extensions["grades"] = SqlGrades(engine)
    app.extensions["changes"] = SqlChanges(engine)
    app.extensions["pieces"] = SqlPieces(engine)
    app.extensions["reviews"] = SqlReviews(engine)
    app.extensions["invitations"] = SqlInvitations(engine)
    # classes of an instructor, or with None all of them: trainer.play.grades.Group
    app.extensions["groups"] = app.extensions["classes"].groups
    written = SqlDrafts(engine)
    library = Library(paths.SCENARIOS, store, written)
    app.extensions["library"], app.extensions["drafts"] = library, written
    banks = Banks(paths.SCENARIOS, written)
    app.extensions["banks"], app.extensions["bank_problems"] = banks, banks.problems
    app.extensions["writing"] = {
        "scenario": ScenarioDesk(paths.SCENARIOS, library),
        "question": QuestionDesk(paths.SCENARIOS, banks, read.course),
    }
    app.extensions["prover"] = partial(prover.start, given)
    app.extensions["mastery"], app.extensions["clock"] = SqlMastery(engine), time
    app.extensions["name_of"] = partial(name_of, app.extensions["sessions"])
    app.extensions["extra_time_of"] = partial(extra_time_of, app.extensions["sessions"])
    app.extensions["standings"] = partial(standings, app.extensions["sessions"])
    app.extensions["quiz_standings"] = partial(quiz_standings, app.extensions["sessions"])
    people = SQLAlchemySessionUserDatastore(app.extensions["sessions"], User, Role)
    auth.init(app, people, given.workers)
    app.teardown_appcontext(lambda _: app.extensions["sessions"].remove())

"""Questions written in the browser: begun, looked at, proven, drawn; withdrawn, and by whom."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask

from tests.web.conftest import Browser, number
from tests.web.pupils import answer
from tests.web.test_author import begin, drafts, ines, key_of, prove_here, saved, small
from tests.web.test_drafting import press
from tests.web.test_quizzes import words_of
from trainer import paths
from trainer.catalog.banks import Banks
from trainer.play.authoring import Drafts
from trainer.play.changes import Change, Wanted
from trainer.play.quiz import QuizStore
from trainer.training.quiz import KINDS

__all__ = ("drafts", "ines")  # fixtures

Login = Callable[[str], Browser]
CHAPTER, OF_THE_COURSE = "02-orders", "acknowledge-a-draft"


@pytest.fixture
def banks(app: Flask) -> Banks:
    found: Banks = app.extensions["banks"]
    return found


@pytest.fixture
def clean(app: Flask, drafts: Drafts) -> Iterator[None]:
    """The shelf afterwards as it was before."""
    from trainer.play.changes import TERMINAL

    yield
    for it in drafts.versions("question"):
        drafts.withdraw("question", it.name, TERMINAL, "", withdrawn=True)
    app.extensions["banks"].look_again()


def question(name: str, says: str = "It is so", answer: str = "yes") -> str:
    return f"""\
# mine
format: 1
questions:
  - id: {name}
    topic: "2.1"
    skill: order-entry
    kind: true_false
    ask: {{en: {says}, zh_Hans: 是这样, zh_Hant: 是這樣}}
    answer: "{answer}"
    why: {{en: So, zh_Hans: 所以, zh_Hant: 所以}}
"""


def published(app: Flask, browser: Browser, drafts: Drafts, text: str, why: str = "") -> str:
    """A text begun from a template, saved, proven, published; the draft's page."""
    page = begin(browser, "template:true_false")
    assert saved(browser, drafts, page, text).status_code == 303
    assert prove_here(app, drafts, page) == "green"
    browser.send(f"{page}/versions", why=why)
    return page


def names(banks: Banks) -> list[str]:
    return [it.id for it in banks[CHAPTER].bank.questions]


def last(app: Flask) -> Change:
    line, *_ = app.extensions["changes"].page(Wanted(), 1, 1)
    found: Change = line
    return found


# --- the bank -------------------------------------------------------------------------------------


def test_the_bank_shows_every_question_by_chapter_and_skill(ines: Browser, banks: Banks) -> None:
    page = ines.get(f"/author/questions?chapter={CHAPTER}").text
    assert re.findall(r'id="question-([\w-]+)"', page) == names(banks)
    every = ines.get("/author/questions?chapter=&skill=order-entry").text
    wanted = [
        it.id
        for shelved in banks.values()
        for it in shelved.bank.questions
        if it.skill == "order-entry"
    ]
    assert re.findall(r'id="question-([\w-]+)"', every) == wanted
    assert 'id="question-' not in ines.get("/author/questions?skill=nothing").text
    assert ines.get("/author/questions?chapter=nothing").status_code == 200


def test_a_question_that_was_answered_has_its_figures(
    app: Flask, ines: Browser, newcomer: str
) -> None:
    quiz = answer(app, number(app, newcomer), CHAPTER, skill=1.0)
    page = ines.get(f"/author/questions?chapter={CHAPTER}").text
    for name in quiz.questions:
        assert f"/class/results/quizzes/{CHAPTER}/{name}" in page, name


# --- begun ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_begun_from_a_template_that_is_sound(
    app: Flask, ines: Browser, drafts: Drafts, kind: str
) -> None:
    page, other = begin(ines, f"template:{kind}"), begin(ines, f"template:{kind}")
    first, second = drafts.draft(key_of(page)), drafts.draft(key_of(other))
    assert first.kind == "question"
    assert first.name != second.name  # two authors do not get in each other's way
    assert re.fullmatch(rf"{kind.replace('_', '-')}-\d+", first.name)
    shown = ines.get(page).text
    assert "Nothing is wrong with it." in shown
    assert 'name="field.questions.0.ask.zh_Hant"' in shown
    assert prove_here(app, drafts, page) == "green"
    assert "Proven in 30 draws" in ines.get(page).text


def test_one_of_the_course_is_begun_under_its_own_id(ines: Browser, drafts: Drafts) -> None:
    page = str(
        ines.send("/author/drafts", kind="question", of=f"file:{OF_THE_COURSE}").location
    )  # fmt: skip
    draft = drafts.draft(key_of(page))
    assert draft.name == OF_THE_COURSE
    text = (paths.SCENARIOS / CHAPTER / "questions.yaml").read_text("utf-8")
    assert draft.text.removeprefix("format: 1\nquestions:\n").rstrip() in text
    copy = begin(ines, f"draft:{draft.key}")
    assert drafts.draft(key_of(copy)).name == f"{OF_THE_COURSE}-new"
    whole = str(ines.send("/author/drafts", kind="question", of=f"file:{CHAPTER}").location)
    assert drafts.draft(key_of(whole)).text == text
    for of in ("template:essay", "file:../../etc/passwd"):
        assert ines.send("/author/drafts", kind="question", of=of).status_code == 400


def test_a_file_is_imported_and_exported_byte_for_byte(ines: Browser, drafts: Drafts) -> None:
    text = (paths.SCENARIOS / CHAPTER / "questions.yaml").read_bytes()
    sent = {"csrf_token": ines.token(), "kind": "question", "file": (BytesIO(text), "q.yaml")}
    page = ines.post("/author/drafts", data=sent).location
    draft = drafts.draft(key_of(page))
    assert draft.kind == "question"
    others = text.count(b"\n  - id: ") - 1
    assert draft.title.endswith(f" (+{others})")
    assert ines.get(f"{page}/questions.yaml").data == text


def test_faults_are_told_with_their_places_and_a_form_mends_them(
    ines: Browser, drafts: Drafts
) -> None:
    page = begin(ines, "template:choice")
    text = drafts.draft(key_of(page)).text.replace('topic: "1.1"', 'topic: "1.9"')
    looked = ines.send(f"{page}/look", htmx=True, text=text).text
    assert 'data-line="4" data-column="12"' in looked
    assert "the course has no row 1.9" in looked
    assert "write one of 1.1, 1.2" in looked
    saved(ines, drafts, page, text)
    fields = {"field.questions.0.topic": "1.3", "saves": "2"}
    assert ines.send(page, **fields).status_code == 303
    assert drafts.draft(key_of(page)).text == text.replace('"1.9"', '"1.3"')
    assert "Nothing is wrong with it." in ines.get(page).text


def test_a_file_of_questions_is_built_by_forms_alone(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines, "template:choice")
    answer = press(ines, page, "add", "questions", "matching")
    assert answer.location.endswith("?at=questions.1#part-questions-1")
    press(ines, page, "add", "questions.1.pairs")
    press(ines, page, "add", "questions.0.options")
    press(ines, page, "say", "questions.0.options.2", "why")
    press(ines, page, "remove", "questions.0.options.1")
    press(ines, page, "up", "questions.1")
    shown = ines.get(page).text
    assert "Add an option" in shown
    assert "Pair 4" in shown
    assert 'Right side · English <code class="draft-key">right.en</code>' in shown
    text = drafts.draft(key_of(page)).text
    assert re.search("kind: matching(.|\\n)*kind: choice", text)
    assert text.count("says:") == 2


# --- as a trainee meets it ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("language", "verdicts"),
    [
        ("en", ("That is right.", "Not right.", "Nothing has been answered yet")),
        ("zh_Hans", ("答对了。", "答错了。", "还没有提交")),
        ("zh_Hant", ("答對了。", "答錯了。", "還沒有送出")),
    ],
)
def test_a_draft_is_asked_in_each_language_and_answered_in_each_way(
    app: Flask, ines: Browser, drafts: Drafts, kind: str, language: str, verdicts: tuple[str, ...]
) -> None:
    page = begin(ines, f"template:{kind}")
    sound, _ = app.extensions["writing"]["question"].look(drafts.draft(key_of(page)).text)
    [it] = sound.made.questions
    asks = re.split(r"[_{…]", it.ask.in_(language))[0]
    for how, verdict in zip(("right", "wrong", "invalid"), verdicts, strict=True):
        answered = ines.get(f"{page}/preview?language={language}&seed=5&try={how}").text
        shown = words_of(answered)
        assert asks in shown
        assert verdict in shown, how
        assert ('class="answer-why"' in answered) == (how != "invalid")


def test_a_question_is_answered_by_hand_on_any_draw(ines: Browser) -> None:
    page = f"/author/questions/{OF_THE_COURSE}/preview"
    assert "data-verdict" not in ines.get(page).text
    assert 'data-verdict="right"' in ines.get(f"{page}?sent=1&answer=a").text
    assert 'data-verdict="wrong"' in ines.get(f"{page}?sent=1&answer=b").text
    assert "data-verdict" not in ines.get(f"{page}?sent=1").text
    assert 'id="answer-error"' in ines.get(f"{page}?sent=1").text
    assert 'data-verdict="wrong"' in ines.get(f"{page}?sent=1&skip=1").text
    for odd in ("seed=-1", "seed=x", "language=fr", "try=nothing", "question=none"):
        assert ines.get(f"{page}?{odd}").status_code == 200, odd


def test_only_sound_drafts_of_questions_are_asked(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines, "template:choice")
    saved(ines, drafts, page, "broken: text")
    assert ines.get(f"{page}/preview").status_code == 303
    assert ines.get(f"{begin(ines)}/preview").status_code == 404  # a scenario
    for address in (f"{page}/opening", "/author/questions/none/preview", "/author/questions/none"):
        assert ines.get(address).status_code == 404, address
    assert ines.send(f"{page}/trials").status_code == 404


# --- published ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean")
def test_what_is_published_is_drawn_from_then_on_and_running_quizzes_keep_theirs(
    app: Flask, ines: Browser, drafts: Drafts, banks: Banks, login_as: Login, newcomer: str
) -> None:
    quizzes: QuizStore = app.extensions["quizzes"]
    trainee, name = login_as(newcomer), "drawn-here"

    def quiz() -> QuizStore:
        begun = trainee.send(f"/quizzes/{CHAPTER}/attempts").location
        return quizzes.find(begun.rsplit("/", 1)[1])

    before = quiz()
    page = begin(ines, "template:true_false")
    saved(ines, drafts, page, question(name))
    ines.send(f"{page}/versions")
    assert drafts.versions("question", name) == []  # no proof, no version
    assert prove_here(app, drafts, page) == "green"
    assert ines.send(f"{page}/versions").location == f"/author/questions/{name}"
    assert name in names(banks)
    first = next(it for it in (quiz() for _ in range(60)) if name in it.questions)
    assert name not in {it.id for it in quizzes.bank(before.digest).questions}
    # another version: who was asked the first one is asked that to the end
    saved(ines, drafts, page, question(name, "It is not so", "no"))
    assert prove_here(app, drafts, page) == "green"
    ines.send(f"{page}/versions")
    assert quizzes.bank(first.digest).question(name).ask.en == "It is so"
    assert banks[CHAPTER].bank.question(name).ask.en == "It is not so"
    history = ines.get(f"/author/questions/{name}").text
    assert '<span class="diff-new">' in history
    newest, oldest = drafts.versions("question", name)
    assert ines.get(f"/author/versions/{oldest.key}/{name}.yaml").data == question(name).encode()
    assert drafts.draft(key_of(begin(ines, f"version:{newest.key}"))).text == newest.text
    ines.send(f"/author/questions/{name}/withdrawal", act="withdraw")
    assert name not in names(banks)
    assert trainee.get(f"/quizzes/attempts/{first.key}").status_code == 200
    assert f"/author/questions/{name}" in ines.get("/author/questions").text
    ines.send(f"/author/questions/{name}/withdrawal", act="restore")
    assert name in names(banks)


@pytest.mark.usefixtures("clean")
def test_one_with_the_courses_id_stands_in_its_place_and_says_so(
    app: Flask, ines: Browser, drafts: Drafts, banks: Banks
) -> None:
    page = begin(ines, "template:true_false")
    saved(ines, drafts, page, question(OF_THE_COURSE))
    prove_here(app, drafts, page)
    assert f"The course has a question {OF_THE_COURSE}" in ines.get(page).text
    ines.send(f"{page}/versions")
    assert banks[CHAPTER].bank.question(OF_THE_COURSE).ask.en == "It is so"
    assert "Exactly this stands on the shelf already" in ines.get(page).text
    ines.send(f"{page}/versions")
    assert len(drafts.versions("question", OF_THE_COURSE)) == 1
    ines.send(f"/author/questions/{OF_THE_COURSE}/withdrawal", act="withdraw")
    assert "draft" in banks[CHAPTER].bank.question(OF_THE_COURSE).ask.en


@pytest.mark.usefixtures("clean")
def test_several_questions_are_published_one_by_one(
    app: Flask, ines: Browser, drafts: Drafts, banks: Banks
) -> None:
    both = question("several-a") + question("several-b").split("questions:\n")[1]
    published(app, ines, drafts, both)
    assert {"several-a", "several-b"} <= set(names(banks))
    [version] = drafts.versions("question", "several-b")
    assert version.text == question("several-b").removeprefix("# mine\n")
    assert "2 questions are published" in ines.get("/author/questions").text


def test_what_is_not_proven_is_not_published(app: Flask, ines: Browser, drafts: Drafts) -> None:
    page = begin(ines, "template:numeric")
    text = drafts.draft(key_of(page)).text
    text = text.replace("size: [4, 12, 2]", "size: [1, 2]").replace("packs + size", "packs")
    saved(ines, drafts, page, text)
    assert prove_here(app, drafts, page) == "red"
    shown = ines.get(page).text
    assert "a wrong answer is right: answer=" in shown
    assert "Publish<" not in shown
    assert ines.send(f"{page}/versions").location.endswith("#proof")
    assert drafts.versions("question", drafts.draft(key_of(page)).name) == []
    # a proof of the text before does not count for this one
    saved(ines, drafts, page, question("other-text"))
    ines.send(f"{page}/versions")
    assert drafts.versions("question", "other-text") == []


# --- whose ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean")
def test_who_publishes_and_withdraws_is_written_down_and_says_why_if_it_is_anothers(
    app: Flask, ines: Browser, drafts: Drafts, login_as: Login, banks: Banks
) -> None:
    name = "whose-is-it"
    published(app, ines, drafts, question(name))
    line = last(app)
    assert (line.by_id, line.action) == (number(app, "ines"), "question_published")
    assert line.about == f"{name}: It is so"
    omar = login_as("omar")
    address = f"/author/questions/{name}"
    assert "Ines published this." in omar.get(address).text
    refused = omar.send(f"{address}/withdrawal", act="withdraw", why="  ")
    assert refused.status_code == 422
    assert "Say why you do it." in refused.text
    assert name in names(banks)
    assert last(app) == line
    omar.send(f"{address}/withdrawal", act="withdraw", why="It gives the answer away")
    assert name not in names(banks)
    line = last(app)
    assert (line.action, line.reason) == ("question_withdrawn", "It gives the answer away")
    assert line.by_id == number(app, "omar")
    shown = omar.get("/audit").text
    assert "Quiz question withdrawn" in shown
    assert "It gives the answer away" in shown
    # whoever published it needs no reason
    assert ines.send(f"{address}/withdrawal", act="restore").status_code == 303
    assert last(app).action == "question_restored"
    # nor does somebody else's version follow without one
    page = published(app, omar, drafts, question(name, "Better"))
    assert "Ines published the one before" in omar.get(page).text
    assert len(drafts.versions("question", name)) == 1
    omar.send(f"{page}/versions", why="A better wording")
    assert [it.author for it in drafts.versions("question", name)] == ["Omar", "Ines"]
    assert (last(app).old, last(app).new, last(app).reason) == ("1 (Ines)", "2", "A better wording")


def test_scenarios_are_written_down_alike(
    app: Flask, ines: Browser, drafts: Drafts, login_as: Login
) -> None:
    page, name = begin(ines), "written-down"
    saved(ines, drafts, page, small(name))
    assert prove_here(app, drafts, page) == "green"
    ines.send(f"{page}/versions")
    assert (last(app).action, last(app).new) == ("scenario_published", "1")
    omar = login_as("omar")
    address = f"/author/scenarios/{name}/withdrawal"
    assert omar.send(address, act="withdraw").status_code == 422
    assert omar.send(address, act="withdraw", why="Too long").status_code == 303
    assert (last(app).action, last(app).reason) == ("scenario_withdrawn", "Too long")


def test_trainees_see_nothing_of_it(login_as: Login) -> None:
    ada = login_as("ada")
    for address in (
        "/author/questions",
        f"/author/questions/{OF_THE_COURSE}",
        f"/author/questions/{OF_THE_COURSE}/preview",
    ):
        assert ada.get(address).status_code == 403, address
    assert ada.send(f"/author/questions/{OF_THE_COURSE}/withdrawal").status_code == 403
    assert "/author/questions" not in ada.get("/").text

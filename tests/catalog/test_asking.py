"""The desk for questions: looked at, cut apart, put in the place of the course's own."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.catalog.test_loader import written
from trainer import paths
from trainer.catalog.asking import QuestionDesk, load_questions
from trainer.catalog.banks import Banks, apart
from trainer.catalog.course import load_course
from trainer.catalog.marked import read
from trainer.catalog.parts import said
from trainer.play.authoring import LARGEST_DRAFT, MOST_QUESTIONS, Kind, Piece
from trainer.play.writing import Act
from trainer.training.quiz import KINDS

COURSE = load_course(paths.SCENARIOS).course


class Shelf:
    """What was published, as the banks see it."""

    def __init__(self) -> None:
        self.pieces: dict[str, Piece] = {}

    def stamp(self) -> object:
        return sorted((it.name, it.digest) for it in self.pieces.values())

    def contents(self, kind: Kind) -> Iterable[tuple[bytes, str]]:
        assert kind == "question"
        return [(it.content.encode(), it.digest) for it in self.pieces.values()]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def banks(shelf: Shelf) -> Banks:
    return Banks(paths.SCENARIOS, shelf)


@pytest.fixture
def desk(banks: Banks) -> QuestionDesk:
    return QuestionDesk(paths.SCENARIOS, banks, COURSE)


def true_false(name: str, row: str = "2.1", more: str = "") -> str:
    return f"""\
  - id: {name}   # a comment
    topic: "{row}"
    skill: order-entry
    kind: true_false
    ask: {{en: "{name} is right", zh_Hans: 对吗, zh_Hant: 對嗎}}
    answer: "yes"
    why: {{en: So, zh_Hans: 所以, zh_Hant: 所以}}
{more}"""


def file_of(*questions: str) -> str:
    return "format: 1\nquestions:\n" + "\n".join(questions)


# --- cut apart ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(paths.SCENARIOS.glob("*/questions.yaml")), ids=str)
def test_every_question_of_the_course_stands_by_itself_as_it_is_written(path: Path) -> None:
    text = path.read_text("utf-8")
    asked = load_questions(text, paths.SCENARIOS, COURSE)
    whole = [part.value for part in asked.tree.parts["questions"].parts.values()]
    cut = apart(text, asked.tree)
    assert [it["id"] for it in whole] == list(cut)
    for value, alone in zip(whole, cut.values(), strict=True):
        assert read(alone)[0].value == {"format": 1, "questions": [value]}
        own = alone.removeprefix("format: 1\nquestions:\n").rstrip("\n")
        assert own in text  # its lines, untouched


WHY = "why: {en: So, zh_Hans: 所以, zh_Hant: 所以}"
ONE, TWO = true_false("one"), true_false("two")


@pytest.mark.parametrize(
    "text",
    [
        file_of(ONE, TWO.replace("- id", "-\n    id")),
        file_of(ONE.replace("why: {", "why: &so {"), TWO.replace(WHY, "why: *so")),
        file_of(ONE.replace(WHY, "why:\n      en: |\n        So\n        # so"), TWO),
        "format: 1\nquestions: ["
        + ", ".join(
            f"{{id: {name}, topic: '2.1', skill: order-entry, kind: true_false, answer: 'no', "
            "ask: {en: 1.50}, why: {en: 'no'}}"
            for name in ("one", "two")
        )
        + "]\n",
    ],
    ids=["dash alone", "alias", "a text like a comment", "in one line"],
)
def test_what_leans_on_others_is_written_out(text: str) -> None:
    asked = load_questions(text, paths.SCENARIOS)
    parts = [part.value for part in asked.tree.parts["questions"].parts.values()]
    assert len(parts) == 2
    for value, alone in zip(parts, apart(text, asked.tree).values(), strict=True):
        tree, faults = read(alone)
        assert (tree.value, faults) == ({"format": 1, "questions": [value]}, ())


def test_a_single_question_is_its_file_letter_for_letter() -> None:
    text = "# mine\n" + file_of(true_false("one")) + "\n# the end\n"
    assert apart(text, load_questions(text, paths.SCENARIOS).tree) == {"one": text}


# --- looked at ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "what", "cure"),
    [
        (file_of(true_false("one", "2.9")), 4, "no row 2.9", "2.1, 2.2"),
        (file_of(true_false("one")).replace("order-entry", "nothing"), 5, "no skill nothing",
         "order-flow"),
        (file_of(true_false("one"), true_false("one")), 11, "id of another question", "another id"),
        (file_of(true_false("one"), true_false("two", "3.1")), 12, "is not of chapter 2", "move"),
        (file_of(true_false("own-punctuality")), 3, "in chapter 1", "another id"),
        (file_of(*(true_false(f"q{n}") for n in range(MOST_QUESTIONS + 1))), 1, "61 questions",
         "at most 60"),
        ("x" * (LARGEST_DRAFT + 1), 1, "200,001 characters", "at most 200,000"),
        ("[" * 2_000, 1, "nested too deeply", ""),
        (file_of("  - {id: x, kind: numeric, topic: '1.1', skill: order-flow, answer: '1', "
                 "ask: {en: a}, why: {en: b}, given: {"
                 + ", ".join(f"{name}: [1, 2]" for name in "abcdefghijklmnopqrstuvwxyz") + "}}"),
         3, "a group of keys cannot be used", "at most 6"),
    ],
    ids=["row", "skill", "twice", "chapter", "elsewhere", "many", "long", "deep", "corners"],
)  # fmt: skip
def test_what_is_wrong_says_where_and_what_to_do(
    desk: QuestionDesk, text: str, line: int, what: str, cure: str
) -> None:
    sound, findings = desk.look(text)
    assert sound is None
    assert any(
        it.line == line and what in it.what and cure in it.cure for it in findings
    ), findings  # fmt: skip


def test_a_name_for_lists_is_read_as_far_as_it_goes(desk: QuestionDesk) -> None:
    assert desk.named(file_of(true_false("one"))) == ("one is right", "one")
    assert desk.named(file_of(true_false("one"), true_false("two"))) == ("one is right (+1)", "one")
    assert desk.named("no: [yaml") == ("", "")


def test_a_copy_has_other_ids_and_the_rest_is_untouched(desk: QuestionDesk) -> None:
    text = file_of(true_false("one"), true_false("two"))
    assert desk.copied(text) == text.replace("id: one", "id: one-new").replace(
        "id: two", "id: two-new"
    )


# --- on the shelf ---------------------------------------------------------------------------------


def publish(desk: QuestionDesk, shelf: Shelf, text: str) -> list[str]:
    sound, findings = desk.look(text)
    assert sound, findings
    shelf.pieces |= {it.name: it for it in sound.pieces}
    desk.published()
    return [it.name for it in sound.pieces]


def test_what_is_published_is_drawn_beside_the_courses_own(
    desk: QuestionDesk, banks: Banks, shelf: Shelf
) -> None:
    before = banks["02-orders"]
    publish(desk, shelf, file_of(true_false("mine"), true_false("another")))
    after = banks["02-orders"]
    names = [it.id for it in before.bank.questions]
    assert [it.id for it in after.bank.questions] == [*names, "mine", "another"]
    assert after.digest != before.digest
    assert banks["01-overview"].digest == Banks(paths.SCENARIOS, Shelf())["01-overview"].digest
    shelf.pieces.clear()
    desk.published()
    assert banks["02-orders"].digest == before.digest


def test_one_with_an_id_of_the_course_stands_in_its_place(
    desk: QuestionDesk, banks: Banks, shelf: Shelf
) -> None:
    text = dict(desk.files())["acknowledge-a-draft"]
    assert publish(desk, shelf, text) == []  # it says what the course says
    names = [it.id for it in banks["02-orders"].bank.questions]
    assert publish(desk, shelf, text.replace('"yes"', '"no"')) == ["acknowledge-a-draft"]
    assert [it.id for it in banks["02-orders"].bank.questions] == names
    mended = banks["02-orders"].bank.question("acknowledge-a-draft")
    assert mended.model_dump()["answer"] == "no"
    assert desk.taken("acknowledge-a-draft")


def test_of_a_whole_file_only_what_was_changed_is_published(
    desk: QuestionDesk, shelf: Shelf
) -> None:
    text = dict(desk.files())["02-orders"]
    assert publish(desk, shelf, text) == []
    changed = text.replace("the system does not let you acknowledge it", "you cannot", 1)
    assert publish(desk, shelf, changed) == ["acknowledge-a-draft"]


def test_what_cannot_be_read_any_more_is_left_out(banks: Banks, shelf: Shelf) -> None:
    content = '{"id":"old","topic":"2.1","kind":"essay"}'
    shelf.pieces["old"] = Piece("old", "", "", content, "")
    assert "old" not in [it.id for it in banks["02-orders"].bank.questions]


def test_a_chapter_without_a_file_gets_a_bank(tmp_path: Path, shelf: Shelf) -> None:
    written(tmp_path, "", "02-orders/lessons.yaml")
    banks = Banks(tmp_path, shelf)
    assert dict(banks) == {}
    publish(QuestionDesk(tmp_path, banks, COURSE), shelf, file_of(true_false("mine")))
    assert [it.id for it in banks["02-orders"].bank.questions] == ["mine"]


# --- built by forms -------------------------------------------------------------------------------


def done(desk: QuestionDesk, text: str, verb: str, path: str, kind: str = "") -> str:
    return desk.altered(text, Act(verb, path, kind))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_kind_is_added_whole_and_under_an_id_of_its_own(
    desk: QuestionDesk, kind: str
) -> None:
    text, where = desk.altered(desk.templates()[kind], Act("add", "questions", kind))
    assert where == "questions.1"
    assert desk.look(text)[1] == ()
    assert len(set(re.findall(r"\bid: (\S+)", text))) == 2


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("choice", "options"),
        ("choices", "options"),
        ("numeric", "mistakes"),
        ("fill_in", "mistakes"),
        ("ordering", "items"),
        ("matching", "pairs"),
        ("matching", "extra"),
    ],
)
def test_parts_of_a_question_are_added_moved_and_taken_out(
    desk: QuestionDesk, kind: str, rows: str
) -> None:
    text = desk.templates()[kind]
    path = f"questions.0.{rows}"
    before = said(text)["questions"][0][rows]
    more = done(desk, text, "add", path)
    assert len(said(more)["questions"][0][rows]) == len(before) + 1
    assert {it.what for it in desk.look(more)[1]} == {"there is no text here"}
    up = done(desk, more, "up", f"{path}.{len(before)}")
    assert (
        said(done(desk, up, "remove", f"{path}.{len(before) - 1}"))["questions"][0][rows] == before
    )


def test_questions_change_places(desk: QuestionDesk) -> None:
    text = file_of(true_false("one"), true_false("two"))
    ids = [it["id"] for it in said(done(desk, text, "up", "questions.1"))["questions"]]
    assert ids == ["two", "one"]
    assert "# a comment" in done(desk, text, "remove", "questions.0")


def test_what_one_kind_can_say_another_cannot(desk: QuestionDesk) -> None:
    more = {
        kind: {it for group in desk.outline(text)[0].lists[0].groups for it in group.more}
        for kind, text in desk.templates().items()
    }
    assert "unit" in more["numeric"]
    assert not any("unit" in keys for kind, keys in more.items() if kind != "numeric")

"""The course's files: the real ones load, a broken one says where, what, and what to do."""

import shutil
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from trainer import paths
from trainer.catalog.course import load_course
from trainer.catalog.course_proof import prove_course
from trainer.catalog.loader import load_all
from trainer.training.scenario import Mode

COURSE = (paths.SCENARIOS / "course.yaml").read_text("utf-8")
LESSONS = """\
format: 1
lessons:
  - row: "1.1"
    minutes: 4
    what: {en: What, zh_Hans: 什么, zh_Hant: 什麼}
    matters: {en: Why, zh_Hans: 为何, zh_Hant: 為何}
    here: {en: Here, zh_Hans: 这里, zh_Hant: 這裡}
    mistake: {en: Mistake, zh_Hans: 错误, zh_Hant: 錯誤}
"""
CASES = """\
format: 1
cases:
  - id: lamps
    kind: success
    rows: ["1.1"]
    title: {en: Lamps, zh_Hans: 台灯, zh_Hant: 檯燈}
    story: {en: Story, zh_Hans: 故事, zh_Hant: 故事}
    turning_point: {en: Then, zh_Hans: 后来, zh_Hant: 後來}
    lesson_learned: {en: So, zh_Hans: 所以, zh_Hant: 所以}
    measure: {en: Watch, zh_Hans: 关注, zh_Hant: 關注}
"""


def folder_with(folder: Path, **files: str) -> Path:
    places = {"course": "course.yaml", "lessons": "01-overview/lessons.yaml", "cases": "cases.yaml"}
    for name, text in files.items():
        path = folder / places[name]
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def told(folder: Path) -> list[str]:
    return [
        str(it).removeprefix(f"{folder}/").replace("01-overview/", "")
        for it in load_course(folder).problems
    ]


def test_the_course_has_every_row_and_says_where_each_is_taught() -> None:
    course = load_course(paths.SCENARIOS).course
    assert [chapter.id for chapter in course.chapters] == list("1234567")
    assert ",".join(course.rows) == (
        "1.1,1.2,1.3,1.4,2.1,2.2,2.3,3.1,3.2,3.3,4.1,4.2,4.3,5.1,5.2,5.3,"
        "6.1,6.2a,6.2b,6.2c,6.2d,6.3,7.1,7.2,7.3,7.4,7.5"
    )


def test_the_course_is_whole_and_has_no_fault() -> None:
    proof = prove_course()
    assert [str(gap) for gap in proof.gaps] == []
    assert [str(fault) for fault in proof.faults] == []


def test_there_are_six_stories_of_each_kind() -> None:
    kinds = Counter(case.kind for case in load_course(paths.SCENARIOS).course.cases)
    assert min(kinds["success"], kinds["failure"]) >= 6


def test_each_row_of_the_desks_work_is_practised_guided_faded_free_and_as_an_exam() -> None:
    course, loaded = load_course(paths.SCENARIOS).course, load_all(paths.SCENARIOS)[0]
    modes = {
        row.id: {it.scenario.mode for it in loaded if it.scenario.chapter == row.id}
        for row in course.rows.values()
        if row.practised and row.id[0] in "234"
    }
    assert len(modes) == 9
    assert {row: found for row, found in modes.items() if len(found) < len(get_args(Mode))} == {}


def test_a_folder_without_a_course_is_an_empty_one(tmp_path: Path) -> None:
    found = load_course(tmp_path)
    assert found.problems == ()
    assert found.course.read_in_order() == ()


def test_lessons_follow_each_other_in_course_order(tmp_path: Path) -> None:
    two = LESSONS + LESSONS.partition("lessons:\n")[2].replace("1.1", "1.3")
    course = load_course(folder_with(tmp_path, course=COURSE, lessons=two, cases=CASES)).course
    assert course.around("1.1") == (None, "1.3")
    assert course.around("1.3") == ("1.1", None)
    assert course.chapter_of("1.3").folder == "01-overview"
    assert [case.id for case in course.cases_of("1.1")] == ["lamps"]
    assert course.cases_of("1.3") == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("lessons", "minutes: 4", "minute: 4", [
            "lessons.yaml:3:5 – minutes is missing – add minutes: here",
            "lessons.yaml:4:5 – there is no key minute here – did you mean minutes?",
        ]),
        ("lessons", "minutes: 4", "minutes: 4.5", [
            "lessons.yaml:4:14 – 4.5 is not a whole number – write digits only",
        ]),
        ("lessons", '"1.1"', '"8.1"', [
            "lessons.yaml:3:10 – 8.1 has the wrong form – it must match ^[1-7]\\.\\d[a-d]?$",
        ]),
        ("lessons", "en: What,", "en: a ** b,", [
            "lessons.yaml:5:11 – en: a ** stands alone – write **strong** with both",
        ]),
        ("lessons", "zh_Hans: 什么", "zh_Hans: '# 什么'", [
            "lessons.yaml:5:11 – zh_Hans: # would be shown as it stands – write paragraphs, "
            "“- ” lists and **strong** only",
        ]),
        ("lessons", "    minutes: 4", "    figures: [{name: on_tim}]\n    minutes: 4", [
            "lessons.yaml:4:22 – on_tim is not possible here – write ",
        ]),
        ("lessons", "    minutes: 4",
         "    figures: [{name: order_total, order: first}]\n    minutes: 4", [
            "lessons.yaml:4:14 – order_total is about one order, which other sandboxes do not have "
            "– choose a figure of the whole sandbox",
        ]),
        ("lessons", "    minutes: 4",
         "    question: {ask: {en: Q, zh_Hans: 问, zh_Hant: 問}, anser: 1}\n    minutes: 4", [
            "lessons.yaml:4:15 – answer is missing – add answer: here",
            "lessons.yaml:4:54 – there is no key anser here – did you mean answer?",
        ]),
        ("cases", "kind: success", "kind: sucess", [
            "cases.yaml:4:11 – sucess is not possible here – write 'success' or 'failure'",
        ]),
        ("course", '- id: "1.2"', '- id: "1.1"', [
            "course.yaml:4:1 – row 1.1 stands here twice – delete or rename one of them",
        ]),
        ("course", '- id: "1.2"', '- id: "2.9"', [
            "course.yaml:4:1 – row 2.9 stands in chapter 1 – move it",
        ]),
    ],
)  # fmt: skip
def test_a_broken_file_says_where_what_and_what_to_do(
    tmp_path: Path, file: str, old: str, new: str, said: list[str]
) -> None:
    files = {"course": COURSE, "lessons": LESSONS, "cases": CASES}
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    found = told(folder_with(tmp_path, **files))
    assert len(found) == len(said), found
    for line, wanted in zip(found, said, strict=True):
        assert line.startswith(wanted), line


def test_of_two_broken_files_both_are_named_and_the_rest_is_there(tmp_path: Path) -> None:
    broken = LESSONS.replace("minutes: 4", "minutes: x")
    folder = folder_with(tmp_path, course=COURSE, lessons=broken, cases="format: 2\ncases: []\n")
    found = load_course(folder)
    assert {Path(it.file).name for it in found.problems} == {"lessons.yaml", "cases.yaml"}
    assert "1.1" in found.course.rows


def test_the_same_row_cannot_be_taught_twice(tmp_path: Path) -> None:
    twice = LESSONS + LESSONS.partition("lessons:\n")[2]
    (said,) = told(folder_with(tmp_path, course=COURSE, lessons=twice))
    assert "lesson of row 1.1 stands here twice" in said


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The course's own files."""
    shutil.copytree(paths.SCENARIOS, tmp_path / "course")
    return tmp_path / "course"


def test_the_files_beside_scenarios_are_no_scenarios(whole: Path) -> None:
    from trainer.catalog.loader import load_all

    (whole / "01-overview" / "questions.yaml").write_text("format: 1\nquestions: []\n")
    assert load_all(whole)[1] == []

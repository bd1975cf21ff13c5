"""A proof that cannot go red proves nothing: each fault planted in the course must be named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from trainer import paths
from trainer.catalog.course_proof import CourseProof, prove_course
from trainer.cli import main

COURSE = """\
format: 1
skills:
  - {id: entry, name: {en: Enter, zh_Hans: 录入, zh_Hant: 輸入}}
chapters:
  - id: "1"
    folder: 01-overview
    title: {en: Overview, zh_Hans: 概述, zh_Hant: 概述}
    rows:
      - id: "1.1"
        title: {en: Orders, zh_Hans: 订单, zh_Hant: 訂單}
        practised: true
        skills: [entry]
"""
LESSONS = """\
format: 1
lessons:
  - row: "1.1"
    minutes: 4
    what: {en: An order, zh_Hans: 订单, zh_Hant: 訂單}
    matters: {en: Why, zh_Hans: 为何, zh_Hant: 為何}
    here: {en: Here, zh_Hans: 这里, zh_Hant: 這裡}
    mistake: {en: Mistake, zh_Hans: 错误, zh_Hant: 錯誤}
    picture: flow
    terms: [order]
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
GLOSSARY = """\
format: 1
terms:
  - id: order
    term: {en: order, zh_Hans: 订单, zh_Hant: 訂單}
    not: {en: [ticket], zh_Hans: [单子], zh_Hant: [單子]}
    meaning:
      {en: What is wanted; some say ticket, zh_Hans: 要的货，也说单子, zh_Hant: 要的貨，也說單子}
"""
WHO = "{en: Who?, zh_Hans: 谁？, zh_Hant: 誰？}"
QUESTIONS = "format: 1\nquestions:\n" + "".join(
    f"  - {{id: q{n}, topic: '1.1', skill: entry, ask: {WHO}}}\n" for n in (1, 2, 3)
)
SCENARIO = """\
format: 1
id: lamps
title: {en: Lamps, zh_Hans: 台灯, zh_Hant: 檯燈}
chapter: "1.1"
skills: [entry]
brief: {en: Two lamps, zh_Hans: 两盏台灯, zh_Hant: 兩盞檯燈}
debrief: {en: Well done, zh_Hans: 做得好, zh_Hant: 做得好}
cast:
  ada:
    subject: {en: Order, zh_Hans: 订单, zh_Hant: 訂單}
    body: {en: "{lines}", zh_Hans: "{lines}", zh_Hant: "{lines}"}
steps:
  - id: work
    title: {en: Work, zh_Hans: 工作, zh_Hant: 工作}
    say: {en: Enter it, zh_Hans: 录入, zh_Hant: 輸入}
    anchor: inbox
    goals:
      - id: entered
        says: {en: It is entered, zh_Hans: 已录入, zh_Hant: 已輸入}
        check: {entered_exactly: {order: ada}}
        points: 100
        why: {en: Because, zh_Hans: 因为, zh_Hant: 因為}
    solution:
      - submit_order: {order_number: $ada.order_number}
    hints:
      - says: {en: Look, zh_Hans: 请看, zh_Hant: 請看}
"""
HINTS = SCENARIO[SCENARIO.index("    hints:") :]
FILES = {
    "course.yaml": COURSE,
    "cases.yaml": CASES,
    "glossary.yaml": GLOSSARY,
    "01-overview/lessons.yaml": LESSONS,
    "01-overview/questions.yaml": QUESTIONS,
    "01-overview/lamps.yaml": SCENARIO,
    "01-overview/chairs.yaml": SCENARIO.replace("id: lamps", "id: chairs"),
}
Prove = Callable[..., CourseProof]


@pytest.fixture
def proven(tmp_path: Path) -> Prove:
    """Prove a small whole course in which something was changed: file, old words, new words."""

    def prove(*changes: tuple[str, str, str]) -> CourseProof:
        files = dict(FILES)
        for name, old, new in changes:
            assert old in files[name]
            files[name] = files[name].replace(old, new)
        for name, text in files.items():
            path = tmp_path / "course" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (tmp_path / "pictures").mkdir(exist_ok=True)
        (tmp_path / "pictures" / "flow.svg").write_text("<svg/>")
        return prove_course(tmp_path / "course", tmp_path / "pictures")

    return prove


def said(proof: CourseProof) -> list[str]:
    """The problems, without the folder of this run."""
    return [re.sub(r"^\S*/", "", str(problem)) for problem in proof.problems]


def test_a_whole_course_is_proven(proven: Prove) -> None:
    proof = proven()
    assert said(proof) == []
    assert proof.ok
    assert proof.lines()[-1] == "proven"
    assert "  1.1        yes          3          2" in proof.lines()
    assert "  entry                        2" in proof.lines()


LESSON, QUIZ = "01-overview/lessons.yaml", "01-overview/questions.yaml"
LAMPS, CHAIRS = "01-overview/lamps.yaml", "01-overview/chairs.yaml"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ((QUIZ, "id: q1, topic: '1.1'", "id: q1, topic: '1.2'"), [
            "course.yaml:9:9 – row 1.1 is asked about 2 times, 3 are needed",
            "questions.yaml:3:21 – the course has no row 1.2",
        ]),
        ((QUIZ, "id: q1, topic: '1.1', skill: entry", "id: q1, topic: '1.1', skill: entering"), [
            "questions.yaml:3:35 – the course has no skill entering",
        ]),
        (("course.yaml", "skills: [entry]", "skills: [entry, sales]"), [
            "course.yaml:12:25 – there is no skill sales",
        ]),
        (("course.yaml", "chapters:",
          "  - {id: sales, name: {en: Sell, zh_Hans: 卖, zh_Hant: 賣}}\nchapters:"), [
            "course.yaml:4:5 – no row teaches the skill sales",
            "course.yaml:4:5 – skill sales is checked in 0 scenarios, 2 are needed",
        ]),
        ((LESSON, "terms: [order]", "terms: [order, odrer]"), [
            "lessons.yaml:10:20 – the glossary has no term odrer",
        ]),
        ((LESSON, "picture: flow", "picture: flaw"), [
            "flow.svg:1:1 – no lesson shows this picture",
            "lessons.yaml:9:14 – there is no picture flaw",
        ]),
        (("course.yaml", "folder: 01-overview", "folder: 01-basics"), [
            "lessons.yaml:3:10 – row 1.1 does not belong to 01-overview – move it to 01-basics",
        ]),
        (("cases.yaml", 'rows: ["1.1"]', 'rows: ["1.1", "1.7"]'), [
            "cases.yaml:5:19 – the course has no row 1.7",
        ]),
        ((LAMPS, 'chapter: "1.1"', 'chapter: "1.2"'), [
            "lamps.yaml:4:10 – the course has no row 1.2, so nobody gets to this exercise",
        ]),
        ((LAMPS, "points: 100", "points: 100\n        skills: [entry, sales]"), [
            "lamps.yaml:22:25 – there is no skill sales",
        ]),
        ((LESSON, "zh_Hans: 为何", "zh_Hans: Why"), [
            "lessons.yaml:6:33 – zh_Hans: this is not translated",
        ]),
        ((LAMPS, HINTS, ""), [
            "lamps.yaml:13:5 – step work has no hint – write hints: under it, from a nudge",
        ]),
        ((LAMPS, "zh_Hans: 录入, ", ""), [
            "lamps.yaml:15:10 – zh_Hans: this is missing",
        ]),
        ((LAMPS, "submit_order: {",
          "open_claim: {rows: [], reason: defective, evidence: photos, "), [
            "lamps.yaml:24:61 – evidence: this is said in one language – write {en: …, zh_Hans",
        ]),
        ((LAMPS, "submit_order: {order_number: $ada.order_number}",
          "write_rule: {name: $ada.sku, trigger: order_confirmed,"
          " action: {act: add_note, words: wait}}"), [
            "lamps.yaml:24:95 – words: this is said in one language",
        ]),
        ((LAMPS, "steps:",
          "script: [{after_hours: 1, do: {add_note: {order_number: A-1, text: Wait}}}]\nsteps:"), [
            "lamps.yaml:12:68 – text: this is said in one language",
        ]),
        ((LESSON, "zh_Hant: 為何", "zh_Hant: 为何"), [
            "lessons.yaml:6:46 – zh_Hant: 为 is Simplified",
        ]),
        ((LESSON, "zh_Hans: 这里", "zh_Hans: 這里"), [
            "lessons.yaml:7:31 – zh_Hans: 這 is Traditional",
        ]),
        ((LESSON, "en: Why", "en: Why 为何"), [
            "lessons.yaml:6:19 – en: there is Chinese in the English",
        ]),
        ((LESSON, "en: An order", "en: A Ticket"), [
            "lessons.yaml:5:16 – en: ticket is not our word – write order, as the glossary does",
        ]),
        ((CHAIRS, "zh_Hans: 已录入", "zh_Hans: 单子已录入"), [
            "chairs.yaml:19:44 – zh_Hans: 单子 is not our word – write 订单",
        ]),
        ((LESSON, "minutes: 4", "minutes: none"), [
            "course.yaml:9:9 – row 1.1 is not taught – write its lesson into 01-overview",
            "flow.svg:1:1 – no lesson shows this picture",
            "lessons.yaml:4:14 – none is not a whole number",
        ]),
    ],
)  # fmt: skip
def test_a_planted_fault_is_named_and_nothing_else(
    proven: Prove, change: tuple[str, str, str], wanted: list[str]
) -> None:
    proof = proven(change)
    found = sorted(said(proof))
    assert len(found) == len(wanted), found
    for line, start in zip(found, wanted, strict=True):
        assert line.startswith(start), line
    assert not proof.ok
    assert f"not proven, {len(wanted)} failures:" in proof.lines()


def test_a_row_that_is_practised_needs_an_exercise_with_a_task(proven: Prove) -> None:
    away = 'chapter: "1.1"', 'chapter: "1.2"'
    proof = proven((LAMPS, *away), (CHAIRS, *away))
    assert "course.yaml:9:9 – row 1.1 is not practised – write a scenario" in "\n".join(said(proof))


def in_mode(mode: str) -> tuple[str, str, str]:
    return LAMPS, "skills: [entry]", f"skills: [entry]\nmode: {mode}"


@pytest.mark.parametrize("mode", ["guided", "faded", "free"])
def test_a_step_without_a_hint_is_named_wherever_hints_can_be_had(proven: Prove, mode: str) -> None:
    """In an exam there are none."""
    (line,) = said(proven((LAMPS, HINTS, ""), in_mode(mode)))
    assert line.startswith("lamps.yaml:14:5 – step work has no hint")
    assert proven((LAMPS, HINTS, ""), in_mode("exam")).ok


def test_what_is_like_an_exam_and_is_none_needs_hints(proven: Prove) -> None:
    head = SCENARIO[SCENARIO.index("title:") : SCENARIO.index("cast:")]
    like = (CHAIRS, FILES[CHAIRS], f"like: lamps\nmode: free\nid: chairs\n{head}")
    (line,) = said(proven((LAMPS, HINTS, ""), in_mode("exam"), like))
    assert line.startswith("chairs.yaml:1:7 – step work has no hint")


def test_a_lesson_outside_the_course_is_unreachable(proven: Prove) -> None:
    found = said(proven((LESSON, 'row: "1.1"', 'row: "1.9"')))
    assert any("no row 1.9, so nobody gets to this lesson" in line for line in found)


def test_a_word_may_be_part_of_another_in_english(proven: Prove) -> None:
    assert proven((LESSON, "en: An order", "en: Ticketing")).ok


def test_each_skill_is_checked_in_two_scenarios(proven: Prove) -> None:
    (line,) = said(proven((CHAIRS, "skills: [entry]\n", "")))
    assert line.startswith("course.yaml:3:5 – skill entry is checked in 1 scenarios, 2 are needed")


def test_a_goal_that_names_its_skills_checks_those_and_no_others(proven: Prove) -> None:
    more = "chapters:", "  - {id: sales, name: {en: Sell, zh_Hans: 卖, zh_Hant: 賣}}\nchapters:"
    taught = "skills: [entry]", "skills: [entry, sales]"
    own = "points: 100", "points: 100\n        skills: [sales]"
    found = proven(("course.yaml", *more), ("course.yaml", *taught), (CHAIRS, *own)).skills
    assert found == {"entry": {"lamps"}, "sales": {"chairs"}}


def test_without_a_course_nothing_is_proven(tmp_path: Path) -> None:
    proof = prove_course(tmp_path, tmp_path)
    assert not proof.ok
    assert "there is no course" in proof.lines()[-1]


def test_the_command_shows_it_after_the_scenarios_and_only_for_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("trainer.paths.SCENARIOS", tmp_path)
    (tmp_path / "free.yaml").write_text(
        SCENARIO[: SCENARIO.index("cast:")].replace("id: lamps", "id: free")
        + "world: {locales: [en_US], variants: 1, orders: 5}\n",
        "utf-8",
    )
    shown = CliRunner().invoke(main, ["prove"])
    assert "the course: 27 rows" in shown.output
    assert shown.output.index("free:") < shown.output.index("the course: 27 rows")
    assert "the course" not in CliRunner().invoke(main, ["prove", str(tmp_path)]).output


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("skills: [entry]", "skills: [flying]", "lamps.yaml:5:10 – there is no skill flying"),
        ('chapter: "1.1"', 'chapter: "1.7"', "lamps.yaml:4:10 – the course has no row 1.7"),
        ("zh_Hans: 录入, ", "", "lamps.yaml:15:10 – zh_Hans: this is missing"),
        ("zh_Hans: 已录入", "zh_Hans: 单子", "lamps.yaml:19:44 – zh_Hans: 单子 is not our word"),
    ],
)
def test_the_command_tells_what_the_course_has_against_one_file(
    proven: Prove, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, wanted: str
) -> None:
    proven((LAMPS, old, new))
    monkeypatch.setattr("trainer.paths.SCENARIOS", tmp_path / "course")
    found = CliRunner().invoke(main, ["prove", str(tmp_path / "course" / LAMPS)])
    assert found.exit_code == 1
    assert wanted in re.sub(r"\S*/(?=lamps)", "", found.output)


def test_the_command_tells_what_the_course_has_against_a_file_of_questions(
    proven: Prove, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = paths.SCENARIOS / QUIZ
    proven((QUIZ, QUESTIONS, real.read_text("utf-8").replace("skill: order-flow", "skill: flying")))
    monkeypatch.setattr("trainer.paths.SCENARIOS", tmp_path / "course")
    found = CliRunner().invoke(main, ["prove", str(tmp_path / "course" / QUIZ)])
    assert found.exit_code == 1
    assert "the course has no skill flying" in found.output

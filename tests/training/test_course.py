"""What a person has done of the course, and what comes next."""

from trainer.training.course import Course, Done, Lesson, Plan, Task, quiz, tasks, whats_next

WORDS = {"en": "Words", "zh_Hans": "词", "zh_Hant": "詞"}


class Exercise:
    """As much of a scenario as the path looks at."""

    def __init__(self, name: str, row: str, free: bool = False) -> None:
        self.id, self.chapter, self.steps = name, row, () if free else ("step",)
        self.title, self.after = WORDS, ()


def lesson(row: str) -> Lesson:
    prose = dict.fromkeys(("what", "matters", "here", "mistake"), WORDS)
    return Lesson.model_validate({"row": row, "minutes": 3, **prose})


COURSE = Course(
    Plan.model_validate(
        {
            "format": 1,
            "skills": [{"id": "entry", "name": WORDS}],
            "chapters": [
                {
                    "id": "1",
                    "folder": "01-overview",
                    "title": WORDS,
                    "rows": [
                        {"id": row, "title": WORDS, "skills": ["entry"]} for row in ("1.1", "1.2")
                    ],
                }
            ],
        }
    ),
    [lesson("1.2"), lesson("1.1")],
)
EXERCISES = [Exercise("b", "1.2"), Exercise("a", "1.1"), Exercise("free", "1.1", free=True)]
QUIZZED = frozenset({"01-overview"})


def every(done: Done) -> list[Task]:
    (chapter,) = COURSE.chapters
    of_rows = [it for row in COURSE.rows for it in tasks(COURSE, row, EXERCISES, done)]  # type: ignore[arg-type]
    return [*of_rows, *(it for it in [quiz(chapter, QUIZZED, done)] if it)]


def path(done: Done) -> list[str]:
    return [
        f"{it.kind} {it.place}{'+' if it.done else ''}{'~' if it.again else ''}"
        for it in every(done)
    ]


def following(done: Done) -> str:
    task = whats_next(every(done), done)
    return f"{task.kind} {task.place}" if task else "nothing"


def test_a_row_is_read_and_practised_and_a_chapter_asked_at_its_end() -> None:
    assert path(Done()) == [
        "lesson 1.1", "exercise 1.1", "lesson 1.2", "exercise 1.2", "quiz 1",
    ]  # fmt: skip


def test_what_is_done_is_marked() -> None:
    done = Done(frozenset({"1.2"}), frozenset({"a"}), passed=QUIZZED)
    assert path(done) == [
        "lesson 1.1", "exercise 1.1+", "lesson 1.2+", "exercise 1.2", "quiz 1+",
    ]  # fmt: skip


def test_next_is_the_first_thing_not_done() -> None:
    assert following(Done()) == "lesson 1.1"
    assert following(Done(read=frozenset({"1.1"}))) == "exercise 1.1"
    done = Done(read=frozenset({"1.1"}), finished=frozenset({"a"}))
    assert following(done) == "lesson 1.2"
    assert following(Done(frozenset({"1.1", "1.2"}), frozenset({"a", "b"}))) == "quiz 1"


def test_a_chapter_without_questions_has_no_quiz() -> None:
    assert quiz(COURSE.chapters[0], frozenset(), Done()) is None


def test_what_waits_in_the_middle_comes_first_the_latest_of_it() -> None:
    assert following(Done(begun=("b",))) == "exercise 1.2"
    assert following(Done(begun=("b", "a"))) == "exercise 1.2"
    assert following(Done(begun=("a", "b"))) == "exercise 1.1"
    assert path(Done(begun=("a",)))[1] == "exercise 1.1~"


def test_begun_again_after_it_was_finished_is_no_debt() -> None:
    done = Done(finished=frozenset({"a"}), begun=("a",))
    assert path(done)[1] == "exercise 1.1+"
    assert following(done) == "lesson 1.1"


def test_free_practice_is_nothing_that_has_to_be_done() -> None:
    assert following(Done(begun=("free",))) == "lesson 1.1"


def test_what_should_come_before_comes_before() -> None:
    read = Done(read=frozenset({"1.1", "1.2"}))
    EXERCISES[1].after = ("b",)
    try:
        assert [it.after for it in every(read) if it.kind == "exercise"] == [("b",), ()]
        assert following(read) == "exercise 1.2"
        assert following(read._replace(finished=frozenset({"b"}))) == "exercise 1.1"
        EXERCISES[1].after = ("withdrawn",)  # which holds nobody up
        assert following(read) == "exercise 1.1"
    finally:
        EXERCISES[1].after = ()


def test_at_the_end_there_is_nothing_left() -> None:
    done = Done(frozenset({"1.1", "1.2"}), frozenset({"a", "b"}), (), QUIZZED)
    assert following(done) == "nothing"

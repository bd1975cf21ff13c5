"""What may be told of answers: enough of them, and nothing from which one person's follows."""

import pytest

from trainer.play.survey import Reply, asked, opinion

FULL = Reply(5, 5, 3, 3, "the coach", "nothing")


def said(*people: int, reply: Reply = FULL) -> dict[int, Reply]:
    return dict.fromkeys(people, reply)


@pytest.mark.parametrize(("n", "told"), [(0, 0), (1, 0), (2, 0), (3, 3), (4, 4)])
def test_from_three_on_answers_are_told(n: int, told: int) -> None:
    found = opinion(said(*range(n)), [range(9)], others=False)
    assert (found.n, found.kept_back) == (told, n - told)
    assert found.figures["clear"].counts == (0, 0, 0, 0, told)
    assert len(found.helped) == len(found.change) == told


def test_of_several_classes_those_with_too_few_are_kept_back() -> None:
    """Or the sum less the class that is told would be what the other one said."""
    replies = said(1, 2, 3) | said(11, 12, reply=Reply(1, 1, 1, 1, "", "everything"))
    found = opinion(replies, [{1, 2, 3}, {11, 12, 13}], others=False)
    assert (found.n, found.kept_back) == (3, 2)
    assert found.change == ("nothing",) * 3


def test_those_in_no_class_are_a_class_to_whom_may_see_them() -> None:
    replies = said(1, 2, 3, 21, 22, 23)
    assert opinion(replies, [{1, 2, 3}], others=False).n == 3
    assert opinion(replies, [{1, 2, 3}], others=True).n == 6
    assert opinion(said(1, 2, 3, 21), [{1, 2, 3}], others=True).kept_back == 1
    assert opinion(replies, [], others=True).n == 6


def test_who_is_in_two_classes_is_counted_once() -> None:
    found = opinion(said(1, 2, 3, 4), [{1, 2, 3}, {2, 3, 4}], others=False)
    assert (found.n, found.kept_back) == (4, 0)


def test_the_mean_is_told_from_five_on_with_its_interval() -> None:
    four = opinion(said(1, 2, 3, 4), [range(9)], others=False).figures["pace"]
    assert (four.mean, four.interval) == (None, None)
    replies = said(1, 2, 3) | said(4, 5, reply=Reply(1, 1, 5, 5))
    five = opinion(replies, [range(9)], others=False).figures["pace"]
    assert five.counts == (0, 0, 3, 0, 2)
    assert five.mean == pytest.approx(3.8)
    assert five.interval is not None
    assert 1 <= five.interval.low < 3.8 < five.interval.high <= 5


def test_the_order_of_what_was_written_tells_nothing() -> None:
    words = ("zebra", "apple", "mango")
    replies = {n: Reply(3, 3, 3, 3, word) for n, word in enumerate(words)}
    assert opinion(replies, [range(9)], others=False).helped == ("apple", "mango", "zebra")


@pytest.mark.parametrize(
    ("done", "answered", "wanted"),
    [
        ((), (), []),
        (("1",), (), ["1"]),
        (("1",), ("1",), []),
        (("2", "1"), (), ["1", "2"]),
        (("1", "2", "3"), ("1",), ["2", "3", "course"]),
        (("1", "2", "3"), ("1", "2", "3", "course"), []),
    ],
)
def test_a_chapter_is_asked_about_once_it_is_done_and_the_course_at_the_end(
    done: tuple[str, ...], answered: tuple[str, ...], wanted: list[str]
) -> None:
    assert asked(done, ("1", "2", "3"), set(answered)) == wanted

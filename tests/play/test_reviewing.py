"""How the words of a draft stand in a language."""

from trainer.play.reviewing import Mark, Pair, Reviewed, State, Wording


def wording(english: str, chinese: str = "") -> Wording:
    return Wording("title", {"en": english, "zh_Hans": chinese})


def of(it: Wording) -> Pair:
    found = it.pair("zh_Hans")
    assert found
    return found


READ = wording("Hello", "您好")


def state(it: Wording, *, course: bool = False) -> State:
    marks = [] if course else [Mark(of(READ), "Ada", 0.0)]
    return Reviewed(marks, [of(READ)] if course else []).state(it, "zh_Hans")


def test_words_are_reviewed_as_long_as_both_sides_are_what_they_were() -> None:
    assert state(wording("Hello ", " 您好\n")) == "reviewed"  # blanks around are nothing
    assert state(wording("Hello!", "您好")) == "source_changed"
    assert state(wording("Hello", "喂")) == "words_changed"
    assert state(wording("Bye", "再见")) == "unread"
    assert state(wording("Hello")) == "missing"
    assert state(READ, course=True) == "reviewed"


def test_a_mark_is_about_one_language() -> None:
    both = Wording("title", {"en": "Hello", "zh_Hans": "您好", "zh_Hant": "您好"})
    known = Reviewed([Mark(of(both), "Ada", 0.0)], [])
    assert known.state(both, "zh_Hans") == "reviewed"
    assert known.state(both, "zh_Hant") == "unread"

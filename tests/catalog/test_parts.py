"""Parts of a text put in, taken out and moved: whatever else stands there stays as it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from trainer import paths
from trainer.catalog.parts import added, moved, removed, said
from trainer.play.writing import Misfit

FILES = [
    next(paths.SCENARIOS.glob(f"*/{name}.yaml"))
    for name in ("first-order", "find-it", "bad-day", "goodwill", "yen-order", "tidy-files")
]
TEXT = """\
# at the top
steps:
  # about a
  - id: a   # beside a
    hints: [{en: one}, {en: two}, {en: three}]
    goals: []
    say: |
      two
      lines

  - id: b
    goals:
      - {id: g}
      - id: h
        # deep in h
      # about i
      - id: i
    # at the end of b

  - id: c
cast: {}
standing:
last: 1"""


def lines(text: str) -> list[str]:
    return sorted(filter(str.strip, text.splitlines()))


def test_a_step_comes_behind_the_others_with_room_between_them() -> None:
    text = added(TEXT, ("steps",), {"id": "d", "title": {"en": "It's: “new”"}})
    assert "\n  - id: c\n\n  - id: d\n    title:\n      en: 'It''s: “new”'\ncast: {}" in text
    assert [it for it in lines(TEXT) if it not in lines(text)] == []


@pytest.mark.parametrize(
    ("place", "stands"),
    [
        (("steps", 0, "hints"), "three}, {id: \"new\"}]\n"),
        (("steps", 0, "goals"), "    goals:\n      - id: new\n    say: |"),
        (("steps", 2, "goals"), "  - id: c\n    goals:\n      - id: new\ncast"),
        (("steps", 1, "goals"), "      - id: i\n      - id: new\n    # at the end"),
        (("standing",), "standing:\n  - id: new\nlast"),
        (("judged",), "last: 1\njudged:\n  - id: new\n"),
    ],
    ids=["flow", "empty", "missing", "block", "nothing", "at the end of the file"],
)  # fmt: skip
def test_one_more_is_written_as_the_list_is(place: tuple[str | int, ...], stands: str) -> None:
    assert stands in added(TEXT, place, {"id": "new"})


def test_a_member_of_the_cast_stands_under_its_name() -> None:
    text = added(TEXT, ("cast",), {"body": {"en": "a\n\nb"}, "packs": [1, 6]}, "first")
    assert said(text)["cast"] == {"first": {"body": {"en": "a\n\nb"}, "packs": [1, 6]}}
    assert "    packs: [1, 6]\n" in text
    assert "      en: |-\n        a\n\n        b\n" in text
    with pytest.raises(Misfit):
        added(text, ("cast",), {}, "first")


def test_what_stands_above_and_deep_in_a_part_goes_with_it() -> None:
    assert "# about a\n  - id: a   # beside a" in moved(TEXT, ("steps", 0), 1).partition("id: b")[2]
    assert moved(moved(TEXT, ("steps", 0), 1), ("steps", 1), -1) == TEXT
    up = moved(TEXT, ("steps", 1, "goals", 2), -1)
    assert "# about i\n      - id: i\n      - id: h\n        # deep in h\n    # at the end" in up
    without = removed(TEXT, ("steps", 0))
    assert "about a" not in without
    assert without.startswith("# at the top\nsteps:\n  - id: b\n")


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_between_brackets_the_commas_stay_right(gone: int) -> None:
    text = removed(TEXT, ("steps", 0, "hints", gone))
    kept = [it for it in ("one", "two", "three") if it != ("one", "two", "three")[gone]]
    assert f"hints: [{{en: {kept[0]}}}, {{en: {kept[1]}}}]" in text


def test_the_last_one_leaves_an_empty_list() -> None:
    text = TEXT
    for _ in range(3):
        text = removed(text, ("steps", 1, "goals", 0))
    assert "    goals: []\n" in text
    assert added(text, ("steps", 1, "goals"), {"id": "new"}) != text


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("a: &a\n  - x: 1\nsteps:\n  - *a\n", lambda it: added(it, ("steps", 0), {"x": 2})),
        ("steps: &s\n  - x: 1\nb: *s\n", lambda it: removed(it, ("steps", 0))),
        ("steps:\n  - &a {x: 1}\n  - *a\n", lambda it: moved(it, ("steps", 0), 1)),
        ("steps:\n  - x: 1\n", lambda it: moved(it, ("steps", 0), 1)),
        ("steps:\n  - x: 1\n", lambda it: moved(it, ("steps", 0), -1)),
        ("steps:\n  - x: 1\n", lambda it: removed(it, ("steps", 3))),
        ("steps: words\n", lambda it: added(it, ("steps",), {"x": 1})),
        ("steps: [\n", lambda it: added(it, ("steps",), {"x": 1})),
        ("- a\n- b\n", lambda it: removed(it, (0,))),
        ("", lambda it: added(it, ("steps",), {"x": 1})),
    ],
)
def test_what_would_say_anything_else_is_not_done(text: str, act: Callable[[str], str]) -> None:
    with pytest.raises(Misfit):
        act(text)


@pytest.mark.parametrize("file", FILES, ids=lambda it: it.stem)
def test_in_the_courses_own_files_nothing_else_is_touched(file: Path) -> None:
    text = file.read_text("utf-8")
    steps = said(text)["steps"]
    for at, step in enumerate(steps):
        for within in ("goals", "hints", "solution"):
            more = added(text, ("steps", at, within), {"id": "new"})
            assert [it for it in lines(text) if it not in lines(more)] == []
            if len(step.get(within, ())) > 1:
                swapped = moved(text, ("steps", at, within, 0), 1)
                assert lines(swapped) == lines(text)
                assert moved(swapped, ("steps", at, within, 1), -1) == text
        fewer = removed(text, ("steps", at))
        assert [it for it in lines(fewer) if it not in lines(text)] in ([], ["steps: []"])
    if len(steps) > 1:
        assert lines(moved(text, ("steps", 0), 1)) == lines(text)

"""Item statistics against cases computed by hand, and what always holds."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.training.items import (
    FEW,
    FEW_PAIRS,
    Interval,
    Mark,
    analysed,
    correlation,
    fisher,
    spread,
    wilson,
)

SHARES = st.floats(0, 1)


def close(found: Interval | None, low: float, high: float) -> bool:
    assert found is not None
    return isclose(found.low, low, abs_tol=0.005) and isclose(found.high, high, abs_tol=0.005)


def test_the_intervals_of_twenty_cases_are_those_of_the_textbook() -> None:
    assert close(wilson(0.6, 20), 0.387, 0.781)
    assert close(fisher(0.3, 20), -0.164, 0.656)


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.5, 10, 0.2366, 0.7634)],
)
def test_wilson_by_hand(share: float, n: int, low: float, high: float) -> None:
    assert close(wilson(share, n), low, high)


@given(SHARES, st.integers(1, 500))
def test_wilson_holds_the_share_and_narrows(share: float, n: int) -> None:
    interval = wilson(share, n)
    assert 0 <= interval.low <= share + 1e-9
    assert share - 1e-9 <= interval.high <= 1
    more = wilson(share, 4 * n)
    assert more.high - more.low < interval.high - interval.low


def test_from_three_pairs_there_is_no_interval() -> None:
    assert fisher(0.9, 3) is None
    assert fisher(1.0, 9) == Interval(1.0, 1.0)


def test_correlation_by_hand() -> None:
    # deviations -1.5 -0.5 0.5 1.5 and -1.5 0.5 -0.5 1.5: across 4, along 5 and 5
    found = correlation([(1, 1), (2, 3), (3, 2), (4, 4)])
    assert found is not None
    assert isclose(found, 0.8)
    assert correlation([(1, 1), (2, 1)]) is None
    assert correlation([(1, 1)]) is None


@given(st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=40))
def test_correlation_has_bounds_and_no_direction(pairs: list[tuple[float, float]]) -> None:
    r = correlation(pairs)
    back = correlation([(y, x) for x, y in pairs])
    assert (r is None) == (back is None)
    if r is not None and back is not None:
        assert -1 <= r <= 1
        assert isclose(r, back, abs_tol=1e-6)


def test_spread_by_hand() -> None:
    assert spread([1, 2, 3, 4]) is None
    assert spread([9, 1, 5, 3, 7]) == (5, 3, 5, 7)


@given(st.lists(st.floats(0, 1e6), min_size=FEW, max_size=50))
def test_spread_is_in_order(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert min(values) <= found.low <= found.median <= found.high <= max(values)


def mark(points: float) -> Mark:
    return Mark(points, 10)


def test_few_attempts_give_counts_and_no_figures() -> None:
    found = analysed([{"a": mark(10), "b": mark(0)}] * (FEW - 1))
    item = found.items["a"]
    assert (found.n, item.n, item.full) == (4, 4, 4)
    assert (item.difficulty, item.interval, item.discrimination) == (None, None, None)
    assert item.few


def test_an_item_is_held_against_the_rest_and_not_against_itself() -> None:
    # `a` is a coin that knows nothing of `b` and `c`: against the whole it would seem to
    runs = [
        {"a": mark(a), "b": mark(b), "c": mark(b)} for a in (0, 10) for b in (0, 10)
    ] * 5  # fmt: skip
    found = analysed(runs).items
    assert found["a"].difficulty == 0.5
    assert found["a"].discrimination is not None
    assert isclose(found["a"].discrimination, 0.0, abs_tol=1e-9)
    # b against a + c by hand: cov = 0.125, sd 0.5 and sqrt(0.125)
    assert found["b"].discrimination is not None
    assert isclose(found["b"].discrimination, 0.125 / (0.5 * 0.125**0.5), abs_tol=1e-9)


def test_correlation_waits_for_enough_pairs() -> None:
    runs = [{"a": mark(10 * (n % 2)), "b": mark(10 * (n % 2))} for n in range(FEW_PAIRS - 1)]
    item = analysed(runs).items["a"]
    assert item.difficulty is not None
    assert item.discrimination is None


def test_an_item_everybody_has_tells_nobody_apart() -> None:
    runs = [{"a": mark(10), "b": mark(n % 11)} for n in range(50)]
    item = analysed(runs).items["a"]
    assert (item.difficulty, item.discrimination, item.verdict) == (1.0, None, "easy")


@pytest.mark.parametrize(
    ("of", "verdict"),
    [
        (lambda n: (0 if n % 20 else 10, n % 11), "hard"),
        (lambda n: (10 if n % 2 else 0, 0 if n % 2 else 10), "reversed"),
        (lambda n: (10 if n % 2 else 0, 10 if n // 2 % 2 else 0), "blunt"),
        (lambda n: (10 if n % 2 else 0, 10 if n % 2 else 0), ""),
    ],
)
def test_a_verdict_needs_the_whole_interval(of: object, verdict: str) -> None:
    runs = [{"a": mark(of(n)[0]), "b": mark(of(n)[1])} for n in range(400)]  # type: ignore[operator]
    assert analysed(runs).items["a"].verdict == verdict


def test_attempts_need_not_have_met_the_same_items() -> None:
    found = analysed([{"a": mark(10)}, {"b": mark(0)}, {"a": mark(5), "c": Mark(0, 0)}])
    assert {name: item.n for name, item in found.items.items()} == {"a": 2, "b": 1}


@given(st.lists(st.tuples(SHARES, SHARES, SHARES), min_size=FEW, max_size=40))
def test_the_order_of_attempts_does_not_matter(rows: list[tuple[float, ...]]) -> None:
    runs = [dict(zip("abc", (Mark(share, 1) for share in row), strict=True)) for row in rows]
    there, back = analysed(runs).items, analysed(runs[::-1]).items
    for name, item in there.items():
        assert item.n == len(rows)
        assert item.difficulty is not None
        assert isclose(item.difficulty, back[name].difficulty or 0, abs_tol=1e-9)
        assert item.interval is not None
        assert item.interval.low <= item.difficulty + 1e-9
        assert item.difficulty - 1e-9 <= item.interval.high

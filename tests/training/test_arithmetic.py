"""Authors' sums: exact, and nothing but sums."""

from fractions import Fraction

import pytest

from trainer.training.arithmetic import names, worth, written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Fraction(7)),
        ("(1 + 2) * -3", Fraction(-9)),
        ("units / price", Fraction(1, 3)),
        (" 0.1 + 0.2 ", Fraction(3, 10)),
        ("units - -price", Fraction(12)),
    ],
)
def test_a_sum_is_exact(text: str, value: Fraction) -> None:
    assert worth(text, {"units": 3, "price": 9}) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "2 ** 9", "1 // 2", "7 % 2", "f(1)", "units.real", "[1]", "'a'", "True", "1j",
        "1e9", "0x10", "1_000", "lambda: 1", "1 if 1 else 2", "a := 1", "+" * 300 + "1", "x\0",
        "__import__('os')", "1 < 2", "9" * 40,
    ],
)  # fmt: skip
def test_anything_else_is_no_sum(text: str) -> None:
    with pytest.raises(ValueError, match="; use numbers, names"):
        worth(text, {"units": 3, "x": 1, "a": 1})


def test_a_name_must_be_given_and_nothing_divides_by_zero() -> None:
    with pytest.raises(ValueError, match="tax is not given; given are units"):
        worth("units + tax", {"units": 1})
    with pytest.raises(ValueError, match="divides by zero"):
        worth("1 / (units - 1)", {"units": 1})


def test_the_names_of_a_sum_are_known() -> None:
    assert names("units * price + units") == {"units", "price"}


@pytest.mark.parametrize(
    ("number", "says"),
    [("36", "36"), ("1/3", "0.3333"), ("-1/2", "-0.5"), ("1200", "1200"), ("-1/99999", "0")],
)
def test_a_number_is_written_as_people_do(number: str, says: str) -> None:
    assert written(Fraction(number)) == says

"""Sums an author writes, such as `units * price`: exact, and nothing but arithmetic."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from trainer.training.sentences import Sentence

_LONGEST: Final = 200
_STEPS: Final[dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_NUMBER: Final = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)


@lru_cache(1024)
def parse(text: str) -> ast.expr:
    """The sum of a text. Raises ValueError if it is anything else."""
    if len(text) > _LONGEST:
        raise ValueError(
            Sentence(
                "this sum is longer than {most} characters; use numbers, names, + - * / and ( )",
                most=_LONGEST,
            )
        )
    try:
        source = text.strip()
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(
            Sentence("{text} is no sum; use numbers, names, + - * / and ( )", text=text)
        ) from None
    for node in ast.walk(tree):
        if not _allowed(node, source):
            raise ValueError(
                Sentence(
                    "{part} has no place in a sum; use numbers, names, + - * / and ( )",
                    part=ast.unparse(node),
                )
            )
    return tree


def _allowed(node: ast.AST, source: str) -> bool:
    match node:
        case ast.Constant():
            return bool(_NUMBER.fullmatch(ast.get_source_segment(source, node) or ""))
        case ast.BinOp(op=step):
            return type(step) in _STEPS
        case ast.UnaryOp(op=ast.USub()) | ast.Name():
            return True
        case _:
            return isinstance(node, (ast.operator, ast.unaryop, ast.expr_context))


def names(text: str) -> frozenset[str]:
    """The names that stand in a sum."""
    return frozenset(node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name))


def worth(text: str, given: Mapping[str, int]) -> Fraction:
    """What a sum comes to. Raises ValueError, also for a name that is not given."""
    try:
        return _worth(parse(text), text, given)
    except ZeroDivisionError:
        raise ValueError(
            Sentence("{text} divides by zero; choose other numbers", text=text)
        ) from None


def _worth(node: ast.AST, text: str, given: Mapping[str, int]) -> Fraction:
    match node:
        case ast.Constant():
            # as it was written: 0.1 is a tenth, and not the float beside it
            return Fraction(ast.get_source_segment(text.strip(), node) or "")
        case ast.Name(id=name):
            if name not in given:
                known = ", ".join(given) or Sentence("nothing")
                raise ValueError(
                    Sentence("{name} is not given; given are {known}", name=name, known=known)
                )
            return Fraction(given[name])
        case ast.BinOp(left=left, op=step, right=right):
            return _STEPS[type(step)](_worth(left, text, given), _worth(right, text, given))
        case ast.UnaryOp(operand=operand):
            return -_worth(operand, text, given)
        case _:
            raise AssertionError(node)


def written(number: Fraction) -> str:
    """A number as people write it, with at most four decimals."""
    whole = number * 10_000
    rounded = int(abs(whole) + Fraction(1, 2))
    digits = f"{rounded // 10_000}.{rounded % 10_000:04}".rstrip("0").rstrip(".")
    return f"-{digits}" if whole < 0 and rounded else digits

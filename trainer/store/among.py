"""Of these people: whose rows are asked for, however many they are."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, bindparam


def among(column: SQLColumnExpression[Any], people: Collection[int]) -> ColumnElement[bool]:
    """Whether a row is about one of them.

    Their numbers stand in the statement itself: as parameters a database takes only so many, and
    an instructor may look at everybody who is in no class.
    """
    numbers = bindparam(
        "people", sorted(people), Integer, unique=True, expanding=True, literal_execute=True
    )
    return column.in_(numbers)

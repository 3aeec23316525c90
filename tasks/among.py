"""Asking about thousands of rows by their ids in one statement, however many they are.

A statement takes 65,535 parameters on PostgreSQL and fewer on some SQLites; numbers written into its text take none.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col


def among(column: Any, ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """Whether a column of integers is one of these. Only for numbers of our own, never for text."""
    listed = sorted({int(one) for one in ids})
    if len(listed) == 1:
        return col(column) == listed[0]  # the statement every letter asks: prepared once
    written = sa.bindparam(
        None, listed, type_=sa.Integer(), expanding=True, literal_execute=True, unique=True
    )
    return col(column).in_(written)


def evened(ids: Sequence[int]) -> list[int]:
    """These ids, the last one repeated until there are 1, 4, 16, 64 or so on: a statement that lists them as parameters
    then has few forms, and the database, which prepares each form of it, knows it the next time."""
    wanted = 1
    while wanted < len(ids):
        wanted *= 4
    return [*ids, *[ids[-1]] * (wanted - len(ids))] if ids else []

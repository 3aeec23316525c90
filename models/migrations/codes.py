"""Changing the list of codes that a column takes: a CHECK, which SQLite changes only by making the table anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def coded(*codes: str, name: str) -> Any:
    """A text column limited to these codes, as models.columns.coded makes it."""
    return sa.Enum(*codes, native_enum=False, create_constraint=True, length=40, name=name)


def set_codes(table: str, column: str, *codes: str, name: str) -> None:
    """Let `column` take exactly these codes; `name` is the constraint's, without `ck_<table>_`."""
    full = op.f(f"ck_{table}_{name}")
    listed = ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(full, type_="check")
        batch.create_check_constraint(full, sa.text(f"{column} IN ({listed})"))

"""Changing the list of codes that a column takes: a CHECK, which SQLite changes only by making the table anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def coded(*codes: str, name: str) -> Any:
    """A text column limited to these codes, as models.columns.coded makes it."""
    return sa.Enum(*codes, native_enum=False, create_constraint=True, length=40, name=name)


def set_codes(table: str, column: str, *codes: str, name: str) -> None:
    """Let `column` take exactly these codes; `name` is the constraint's, without `ck_<table>_`.

    Every other CHECK of the table is kept: a batch on SQLite would drop them without a word.
    """
    full = f"ck_{table}_{name}"
    listed = ", ".join(f"'{code}'" for code in codes)
    rule = f"{column} IN ({listed})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(full), table, type_="check")
        op.create_check_constraint(op.f(full), table, rule)
        return
    kept = [
        sa.CheckConstraint(str(check["sqltext"]), name=op.f(str(check["name"])))
        for check in sa.inspect(op.get_bind()).get_check_constraints(table)
        if check["name"] != full
    ]
    with op.batch_alter_table(
        table, recreate="always", table_args=(*kept, sa.CheckConstraint(rule, name=op.f(full)))
    ):
        pass

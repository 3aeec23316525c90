"""What an upload asks of the database: each statement costs about as much as everything else in a page of forms."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

MOST = 34
"""Statements of an upload with its verdict page: 32 for a form of two officers, and something to spare."""


def test_an_upload_and_its_page_ask_the_database_few_things(few: Any, visitor_of: Callable[..., Any]) -> None:
    visitor = visitor_of(few, "SNV")
    content = few.filled("SNV")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(few.store.engine, "before_cursor_execute", note)
    try:
        page = visitor.upload(content)
    finally:
        sa.event.remove(few.store.engine, "before_cursor_execute", note)
    assert "Đã nhận báo cáo, đạt yêu cầu" in page.text
    statements = [one for one in asked if not one.startswith(("BEGIN", "COMMIT"))]
    assert len(statements) <= MOST, "\n".join(statements)

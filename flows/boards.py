"""The console's boards as artifacts: put up again only when they say something new; the history is of changes."""

import json
from datetime import datetime
from typing import Any, cast

from prefect.artifacts import Artifact, create_markdown_artifact, create_table_artifact

from flows.steps import key_of
from tasks.console.boards import CycleBoard, Row, cycle_boards, held_and_failed
from tasks.office import Office

STUCK = "giu-lai-va-loi"


def show_boards(office: Office, now: datetime) -> None:
    """Of every cycle that collects: where it stands, by agency, who is missing, its submissions by day; and what is
    held or failed."""
    for board in cycle_boards(office, now):
        _show(board)
    show_stuck(office, now)


def show_stuck(office: Office, now: datetime) -> None:
    """What is held back, has failed or is in doubt."""
    rows = held_and_failed(office, now)
    said = f"{len(rows):02d} thông báo đang giữ lại hoặc không gửi được" if rows else "Không có"
    _table(STUCK, rows, f"Thông báo giữ lại, không gửi được: {said}.")


def _show(board: CycleBoard) -> None:
    if not _says(f"tinh-hinh-{key_of(board.code)}", board.headline):
        create_markdown_artifact(
            key=f"tinh-hinh-{key_of(board.code)}", markdown=board.words, description=board.headline
        )
    _table(f"bang-{key_of(board.code)}", board.agencies, f"Bảng theo dõi {board.code}. {board.headline}")
    missing = f"{len(board.missing):02d} nơi chưa gửi báo cáo" if board.missing else "mọi nơi đã gửi báo cáo"
    _table(f"con-thieu-{key_of(board.code)}", board.missing, f"{board.code}: {missing}.")


def _table(key: str, rows: tuple[Row, ...], said: str) -> None:
    table: list[dict[str, Any]] = list(rows) or [{"Kết quả": "Không có"}]
    last = _last(key)
    if last is None or _content(last.data) != table:
        create_table_artifact(key=key, table=table, description=said)


def _says(key: str, said: str) -> bool:
    last = _last(key)
    return last is not None and last.description == said


def _last(key: str) -> Artifact | None:
    """The artifact of this key as it was put up last."""
    return cast(Artifact | None, Artifact.get(key))


def _content(data: Any) -> Any:
    """A table as it was put up; the server keeps it as text."""
    return json.loads(data) if isinstance(data, str) else data

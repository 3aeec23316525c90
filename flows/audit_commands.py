"""The commands around what was done and what was left undone: the auditor, and the audit trail as a file."""

from datetime import date
from pathlib import Path

import click

from flows import clock
from flows.command_line import DAY, command, office, says_what_is_wrong, tell


@click.group(
    "audit", invoke_without_command=True, subcommand_metavar="[LỆNH]...", options_metavar="[TÙY CHỌN]"
)
@click.pass_context
def audit_group(context: click.Context) -> None:
    """Kiểm tra: thông báo nào lẽ ra đã gửi mà chưa gửi, thư nào bị kẹt, việc nào không chạy; báo thư ký.

    Kèm lệnh con: xuất nhật ký thao tác.
    """
    if context.invoked_subcommand is None:
        _look()


@says_what_is_wrong
def _look() -> None:
    from tasks.steps import audit_step

    tell(audit_step(office(), clock.now()))


@command(audit_group, "export")
@click.argument("file", metavar="TỆP", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", metavar="NGÀY", type=DAY, help="Từ ngày; trống: từ đầu.")
@click.option("--to", "last", metavar="NGÀY", type=DAY, help="Đến hết ngày; trống: đến nay.")
@click.option("--actor", metavar="NGƯỜI", default="", help="Chỉ của người này, viết như trong nhật ký.")
def audit_export(file: Path, first: date | None, last: date | None, actor: str) -> None:
    """Xuất nhật ký thao tác ra TỆP .csv (mở được bằng Excel): ai, lúc nào, việc gì, trước, sau, lý do."""
    from tasks.desk.audit_trail import Sought, acts_as_csv

    sought = Sought(actor=actor, first_day=first, last_day=last)
    with office().store.reading() as session, file.open("wb") as out:
        for piece in acts_as_csv(session, sought):
            out.write(piece)
    click.echo(f"Đã xuất nhật ký ra {file}")

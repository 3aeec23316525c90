"""A task that stands further back than the agency reported last period: less of it done, or not begun any more."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.codes import DiscrepancyKind, ReportStatus
from models.rules.discrepancies.found import Found
from models.rules.discrepancies.remarks import Version
from models.rules.numbers import write_number

_BEGUN = frozenset({ReportStatus.IN_PROGRESS, ReportStatus.COMPLETE})


@dataclass(frozen=True)
class Stand:
    """What a version declares of an assignment."""

    status: ReportStatus | None
    percent: Decimal | None


def set_back(version: Version, row_key: str, last: Stand, now: Stand, last_name: str) -> Iterator[Found]:
    """What to say of one assignment, with the name of the cycle that was the last."""
    begun = last.status in _BEGUN and now.status is ReportStatus.NOT_STARTED
    less = last.percent is not None and now.percent is not None and now.percent < last.percent
    if not (begun or less):
        return
    if less and last.percent is not None and now.percent is not None:
        told = f"tỷ lệ hoàn thành kỳ này {write_number(now.percent)}%, kỳ trước {write_number(last.percent)}%"
    else:
        before = last.status.label if last.status else ""
        told = f"kỳ này báo “{ReportStatus.NOT_STARTED.label}”, kỳ trước đã báo “{before}”"
    yield Found(
        key=f"{version.agency_code}:lui-so-ky-truoc:{row_key}",
        kind=DiscrepancyKind.LAST_PERIOD,
        agency_code=version.agency_code,
        source=f"{version.words}: nhiệm vụ {row_key}, so với {last_name}",
        sentence=f"Nhiệm vụ {row_key}: {told}. Đề nghị xem lại, hoặc giải trình lý do.",
        row_key=row_key,
    )

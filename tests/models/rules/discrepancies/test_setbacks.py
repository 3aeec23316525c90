"""A task that stands further back than last period."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.codes import DiscrepancyKind, ReportStatus
from models.rules.discrepancies.remarks import Version
from models.rules.discrepancies.setbacks import Stand, set_back

VERSION = Version("SNV", "Sở Nội vụ", 1, datetime(2026, 3, 12, 2, tzinfo=UTC))
DOING, NOT_YET, ON = ReportStatus.IN_PROGRESS, ReportStatus.NOT_STARTED, ReportStatus.ON_SCHEDULE


@pytest.mark.parametrize(
    ("last", "now", "said"),
    [
        ((DOING, "80"), (DOING, "40"), "tỷ lệ hoàn thành kỳ này 40%, kỳ trước 80%"),
        ((DOING, None), (NOT_YET, None), "kỳ này báo “Chưa triển khai”, kỳ trước đã báo “Đang thực hiện”"),
        ((DOING, "40"), (DOING, "40"), ""),
        ((DOING, "40"), (DOING, "80"), ""),
        ((NOT_YET, None), (NOT_YET, None), ""),
        ((ON, None), (ON, None), ""),
        ((DOING, "40"), (DOING, None), ""),
    ],
)
def test_set_back(
    last: tuple[ReportStatus, str | None], now: tuple[ReportStatus, str | None], said: str
) -> None:
    def stand(status: ReportStatus, percent: str | None) -> Stand:
        return Stand(status, Decimal(percent) if percent else None)

    found = list(set_back(VERSION, "KH57-2026/V.2", stand(*last), stand(*now), "Báo cáo Quý IV/2025"))
    assert bool(said) == bool(found)
    for one in found:
        assert said in one.sentence
        assert (one.kind, one.row_key) == (DiscrepancyKind.LAST_PERIOD, "KH57-2026/V.2")
        assert one.source.endswith("so với Báo cáo Quý IV/2025")
        assert said not in one.source

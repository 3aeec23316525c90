"""The desk's page of files that wait: taken as they came, placed, set aside, and back again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.codes import ArrivalVerdict, DeskRole, RequestState
from models.submission import Arrival, SignedReport
from models.time import VIETNAM
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive

CYCLE = "bcd-quy-2026-Q1"
PDF = b"%PDF-1.7\n%%EOF\n"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def scan(few_both: Any, clock: Any) -> int:
    """A PDF that came by mail and waits."""
    few_both.mark_sent(at(4))
    clock.at = at(19)
    arrival_id = receive(
        few_both.store,
        channel="hop-thu",
        reference="1",
        file_name="<b>quét</b>.pdf",
        content=PDF,
        received_at=at(18),
        now=at(18),
        sender="van-thu@snv.example",
    )
    judge_one(few_both.store, arrival_id or 0, few_both.office.key, at(18))
    return arrival_id or 0


def verdict(province: Any, number: int) -> ArrivalVerdict:
    found: ArrivalVerdict = province.all(Arrival, Arrival.id == number)[0].verdict
    return found


def test_a_file_is_seen_taken_and_placed_as_a_recorded_report(few_both: Any, desk_of: Any, scan: int) -> None:
    desk = desk_of(few_both)
    page = desk.get("/tep-den")
    assert "Tệp chờ xem xét (01)" in page.text
    assert "<b>quét</b>.pdf" in page.text  # as text: nothing of it is markup
    assert "van-thu@snv.example" in page.text
    taken = desk.download(f"/tep-den/{scan}/tai")
    assert (taken.content, taken.headers["content-type"]) == (PDF, "application/octet-stream")
    words = {"ky": CYCLE, "co_quan": "Sở Nội vụ", "la": "ghi-nhan", "so": "125/BC-SNV", "ngay": "17/3/2026"}
    shown = desk.post(f"/tep-den/{scan}/xep", words)
    assert "Đã xếp tệp" in shown.text
    assert few_both.request("SNV").state == RequestState.RECORDED
    assert verdict(few_both, scan) == ArrivalVerdict.RECORDED


def test_as_the_signed_report_with_its_number(few_both: Any, desk_of: Any, scan: int) -> None:
    desk = desk_of(few_both)
    words = {"ky": CYCLE, "co_quan": "SNV", "la": "ban-ky", "ngay": "17/3/2026", "nguoi_ky": "Lò Văn A"}
    refused = desk.post(f"/tep-den/{scan}/xep", words)
    assert refused.status == 422
    assert "Chưa ghi số báo cáo" in refused.text
    assert any(f.get("value") == "Lò Văn A" for f in refused.fields("input"))
    desk.post(f"/tep-den/{scan}/xep", {**words, "so": "125/BC-SNV"})
    assert few_both.count(SignedReport) == 1


def test_set_aside_with_a_reason_and_back(few_both: Any, desk_of: Any, scan: int) -> None:
    desk = desk_of(few_both)
    assert "Chưa ghi lý do" in desk.post(f"/tep-den/{scan}/bo-qua", {"ly_do": ""}).text
    page = desk.post(f"/tep-den/{scan}/bo-qua", {"ly_do": "Thư mời họp"})
    assert "Tệp chờ xem xét (0)" in page.text
    assert "Thư mời họp" in page.text
    assert "Tệp chờ xem xét (01)" in desk.post(f"/tep-den/{scan}/xem-lai").text
    assert verdict(few_both, scan) == ArrivalVerdict.PERSON


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"co_quan": ""}, "Chưa chọn cơ quan"),
        ({"co_quan": "Sở Nội"}, "Không có cơ quan nào mang mã hoặc tên"),
        ({"co_quan": "SYT"}, "không có yêu cầu báo cáo nào"),
        ({"ky": "khong-co"}, "Không có kỳ báo cáo"),
        ({"la": ""}, "Chưa chọn tệp này là gì"),
        ({"la": "bao-cao"}, "Tệp PDF"),
        ({"la": "ghi-nhan", "ngay": "hôm qua"}, "không hiểu"),
    ],
)
def test_what_cannot_be_placed_says_why(
    few_both: Any, desk_of: Any, scan: int, changed: dict[str, str], why: str
) -> None:
    words = {"ky": CYCLE, "co_quan": "SNV", "la": "ghi-nhan", **changed}
    page = desk_of(few_both).post(f"/tep-den/{scan}/xep", words)
    assert page.status == 422
    assert why in page.text
    assert verdict(few_both, scan) == ArrivalVerdict.PERSON


def test_a_reader_looks_and_places_nothing(few_both: Any, desk_of: Any, scan: int) -> None:
    desk = desk_of(few_both, DeskRole.READER)
    assert "Xếp cho một cơ quan" not in desk.get("/tep-den").text
    assert desk.post(f"/tep-den/{scan}/bo-qua", {"ly_do": "x"}).status == 403
    assert desk.get("/tep-den/99999/tai").status == 404

"""An exemption is ended by asking again and by nothing else: undoing what was before it leaves it in force."""

from datetime import date
from typing import Any

from desk_acts import act, at, reminders, sweep

from models.codes import ReportWay, RequestState
from tasks.cycle.exemptions import ask_again, exempt_request
from tasks.cycle.recorded import Recording, record_report, unrecord_report
from tasks.cycle.returns import return_report, take_back_return

PHONE = Recording(ReportWay.PHONE, date(2026, 3, 18), note="Đọc qua điện thoại")


def exempted_after_a_return(province: Any) -> None:
    province.mark_sent(at(4, 10))
    act(province, record_report, PHONE, now=at(18))
    act(province, return_report, "Bổ sung số liệu.", date(2026, 3, 24), now=at(19))
    act(province, exempt_request, now=at(20), reason="Đã sáp nhập.")
    assert province.request("SNV").state == RequestState.EXEMPT


def test_taking_a_return_back_asks_nobody_again(few_both: Any) -> None:
    exempted_after_a_return(few_both)
    act(few_both, take_back_return, now=at(21), reason="Ghi nhầm.")
    assert few_both.request("SNV").state == RequestState.EXEMPT
    sweep(few_both, at(23, 8))
    assert [line for line in reminders(few_both) if line[2] == "due"] == []


def test_taking_a_record_back_asks_nobody_again(few_both: Any) -> None:
    exempted_after_a_return(few_both)
    act(few_both, unrecord_report, now=at(21), reason="Ghi nhầm.")
    assert few_both.request("SNV").state == RequestState.EXEMPT
    assert act(few_both, ask_again, now=at(22), reason="Vẫn phải báo cáo.", until=date(2026, 3, 27))
    assert few_both.request("SNV").state == RequestState.INCOMPLETE

"""Reports recorded on an agency's behalf: chasing stops, the day of the paper counts, and it can be taken back."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from desk_acts import OFFICER, PAPER, PDF, act, at, in_report, reminders, submit, sweep

from models.codes import ArrivalVerdict, ReportWay, RequestState
from models.cycle import DueChange
from models.desk_act import RecordedReport
from models.history import Audit, StateChange
from models.rules.completion import cycle_rates, days_late, is_on_time
from models.submission import Arrival, SignedReport, Submission
from tasks.cycle.agency_acts import ActFault
from tasks.cycle.recorded import Recording, SentFile, record_in_words, record_report, unrecord_report
from tasks.cycle.request_acts import extend_request, find_request
from tasks.documents.report_tables import standing_text
from tasks.intake.on_behalf import NOT_RECORDED, hand_in_for

SCAN = SentFile("bao-cao.pdf", PDF)


def record(province: Any, said: Recording = PAPER, now: Any = None, **how: Any) -> bool:
    done: bool = act(province, record_report, said, now=now or at(23), **how)
    return done


@pytest.fixture
def overdue(few_both: Any) -> Any:
    """Everybody was asked, nobody has answered, the deadline has passed: the first step after it has gone out."""
    few_both.mark_sent(at(4, 10))
    sweep(few_both, at(23, 8))
    assert reminders(few_both) == [
        ("truoc-5", 1, "superseded"),
        ("truoc-1", 1, "superseded"),
        ("sau-1", 1, "due"),
    ]
    return few_both


def test_chasing_stops_at_once_and_stays_stopped(overdue: Any) -> None:
    assert record(overdue)
    assert overdue.request("SNV").state == RequestState.RECORDED
    assert reminders(overdue)[-1] == ("sau-1", 1, "superseded")
    assert reminders(overdue, "STC")[-1] == ("sau-1", 1, "due")
    for day in (24, 25, 26, 27):
        sweep(overdue, at(day, 8))
    assert len(reminders(overdue)) == 3  # nothing new, although three steps have come since
    assert [step for step, _, _ in reminders(overdue, "STC")][-1] == "sau-2-thu-truong"


def test_it_is_received_not_complete_and_counts_from_its_own_day(overdue: Any) -> None:
    record(overdue)
    request, view = in_report(overdue)
    rates = cycle_rates(view, date(2026, 3, 24))
    assert (rates.expected, rates.received, rates.recorded, rates.incomplete, rates.complete) == (
        4,
        1,
        1,
        0,
        0,
    )
    assert rates.overdue == 3
    assert overdue.request("SNV").first_received_at == at(19, 17)
    assert days_late(request, date(2026, 3, 24)) == 0
    assert standing_text(request, date(2026, 3, 24)) == "Chờ số liệu (nhận bằng đường khác)"


def test_it_is_kept_with_its_words_scan_author_and_history(overdue: Any) -> None:
    record(overdue, scan=SCAN)
    (row,) = overdue.all(RecordedReport)
    assert (row.way, row.number, row.dated, row.signer) == (
        ReportWay.PAPER,
        "125/BC-SNV",
        date(2026, 3, 18),
        "Giám đốc Lò Văn A",
    )
    assert (row.received_at, row.actor, row.at) == (at(19, 17), OFFICER, at(23))
    assert record_in_words(row) == (
        "Văn bản giấy số 125/BC-SNV ngày 18/3/2026 do Giám đốc Lò Văn A ký, nhận ngày 19/3/2026"
    )
    (scan,) = overdue.all(Arrival)
    assert (scan.channel, scan.verdict, scan.request_id, scan.file_name, scan.received_at) == (
        "thu-ky",
        ArrivalVerdict.RECORDED,
        row.request_id,
        "bao-cao.pdf",
        at(19, 17),
    )
    (audit,) = overdue.all(Audit, Audit.act == "ghi-nhan-thay")
    assert (audit.actor, audit.reason, audit.after["số"]) == (OFFICER, "Nộp tại văn thư", "125/BC-SNV")
    (change,) = overdue.all(StateChange, StateChange.after == "recorded")
    assert (change.before, change.actor) == ("sent", OFFICER)


def test_pressing_twice_records_once_and_other_words_are_a_correction(overdue: Any) -> None:
    assert record(overdue, scan=SCAN)
    assert not record(overdue, scan=SCAN)
    assert not record(overdue)
    assert overdue.count(RecordedReport) == overdue.count(Arrival) == 1
    corrected = Recording(ReportWay.PAPER, date(2026, 3, 20), "126/BC-SNV", date(2026, 3, 18), "Lò Văn A")
    assert record(overdue, corrected)
    rows = overdue.all(RecordedReport)
    assert [row.number for row in rows] == ["125/BC-SNV", "126/BC-SNV"]
    assert rows[1].arrival_id == rows[0].arrival_id
    assert overdue.request("SNV").first_received_at == at(20, 17)


def test_what_came_today_came_now(overdue: Any) -> None:
    record(overdue, Recording(ReportWay.PHONE, date(2026, 3, 23)), now=at(23, 10))
    record(overdue, Recording(ReportWay.EMAIL, date(2026, 3, 23)), now=at(23, 20), agency="STC")
    assert overdue.request("SNV").first_received_at == at(23, 10)
    assert overdue.request("STC").first_received_at == at(23, 17)


def test_later_figures_count_from_the_day_of_the_paper(overdue: Any) -> None:
    record(overdue)
    request_id = overdue.request_id("SNV")
    file = SentFile("bieu.xlsx", overdue.filled("SNV"))
    for _twice in range(2):
        arrival = hand_in_for(overdue.store, request_id, file, overdue.office.key, actor=OFFICER, now=at(26))
        assert arrival.verdict == ArrivalVerdict.SUBMISSION
    (version,) = overdue.all(Submission)
    assert (version.received_at, version.judged_at) == (at(19, 17), at(26))
    request, _ = in_report(overdue)
    assert (request.state, is_on_time(request)) == (RequestState.COMPLETE, True)
    (audit,) = overdue.all(Audit, Audit.act == "nhap-so-lieu-thay")
    assert (audit.actor, audit.after) == (OFFICER, {"tệp": "bieu.xlsx"})


def test_figures_that_the_agency_sends_itself_count_from_the_paper_too(overdue: Any) -> None:
    record(overdue)
    assert submit(overdue, overdue.filled("SNV"), at(26)) == RequestState.COMPLETE
    assert overdue.request("SNV").complete_at == at(19, 17)


def test_a_faulty_version_never_makes_a_recorded_report_chased_again(overdue: Any) -> None:
    record(overdue)
    assert submit(overdue, overdue.filled("SNV", leave_out=1), at(24)) == RequestState.RECORDED
    sweep(overdue, at(26, 8))
    assert reminders(overdue)[-1] == ("sau-1", 1, "superseded")


def test_figures_on_behalf_need_a_record(overdue: Any) -> None:
    file = SentFile("bieu.xlsx", overdue.filled("SNV"))
    with pytest.raises(ActFault, match=NOT_RECORDED[:40]):
        hand_in_for(
            overdue.store, overdue.request_id("SNV"), file, overdue.office.key, actor=OFFICER, now=at(24)
        )
    assert overdue.count(Arrival) == 0


def test_a_paper_recorded_after_late_figures_makes_them_punctual_till_it_is_taken_back(few: Any) -> None:
    few.mark_sent(at(4, 10))
    assert submit(few, few.filled("SNV"), at(24)) == RequestState.COMPLETE
    assert not is_on_time(in_report(few)[0])
    record(few, now=at(25))
    assert few.request("SNV").state == RequestState.COMPLETE
    assert is_on_time(in_report(few)[0])
    act(few, unrecord_report, reason="Nhầm cơ quan", now=at(25, 10))
    assert few.request("SNV").complete_at == at(24)
    assert (few.request("SNV").state, few.request("SNV").plan_no) == (RequestState.COMPLETE, 1)


def test_taking_it_back_lets_the_reminders_go_on_under_a_new_plan(overdue: Any) -> None:
    record(overdue, scan=SCAN)
    assert act(overdue, unrecord_report, reason="Ghi nhầm cơ quan", now=at(24))
    request = overdue.request("SNV")
    assert (request.state, request.plan_no, request.due) == (RequestState.SENT, 2, date(2026, 3, 20))
    assert request.first_received_at is None
    (row,) = overdue.all(RecordedReport)
    assert (row.cancelled_by, row.cancelled_at, row.cancelled_why) == (OFFICER, at(24), "Ghi nhầm cơ quan")
    assert [change.plan_no for change in overdue.all(DueChange, DueChange.request_id == request.id)] == [1, 2]
    (audit,) = overdue.all(Audit, Audit.act == "huy-ghi-nhan")
    assert audit.reason == "Ghi nhầm cơ quan"
    sweep(overdue, at(25, 8))
    assert ("sau-1", 2, "due") in reminders(overdue)
    assert not act(overdue, unrecord_report, reason="Ghi nhầm cơ quan", now=at(25))
    assert overdue.request("SNV").plan_no == 2


def test_what_was_faulty_before_is_faulty_again(few: Any) -> None:
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV", leave_out=1), at(12))
    record(few)
    act(few, unrecord_report, reason="Nhầm", now=at(24))
    assert few.request("SNV").state == RequestState.INCOMPLETE
    assert few.request("SNV").first_received_at == at(12)


def test_who_was_not_asked_yet_is_asked_after_all_when_it_is_taken_back(few: Any) -> None:
    record(few, Recording(ReportWay.PAPER, date(2026, 3, 10)), now=at(10))
    assert few.request("SNV").state == RequestState.RECORDED
    act(few, unrecord_report, reason="Nhầm", now=at(11))
    assert few.request("SNV").state == RequestState.PLANNED


def test_a_signed_pdf_is_the_signed_report_at_once_and_stops_being_it(few_both: Any) -> None:
    few_both.mark_sent(at(4, 10))
    signed = Recording(PAPER.way, PAPER.received_on, PAPER.number, PAPER.dated, PAPER.signer, signed=True)
    record(few_both, signed, scan=SCAN)
    (paper,) = few_both.all(SignedReport)
    assert (paper.number, paper.signed_on, paper.signer) == (
        "125/BC-SNV",
        date(2026, 3, 18),
        "Giám đốc Lò Văn A",
    )
    assert in_report(few_both)[0].signed == "số 125/BC-SNV ngày 18/3/2026"
    act(few_both, unrecord_report, reason="Nhầm", now=at(24))
    assert in_report(few_both)[0].signed == ""
    record(few_both, signed, scan=SCAN, now=at(25))
    assert in_report(few_both)[0].signed == "số 125/BC-SNV ngày 18/3/2026"


@pytest.mark.parametrize(
    ("said", "how", "why"),
    [
        (Recording(ReportWay.PAPER, date(2026, 3, 24)), {}, "Ngày nhận 24/3/2026 chưa đến"),
        (Recording(ReportWay.PAPER, date(2025, 12, 14)), {}, "trước khi kỳ báo cáo bắt đầu"),
        (
            Recording(ReportWay.PAPER, date(2026, 3, 19), dated=date(2026, 3, 20)),
            {},
            "Ngày văn bản 20/3/2026 sau ngày nhận 19/3/2026",
        ),
        (Recording(ReportWay.PAPER, date(2026, 3, 19), number="1" * 101), {}, "dài quá 100"),
        (Recording(ReportWay.PAPER, date(2026, 3, 19), signer="A" * 201), {}, "dài quá 200"),
        (Recording(ReportWay.PAPER, date(2026, 3, 19), signed=True), {}, "Chưa chọn tệp PDF"),
        (
            Recording(ReportWay.PAPER, date(2026, 3, 19), signed=True),
            {"scan": SCAN},
            "Chưa ghi số báo cáo",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    few: Any, said: Recording, how: dict[str, Any], why: str
) -> None:
    few.mark_sent(at(4, 10))
    with pytest.raises(ValueError, match=why):
        record(few, said, **how)
    assert few.count(RecordedReport) == few.count(Arrival) == 0
    assert few.request("SNV").state == RequestState.SENT


def test_a_reason_is_needed_to_take_it_back(few: Any) -> None:
    record(few)
    with pytest.raises(ActFault, match="Chưa ghi lý do"):
        act(few, unrecord_report, reason=" . ", now=at(24))


def test_a_recorded_report_needs_no_extension(few: Any) -> None:
    record(few)
    with pytest.raises(ActFault, match="không cần gia hạn"):
        act(few, extend_request, date(2026, 3, 30), reason="x", now=at(24))


def test_two_officers_who_record_at_once_lose_nothing(overdue: Any) -> None:
    start = Barrier(3)

    def one(number: str) -> None:
        store = overdue.open_again()
        said = Recording(ReportWay.PAPER, date(2026, 3, 19), number)
        start.wait()
        with store.writing() as session:
            request = find_request(session, "bcd-quy-2026-Q1", "SNV")
            record_report(session, request, said, scan=SCAN, actor=number, now=at(23))

    threads = [Thread(target=one, args=(number,)) for number in ("1/BC", "2/BC")]
    for thread in threads:
        thread.start()
    start.wait()
    for thread in threads:
        thread.join()
    assert sorted(row.number for row in overdue.all(RecordedReport)) == ["1/BC", "2/BC"]
    assert overdue.count(Audit, Audit.act == "ghi-nhan-thay") == 2
    assert overdue.count(StateChange, StateChange.after == "recorded") == 1

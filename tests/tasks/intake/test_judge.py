"""From an arrival to a submission: whose it is, what it declares, what becomes of the request; nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Barrier, Thread
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import OperationalError

from models.codes import ArrivalVerdict, NoticeState, ReportStatus, RequestState, SubmissionVerdict
from models.cycle import Request
from models.history import StateChange
from models.notice import Notice
from models.submission import Arrival, AssignmentReport, Blob, Submission, SubmissionIssue
from models.time import VIETNAM
from tasks.blobs import digest, keep_bytes
from tasks.cycle.cycles import close_cycle
from tasks.intake import judge, read_arrival, taking
from tasks.intake.judge import Verdicts, judge_batch, to_judge
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.store import Store
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)


def arrive(province: Any, content: bytes, at: datetime = T0) -> int:
    """The bytes are received; returns the arrival's id."""
    with province.store.writing() as session:
        sha256 = keep_bytes(session, content, at)
        arrival = Arrival(
            channel="thử",
            reference=f"{at.isoformat()} {sha256}",
            file_name="bao-cao.xlsx",
            sha256=sha256,
            received_at=at,
            stored_at=at,
        )
        session.add(arrival)
        session.flush()
        return arrival.id or 0


def judged(province: Any, content: bytes, at: datetime = T0) -> Verdicts:
    return judge_batch(province.store, [arrive(province, content, at)], province.office.key, at)


def arrival_of(province: Any) -> Arrival:
    """The arrival that came last."""
    last: Arrival = province.all(Arrival)[-1]
    return last


def answers(province: Any) -> list[tuple[str, str]]:
    return [(notice.step, notice.subject) for notice in province.all(Notice)]


def test_a_report_that_is_right_is_accepted_and_answered(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    content = few_both.filled("SNV")
    assert judged(few_both, content) == Verdicts(accepted=1)
    request = few_both.request("SNV")
    assert (request.state, request.first_received_at, request.complete_at) == (RequestState.COMPLETE, T0, T0)
    (submission,) = few_both.all(Submission)
    assert (submission.version, submission.verdict, submission.sha256) == (
        1,
        SubmissionVerdict.ACCEPTED,
        digest(content),
    )
    assert few_both.count(AssignmentReport) == len(few_both.form("SNV").assignments)
    assert answers(few_both) == [("bien-nhan", f"submission:{submission.id}")]
    change = few_both.all(StateChange, StateChange.entity == "request")[-1]
    assert (change.before, change.after) == ("sent", "complete")


def test_a_faulty_report_stops_no_chasing_of_mending_and_says_where(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    assert judged(few_both, few_both.filled("SNV", leave_out=2)) == Verdicts(faulty=1)
    request = few_both.request("SNV")
    assert (request.state, request.first_received_at, request.complete_at) == (
        RequestState.INCOMPLETE,
        T0,
        None,
    )
    issues = few_both.all(SubmissionIssue)
    first, second = few_both.form("SNV").assignments[:2]
    assert [issue.row_key for issue in issues] == [first.row_key, second.row_key]
    assert {issue.sheet for issue in issues} == {"Nhiệm vụ"}
    assert [step for step, _ in answers(few_both)] == ["can-hoan-thien"]


def test_mended_counts_from_its_own_arrival_and_keeps_the_first(few: Any) -> None:
    few.mark_sent(T0 - HOUR)
    judged(few, few.filled("SNV", leave_out=1), T0)
    assert judged(few, few.filled("SNV"), T0 + HOUR) == Verdicts(accepted=1)
    request = few.request("SNV")
    assert (request.state, request.first_received_at, request.complete_at) == (
        RequestState.COMPLETE,
        T0,
        T0 + HOUR,
    )
    assert [s.version for s in few.all(Submission)] == [1, 2]


def test_a_later_faulty_version_never_displaces_an_accepted_one(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    judged(few_both, few_both.filled("SNV"), T0)
    assert judged(few_both, few_both.filled("SNV", leave_out=1), T0 + HOUR) == Verdicts(faulty=1)
    request = few_both.request("SNV")
    assert (request.state, request.complete_at) == (RequestState.COMPLETE, T0)
    assert [step for step, _ in answers(few_both)] == ["bien-nhan", "can-hoan-thien"]


def test_the_earlier_arrival_counts_when_it_is_judged_later(few: Any) -> None:
    """Two collects: the second one found what the first had left lying."""
    few.mark_sent(T0 - HOUR)
    late = arrive(few, few.filled("SNV"), T0 + 3 * HOUR)
    early = arrive(few, few.filled("SNV", percent="30"), T0)
    judge_batch(few.store, [late], few.office.key, T0 + 4 * HOUR)
    judge_batch(few.store, [early], few.office.key, T0 + 5 * HOUR)
    request = few.request("SNV")
    assert (request.first_received_at, request.complete_at) == (T0, T0)


def test_the_same_bytes_twice_are_one_version_and_one_answer(few_both: Any) -> None:
    content = few_both.filled("SNV")
    assert judged(few_both, content, T0) == Verdicts(accepted=1)
    assert judged(few_both, content, T0 + HOUR) == Verdicts(duplicate=1)
    assert few_both.count(Submission) == 1
    assert len(answers(few_both)) == 1
    assert arrival_of(few_both).verdict == ArrivalVerdict.DUPLICATE


def test_nothing_to_report_is_a_valid_report_with_its_reason(few: Any) -> None:
    assert judged(
        few, few.filled("3127", nothing="Địa bàn chưa được giao nhiệm vụ nào trong quý")
    ) == Verdicts(accepted=1)
    (submission,) = few.all(Submission)
    assert (submission.nothing_to_report, submission.nothing_reason) == (
        True,
        "Địa bàn chưa được giao nhiệm vụ nào trong quý",
    )
    assert few.request("3127").state == RequestState.COMPLETE


def altered(content: bytes) -> bytes:
    """Somebody has opened the hidden sheet and made the form another agency's."""
    book = load_workbook(BytesIO(content))
    for row in book["_dondoc"].iter_rows(max_col=2):
        if row[0].value == "agency":
            row[1].value = "STC"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def without_stamp(content: bytes) -> bytes:
    book = load_workbook(BytesIO(content))
    del book["_dondoc"]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(altered, "không khớp (tệp tự nhận là của STC", id="altered stamp"),
        pytest.param(without_stamp, "không có dấu nhận dạng", id="hidden sheet deleted"),
        pytest.param(lambda content: b"", "", id="empty"),
        pytest.param(lambda content: content[: len(content) // 2], "", id="half a file"),
        pytest.param(lambda content: b"khong phai bang tinh", "", id="not a workbook"),
        pytest.param(lambda content: b"%PDF-1.7 ...", "", id="a scan"),
    ],
)
def test_what_cannot_be_attributed_goes_to_a_person_and_is_kept(
    few: Any, spoil: Callable[[bytes], bytes], why: str
) -> None:
    few.mark_sent(T0 - HOUR)
    content = spoil(few.filled("SNV"))
    assert judged(few, content) == Verdicts(person=1)
    arrival = arrival_of(few)
    assert (arrival.verdict, arrival.request_id) == (ArrivalVerdict.PERSON, None)
    assert why in arrival.note
    assert len(arrival.note) > 20
    assert few.request("SNV").state == RequestState.SENT
    with few.store.reading() as session:
        assert session.get_one(Blob, digest(content)).content == content
    assert answers(few) == [("can-xem-xet", f"arrival:{arrival.id}")]


def test_a_form_signed_elsewhere_is_not_ours(few: Any) -> None:
    content = write_form(few.form("SNV"), b"khoa cua mot noi khac, khong phai")
    assert judged(few, content) == Verdicts(person=1)
    assert "không khớp" in arrival_of(few).note


def test_an_old_version_of_the_form_goes_to_a_person_with_its_request(few: Any) -> None:
    content = few.filled("SNV")
    with few.store.writing() as session:
        session.get_one(Request, few.request_id("SNV")).form_version = 2
    assert judged(few, content) == Verdicts(person=1)
    arrival = arrival_of(few)
    assert arrival.request_id == few.request_id("SNV")
    assert arrival.note == "Biểu mẫu cũ (bản 1); yêu cầu hiện dùng bản 2."


def close(province: Any, at: datetime) -> None:
    with province.store.writing() as session:
        close_cycle(session, province.cycle(session), reason="thử", actor="Thư ký", now=at)


def test_what_arrives_after_closing_goes_to_a_person(few: Any) -> None:
    content = few.filled("SNV")
    close(few, T0)
    assert judged(few, content, T0 + HOUR) == Verdicts(person=1)
    assert arrival_of(few).note == "Đến sau khi kỳ bcd-quy-2026-Q1 đã đóng."


def test_what_arrived_before_closing_counts_also_when_it_is_judged_after(few: Any) -> None:
    arrival = arrive(few, few.filled("SNV"), T0)
    close(few, T0 + HOUR)
    assert judge_batch(few.store, [arrival], few.office.key, T0 + 2 * HOUR) == Verdicts(accepted=1)
    assert few.request("SNV").state == RequestState.COMPLETE


def test_a_file_that_trips_the_reader_stops_no_other(few_both: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = arrive(few_both, b"trips", T0)
    good = arrive(few_both, few_both.filled("SNV"), T0)
    read = read_form

    def trips(content: bytes) -> Any:
        if content == b"trips":
            raise RecursionError("quá sâu")
        return read(content)

    monkeypatch.setattr(read_arrival, "read_form", trips)
    assert judge_batch(few_both.store, [bad, good], few_both.office.key, T0) == Verdicts(accepted=1, person=1)
    with few_both.store.reading() as session:
        assert session.get_one(Arrival, bad).note == judge.TRIPPED
        assert to_judge(session) == []


def test_a_report_that_trips_the_recording_stops_no_other(
    few_both: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = arrive(few_both, few_both.filled("STC"), T0)
    good = arrive(few_both, few_both.filled("SNV"), T0)
    record = taking.record_versions

    def trips(session: Any, judged: Any, now: datetime) -> Any:
        if any(one.arrival.id == bad for one in judged):
            raise RecursionError("quá sâu")
        return record(session, judged, now)

    monkeypatch.setattr(taking, "record_versions", trips)
    assert judge_batch(few_both.store, [bad, good], few_both.office.key, T0) == Verdicts(accepted=1, person=1)
    with few_both.store.reading() as session:
        assert session.get_one(Arrival, bad).note == judge.TRIPPED
    assert few_both.request("SNV").state == RequestState.COMPLETE


def test_two_versions_of_one_request_in_one_batch_are_judged_one_after_the_other(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    first = arrive(few_both, few_both.filled("SNV", leave_out=1), T0)
    right = few_both.filled("SNV")
    second = arrive(few_both, right, T0 + HOUR)
    again = arrive(few_both, right, T0 + 2 * HOUR)
    assert judge_batch(
        few_both.store, [first, second, again], few_both.office.key, T0 + 3 * HOUR
    ) == Verdicts(accepted=1, faulty=1, duplicate=1)
    assert [(s.version, s.verdict) for s in few_both.all(Submission)] == [
        (1, SubmissionVerdict.FAULTY),
        (2, SubmissionVerdict.ACCEPTED),
    ]


def test_a_database_that_fails_blames_no_file(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arrival = arrive(few, few.filled("SNV"))

    def fails(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(taking, "record_versions", fails)
    with pytest.raises(OperationalError):
        judge_batch(few.store, [arrival], few.office.key, T0)
    with few.store.reading() as session:
        assert to_judge(session) == [arrival]


def test_arrivals_are_judged_in_the_order_in_which_they_reached_us(few: Any) -> None:
    second = arrive(few, b"2", T0 + HOUR)
    first = arrive(few, b"1", T0)
    with few.store.reading() as session:
        assert to_judge(session) == [first, second]


def test_a_row_withheld_after_dispatch_is_neither_asked_for_nor_kept(few: Any) -> None:
    content = few.filled("SNV")
    withheld = few.form("SNV").assignments[0]
    with few.store.writing() as session:
        assignment = find_assignment(session, withheld.row_key)
        assignment_id = assignment.id
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=T0)
    assert judged(few, content) == Verdicts(accepted=1)
    kept = [report.assignment_id for report in few.all(AssignmentReport)]
    assert assignment_id not in kept
    assert len(kept) == len(few.form("SNV").assignments)


def test_a_form_with_wild_cells_is_stored_on_every_database(few_both: Any) -> None:
    """Long keys, endless numbers, letters outside the basic plane: text for a person, never a crash."""
    book = load_workbook(BytesIO(few_both.filled("SKHCN", product="𝔄" * 5000, percent="9" * 300)))
    sheet = book["Nhiệm vụ"]
    last = sheet.max_row + 1
    sheet.cell(last, 1).value = "KH57-2026/" + "X" * 3000
    sheet.cell(last, 6).value = "Hoàn thành"
    figures = book["Chỉ tiêu"]
    figures.cell(5, 6).value = "9" * 300
    figures.cell(6, 6).value = "1" + ".000" * 40
    figures.cell(7, 6).value = "0," + "1" * 150
    out = BytesIO()
    book.save(out)
    verdicts = judged(few_both, out.getvalue())
    assert (verdicts.person, verdicts.faulty + verdicts.accepted) == (0, 1)


def at_once(stores: list[Store], work: Callable[[Store], Any]) -> list[Any]:
    """Run the work on each store at the same moment; an exception of one is raised here."""
    barrier = Barrier(len(stores))
    results: list[Any] = [None] * len(stores)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(stores[number])
        except Exception as error:
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def test_two_that_judge_the_same_arrivals_write_each_once(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    ids = [arrive(few_both, few_both.filled(code), T0) for code in ("SNV", "STC", "3127")]
    stores = [few_both.open_again() for _ in range(3)]
    results = at_once(stores, lambda store: judge_batch(store, ids, few_both.office.key, T0))
    assert sum(result.accepted for result in results) == 3
    assert sum(result.person for result in results) == 0
    assert few_both.count(Submission) == 3
    assert len(answers(few_both)) == 3
    changed = few_both.count(StateChange, StateChange.entity == "request", StateChange.after == "complete")
    assert changed == 3


def test_two_versions_of_one_agency_judged_at_once_get_two_numbers(few_both: Any) -> None:
    ids = [arrive(few_both, few_both.filled("SNV", percent=str(10 + n)), T0 + n * HOUR) for n in range(4)]
    stores = [few_both.open_again() for _ in ids]
    pairs = dict(zip([id(store) for store in stores], ids, strict=True))
    at_once(stores, lambda store: judge_batch(store, [pairs[id(store)]], few_both.office.key, T0 + 9 * HOUR))
    assert sorted(s.version for s in few_both.all(Submission)) == [1, 2, 3, 4]
    request = few_both.request("SNV")
    assert (request.first_received_at, request.complete_at) == (T0, T0)


def test_what_is_declared_is_kept_as_it_was_said(few: Any) -> None:
    line = next(line for line in few.form("SNV").assignments if line.kind == "date")
    key = line.row_key.partition("/")[2]
    judged(few, few.filled("SNV", status={key: "Hoàn thành"}))
    with few.store.reading() as session:
        assignment = find_assignment(session, line.row_key)
    (report,) = few.all(AssignmentReport, AssignmentReport.assignment_id == assignment.id)
    assert (report.status, report.percent_raw, str(report.completed_on), report.product) == (
        ReportStatus.COMPLETE,
        "100",
        "2026-03-10",
        "Công văn số 15/SNV-CCHC",
    )
    assert few.all(Notice)[0].state == NoticeState.DUE

"""One way in for all: bytes first, judgement later; late, twice, by two ways, in a zip; nothing received is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from models.codes import ArrivalVerdict, RequestState, SubmissionVerdict
from models.notice import Notice
from models.rules.completion import cycle_rates
from models.submission import Arrival, AssignmentReport, Blob, Submission
from models.time import VIETNAM, end_of, local_day
from tasks.blobs import LARGEST, TooLarge, digest
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import close_cycle, counting_versions
from tasks.intake import judge
from tasks.intake.judge import Verdicts, judge_batch, judge_one, to_judge
from tasks.intake.receive import receive
from tasks.store import Store

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)


def take(store: Store, content: bytes = b"x", at: datetime = T0, **how: Any) -> int | None:
    return receive(
        store,
        **{
            "channel": "thu-muc",
            "reference": f"{at.isoformat()} {digest(content)}",
            "file_name": "bao-cao.xlsx",
            "content": content,
            "received_at": at,
            "now": at,
            **how,
        },
    )


def judged(province: Any, content: bytes, at: datetime = T0, **how: Any) -> Verdicts:
    arrival = take(province.store, content, at, **how)
    assert arrival is not None
    return judge_one(province.store, arrival, province.office.key, at)


def all_of(store: Store, table: Any) -> list[Any]:
    with store.reading() as session:
        return [table(**row.model_dump()) for row in session.exec(select(table).order_by(table.id))]


# Receiving


def test_bytes_hash_sender_channel_and_time_are_kept_before_anything_is_judged(store: Store) -> None:
    arrival_id = take(
        store,
        b"noi dung",
        channel="hop-thu",
        reference="<1@x.example>",
        file_name="Báo cáo.xlsx",
        sender="lo.thi.b@snv.example",
        now=T0 + HOUR,
    )
    (arrival,) = all_of(store, Arrival)
    assert arrival == Arrival(
        id=arrival_id,
        channel="hop-thu",
        reference="<1@x.example>",
        file_name="Báo cáo.xlsx",
        sender="lo.thi.b@snv.example",
        sha256=digest(b"noi dung"),
        received_at=T0,
        stored_at=T0 + HOUR,
        verdict=ArrivalVerdict.UNREAD,
        request_id=None,
        note="",
    )
    with store.reading() as session:
        assert session.get_one(Blob, arrival.sha256).content == b"noi dung"


def test_one_reference_is_one_arrival_and_two_references_are_two(store: Store) -> None:
    assert take(store, reference="1") is not None
    assert take(store, b"khac", reference="1") is None
    assert take(store, reference="1", channel="hop-thu") is not None
    assert take(store, reference="2") is not None
    assert [a.reference for a in all_of(store, Arrival)] == ["1", "1", "2"]


def test_what_is_too_large_is_refused_and_leaves_nothing(sqlite_store: Store) -> None:
    with pytest.raises(TooLarge, match="25 MB"):
        take(sqlite_store, bytes(LARGEST + 1))
    assert all_of(sqlite_store, Arrival) == []
    assert take(sqlite_store, bytes(LARGEST)) is not None


def test_a_clock_ahead_of_ours_is_not_believed(sqlite_store: Store) -> None:
    take(sqlite_store, received_at=T0 + HOUR, now=T0)
    assert all_of(sqlite_store, Arrival)[0].received_at == T0


def test_names_from_outside_are_stored_on_every_database(store: Store) -> None:
    """Letters of no encoding, control characters, no end: text for a person, never a crash."""
    wild = "b\udce1o\x00c\u0301o\r\n\x1b[31m" + "𝔄" * 5000
    arrival_id = take(store, reference=wild, file_name=wild, sender=wild)
    assert arrival_id is not None
    (arrival,) = all_of(store, Arrival)
    assert arrival.file_name.startswith("b\\xe1o c\u0301o   [31m𝔄")
    assert [len(arrival.reference), len(arrival.file_name), len(arrival.sender)] == [400, 300, 254]


# Judging, whichever way it came


@pytest.mark.parametrize("channel", ["thu-muc", "hop-thu", "trang-web"])
def test_a_report_is_judged_alike_whichever_way_it_came(few: Any, channel: str) -> None:
    few.mark_sent(T0 - HOUR)
    assert judged(few, few.filled("SNV"), channel=channel) == Verdicts(accepted=1)
    assert few.request("SNV").state == RequestState.COMPLETE


def test_the_same_file_by_two_ways_is_one_submission_with_two_arrivals(few_both: Any) -> None:
    content = few_both.filled("SNV")
    assert judged(few_both, content, T0, channel="hop-thu") == Verdicts(accepted=1)
    assert judged(few_both, content, T0 + HOUR, channel="trang-web") == Verdicts(duplicate=1)
    assert few_both.count(Submission) == 1
    assert [(a.channel, a.verdict, a.request_id) for a in few_both.all(Arrival)] == [
        ("hop-thu", ArrivalVerdict.SUBMISSION, few_both.request_id("SNV")),
        ("trang-web", ArrivalVerdict.DUPLICATE, few_both.request_id("SNV")),
    ]


def test_what_the_page_knows_and_the_stamp_says_alike_is_taken(few: Any) -> None:
    assert judged(few, few.filled("SNV"), request_id=few.request_id("SNV")) == Verdicts(accepted=1)


def test_a_form_handed_in_at_another_agency_s_page_goes_to_a_person(few: Any) -> None:
    assert judged(few, few.filled("SNV"), request_id=few.request_id("STC")) == Verdicts(person=1)
    (arrival,) = few.all(Arrival)
    assert arrival.request_id == few.request_id("STC")
    assert arrival.note.startswith(
        "Biểu là của SNV, kỳ bcd-quy-2026-Q1, nhưng được nộp ở chỗ của yêu cầu khác."
    )
    assert few.count(Submission) == 0


def test_what_cannot_be_read_keeps_what_the_page_knows(few: Any) -> None:
    assert judged(few, b"%PDF-1.7", request_id=few.request_id("SNV")) == Verdicts(person=1)
    assert few.all(Arrival)[0].request_id == few.request_id("SNV")


def test_judging_again_changes_nothing(few: Any) -> None:
    arrival = take(few.store, few.filled("SNV"))
    assert arrival is not None
    assert judge_one(few.store, arrival, few.office.key, T0) == Verdicts(accepted=1)
    assert judge_one(few.store, arrival, few.office.key, T0 + HOUR) == Verdicts()
    assert few.count(Submission) == 1


# Two versions by two ways: the one that reached us later counts


def counting(province: Any) -> list[int]:
    with province.store.reading() as session:
        return [found or 0 for found in session.execute(counting_versions()).scalars()]


@pytest.mark.parametrize("judged_first", ["later", "earlier"])
def test_of_two_versions_the_one_that_reached_us_later_counts(few_both: Any, judged_first: str) -> None:
    """A mail lies in the mailbox while a mended form is handed in at the page."""
    mail = take(few_both.store, few_both.filled("SNV", percent="30"), T0, channel="hop-thu")
    page = take(few_both.store, few_both.filled("SNV", percent="60"), T0 + HOUR, channel="trang-web")
    assert mail is not None
    assert page is not None
    for arrival in (mail, page) if judged_first == "earlier" else (page, mail):
        judge_one(few_both.store, arrival, few_both.office.key, T0 + 2 * HOUR)
    versions = {s.arrival_id: s.id for s in few_both.all(Submission)}
    assert counting(few_both) == [versions[page]]
    request = few_both.request("SNV")
    assert (request.first_received_at, request.complete_at) == (T0, T0)


def test_a_later_faulty_version_by_another_way_displaces_nothing(few: Any) -> None:
    few.mark_sent(T0 - HOUR)
    judged(few, few.filled("SNV"), T0, channel="trang-web")
    accepted = few.all(Submission)[0].id
    assert judged(few, few.filled("SNV", leave_out=1), T0 + HOUR, channel="hop-thu") == Verdicts(faulty=1)
    assert counting(few) == [accepted]
    assert few.request("SNV").state == RequestState.COMPLETE


# Late


def test_late_is_marked_and_not_refused_until_the_cycle_closes(few: Any) -> None:
    few.mark_sent(T0 - HOUR)
    after_due = end_of(few.request("SNV").due) + HOUR
    assert judged(few, few.filled("SNV"), after_due) == Verdicts(accepted=1)
    assert judged(few, few.filled("STC"), after_due - 2 * HOUR) == Verdicts(accepted=1)
    with few.store.reading() as session:
        rates = cycle_rates(read_cycle(session, few.cycle(session)), local_day(after_due))
    assert (rates.complete, rates.on_time) == (2, 1)


def close(province: Any, at: datetime) -> None:
    with province.store.writing() as session:
        close_cycle(session, province.cycle(session), reason="thử", actor="Thư ký", now=at)


@pytest.mark.parametrize("channel", ["thu-muc", "trang-web"])
def test_after_closing_it_is_kept_and_flagged(few: Any, channel: str) -> None:
    few.mark_sent(T0 - HOUR)
    content = few.filled("SNV")
    close(few, T0)
    assert judged(few, content, T0 + HOUR, channel=channel) == Verdicts(person=1)
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, arrival.request_id) == (ArrivalVerdict.PERSON, few.request_id("SNV"))
    assert arrival.note.startswith("Đến sau khi kỳ bcd-quy-2026-Q1 đã đóng.")
    with few.store.reading() as session:
        assert session.get_one(Blob, digest(content)).content == content
    assert few.count(Submission) == 0
    assert [n.step for n in few.all(Notice) if n.step == judge.FOR_A_PERSON] == [judge.FOR_A_PERSON]


# A zip of several reports


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_each_form_in_a_zip_is_an_arrival_and_the_zip_is_kept(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    package = zipped(
        **{
            "Sở Nội vụ/bieu.xlsx": few_both.filled("SNV"),
            "stc/bieu.XLSX": few_both.filled("STC", leave_out=1),
            "scan.pdf": b"%PDF-1.7 ...",
            "__MACOSX/._bieu.xlsx": b"...",
        }
    )
    assert judged(few_both, package, file_name="ca xa.zip", sender="x@y.example") == Verdicts(
        accepted=1, faulty=1, person=1
    )
    kept, *files = few_both.all(Arrival)
    assert (kept.verdict, kept.note) == (ArrivalVerdict.PACKAGE, "Đã tách thành 3 tệp.")
    assert [(a.file_name, a.verdict, a.sender, a.received_at) for a in files] == [
        ("ca xa.zip / bieu.xlsx", ArrivalVerdict.SUBMISSION, "x@y.example", T0),
        ("ca xa.zip / bieu.XLSX", ArrivalVerdict.SUBMISSION, "x@y.example", T0),
        ("ca xa.zip / scan.pdf", ArrivalVerdict.PERSON, "x@y.example", T0),
    ]
    assert [s.verdict for s in few_both.all(Submission)] == [
        SubmissionVerdict.ACCEPTED,
        SubmissionVerdict.FAULTY,
    ]
    with few_both.store.reading() as session:
        assert session.get_one(Blob, digest(package)).content == package
        assert to_judge(session) == []


def test_a_zip_judged_twice_or_sent_twice_is_taken_once(few: Any) -> None:
    package = zipped(**{"bieu.xlsx": few.filled("SNV")})
    assert judged(few, package, T0) == Verdicts(accepted=1)
    assert judged(few, package, T0 + HOUR) == Verdicts(duplicate=1)
    assert few.count(Submission) == 1


def test_files_of_a_zip_that_a_crash_left_unjudged_are_judged_the_next_time(
    few: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrival = take(few.store, zipped(**{"bieu.xlsx": few.filled("SNV")}))
    assert arrival is not None

    def dies(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(judge, "judge_batch", dies)
        with pytest.raises(KeyboardInterrupt):
            judge_one(few.store, arrival, few.office.key, T0)
    with few.store.reading() as session:
        waiting = to_judge(session)
    assert len(waiting) == 1
    assert judge_batch(few.store, waiting, few.office.key, T0) == Verdicts(accepted=1)


def test_a_zip_in_a_zip_is_not_followed_and_said(few: Any) -> None:
    inner = zipped(**{"bieu.xlsx": few.filled("STC")})
    package = zipped(**{"bieu.xlsx": few.filled("SNV"), "nua.zip": inner})
    assert judged(few, package) == Verdicts(accepted=1, person=1)
    kept = few.all(Arrival)[0]
    assert kept.verdict == ArrivalVerdict.PERSON
    assert kept.note.startswith("Đã tách 1 tệp để xét riêng; không mở tệp nén nằm trong tệp nén: nua.zip.")
    assert few.request("STC").state != RequestState.COMPLETE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/cron.d/bieu.xlsx", "bieu.xlsx"),
        ("/etc/bieu.xlsx", "bieu.xlsx"),
        ("C:\\Windows\\System32\\bieu.xlsx", "bieu.xlsx"),
        ("..\\..\\bieu.xlsx", "bieu.xlsx"),
        ("a\x0b/bi\x0aeu.xlsx", "bi eu.xlsx"),
        ("Báo cáo/Biểu Sở Nội vụ.xlsx", "Biểu Sở Nội vụ.xlsx"),
    ],
    ids=["up", "absolute", "drive", "backslashes", "control characters", "Vietnamese"],
)
def test_a_name_in_a_zip_is_a_name_and_never_a_path(few: Any, name: str, shown: str) -> None:
    assert judged(few, zipped(**{name: few.filled("SNV")}), file_name="g.zip") == Verdicts(accepted=1)
    assert few.all(Arrival)[1].file_name == f"g.zip / {shown}"


def many(content: bytes) -> bytes:
    return zipped(**{f"{number}.xlsx": content + bytes([number % 256]) for number in range(60)})


def bomb(content: bytes) -> bytes:
    return zipped(**{"bieu.xlsx": content, "bom.xlsx": b"PK" + bytes(26 * 1024 * 1024)})


def locked(content: bytes) -> bytes:
    packed = bytearray(zipped(**{"bieu.xlsx": content}))
    packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def cut(content: bytes) -> bytes:
    return zipped(**{"bieu.xlsx": content})[:-30]


def photographs(content: bytes) -> bytes:
    return zipped(**{"1.jpg": b"\xff\xd8\xff", "2.jpg": b"\xff\xd8\xff"})


@pytest.mark.parametrize("pack", [many, bomb, locked, cut, photographs])
def test_a_zip_that_is_not_opened_is_kept_whole_for_a_person(
    few: Any, pack: Callable[[bytes], bytes]
) -> None:
    package = pack(few.filled("SNV"))
    assert judged(few, package) == Verdicts(person=1)
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, arrival.sha256) == (ArrivalVerdict.PERSON, digest(package))
    assert len(arrival.note) > 20


def test_a_workbook_is_no_zip_of_reports(few: Any) -> None:
    assert judged(few, few.filled("SNV")) == Verdicts(accepted=1)
    assert few.count(Arrival) == 1


def test_two_that_judge_one_zip_open_it_once(few_both: Any) -> None:
    from threading import Thread

    arrival = take(
        few_both.store, zipped(**{"a.xlsx": few_both.filled("SNV"), "b.xlsx": few_both.filled("STC")})
    )
    assert arrival is not None
    results: list[Any] = []

    def work(store: Store) -> None:
        try:
            results.append(judge_one(store, arrival, few_both.office.key, T0))
        except Exception as error:
            results.append(error)

    threads = [Thread(target=work, args=(few_both.open_again(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sum(r.accepted for r in results) == 2
    assert (few_both.count(Arrival), few_both.count(Submission)) == (3, 2)


def test_formulas_are_never_worked_out_and_an_unknown_value_is_said(few: Any) -> None:
    few.mark_sent(T0 - HOUR)
    book = load_workbook(BytesIO(few.filled("SNV")))
    cell = next(c for c in book["Nhiệm vụ"]["G"] if c.value == "40")
    cell.value, cell.data_type = "=20+20", "f"
    out = BytesIO()
    book.save(out)
    assert judged(few, out.getvalue()) == Verdicts(faulty=1)
    assert "20" not in [str(r.percent) for r in few.all(AssignmentReport) if r.percent is not None]

"""What is sent to several pages at the same moment: taken in together, each as if it had come alone."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.codes import ArrivalVerdict, RequestState
from models.notice import Notice
from models.submission import Arrival, Submission
from portal import take_in as module
from portal.refusal import Refusal
from portal.take_in import MOST_IN_A_DAY, Sent, store_sent, take_in
from tasks.blobs import bytes_of, digest
from tasks.intake.receive import Incoming, put_together

HOUR = timedelta(hours=1)
AGENCIES = ("SNV", "STC", "SKHCN")


def sent(province: Any, agency: str, content: bytes, word: str) -> Sent:
    return Sent(province.request_id(agency), "10.0.0.1", f"{word}.xlsx", content, word)


def received(province: Any, clock: Any, several: Sequence[Sent]) -> list[Exception | None]:
    return take_in(province.office, lambda: clock.at, several)


def test_several_are_taken_in_as_if_each_had_come_alone(few_both: Any, clock: Any) -> None:
    files = {agency: few_both.filled(agency, leave_out=agency == "STC") for agency in AGENCIES}
    several = [sent(few_both, agency, content, agency) for agency, content in files.items()]
    assert received(few_both, clock, several) == [None, None, None]
    assert [(a.reference, a.sha256, a.verdict, a.sender) for a in few_both.all(Arrival)] == [
        (one.reference, digest(one.content), ArrivalVerdict.SUBMISSION, "10.0.0.1") for one in several
    ]
    with few_both.store.reading() as session:
        assert [bytes_of(session, digest(content)) for content in files.values()] == [*files.values()]
    states = [few_both.request(agency).state for agency in AGENCIES]
    assert states == [RequestState.COMPLETE, RequestState.INCOMPLETE, RequestState.COMPLETE]
    answers = [notice for notice in few_both.all(Notice) if notice.subject.startswith("submission:")]
    assert {(n.request_id, n.step) for n in answers} == {
        (few_both.request_id("SNV"), "bien-nhan"),
        (few_both.request_id("STC"), "can-hoan-thien"),
        (few_both.request_id("SKHCN"), "bien-nhan"),
    }


def test_they_ask_the_database_hardly_more_than_one_alone(few: Any, clock: Any) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    several = [sent(few, agency, few.filled(agency), agency) for agency in AGENCIES]
    counts = []
    sa.event.listen(few.store.engine, "before_cursor_execute", note)
    try:
        for together in (several[:1], several[1:]):
            asked.clear()
            assert received(few, clock, together) == [None] * len(together)
            counts.append(len(asked))
    finally:
        sa.event.remove(few.store.engine, "before_cursor_execute", note)
    alone, two = counts
    assert two <= alone + 5, "\n".join(asked)


def test_the_same_file_twice_at_once_is_one_version(few_both: Any, clock: Any) -> None:
    content = few_both.filled("SNV")
    assert received(
        few_both, clock, [sent(few_both, "SNV", content, "a"), sent(few_both, "SNV", content, "b")]
    ) == [None, None]
    assert [a.verdict for a in few_both.all(Arrival)] == [ArrivalVerdict.SUBMISSION, ArrivalVerdict.DUPLICATE]
    assert len(few_both.all(Submission)) == 1


def test_two_versions_of_one_request_at_once_come_one_after_the_other(few: Any, clock: Any) -> None:
    first, second = few.filled("SNV", leave_out=1), few.filled("SNV")
    received(few, clock, [sent(few, "SNV", first, "a"), sent(few, "SNV", second, "b")])
    assert [(s.version, s.sha256) for s in few.all(Submission)] == [(1, digest(first)), (2, digest(second))]
    assert few.request("SNV").state == RequestState.COMPLETE


def test_who_sends_too_much_is_refused_and_nobody_else(
    few: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_IN_A_DAY", 2)
    assert received(few, clock, [sent(few, "SNV", b"0", "a")]) == [None]
    outcome = received(
        few, clock, [*(sent(few, "SNV", bytes([n]), f"b{n}") for n in range(3)), sent(few, "STC", b"x", "c")]
    )
    assert [type(one) for one in outcome] == [type(None), Refusal, Refusal, type(None)]
    assert [a.reference.partition("/")[2] for a in few.all(Arrival)] == ["a", "b0", "c"]
    clock.at += 24 * HOUR + timedelta(seconds=1)
    assert received(few, clock, [sent(few, "SNV", b"9", "d")]) == [None]


def test_files_of_a_zip_do_not_count_for_the_link(few_both: Any, clock: Any) -> None:
    with few_both.store.writing() as session:
        files = [
            Incoming(f"1 / {n}", "a.xlsx", bytes([n]), clock.at, request_id=few_both.request_id("SNV"))
            for n in range(MOST_IN_A_DAY)
        ]
        put_together(session, "trang-web", files, clock.at)
    assert received(few_both, clock, [sent(few_both, "SNV", b"x", "a")]) == [None]


def test_one_that_trips_the_storing_stops_no_other(
    few: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trips(session: Session, channel: str, several: Sequence[Incoming], now: Any) -> Any:
        if any(one.content == b"trips" for one in several):
            raise ValueError("trips")
        return put_together(session, channel, several, now)

    monkeypatch.setattr(module, "put_together", trips)
    good = few.filled("STC")
    outcome = received(few, clock, [sent(few, "SNV", b"trips", "a"), sent(few, "STC", good, "b")])
    assert [type(one) for one in outcome] == [ValueError, type(None)]
    assert few.request("STC").state == RequestState.COMPLETE


def test_a_database_that_is_away_is_told_to_all(
    few: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def away(*_: Any) -> Any:
        nonlocal calls
        calls += 1
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(module, "put_together", away)
    with pytest.raises(OperationalError):
        received(few, clock, [sent(few, agency, b"x", agency) for agency in AGENCIES])
    assert calls == 1


def test_a_request_s_id_that_opens_another_s_counts_for_neither(few: Any, clock: Any) -> None:
    """References begin with the id: that of request 1 is no part of request 12's."""
    with few.store.writing() as session:
        other = [
            Incoming(
                f"{few.request_id('SNV')}2/{n}",
                "a.xlsx",
                bytes([n]),
                clock.at,
                request_id=few.request_id("SNV"),
            )
            for n in range(MOST_IN_A_DAY)
        ]
        put_together(session, "trang-web", other, clock.at)
    assert store_sent(few.office, [sent(few, "SNV", b"x", "a")], clock.at) != [0]


def test_what_may_take_long_keeps_nobody_waiting(
    few: Any, visitor_of: Callable[..., Any], served: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = served(few.office).app.state.house.together
    asked: list[Sent] = []

    def note(one: Sent) -> Exception | None:
        asked.append(one)
        return ask(one)

    ask = together.ask
    monkeypatch.setattr(together, "ask", note)
    visitor = visitor_of(few, "SNV")
    for content in (few.filled("SNV"), b"%PDF-1.7", _padded(few.filled("STC"))):
        visitor.upload(content)
    assert len(asked) == 1
    assert len(few.all(Arrival)) == 3


def _padded(workbook: bytes) -> bytes:
    """The same with a part that unpacks to much."""
    out = BytesIO(workbook)
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(3 * 1024 * 1024))
    return out.getvalue()

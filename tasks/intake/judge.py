"""From an arrival to a submission: read the form, say whose it is, check it, record what it declares.

Attribution is by the form's stamp alone, never by guess. Whatever cannot be attributed goes to a person.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from models.codes import (
    ArrivalVerdict,
    CycleState,
    SubmissionVerdict,
)
from models.cycle import Request
from models.fault import Fault
from models.rules.checks.check import Judgement, check
from models.rules.deadlines import read_day
from models.submission import Arrival, Submission
from tasks.among import evened
from tasks.blobs import bytes_of
from tasks.cycle.forms import FormFacts, form_facts
from tasks.cycle.kept_forms import keep_facts, kept_facts
from tasks.intake.as_it_stands import Standing, as_they_stand
from tasks.intake.mail_hints import doubt_of, hint_of
from tasks.intake.packages import put_files
from tasks.intake.read_arrival import NO_STAMP, PDF_ALONE, Arrived, is_pdf, read_arrival
from tasks.intake.record import Judged, versions_of
from tasks.intake.signed_reports import add_signed
from tasks.intake.taking import NO_PROSE, take_prose, take_versions
from tasks.prose.outline_read import is_word
from tasks.reminders.notices import FOR_A_PERSON, put_notice, secretariat
from tasks.store import Store
from tasks.workbook.read import read_form

LOG = logging.getLogger("dondoc.judge")

NOT_SIGNED = (
    "Bản PDF gửi cùng biểu báo cáo, nhưng trang “Thông tin chung” chưa ghi đủ số, ngày ký, người ký, nên chưa ghi nhận "
    "là báo cáo đã ký."
)
TRIPPED = "Chương trình gặp lỗi khi đọc tệp này; tệp vẫn được lưu nguyên. Hãy mở tệp và báo bộ phận kỹ thuật."


@dataclass(frozen=True)
class Verdicts:
    """What became of a batch of arrivals, counted."""

    accepted: int = 0
    faulty: int = 0
    duplicate: int = 0
    person: int = 0
    prose: int = 0
    signed: int = 0

    def plus(self, other: "Verdicts") -> "Verdicts":
        return Verdicts(
            self.accepted + other.accepted,
            self.faulty + other.faulty,
            self.duplicate + other.duplicate,
            self.person + other.person,
            self.prose + other.prose,
            self.signed + other.signed,
        )


def to_judge(session: Session) -> list[int]:
    """Arrivals that nobody has judged yet, in the order in which they reached us."""
    return [
        arrival_id
        for arrival_id in session.exec(
            select(Arrival.id)
            .where(Arrival.verdict == ArrivalVerdict.UNREAD)
            .order_by(col(Arrival.received_at), col(Arrival.id))
        )
        if arrival_id is not None
    ]


def judge_batch(store: Store, arrival_ids: list[int], key: bytes, now: datetime) -> Verdicts:
    """Judge these arrivals. They are read and held against their forms before anything is locked, and written down
    together; where one trips that, each is done by itself: one bad file stops no other."""
    return _judge(store, [_read(store, arrival_id) for arrival_id in arrival_ids], key, now, _forms_at_once)


def judge_one(
    store: Store, arrival_id: int, key: bytes, now: datetime, content: bytes | None = None
) -> Verdicts:
    """Judge one arrival, whichever way it came; nothing when it is judged already. What cannot be judged goes to a
    person. `content` are its bytes, from who has just stored them."""
    return _judge(store, [_read(store, arrival_id, content)], key, now, _forms_seen)


def judge_stored(store: Store, contents: Mapping[int, bytes], key: bytes, now: datetime) -> Verdicts:
    """Judge arrivals together, as judge_batch does, for who has just stored their bytes: `contents` by arrival."""
    arrived = [_read(store, arrival_id, content) for arrival_id, content in contents.items()]
    return _judge(store, arrived, key, now, _forms_seen)


_Forms = Callable[[Store, Sequence[int]], Mapping[int, FormFacts]]
"""The forms of these requests, by id; a form that has changed since is read anew before anything is recorded."""


def _forms_at_once(store: Store, request_ids: Sequence[int]) -> Mapping[int, FormFacts]:
    with store.reading() as session:
        return form_facts(session, request_ids, contact="")


def _forms_seen(store: Store, request_ids: Sequence[int]) -> Mapping[int, FormFacts]:
    """For who hands in on the page, and has mostly looked at it a moment ago."""
    with store.reading() as session:
        seen = {one: facts for one in request_ids if (facts := kept_facts(session, one))}
        new = [one for one in request_ids if one not in seen]
        read = form_facts(session, new, contact="") if new else {}
        for facts in read.values():
            keep_facts(session, facts)
    return {**seen, **read}


def _judge(store: Store, arrived: Sequence[Arrived], key: bytes, now: datetime, forms: _Forms) -> Verdicts:
    prepared = _held_against_forms(store, [one for one in arrived if not one.files], key, forms)
    verdicts = Verdicts()
    for together in _one_of_each_request(prepared):
        verdicts = verdicts.plus(_settle(store, together, key, now))
    for package in (one for one in arrived if one.files):
        verdicts = verdicts.plus(_judge_files(store, package, key, now))
    return verdicts


@dataclass(frozen=True)
class _Prepared:
    """An arrival as read, with what it declares by the form of its request as that was at the time."""

    arrived: Arrived
    facts: FormFacts | None = None
    judgement: Judgement | None = None

    @property
    def request_id(self) -> int:
        """Whose it says it is; 0 when it says nothing."""
        return self.arrived.stamp.request_id if self.arrived.stamp else 0


def _read(store: Store, arrival_id: int, content: bytes | None = None) -> Arrived:
    try:
        return read_arrival(store, arrival_id, content)
    except OperationalError:
        raise  # the database, not the file: judged the next time
    except Exception:
        # A file that trips the program itself must not stop the others, nor be tried for ever.
        LOG.exception("arrival %s could not be read", arrival_id)
        return Arrived(arrival_id, fault=TRIPPED)


def _held_against_forms(
    store: Store, arrived: Sequence[Arrived], key: bytes, forms: _Forms
) -> list[_Prepared]:
    """Each with the form it answers."""
    stamps = {one.arrival_id: stamp for one in arrived if one.form and (stamp := one.genuine(key))}
    facts: Mapping[int, FormFacts] = {}
    if stamps:
        facts = forms(store, sorted({stamp.request_id for stamp in stamps.values()}))
    prepared = []
    for one in arrived:
        of_form = facts.get(stamps[one.arrival_id].request_id) if one.arrival_id in stamps else None
        try:
            judgement = check(of_form.form, one.form.filled) if of_form and one.form else None
            prepared.append(_Prepared(one, of_form, judgement))
        except Exception:
            LOG.exception("arrival %s could not be judged", one.arrival_id)
            prepared.append(_Prepared(Arrived(one.arrival_id, fault=TRIPPED)))
    return prepared


def _one_of_each_request(prepared: Sequence[_Prepared]) -> list[list[_Prepared]]:
    """In their order, but no two of one request together: the second must see what the first changed."""
    rounds: list[list[_Prepared]] = []
    turns: dict[int, int] = {}
    for one in prepared:
        turn = turns.get(one.request_id, 0)
        if one.request_id:
            turns[one.request_id] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(one)
    return rounds


def _settle(store: Store, prepared: Sequence[_Prepared], key: bytes, now: datetime) -> Verdicts:
    """Write down what became of these, in one transaction; one by one where that fails."""
    try:
        with store.writing() as session:
            return _write(session, prepared, key, now)
    except OperationalError:
        raise  # the database, not a file: judged the next time
    except Exception:
        LOG.exception("arrivals %s could not be recorded", [one.arrived.arrival_id for one in prepared])
    verdicts = Verdicts()
    for one in prepared:
        if len(prepared) > 1:
            verdicts = verdicts.plus(_settle(store, [one], key, now))
            continue
        with store.writing() as session:
            for arrival in _unread(session, [one.arrived.arrival_id]).values():
                verdicts = verdicts.plus(_leave_to_a_person(session, arrival, TRIPPED, now))
    return verdicts


def _judge_files(store: Store, package: Arrived, key: bytes, now: datetime) -> Verdicts:
    """Judge each file of a zip as if it had come by itself; then what can only be told from the others."""
    with store.writing() as session:
        arrival = _unread(session, [package.arrival_id]).get(package.arrival_id)
        if arrival is None:
            return Verdicts()  # another process was quicker
        ids, nested = put_files(session, arrival, package.files, now)
        verdicts = Verdicts()
        if nested:
            why = f"Đã tách {len(ids)} tệp để xét riêng; không mở tệp nén nằm trong tệp nén: {', '.join(nested)}."
            verdicts = _leave_to_a_person(session, arrival, why, now)
        else:
            arrival.verdict = ArrivalVerdict.PACKAGE
            arrival.note = f"Đã tách thành {len(ids)} tệp."
            session.add(arrival)
        beside = {arrival_id: _content(session, arrival_id) for arrival_id in ids}
        words = [arrival_id for arrival_id, content in beside.items() if is_word(content)]
        signed = [arrival_id for arrival_id, content in beside.items() if is_pdf(content)]
    verdicts = verdicts.plus(judge_batch(store, [i for i in ids if i not in (*words, *signed)], key, now))
    with store.writing() as session:
        report = _only_report(session, ids)
        if report is not None:
            for beside_it in _unread(session, [*words, *signed]).values():
                beside_it.request_id = report.request_id
    verdicts = verdicts.plus(judge_batch(store, words, key, now))
    with store.writing() as session:
        for pdf in _unread(session, signed).values():
            verdicts = verdicts.plus(_take_signed(session, pdf, report, now))
    return verdicts


def _only_report(session: Session, arrival_ids: Sequence[int]) -> Submission | None:
    """The report that came in one zip with other files, when all reports in it are of one request."""
    reports = session.exec(
        select(Submission).where(col(Submission.arrival_id).in_(arrival_ids)).order_by(col(Submission.id))
    ).all()
    return reports[-1] if len({report.request_id for report in reports}) == 1 else None


def _content(session: Session, arrival_id: int) -> bytes:
    return bytes_of(session, session.get_one(Arrival, arrival_id).sha256)


def _take_signed(session: Session, pdf: Arrival, report: Submission | None, now: datetime) -> Verdicts:
    """A PDF that came in one zip with a report: the signed Báo cáo, when the report gives its number, day and
    signer."""
    if report is None:
        return _leave_to_a_person(session, pdf, PDF_ALONE, now)
    request = session.get_one(Request, report.request_id)
    filled = read_form(bytes_of(session, report.sha256)).filled
    day = read_day(filled.signed_on.text)
    if not (filled.number.text and day and filled.signer.text):
        return _leave_to_a_person(session, pdf, NOT_SIGNED, now)
    try:
        add_signed(
            session,
            request,
            pdf,
            number=filled.number.text,
            signed_on=day,
            signer=filled.signer.text,
            now=now,
        )
    except Fault as fault:
        return _leave_to_a_person(session, pdf, str(fault), now)
    return Verdicts(signed=1)


def _unread(session: Session, arrival_ids: Sequence[int]) -> dict[int, Arrival]:
    """Those of these arrivals that nobody has judged meanwhile, held until this transaction ends."""
    held = session.execute(_HELD_ARRIVALS, {"ids": evened(arrival_ids)}).scalars()
    return {arrival.id or 0: arrival for arrival in held if arrival.verdict == ArrivalVerdict.UNREAD}


def _in(column: Any) -> sa.ColumnElement[bool]:
    return col(column).in_(sa.bindparam("ids", expanding=True))


_HELD_ARRIVALS = select(Arrival).where(_in(Arrival.id)).order_by(col(Arrival.id)).with_for_update()
_HELD_REQUESTS = select(Request).where(_in(Request.id)).order_by(col(Request.id)).with_for_update()


def _leave_to_a_person(session: Session, arrival: Arrival, why: str, now: datetime) -> Verdicts:
    arrival.verdict = ArrivalVerdict.PERSON
    arrival.note = f"{why} {hint_of(session, arrival)}".strip()
    session.add(arrival)
    for person in secretariat(session):
        put_notice(session, subject=f"arrival:{arrival.id}", step=FOR_A_PERSON, person=person, now=now)
    return Verdicts(person=1)


def _write(session: Session, prepared: Sequence[_Prepared], key: bytes, now: datetime) -> Verdicts:
    """Say of each whose it is, and write down what that makes of it."""
    unread = _unread(session, [one.arrived.arrival_id for one in prepared])
    # Held, so that two versions judged at once get two numbers, and the later one sees what the first changed.
    asked = {one.arrived.arrival_id: one.request_id or _place_of(one, unread) for one in prepared}
    requests = {
        request.id or 0: request
        for request in session.execute(_HELD_REQUESTS, {"ids": evened(sorted({*asked.values()}))}).scalars()
    }
    seen = versions_of(session, list(requests))
    standing = as_they_stand(session, list(requests))
    verdicts = Verdicts()
    judged: list[Judged] = []
    for one in prepared:
        arrival = unread.get(one.arrived.arrival_id)
        if arrival is None:
            continue  # another process was quicker
        request = requests.get(asked[one.arrived.arrival_id])
        stands = standing.get(asked[one.arrived.arrival_id])
        why = _why_not_its(session, one.arrived, arrival, request, stands, key)
        if why or request is None or stands is None:
            verdicts = verdicts.plus(_leave_to_a_person(session, arrival, why, now))
        elif one.arrived.outline is not None:
            if take_prose(session, arrival, request, one.arrived.outline, now):
                verdicts = verdicts.plus(Verdicts(prose=1))
            else:
                verdicts = verdicts.plus(_leave_to_a_person(session, arrival, NO_PROSE, now))
        elif arrival.sha256 in seen.get(request.id or 0, {}):
            arrival.verdict = ArrivalVerdict.DUPLICATE
            verdicts = verdicts.plus(Verdicts(duplicate=1))
        else:
            version = max(seen.get(request.id or 0, {}).values(), default=0) + 1
            judged.append(_as_of_now(session, one, arrival, request, stands, version))
    for submission in take_versions(session, judged, now):
        faulty = submission.verdict == SubmissionVerdict.FAULTY
        verdicts = verdicts.plus(Verdicts(faulty=1) if faulty else Verdicts(accepted=1))
    return verdicts


def _place_of(one: _Prepared, unread: Mapping[int, Arrival]) -> int:
    """The request at whose place an outline without stamp was handed in: Word documents are rewritten, and their
    place (the agency's page, a zip with its report) says whose they are; 0 where it does not."""
    arrival = unread.get(one.arrived.arrival_id)
    return (arrival.request_id or 0) if arrival and one.arrived.outline and not one.arrived.stamp else 0


def _why_not_its(
    session: Session,
    arrived: Arrived,
    arrival: Arrival,
    request: Request | None,
    stands: Standing | None,
    key: bytes,
) -> str:
    """Why a person must say whose this is, or what becomes of it; "" when it is taken as its stamp says."""
    stamp = arrived.stamp
    if arrived.fault:
        return arrived.fault
    if stamp is None and not (arrived.outline and request):
        return NO_STAMP
    if stamp is not None and not arrived.genuine(key):
        return (
            "Dấu nhận dạng của biểu mẫu không khớp (tệp tự nhận là của "
            f"{stamp.agency_code}, kỳ {stamp.cycle_code}): biểu do nơi khác lập hoặc phần ẩn đã bị sửa."
        )
    if request is None or stands is None:
        return f"Không có yêu cầu số {stamp.request_id if stamp else 0} trong cơ sở dữ liệu này."
    if stamp is not None and arrival.request_id not in (None, request.id):
        return (
            f"Biểu là của {stamp.agency_code}, kỳ {stamp.cycle_code}, nhưng được nộp ở chỗ của yêu cầu khác."
        )
    arrival.request_id = request.id
    if stands.cycle_state == CycleState.CLOSED and (
        stands.closed_at is None or arrival.received_at >= stands.closed_at
    ):
        return f"Đến sau khi kỳ {stands.cycle_code} đã đóng."
    if stamp is not None and stamp.version != request.form_version and arrived.form is not None:
        return f"Biểu mẫu cũ (bản {stamp.version}); yêu cầu hiện dùng bản {request.form_version}."
    return doubt.sentence if (doubt := doubt_of(session, arrival, request.agency_id)).for_a_person else ""


def _as_of_now(
    session: Session, one: _Prepared, arrival: Arrival, request: Request, stands: Standing, version: int
) -> Judged:
    """What was prepared, if the form is still the same; else held against the form as it is now."""
    facts, judgement = one.facts, one.judgement
    assert one.arrived.form is not None  # noqa: S101 - what is no form was settled before
    if (
        facts is None
        or judgement is None
        or (facts.standing, facts.last_submission_id, facts.form.version, facts.form.due)
        != (stands.assignments, request.last_submission_id, request.form_version, request.due)
    ):
        facts = form_facts(session, [request.id or 0], contact="")[request.id or 0]
        judgement = check(facts.form, one.arrived.form.filled)
    return Judged(arrival, request, facts, judgement, version, stands.recorded)

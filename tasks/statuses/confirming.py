"""The secretariat's word on a declared status: confirmed, corrected, or taken back. Nothing is erased: each word is a
row of its own, and the latest speaks.

Who confirms names the declaration that was looked at: when the agency has sent another since, nothing is confirmed
unseen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import ConfirmationVerdict, CycleState, DeadlineKind, ReportStatus
from models.cycle import Cycle
from models.desk_act import Confirmation
from models.directory import Agency
from models.register import Assignment, AssignmentRevision
from models.rules.form_columns import statuses_for
from models.rules.text import clean
from models.time import local_day, vn_date
from tasks.registers.register_acts import AssignmentFault, hold_assignment, reason_given
from tasks.states import record_act
from tasks.statuses.words import Word, Words, read_words

LONGEST_DOCUMENT = 300
LONGEST_NOTE = 2000


class StatusFault(AssignmentFault):
    """A status that cannot be confirmed so; the message says why and what to do."""


@dataclass(frozen=True)
class Look:
    """One declaration that was looked at, with the number and date of its product's document.

    `report_id` is the declaration's; 0: whichever stands now (from the command line, where nobody has a page before
    them).
    """

    assignment_id: int
    agency_id: int
    report_id: int = 0
    document: str = ""
    note: str = ""


def confirm(session: Session, cycle: Cycle, looks: Sequence[Look], *, actor: str, now: datetime) -> int:
    """Confirm declared statuses as they are declared: one, or all of an agency at once. Returns how many that changed.

    StatusFault, and nothing is written, when one of them is not declared (any more) as it was seen.
    """
    _open(cycle)
    assignments = _hold(session, {look.assignment_id for look in looks})
    words = read_words(session, cycle)
    changed = 0
    for look in looks:
        assignment = assignments[look.assignment_id]
        word = _seen(words, look, assignment)
        if word.report.status is None:
            raise StatusFault(
                f"Nhiệm vụ {assignment.key}: cơ quan chưa khai trạng thái, chưa có gì để xác nhận."
            )
        changed += _say(
            session,
            Confirmation(
                cycle_id=cycle.id or 0,
                assignment_id=look.assignment_id,
                agency_id=look.agency_id,
                assignment_report_id=word.report.id,
                verdict=ConfirmationVerdict.CONFIRMED,
                status=word.report.status,
                completed_on=word.report.completed_on,
                document=_document(look.document),
                note=clean(look.note)[:LONGEST_NOTE],
                actor=actor,
                at=now,
            ),
            cycle,
            stands=word.confirmed is not None,
        )
    return changed


def correct(
    session: Session,
    cycle: Cycle,
    look: Look,
    status: ReportStatus,
    completed_on: date | None,
    *,
    actor: str,
    now: datetime,
) -> bool:
    """Confirm something else than what is declared, with a note that says why; whether that changed anything."""
    _open(cycle)
    assignment = _hold(session, [look.assignment_id])[look.assignment_id]
    word = _seen(read_words(session, cycle), look, assignment)
    _sensible(session, assignment, status, completed_on, now)
    note = reason_given(look.note, "xác nhận khác với báo cáo")[:LONGEST_NOTE]
    if (status, completed_on) == (word.report.status, word.report.completed_on):
        raise StatusFault(
            f"Nhiệm vụ {assignment.key}: trạng thái này đúng như báo cáo; chọn “Xác nhận đúng như báo cáo”."
        )
    return _say(
        session,
        Confirmation(
            cycle_id=cycle.id or 0,
            assignment_id=look.assignment_id,
            agency_id=look.agency_id,
            assignment_report_id=word.report.id,
            verdict=ConfirmationVerdict.CORRECTED,
            status=status,
            completed_on=completed_on,
            document=_document(look.document),
            note=note,
            actor=actor,
            at=now,
        ),
        cycle,
        stands=word.confirmed is not None,
    )


def say_of_whole(
    session: Session,
    cycle: Cycle,
    assignment: Assignment,
    status: ReportStatus,
    completed_on: date | None,
    *,
    document: str,
    note: str = "",
    actor: str,
    now: datetime,
) -> bool:
    """Say how an assignment stands that a group leads, whatever its members have reported so far ("or the secretariat
    says so"). Returns whether that changed anything."""
    _open(cycle)
    hold_assignment(session, assignment)
    _not_withheld(assignment)
    if assignment.lead_group_id is None:
        raise StatusFault(
            f"Nhiệm vụ {assignment.key} không do nhóm cơ quan chủ trì: xác nhận theo báo cáo của cơ quan đầu mối."
        )
    _sensible(session, assignment, status, completed_on, now)
    if not any(letter.isalnum() for letter in document + note):
        raise StatusFault("Ghi số, ngày văn bản hoặc căn cứ của việc xác nhận chung cả nhóm.")
    stands = (assignment.id or 0) in read_words(session, cycle).whole
    return _say(
        session,
        Confirmation(
            cycle_id=cycle.id or 0,
            assignment_id=assignment.id or 0,
            agency_id=None,
            verdict=ConfirmationVerdict.CONFIRMED,
            status=status,
            completed_on=completed_on,
            document=_document(document),
            note=clean(note)[:LONGEST_NOTE],
            actor=actor,
            at=now,
        ),
        cycle,
        stands=stands,
    )


def withdraw(
    session: Session,
    cycle: Cycle,
    assignment: Assignment,
    agency_id: int | None,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> bool:
    """Take a confirmation back (without an agency: what was said of the whole); the status is unconfirmed again.

    False when none stands.
    """
    _open(cycle)
    hold_assignment(session, assignment)
    words = read_words(session, cycle)
    assignment_id = assignment.id or 0
    word = words.by_agency.get((assignment_id, agency_id)) if agency_id is not None else None
    standing = words.whole.get(assignment_id) if agency_id is None else (word and word.confirmed)
    if standing is None:
        return False
    return _say(
        session,
        Confirmation(
            cycle_id=cycle.id or 0,
            assignment_id=assignment_id,
            agency_id=agency_id,
            assignment_report_id=word.report.id if word else None,
            verdict=ConfirmationVerdict.WITHDRAWN,
            note=reason_given(reason, "rút xác nhận")[:LONGEST_NOTE],
            actor=actor,
            at=now,
        ),
        cycle,
        stands=True,
    )


def all_unconfirmed(words: Words, agency_id: int, withheld: Iterable[int] = ()) -> list[Look]:
    """Every status of an agency that stands and is not confirmed, to be confirmed at once."""
    hidden = set(withheld)
    return [
        Look(word.assignment_id, word.agency_id, word.report.id or 0)
        for word in words.by_agency.values()
        if word.agency_id == agency_id
        and word.confirmed is None
        and word.report.status is not None
        and word.assignment_id not in hidden
    ]


def _say(session: Session, said: Confirmation, cycle: Cycle, *, stands: bool) -> bool:
    """Write it unless it says just what stands already; with the act, but nothing that was reported, in the audit."""
    last = session.exec(
        select(Confirmation)
        .where(
            Confirmation.cycle_id == said.cycle_id,
            Confirmation.assignment_id == said.assignment_id,
            col(Confirmation.agency_id).is_(None)
            if said.agency_id is None
            else col(Confirmation.agency_id) == said.agency_id,
        )
        .order_by(col(Confirmation.id).desc())
        .limit(1)
    ).first()
    told = {"verdict", "status", "completed_on", "document", "note"}
    if stands and last is not None and last.model_dump(include=told) == said.model_dump(include=told):
        return False
    session.add(said)
    code = session.get_one(Agency, said.agency_id).code if said.agency_id is not None else "cả nhóm"
    record_act(
        session,
        _ACTS[said.verdict],
        "assignment",
        said.assignment_id,
        actor=said.actor,
        now=said.at,
        after={"kỳ": cycle.code, "cơ quan": code},
    )
    return True


_ACTS = {
    ConfirmationVerdict.CONFIRMED: "xac-nhan-trang-thai",
    ConfirmationVerdict.CORRECTED: "xac-nhan-khac-bao-cao",
    ConfirmationVerdict.WITHDRAWN: "rut-xac-nhan",
}


def _open(cycle: Cycle) -> None:
    if cycle.state is not CycleState.RELEASED:
        raise StatusFault(f"Kỳ {cycle.code}: {cycle.state.label.lower()}, không xác nhận trạng thái được.")


def _hold(session: Session, assignment_ids: Iterable[int]) -> dict[int, Assignment]:
    """These assignments, held in the order of their ids."""
    held = {
        assignment.id or 0: assignment
        for assignment in session.exec(
            select(Assignment)
            .where(col(Assignment.id).in_(sorted(assignment_ids)))
            .order_by(col(Assignment.id))
            .with_for_update()
        )
    }
    for assignment_id in assignment_ids:
        if assignment_id not in held:
            raise StatusFault(f"Không có nhiệm vụ số {assignment_id}.")
        _not_withheld(held[assignment_id])
    return held


def _not_withheld(assignment: Assignment) -> None:
    if assignment.withheld:
        raise StatusFault(f"Nhiệm vụ {assignment.key} không đưa lên hệ thống, không xác nhận tại đây.")


def _seen(words: Words, look: Look, assignment: Assignment) -> Word:
    """The declaration that was looked at, as it stands."""
    word = words.by_agency.get((look.assignment_id, look.agency_id))
    if word is None:
        raise StatusFault(
            f"Nhiệm vụ {assignment.key}: cơ quan chưa có báo cáo đạt yêu cầu, chưa có gì để xác nhận."
        )
    if look.report_id and word.report.id != look.report_id:
        raise StatusFault(
            f"Nhiệm vụ {assignment.key}: cơ quan đã gửi báo cáo mới sau khi trang này được mở; xem lại rồi xác nhận."
        )
    return word


def _sensible(
    session: Session, assignment: Assignment, status: ReportStatus, completed_on: date | None, now: datetime
) -> None:
    kind = session.exec(
        select(AssignmentRevision.deadline_kind).where(
            AssignmentRevision.assignment_id == assignment.id, AssignmentRevision.no == assignment.revision_no
        )
    ).one()
    if status not in statuses_for(DeadlineKind(kind)):
        listed = "; ".join(each.label for each in statuses_for(DeadlineKind(kind)))
        raise StatusFault(
            f"Trạng thái “{status.label}” không dùng cho nhiệm vụ {assignment.key}. Chọn: {listed}."
        )
    if status is not ReportStatus.COMPLETE and completed_on is not None:
        raise StatusFault("Chỉ ghi ngày hoàn thành khi trạng thái là “Hoàn thành”.")
    if status is ReportStatus.COMPLETE and completed_on is None:
        raise StatusFault("Ghi ngày hoàn thành: thiếu ngày thì không biết hoàn thành đúng hạn hay quá hạn.")
    if completed_on is not None and completed_on > local_day(now):
        raise StatusFault(f"Ngày hoàn thành {vn_date(completed_on)} ở tương lai; đề nghị kiểm tra lại.")


def _document(text: str) -> str:
    document = clean(text)
    if len(document) > LONGEST_DOCUMENT:
        raise StatusFault(f"Số, ngày văn bản dài quá {LONGEST_DOCUMENT} ký tự; ghi gọn lại.")
    return document

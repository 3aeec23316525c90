"""Who is asked in a cycle: its release with the signed công văn, one request for each name on the Kính gửi list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from models.annex import RequestAnnex
from models.codes import AgencyKind, CycleState
from models.cycle import Cycle, DueChange, Request, RequestItem
from models.directory import Agency
from models.rules.annexes.annex import AnnexFor
from models.rules.policy import Regime
from models.rules.registers.owing import Asked
from models.time import local_day, vn_date
from tasks.annexes.versions import newest_annexes
from tasks.cycle.cycles import CycleFault, cycle_id_of, hold_cycle, who_owes
from tasks.many_rows import insert_rows
from tasks.states import move_cycle, record_act

LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Recipient:
    """A name that may stand on the Kính gửi list: how many lines of the registers and annexes it is asked for.

    `owes` names stand on the list unless they are left out; the others may be put on it, for annexes and prose.
    """

    code: str
    name: str
    kind: AgencyKind
    lines: int
    annexes: int

    @property
    def owes(self) -> bool:
        return self.lines > 0


def recipients(session: Session, cycle: Cycle, day: date) -> list[Recipient]:
    """Who may be asked in a draft, in the order of the directory: who owes something of the registers, and who can be
    asked for annexes or prose alone. Enterprises are asked only for what they owe."""
    directory, owed = who_owes(session, cycle, day)
    regime = Regime.model_validate(cycle.policy)
    found = []
    for agency in directory.agencies.values():
        lines = len(owed.get(agency.code, ()))
        annexes = sum(whom.asks(agency.code, agency.kind) for whom in regime.annexes)
        asks_more = regime.outline is not None or annexes > 0
        if lines or (agency.active and asks_more and agency.kind != AgencyKind.ENTERPRISE):
            found.append(Recipient(agency.code, agency.name, agency.kind, lines, annexes))
    return found


def release_cycle(
    session: Session,
    cycle: Cycle,
    *,
    number: str,
    signed_on: date,
    actor: str,
    now: datetime,
    leave_out: Collection[str] = (),
    also: Collection[str] = (),
    urgent: bool | None = None,
) -> int:
    """Release a draft with the number and date of its signed công văn: one request for each name on its Kính gửi list.

    On the list is every agency that owes something, less `leave_out`, and `also` those that are to answer annexes or
    prose alone (codes of the directory). `urgent` sets the mark, None leaves it. Returns how many requests there are.
    Releasing again with the same number and date changes nothing; with others it is refused (CycleFault), as is a
    date in the future.
    """
    hold_cycle(session, cycle)
    number = _number(number)
    if cycle.state != CycleState.DRAFT:
        if (cycle.document_number, cycle.document_date) == (number, signed_on):
            return len(session.exec(select(Request.id).where(Request.cycle_id == cycle.id)).all())
        raise CycleFault(
            f"Kỳ {cycle.code} đã phát hành theo công văn số {cycle.document_number}; không phát hành lại bằng số khác. "
            "Số hoặc ngày ghi nhầm thì đính chính."
        )
    _signed(cycle, signed_on, now)
    directory, owed = who_owes(session, cycle, signed_on)
    if not owed:
        raise CycleFault(
            "Không cơ quan nào phải báo cáo: danh mục nhiệm vụ không có dòng nào có cơ quan chủ trì nhận diện được."
        )
    _known(directory.ids, [*leave_out, *also])
    asked = {code: lines for code, lines in owed.items() if code not in leave_out}
    asked |= {code: () for code in also if code not in owed}
    if not asked:
        raise CycleFault("Danh sách Kính gửi không còn cơ quan nào: phải có ít nhất một cơ quan báo cáo.")
    annexes = _annexes_to_ask(session, cycle)
    order = {agency.code: agency.position for agency in directory.agencies.values()}
    _plan_requests(
        session,
        cycle,
        [
            (directory.agencies[directory.ids[code]], asked[code])
            for code in sorted(asked, key=order.__getitem__)
        ],
        annexes,
        due=cycle.due,
        reason="Theo công văn mở kỳ",
        actor=actor,
        now=now,
    )
    cycle.document_number = number
    cycle.document_date = signed_on
    cycle.released_at = now
    cycle.urgent = cycle.urgent if urgent is None else urgent
    move_cycle(
        session,
        cycle,
        CycleState.RELEASED,
        reason=f"Công văn số {cycle.document_number}, {vn_date(signed_on)}",
        actor=actor,
        now=now,
    )
    left_out = [code for code in owed if code in leave_out]
    put_on = [code for code in also if code not in owed]
    record_act(
        session,
        "phat-hanh-ky",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        after={
            "số": cycle.document_number,
            "ngày": str(signed_on),
            "số cơ quan": len(asked),
            **({"không yêu cầu": left_out} if left_out else {}),
            **({"thêm": put_on} if put_on else {}),
            **({"khẩn": True} if cycle.urgent else {}),
        },
    )
    session.flush()
    return len(asked)


def add_agency(
    session: Session,
    cycle: Cycle,
    agency_code: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    due: date | None = None,
) -> tuple[Request, bool]:
    """Ask one agency more in a released cycle; (its request, whether it is new). The next dispatch writes to it.

    It owes what it would have owed at the release; an agency that owes nothing answers annexes and prose alone, where
    there are any. `due` is its deadline; it must be said where the cycle's has passed.
    """
    hold_cycle(session, cycle)
    if cycle.state != CycleState.RELEASED:
        raise CycleFault(
            f"Kỳ {cycle.code}: {cycle.state.label.lower()}. Chỉ thêm cơ quan vào kỳ đang thu báo cáo."
        )
    directory, owed = who_owes(session, cycle, cycle.document_date or local_day(now))
    _known(directory.ids, [agency_code])
    agency = directory.agencies[directory.ids[agency_code]]
    there = session.exec(
        select(Request).where(Request.cycle_id == cycle.id, Request.agency_id == agency.id)
    ).first()
    if there is not None:
        return there, False
    if not agency.active:
        raise CycleFault(f"{agency.name} đã ngừng hoạt động trong danh bạ. Khôi phục trong danh bạ trước.")
    if not any(letter.isalnum() for letter in reason):
        raise CycleFault("Chưa ghi lý do thêm cơ quan vào danh sách Kính gửi.")
    day, today = due or cycle.due, local_day(now)
    if day < today:
        raise CycleFault(
            f"Hạn {vn_date(day)} đã qua. Ghi hạn gửi báo cáo của cơ quan này, từ ngày {vn_date(today)} trở đi."
        )
    (request,) = _plan_requests(
        session,
        cycle,
        [(agency, owed.get(agency_code, ()))],
        _annexes_to_ask(session, cycle),
        due=day,
        reason=reason,
        actor=actor,
        now=now,
    )
    record_act(
        session,
        "them-co-quan",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        reason=reason,
        after={"cơ quan": agency_code, "hạn": str(day)},
    )
    return request, True


def correct_letter(
    session: Session,
    cycle: Cycle,
    *,
    number: str,
    signed_on: date,
    reason: str,
    actor: str,
    now: datetime,
) -> bool:
    """Put the number or date of a released cycle's công văn right ("đính chính"); False when they are so already."""
    hold_cycle(session, cycle)
    number = _number(number)
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {cycle.code} còn là dự thảo, chưa có công văn để đính chính.")
    if (cycle.document_number, cycle.document_date) == (number, signed_on):
        return False
    if not any(letter.isalnum() for letter in reason):
        raise CycleFault("Chưa ghi lý do đính chính.")
    _signed(cycle, signed_on, now)
    before = {"số": cycle.document_number, "ngày": str(cycle.document_date)}
    cycle.document_number, cycle.document_date = number, signed_on
    session.add(cycle)
    record_act(
        session,
        "dinh-chinh-cong-van",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        reason=reason,
        before=before,
        after={"số": number, "ngày": str(signed_on)},
    )
    return True


def _number(number: str) -> str:
    number = number.strip()
    if not any(letter.isalnum() for letter in number):
        raise CycleFault(
            "Cần số của công văn đã ký (ví dụ 12-CV/BCĐ): trước văn bản ký, không cơ quan nào phải báo cáo."
        )
    if len(number) > LONGEST_NUMBER:
        raise CycleFault(
            f"Số công văn dài quá {LONGEST_NUMBER} ký tự. Chỉ ghi số và ký hiệu, ví dụ 12-CV/BCĐ."
        )
    return number


def _signed(cycle: Cycle, signed_on: date, now: datetime) -> None:
    if signed_on > local_day(now):
        raise CycleFault(f"Ngày ký {vn_date(signed_on)} ở tương lai; hãy kiểm tra lại.")
    if signed_on > cycle.due:
        raise CycleFault(f"Ngày ký {vn_date(signed_on)} sau hạn báo cáo {vn_date(cycle.due)}.")


def _known(ids: Collection[str], codes: Sequence[str]) -> None:
    unknown = sorted({code for code in codes if code not in ids})
    if unknown:
        raise CycleFault(f"Không có cơ quan mang mã {', '.join(unknown)} trong danh bạ.")


def _annexes_to_ask(session: Session, cycle: Cycle) -> list[tuple[AnnexFor, int]]:
    """The annexes of a cycle's regime, each with the version that is the newest now."""
    wanted = Regime.model_validate(cycle.policy).annexes
    newest = newest_annexes(session)
    missing = [whom.annex for whom in wanted if whom.annex not in newest]
    if missing:
        raise CycleFault(
            f"Chế độ {cycle.regime_code} yêu cầu biểu phụ lục {', '.join(missing)} chưa được nạp (dondoc annex load)."
        )
    return [(whom, newest[whom.annex].id or 0) for whom in wanted]


def _plan_requests(
    session: Session,
    cycle: Cycle,
    asked: Sequence[tuple[Agency, Sequence[Asked]]],
    annexes: Sequence[tuple[AnnexFor, int]],
    *,
    due: date,
    reason: str,
    actor: str,
    now: datetime,
) -> list[Request]:
    """A request for each of these agencies, in their order, with the lines that it is asked for."""
    outline = Regime.model_validate(cycle.policy).outline
    versions = {
        agency.code: [version_id for whom, version_id in annexes if whom.asks(agency.code, agency.kind)]
        for agency, _ in asked
    }
    for agency, lines in asked:
        if not (lines or versions[agency.code] or outline):
            raise CycleFault(
                f"{agency.name} không có nhiệm vụ, chỉ tiêu, phụ lục hay lời văn nào phải báo cáo trong kỳ "
                f"{cycle.code}."
            )
    requests = [
        Request(cycle_id=cycle_id_of(cycle), agency_id=agency.id or 0, due=due) for agency, _ in asked
    ]
    session.add_all(requests)
    session.flush()
    due_written = cycle.due_written if due == cycle.due else due
    insert_rows(
        session,
        DueChange,
        [
            {
                "request_id": request.id,
                "plan_no": request.plan_no,
                "due_written": due_written,
                "due": due,
                "reason": reason,
                "actor": actor,
                "at": now,
            }
            for request in requests
        ],
    )
    insert_rows(
        session,
        RequestItem,
        [
            {
                "request_id": request.id,
                "position": position,
                "role": line.role,
                "assignment_revision_id": line.revision_id if line.kind == "assignment" else None,
                "indicator_revision_id": line.revision_id if line.kind == "indicator" else None,
            }
            for request, (_, lines) in zip(requests, asked, strict=True)
            for position, line in enumerate(lines)
        ],
    )
    insert_rows(
        session,
        RequestAnnex,
        [
            {"request_id": request.id, "annex_version_id": version_id, "position": position}
            for request, (agency, _) in zip(requests, asked, strict=True)
            for position, version_id in enumerate(versions[agency.code])
        ],
    )
    return requests

"""The work list: every kind of work is found, whose it is, and in how many queries; on both databases."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from desk_acts import PAPER, act, at
from sqlmodel import Session, select

from models.codes import (
    Channel,
    ContactState,
    DeskRole,
    DiscrepancyKind,
    DiscrepancyState,
    NoticeState,
    ReportStatus,
)
from models.cycle import Cycle, Request
from models.desk import Account
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.discrepancy import Discrepancy
from models.notice import Notice
from models.rules.desk.worklist import WorkGroup, WorkKind
from models.rules.reminders.notices import WAITS_FOR_RELEASE
from models.submission import AssignmentReport
from tasks.cycle.agency_acts import acknowledge, ask_extension
from tasks.cycle.recorded import record_report
from tasks.cycle.returns import return_report
from tasks.desk.accounts import add_account
from tasks.desk.following import Subjects, follow, unfollow
from tasks.desk.worklist import worklist
from tasks.registers.register_acts import find_assignment
from tasks.steps import collect_step, one_after_another, open_step

NOW = at(24)


def groups(province: Any, account_id: int | None = None, **how: Any) -> dict[WorkKind, WorkGroup]:
    with province.store.reading() as session:
        found = worklist(session, province.office, NOW, account_id, **how)
    return {group.kind: group for group in found}


def with_everything(province: Any) -> None:
    """Something of every kind waits: SNV has reported and been sent back, STC has asked and promised, the ward came on
    paper, SKHCN is silent; a file that nobody can place, a draft, a contradiction, a dead address."""
    province.mark_sent(at(4, 10))
    (province.inbox / "SNV.xlsx").write_bytes(province.filled("SNV"))
    (province.inbox / "khong-ro.pdf").write_bytes(b"%PDF-1.4 x")
    collect_step(province.office, at(12), one_after_another)
    with province.store.writing() as session:
        word = session.exec(select(AssignmentReport).order_by(AssignmentReport.id)).first()
        assert word is not None
        word.status = ReportStatus.PROPOSED_OUT
        session.add(word)
    act(province, return_report, "Bổ sung minh chứng", date(2026, 3, 27), now=at(13))
    with province.store.writing() as session:
        stc = session.get_one(Request, province.request_id("STC"), with_for_update=True)
        ask_extension(session, stc, date(2026, 3, 30), "Chờ số liệu", at(18))
        acknowledge(session, stc, date(2026, 3, 20), at(18))
    act(province, record_report, PAPER, agency="3127", now=at(20))
    open_step(province.office, "2026-H1", at(20))
    with province.store.writing() as session:
        _rows(session, province)


def _rows(session: Session, province: Any) -> None:
    cycle = session.exec(select(Cycle).order_by(Cycle.id)).first()
    snv, stc = (session.exec(select(Agency).where(Agency.code == code)).one() for code in ("SNV", "STC"))
    assert cycle is not None
    for number, state in enumerate(
        (DiscrepancyState.OPEN, DiscrepancyState.EXPLAINED, DiscrepancyState.MENDED)
    ):
        session.add(
            Discrepancy(
                cycle_id=cycle.id or 0,
                key=f"thử-{number}",
                kind=DiscrepancyKind.FORM,
                agency_id=snv.id,
                source="Nhiệm vụ, ô D12",
                sentence="Đề nghị kiểm tra lại.",
                state=state,
                found_at=at(21),
                answered_at=at(22) if state is DiscrepancyState.EXPLAINED else None,
            )
        )
    officer = session.exec(select(Person).where(Person.agency_id == stc.id)).first()
    assert officer is not None
    officer.bounced_at, officer.bounced_why = at(5), "550 không có hộp thư này"
    session.add(officer)
    asked = ContactRound(answer_by=date(2026, 3, 3), actor="Thử", started_at=at(2))
    session.add(asked)
    session.flush()
    session.add(
        ContactCheck(
            round_id=asked.id or 0,
            agency_id=stc.id or 0,
            state=ContactState.PROPOSED,
            proposed={},
            answered_at=at(3),
        )
    )
    session.add(
        Notice(
            subject=f"cycle:{cycle.id}",
            plan_no=20260323,
            step="bao-cao-lanh-dao",
            person_id=officer.id or 0,
            channel=Channel.EMAIL,
            state=NoticeState.HELD,
            why=WAITS_FOR_RELEASE,
            created_at=at(23),
        )
    )


def account(province: Any, login: str = "mai.lt", role: DeskRole = DeskRole.OFFICER) -> int:
    with province.store.writing() as session:
        made = add_account(session, login, "Lò Thị Mai", role, actor="Thử", now=at(1))
        return made.account.id or 0


def assign(province: Any, account_id: int, act: Any = follow, **subjects: Any) -> int:
    with province.store.writing() as session:
        who = session.get_one(Account, account_id)
        found: int = act(session, who, Subjects(**subjects), actor="Lãnh đạo", now=at(1))
        return found


def id_of(province: Any, code: str) -> int:
    (agency,) = province.all(Agency, Agency.code == code)
    return int(agency.id)


def test_every_kind_of_work_is_found(few_both: Any) -> None:
    with_everything(few_both)
    found = groups(few_both)
    asked = len(few_both.form("SNV").assignments)
    assert set(found) == set(WorkKind)
    assert found[WorkKind.CONFIRM].count == asked
    assert found[WorkKind.CONFIRM].lines[0].path == "/xac-nhan/bcd-quy-2026-Q1/SNV"
    assert found[WorkKind.PROMISE].lines[0].what.endswith("đã lỡ hẹn ngày 20/3/2026")
    assert found[WorkKind.EXTENSION].lines[0].path == f"/yeu-cau/{few_both.request_id('STC')}"
    assert found[WorkKind.FIGURES].lines[0].what.startswith("UBND phường Điện Biên Phủ")
    assert "hạn hoàn thiện 27/3/2026" in found[WorkKind.RETURNED].lines[0].what
    assert (found[WorkKind.DISCREPANCY].count, found[WorkKind.ANSWERED].count) == (1, 1)
    assert found[WorkKind.CONTACT].lines[0].path == "/danh-ba/STC"
    assert "Sở Khoa học và Công nghệ" in " ".join(line.what for line in found[WorkKind.CALL].lines)
    assert found[WorkKind.PROPOSAL].count == 1
    assert [group.oldest <= NOW.date() for group in found.values()]


def test_an_officer_sees_the_work_of_the_agencies_followed(few_both: Any) -> None:
    with_everything(few_both)
    mine = account(few_both)
    common = {WorkKind.FILE, WorkKind.RELEASE}
    assert set(groups(few_both, mine, leads=False)) == common
    assign(few_both, mine, agency_ids=(id_of(few_both, "STC"),))
    assert set(groups(few_both, mine, leads=False)) == common | {
        WorkKind.EXTENSION,
        WorkKind.PROMISE,
        WorkKind.CALL,
        WorkKind.CONTACT,
        WorkKind.CONTACT_ASK,
    }
    assert WorkKind.DRAFT in groups(few_both, mine, leads=True)
    assert assign(few_both, mine, unfollow, agency_ids=(id_of(few_both, "STC"),)) == 1
    assert set(groups(few_both, mine, leads=False)) == common


def test_who_follows_an_assignment_has_it_instead(few_both: Any) -> None:
    with_everything(few_both)
    mai, lan = account(few_both), account(few_both, "lan.qt")
    asked = few_both.form("SNV").assignments
    assign(few_both, mai, agency_ids=(id_of(few_both, "SNV"),))
    with few_both.store.reading() as session:
        one = find_assignment(session, asked[1].row_key).id or 0
    assert assign(few_both, lan, assignment_ids=(one, one)) == 1
    assert assign(few_both, lan, assignment_ids=(one,)) == 0
    assert groups(few_both, mai)[WorkKind.CONFIRM].count == len(asked) - 1
    assert groups(few_both, lan)[WorkKind.CONFIRM].count == 1


def statements(province: Any, account_id: int) -> int:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(province.store.engine, "before_cursor_execute", count)
    try:
        groups(province, account_id)
    finally:
        sa.event.remove(province.store.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_number_of_queries_does_not_grow_with_the_agencies(released: Any) -> None:
    mine = account(released)
    agencies = [row.agency_id for row in released.all(Request)]
    assign(released, mine, agency_ids=tuple(agencies))
    released.mark_sent(at(4, 10))
    (released.inbox / "SNV.xlsx").write_bytes(released.filled("SNV"))
    collect_step(released.office, at(12), one_after_another)
    one = statements(released, mine)
    for code in ("STC", "SKHCN", "3127", "3151", "SYT"):
        (released.inbox / f"{code}.xlsx").write_bytes(released.filled(code))
    collect_step(released.office, at(12) + timedelta(hours=1), one_after_another)
    assert statements(released, mine) == one
    assert one < 45

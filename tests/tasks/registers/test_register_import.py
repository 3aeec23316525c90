"""A file's list into the register: what the plan says, what is written, and what is left to a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, create_engine, func, select

from models.codes import AgencyKind, Comparator, DeadlineKind, PartyRole
from models.directory import Agency, AgencyGroup, Alias
from models.history import Audit
from models.register import (
    Assignment,
    AssignmentParty,
    AssignmentRevision,
    Indicator,
    IndicatorOwner,
    IndicatorRevision,
    Register,
    RegisterImport,
    RegisterProblem,
)
from models.rules.registers.raw_register import ItemKind, RawProblem, RawRegister
from models.rules.text import fold
from models.submission import Blob
from models.tables import METADATA
from tasks.registers.register_file import read_register
from tasks.registers.register_import import ImportPlan, ImportRefused, apply_import, plan_import

DATA = Path(__file__).parents[2] / "data"
CODE, NAME = "KH57-2026", "Kế hoạch năm 2026"
NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=30)

AGENCIES = {
    "VPTU": "Văn phòng Tỉnh ủy",
    "BTCTU": "Ban Tổ chức Tỉnh ủy",
    "BTGDV": "Ban Tuyên giáo và Dân vận Tỉnh ủy",
    "VPDBQH": "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
    "VPUB": "Văn phòng UBND tỉnh",
    "CAT": "Công an tỉnh",
    "SKHCN": "Sở Khoa học và Công nghệ",
    "SNV": "Sở Nội vụ",
    "SNGV": "Sở Ngoại vụ",
    "STC": "Sở Tài chính",
    "STP": "Sở Tư pháp",
    "SYT": "Sở Y tế",
    "SGDDT": "Sở Giáo dục và Đào tạo",
    "SNNMT": "Sở Nông nghiệp và Môi trường",
    "SVHTTDL": "Sở Văn hóa, Thể thao và Du lịch",
}
OTHER_AGENCIES = {"BAO": "Báo và Phát thanh, truyền hình Điện Biên"}
GROUPS = {
    "XA-PHUONG": ("UBND các xã, phường", "Các xã, phường"),
    "TOAN-TINH": ("Các cơ quan, địa phương, đơn vị", "Các cơ quan, đơn vị, địa phương"),
    "CAP-UY": ("Các cấp ủy, tổ chức đảng, chính quyền, cơ quan, đơn vị",),
    "SO-BAN-NGANH": ("Các Sở, ban, ngành tỉnh", "Các Sở, ngành, địa phương"),
    "THAM-MUU": ("Các cơ quan tham mưu, giúp việc Tỉnh ủy",),
    "MTTQ": ("Ủy ban MTTTQ Việt Nam và các tổ chức chính trị - xã hội tỉnh",),
    "DANG-UY": ("Các đảng ủy trực thuộc",),
    "VIEN-THONG": ("Các doanh nghiệp viễn thông trên địa bàn tỉnh",),
}


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")

    def foreign_keys(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    sa.event.listen(engine, "connect", foreign_keys)
    METADATA.create_all(engine)
    with Session(engine) as session:
        for position, (code, name) in enumerate((AGENCIES | OTHER_AGENCIES).items()):
            agency = Agency(code=code, name=name, kind=AgencyKind.DEPARTMENT, position=position)
            session.add(agency)
            session.flush()
            session.add(Alias(folded=fold(name), written=name, agency_id=agency.id))
        for code, names in GROUPS.items():
            group = AgencyGroup(code=code, name=names[0])
            session.add(group)
            session.flush()
            for name in names:
                session.add(Alias(folded=fold(name), written=name, group_id=group.id))
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def raw() -> RawRegister:
    """The committee's register, with the footnotes that only its text has."""
    return read_register(DATA / "bao-cao-bcd-2025.txt")


def load(
    session: Session,
    raw: RawRegister,
    content: bytes = b"tep",
    accept: frozenset[str] = frozenset(),
    now: datetime = NOW,
) -> RegisterImport | None:
    """Plan, apply, commit."""
    plan = plan_import(session, raw, CODE, NAME)
    made = apply_import(session, plan, content, "ke-hoach.docx", "thu-ky", now, accept)
    session.commit()
    return made


def with_assignment(raw: RawRegister, key: str, **changes: str) -> RawRegister:
    """The register with one assignment changed."""
    rows = tuple(replace(row, **changes) if row.key == key else row for row in raw.assignments)
    return replace(raw, assignments=rows)


def without_assignment(raw: RawRegister, key: str) -> RawRegister:
    return replace(raw, assignments=tuple(row for row in raw.assignments if row.key != key))


def refs(plan: ImportPlan) -> dict[str, list[str]]:
    """The plan's changes by their kind, without the empty ones."""
    parts = {
        "added": plan.added,
        "changed": plan.changed,
        "restored": plan.restored,
        "dropped": plan.dropped,
        "needs_decision": plan.needs_decision,
    }
    return {name: [item.ref for item in items] for name, items in parts.items() if items}


def assignment(session: Session, key: str) -> Assignment:
    return session.exec(select(Assignment).where(Assignment.key == key)).one()


def revision(session: Session, key: str) -> AssignmentRevision:
    """The revision in force of an assignment."""
    row = assignment(session, key)
    return session.exec(
        select(AssignmentRevision).where(
            AssignmentRevision.assignment_id == row.id, AssignmentRevision.no == row.revision_no
        )
    ).one()


def parties(session: Session, key: str, role: PartyRole) -> list[str]:
    """Codes of an assignment's parties in force, in the order written; "?" for whom nobody recognised."""
    codes = {row.id: row.code for row in session.exec(select(Agency))}
    groups = {row.id: row.code for row in session.exec(select(AgencyGroup))}
    found = session.exec(
        select(AssignmentParty)
        .where(AssignmentParty.revision_id == revision(session, key).id, AssignmentParty.role == role)
        .order_by(col(AssignmentParty.position))
    )
    return [codes.get(p.agency_id) or groups.get(p.group_id) or "?" for p in found]


def lead_of_record(session: Session, key: str) -> str | None:
    row = assignment(session, key)
    if row.lead_agency_id is not None:
        return session.get_one(Agency, row.lead_agency_id).code
    return session.get_one(AgencyGroup, row.lead_group_id).code if row.lead_group_id is not None else None


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


# --- the first import ---------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(session: Session, raw: RawRegister) -> None:
    plan = plan_import(session, raw, CODE, NAME)
    session.commit()
    assert (len(plan.added), plan.year, plan.problems) == (83, 2026, ())
    assert plan.added[0].ref == "nhiem-vu:I.1"
    assert plan.added[-1].ref == "chi-tieu:V.46"
    assert [count(session, table) for table in (Register, Assignment, RegisterImport, Blob, Audit)] == [0] * 5


def test_the_whole_register(session: Session, raw: RawRegister) -> None:
    made = load(session, raw)
    assert made is not None
    register = session.exec(select(Register)).one()
    assert (register.code, register.name, register.year) == (CODE, NAME, 2026)
    tables = (Assignment, AssignmentRevision, Indicator, IndicatorRevision, RegisterProblem, IndicatorOwner)
    assert [count(session, table) for table in tables] == [37, 37, 46, 46, 0, 0]
    assert (made.register_id, made.file_name, made.actor, made.imported_at) == (
        register.id,
        "ke-hoach.docx",
        "thu-ky",
        NOW,
    )
    assert session.get_one(Blob, made.sha256).content == b"tep"
    audit = session.exec(select(Audit)).one()
    assert (audit.act, audit.entity, audit.entity_id, audit.actor) == (
        "nap-danh-muc",
        "register",
        register.id,
        "thu-ky",
    )
    assert audit.after is not None
    assert len(audit.after["thêm"]) == 83
    kinds = session.exec(
        select(AssignmentRevision.deadline_kind, func.count()).group_by(AssignmentRevision.deadline_kind)
    ).all()
    assert dict(kinds) == {DeadlineKind.DATE: 24, DeadlineKind.RECURRING: 12, DeadlineKind.GUIDED: 1}


@pytest.mark.parametrize(
    ("key", "leads", "coordinators"),
    [
        ("I.4", ["BTGDV", "SVHTTDL"], ["CAP-UY"]),
        ("I.5", ["SKHCN"], ["BAO", "SGDDT"]),
        ("III.4", ["XA-PHUONG"], ["SO-BAN-NGANH"]),
        ("V.2", ["VPUB", "STP", "SNV", "SKHCN"], ["TOAN-TINH"]),
        ("V.4.2", ["VPUB", "SKHCN"], ["TOAN-TINH"]),
        ("V.5.1", ["TOAN-TINH"], ["CAT"]),
        ("VIII.2", ["VPTU"], ["SKHCN", "VIEN-THONG", "THAM-MUU", "MTTQ", "DANG-UY"]),
    ],
)
def test_parties_and_lead_of_record(
    session: Session, raw: RawRegister, key: str, leads: list[str], coordinators: list[str]
) -> None:
    load(session, raw)
    assert parties(session, key, PartyRole.LEAD) == leads
    assert parties(session, key, PartyRole.COORDINATOR) == coordinators
    assert lead_of_record(session, key) == leads[0]


def test_every_lead_is_recognised_and_14_assignments_have_several(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    leads = session.exec(select(AssignmentParty).where(AssignmentParty.role == PartyRole.LEAD)).all()
    assert [party.raw for party in leads if party.agency_id is None and party.group_id is None] == []
    assert len({party.agency_id for party in leads if party.agency_id is not None}) == len(AGENCIES)
    by_revision = [party.revision_id for party in leads]
    assert sum(by_revision.count(one) > 1 for one in set(by_revision)) == 14


@pytest.mark.parametrize(
    ("key", "baseline", "target", "note"),
    [
        ("II.4", ("1,078", None, Decimal("1.078")), ("4", None, Decimal(4)), ""),
        (
            "III.11",
            ("12", None, Decimal(12)),
            ("≥ 4", Comparator.GE, Decimal(4)),
            "Căn cứ hợp đồng thực hiện các nhiệm vụ năm 2026 có 4 nhiệm vụ.",
        ),
        ("V.30", ("≥ 80", Comparator.GE, Decimal(80)), ("≥ 85", Comparator.GE, Decimal(85)), ""),
        ("V.41", ("10", None, Decimal(10)), ("> 15", Comparator.GT, Decimal(15)), ""),
        ("V.45", ("", None, None), ("60", None, Decimal(60)), ""),
    ],
)
def test_figures_of_indicators(
    session: Session,
    raw: RawRegister,
    key: str,
    baseline: tuple[Any, ...],
    target: tuple[Any, ...],
    note: str,
) -> None:
    load(session, raw)
    row = session.exec(select(IndicatorRevision).join(Indicator).where(Indicator.key == key)).one()
    assert (row.baseline_raw, row.baseline_comparator, row.baseline_value) == baseline
    assert (row.target_raw, row.target_comparator, row.target_value) == target
    assert row.note == note


# --- the same again, and what changes -----------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    plan = plan_import(session, raw, CODE, NAME)
    assert refs(plan) == {}
    assert len(plan.unchanged) == 83
    assert load(session, raw, now=LATER) is None
    assert load(session, raw, b"luu lai, noi dung nhu cu", now=LATER) is None
    tables = (AssignmentRevision, IndicatorRevision, RegisterImport, Blob, Audit)
    assert [count(session, table) for table in tables] == [37, 46, 1, 1, 1]


def test_a_deadline_changed_by_the_file_is_one_new_revision(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    moved = with_assignment(raw, "I.5", deadline="Quý III/2026")
    plan = plan_import(session, moved, CODE, NAME)
    assert refs(plan) == {"changed": ["nhiem-vu:I.5"]}
    (change,) = plan.changed[0].changes
    assert (change.field, change.before, change.after) == (
        "Thời gian hoàn thành",
        "Quý I/2026 [31/3/2026]",
        "Quý III/2026 [30/9/2026]",
    )
    made = load(session, moved, b"hai", now=LATER)
    assert made is not None
    now_in_force = revision(session, "I.5")
    assert (now_in_force.no, now_in_force.due, now_in_force.import_id, now_in_force.made_at) == (
        2,
        date(2026, 9, 30),
        made.id,
        LATER,
    )
    assert parties(session, "I.5", PartyRole.LEAD) == ["SKHCN"]
    assert count(session, AssignmentRevision) == 38
    first = session.exec(
        select(AssignmentRevision).where(AssignmentRevision.assignment_id == now_in_force.assignment_id)
    ).first()
    assert first is not None
    assert (first.no, first.due) == (1, date(2026, 3, 31))


def test_an_indicator_changed_by_the_file(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    rows = tuple(
        replace(row, target="≥ 5", note="") if row.key == "III.11" else row for row in raw.indicators
    )
    plan = plan_import(session, replace(raw, indicators=rows), CODE, NAME)
    assert refs(plan) == {"changed": ["chi-tieu:III.11"]}
    assert [(change.field, change.before, change.after) for change in plan.changed[0].changes] == [
        ("Mục tiêu", "≥ 4", "≥ 5"),
        ("Ghi chú", "Căn cứ hợp đồng thực hiện các nhiệm vụ năm 2026 có 4 nhiệm vụ.", ""),
    ]


def test_another_spelling_is_a_change_and_another_name_is_a_persons_decision(
    session: Session, raw: RawRegister
) -> None:
    load(session, raw)
    spelling = with_assignment(raw, "III.2", name="Bố trí cán bộ chuyên trách CNTT tại xã, phường phù hợp.")
    assert refs(plan_import(session, spelling, CODE, NAME)) == {"changed": ["nhiem-vu:III.2"]}
    other = with_assignment(raw, "III.2", name="Nhiệm vụ khác hẳn", deadline="Quý IV/2026")
    plan = plan_import(session, other, CODE, NAME)
    assert refs(plan) == {"needs_decision": ["nhiem-vu:III.2"]}
    assert plan.needs_decision[0].question == (
        "Số III.2 nay mang tên khác. Nếu vẫn là nhiệm vụ đó thì chấp nhận tên mới; "
        "nếu là nhiệm vụ khác thì đánh số khác trong tệp rồi nạp lại."
    )
    load(session, other, b"hai", accept=frozenset({"chi-tieu:III.2", "nhiem-vu:III.1"}))
    assert revision(session, "III.2").no == 1
    problem = session.exec(select(RegisterProblem)).one()
    assert problem.place == "Nhiệm vụ III.2"
    assert "Nhiệm vụ khác hẳn" in problem.text
    assert load(session, other, b"hai") is None
    load(session, other, b"hai", accept=frozenset({"nhiem-vu:III.2"}))
    in_force = revision(session, "III.2")
    assert (in_force.no, in_force.name, in_force.due) == (2, "Nhiệm vụ khác hẳn", date(2026, 12, 31))
    assert refs(plan_import(session, other, CODE, NAME)) == {}


def test_a_row_between_two_others_moves_neither(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    at = [row.key for row in raw.assignments].index("II.1")
    new = replace(raw.assignments[at - 1], key="I.7", number="7", name="Nhiệm vụ mới")
    longer = replace(raw, assignments=(*raw.assignments[:at], new, *raw.assignments[at:]))
    assert refs(plan_import(session, longer, CODE, NAME)) == {"added": ["nhiem-vu:I.7"]}
    load(session, longer, b"hai")
    keys = session.exec(
        select(Assignment.key).join(AssignmentRevision).order_by(col(AssignmentRevision.position))
    ).all()
    assert list(keys) == [row.key for row in longer.assignments]


def test_dropped_and_back_again(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    shorter = without_assignment(raw, "V.3.3")
    assert refs(plan_import(session, shorter, CODE, NAME)) == {"dropped": ["nhiem-vu:V.3.3"]}
    load(session, shorter, b"hai", now=LATER)
    assert assignment(session, "V.3.3").dropped_at == LATER
    assert refs(plan_import(session, shorter, CODE, NAME)) == {}
    assert refs(plan_import(session, raw, CODE, NAME)) == {"restored": ["nhiem-vu:V.3.3"]}
    load(session, raw, b"ba", now=LATER)
    back = assignment(session, "V.3.3")
    assert (back.dropped_at, back.revision_no) == (None, 1)
    assert count(session, AssignmentRevision) == 37


def test_back_with_a_change(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    load(session, without_assignment(raw, "V.3.3"), b"hai")
    load(session, with_assignment(raw, "V.3.3", result="Bộ học liệu"), b"ba")
    assert assignment(session, "V.3.3").dropped_at is None
    assert (revision(session, "V.3.3").no, revision(session, "V.3.3").result) == (2, "Bộ học liệu")


def test_a_row_the_file_has_but_nobody_could_read_is_not_dropped(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    unread = RawProblem("Phụ lục II, dòng 9", "5 | …", "Dòng có 3 ô", ItemKind.ASSIGNMENT, "I.5", lost=True)
    shorter = replace(without_assignment(raw, "I.5"), problems=(unread,))
    plan = plan_import(session, shorter, CODE, NAME)
    assert refs(plan) == {}
    assert plan.problems == (unread,)


@pytest.mark.parametrize("key", ["", "I.4"], ids=["a row without a key", "two rows under one number"])
def test_a_row_that_may_be_one_of_the_unread_is_a_persons_decision(
    session: Session, raw: RawRegister, key: str
) -> None:
    load(session, raw)
    unread = RawProblem("Phụ lục II, dòng 9", "?", "Không hiểu", ItemKind.ASSIGNMENT, key, lost=True)
    shorter = replace(without_assignment(raw, "I.5"), problems=(unread,))
    assert refs(plan_import(session, shorter, CODE, NAME)) == {"needs_decision": ["nhiem-vu:I.5"]}
    load(session, shorter, b"hai")
    assert assignment(session, "I.5").dropped_at is None
    assert count(session, RegisterProblem) == 2
    load(session, shorter, b"hai", accept=frozenset({"nhiem-vu:I.5"}), now=LATER)
    assert assignment(session, "I.5").dropped_at == LATER


def test_an_annex_that_is_not_in_the_file_leaves_its_rows(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    plan = plan_import(session, replace(raw, indicators=()), CODE, NAME)
    assert refs(plan) == {}
    assert [problem.why for problem in plan.problems] == [
        "Tệp không có chỉ tiêu nào đọc được; 46 chỉ tiêu của danh mục được giữ nguyên."
    ]


# --- what a person decided in between -----------------------------------------------------------------------


def extend(session: Session, key: str, raw: str, due: date) -> None:
    """The deadline of an assignment slips by a decision, with its document."""
    row = assignment(session, key)
    before = revision(session, key)
    said = before.model_dump(exclude={"id", "no", "import_id", "made_at", "deadline_raw", "due", "source"})
    after = AssignmentRevision(
        **said, no=before.no + 1, deadline_raw=raw, due=due, source="CV 12/BCĐ", made_at=NOW
    )
    session.add(after)
    session.flush()
    for party in session.exec(select(AssignmentParty).where(AssignmentParty.revision_id == before.id)).all():
        session.add(
            AssignmentParty(**party.model_dump(exclude={"id", "revision_id"}), revision_id=after.id or 0)
        )
    row.revision_no += 1
    session.add(row)
    session.commit()


def test_a_decision_outlives_the_next_imports(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    extend(session, "I.5", "31/5/2026", date(2026, 5, 31))
    assert refs(plan_import(session, raw, CODE, NAME)) == {}
    reworded = with_assignment(raw, "I.5", result="Kế hoạch")
    for _ in range(2):
        load(session, reworded, b"hai", now=LATER)
        in_force = revision(session, "I.5")
        assert (in_force.no, in_force.result) == (3, "Kế hoạch")
        assert (in_force.due, in_force.source) == (date(2026, 5, 31), "CV 12/BCĐ")


def test_a_file_that_adopts_a_decision_changes_nothing(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    extend(session, "I.5", "31/5/2026", date(2026, 5, 31))
    adopted = with_assignment(raw, "I.5", deadline="31/5/2026")
    assert refs(plan_import(session, adopted, CODE, NAME)) == {}


def test_a_file_against_a_decision_is_for_a_person(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    extend(session, "I.5", "31/5/2026", date(2026, 5, 31))
    against = with_assignment(raw, "I.5", deadline="Quý II/2026")
    plan = plan_import(session, against, CODE, NAME)
    assert refs(plan) == {"needs_decision": ["nhiem-vu:I.5"]}
    assert plan.needs_decision[0].question == (
        "Nội dung đã được điều chỉnh sau lần nạp trước, tệp lại ghi khác (Thời gian hoàn thành: đang là "
        "“31/5/2026 [31/5/2026]”, tệp ghi “Quý II/2026 [30/6/2026]”). "
        "Chấp nhận thì lấy theo tệp; nếu không, giữ theo điều chỉnh."
    )
    load(session, against, b"hai", accept=frozenset({"nhiem-vu:I.5"}))
    in_force = revision(session, "I.5")
    assert (in_force.due, in_force.source) == (date(2026, 6, 30), "")


def test_the_lead_of_record_is_kept_while_it_still_leads(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    row = assignment(session, "II.1")
    row.lead_agency_id = session.exec(select(Agency.id).where(Agency.code == "SNV")).one()
    session.add(row)
    session.commit()
    fewer = with_assignment(raw, "II.1", leads="Công an tỉnh, Sở Nội vụ")
    assert plan_import(session, fewer, CODE, NAME).problems == ()
    load(session, fewer, b"hai")
    assert lead_of_record(session, "II.1") == "SNV"
    gone = with_assignment(raw, "II.1", leads="Công an tỉnh, Sở Tài chính")
    plan = plan_import(session, gone, CODE, NAME)
    (problem,) = plan.problems
    assert problem.place == "Nhiệm vụ II.1"
    assert problem.why == (
        "Đơn vị đầu mối SNV không còn là cơ quan chủ trì; tạm lấy CAT. "
        "Đề nghị xác định lại cơ quan đầu mối của nhiệm vụ."
    )
    load(session, gone, b"ba")
    assert lead_of_record(session, "II.1") == "CAT"
    assert count(session, RegisterProblem) == 1
    assert load(session, gone, b"ba") is None


# --- what is not understood ---------------------------------------------------------------------------------


def test_doubtful_words_are_imported_as_written_and_flagged(session: Session, raw: RawRegister) -> None:
    doubtful = with_assignment(raw, "I.5", leads="Sở Khoa học, Sở Nội vụ", deadline="Sớm nhất có thể")
    rows = tuple(
        replace(row, baseline="20.86", target="≥ 4") if row.key == "III.11" else row for row in raw.indicators
    )
    doubtful = replace(doubtful, indicators=rows)
    load(session, doubtful)
    in_force = revision(session, "I.5")
    assert (in_force.deadline_raw, in_force.deadline_kind, in_force.due) == (
        "Sớm nhất có thể",
        DeadlineKind.UNCLEAR,
        None,
    )
    assert parties(session, "I.5", PartyRole.LEAD) == ["?", "SNV"]
    assert (
        lead_of_record(session, "I.5") is None
    )  # the first-named is not known, and the second is not the first
    problems = session.exec(select(RegisterProblem).order_by(col(RegisterProblem.id))).all()
    assert [(problem.place, problem.text) for problem in problems] == [
        ("Phụ lục II, dòng 7 (số 5), cột “Thời gian hoàn thành”", "Sớm nhất có thể"),
        ("Phụ lục II, dòng 7 (số 5), cột “Cơ quan chủ trì”", "Sở Khoa học"),
        ("Phụ lục I, dòng 15 (số 11), cột “Kết quả năm 2025”", "20.86"),
    ]
    assert problems[1].why.startswith(
        "Danh bạ không có tên “Sở Khoa học”. Gần giống: “Sở Khoa học và Công nghệ”"
    )
    row = session.exec(select(IndicatorRevision).join(Indicator).where(Indicator.key == "III.11")).one()
    assert (row.baseline_raw, row.baseline_value) == ("20.86", None)
    assert load(session, doubtful) is None


def test_a_name_that_the_directory_has_learned_is_recognised_by_the_same_file(
    session: Session, raw: RawRegister
) -> None:
    unknown = with_assignment(raw, "I.5", leads="Sở KHCN")
    load(session, unknown)
    assert lead_of_record(session, "I.5") is None
    skhcn = session.exec(select(Agency.id).where(Agency.code == "SKHCN")).one()
    session.add(Alias(folded=fold("Sở KHCN"), written="Sở KHCN", agency_id=skhcn))
    session.commit()
    plan = plan_import(session, unknown, CODE, NAME)
    assert [(change.before, change.after) for change in plan.changed[0].changes] == [
        ("Sở KHCN [chưa rõ]", "Sở KHCN [SKHCN]")
    ]
    assert load(session, unknown) is not None
    assert (lead_of_record(session, "I.5"), parties(session, "I.5", PartyRole.LEAD)) == ("SKHCN", ["SKHCN"])


@pytest.mark.parametrize(
    ("changes", "place", "why"),
    [
        pytest.param(
            {"leads": ""},
            "cột “Cơ quan chủ trì”",
            "Chưa ghi cơ quan chủ trì nên chưa ai phải báo cáo nhiệm vụ này; ghi tên cơ quan rồi nạp lại.",
            id="no lead",
        ),
        pytest.param(
            {"coordinators": "Sở Y tế, Báo và Phát thanh, truyền hình Điện Biên"},
            "cột “Cơ quan phối hợp”",
            "“Báo và Phát thanh, truyền hình Điện Biên” không còn hoạt động theo danh bạ; "
            "đề nghị xác định cơ quan thay thế.",
            id="no longer active",
        ),
    ],
)
def test_other_doubts_about_agencies(
    session: Session, raw: RawRegister, changes: dict[str, str], place: str, why: str
) -> None:
    bao = session.exec(select(Agency).where(Agency.code == "BAO")).one()
    bao.active = False
    session.add(bao)
    session.commit()
    plan = plan_import(session, with_assignment(without_assignment(raw, "I.5"), "I.6", **changes), CODE, NAME)
    assert [(problem.place, problem.why) for problem in plan.problems] == [
        (f"Phụ lục II, dòng 8 (số 6), {place}", why)
    ]


def test_a_target_of_another_size_than_its_baseline_is_flagged(session: Session, raw: RawRegister) -> None:
    rows = tuple(
        replace(row, baseline="20,86", target="40.665") if row.key == "V.46" else row
        for row in raw.indicators
    )
    (problem,) = plan_import(session, replace(raw, indicators=rows), CODE, NAME).problems
    assert problem.place == "Phụ lục I, dòng 52 (số 46), cột “Mục tiêu năm 2026”"
    assert problem.why.startswith("40.665 chênh lệch trên 100 lần")


# --- refusals -----------------------------------------------------------------------------------------------


def test_a_file_of_another_year_is_refused(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    with pytest.raises(
        ImportRefused, match="Tệp là danh mục năm 2027, còn danh mục KH57-2026 là của năm 2026"
    ):
        plan_import(session, replace(raw, year=2027), CODE, NAME)


@pytest.mark.parametrize("code", ["", "KH/57"])
def test_a_code_that_cannot_stand_in_a_row_key_is_refused(
    session: Session, raw: RawRegister, code: str
) -> None:
    with pytest.raises(ImportRefused, match="không được trống và không được có dấu"):
        plan_import(session, raw, code, NAME)


def test_a_plan_out_of_date_is_refused(session: Session, raw: RawRegister) -> None:
    plan = plan_import(session, raw, CODE, NAME)
    apply_import(session, plan, b"tep", "a.docx", "thu-ky", NOW)
    with pytest.raises(ImportRefused, match="Danh mục đã thay đổi sau khi lập phương án nạp"):
        apply_import(session, plan, b"tep", "a.docx", "thu-ky", NOW)


def test_a_register_without_an_import_gets_one_even_when_the_file_is_empty(
    session: Session, raw: RawRegister
) -> None:
    session.add(Register(code=CODE, name=NAME, year=2026))
    session.commit()
    assert load(session, replace(raw, assignments=(), indicators=())) is not None
    assert count(session, RegisterImport) == 1


def test_registers_live_side_by_side(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    plan = plan_import(session, raw, "NQ71", "Nghị quyết 71")
    apply_import(session, plan, b"tep", "b.docx", "thu-ky", NOW)
    assert count(session, Assignment) == 74
    assert refs(plan_import(session, raw, CODE, NAME)) == {}


def test_a_register_takes_the_name_it_is_given(session: Session, raw: RawRegister) -> None:
    load(session, raw)
    plan = plan_import(session, raw, CODE, "Tên mới")
    assert apply_import(session, plan, b"tep", "a.docx", "thu-ky", NOW) is not None
    assert session.exec(select(Register.name)).one() == "Tên mới"
    audit = session.exec(select(Audit).order_by(col(Audit.id).desc())).first()
    assert audit is not None
    assert audit.before == {"tên": NAME}

"""Six registers whose rows, as reported, make the statistics of the committee's report of 2025, on real tables.

The rows go in as any register's file does; the year is opened, released and answered: 20 = 14 + 2 + 4;
120 = 93 + 8 + 18 + 1; 23; 9; 12 = 9 + 3; and three tasks that all communes lead, completed by 45 of 45.
"""

from datetime import UTC, date, datetime
from typing import Any

from province import Province
from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, PeriodKind, ReportStatus, RequestState, SubmissionVerdict
from models.cycle import Cycle, Request
from models.directory import Agency, Membership
from models.register import Assignment, AssignmentRevision, Register
from models.rules.periods import Period
from models.rules.registers.raw_register import RawAssignment, RawRegister
from models.rules.report.report_outline import ReportHeading, ReportOutline, StatLine
from models.submission import Arrival, AssignmentReport, Submission
from models.time import VIETNAM
from tasks.blobs import keep_bytes
from tasks.cycle.cycles import open_cycle
from tasks.cycle.release import release_cycle
from tasks.registers.proposal_acts import decide_proposal
from tasks.registers.register_import import apply_import, plan_import
from tasks.states import move_request

CYCLE = "bcd-nam-duong-lich-2025"
NOW = datetime(2026, 1, 8, 9, tzinfo=VIETNAM).astimezone(UTC)
AS_OF = date(2025, 12, 31)
DONE, GOING, RECURRING, PROPOSED = (
    ReportStatus.COMPLETE,
    ReportStatus.IN_PROGRESS,
    ReportStatus.ON_SCHEDULE,
    ReportStatus.PROPOSED_OUT,
)
_DUE = {DONE: "30/9/2025", GOING: "30/6/2026", RECURRING: "Thường xuyên", PROPOSED: "30/9/2026"}
_LEADS = ("Sở Khoa học và Công nghệ", "Văn phòng UBND tỉnh", "Công an tỉnh", "Sở Nội vụ")
COMMUNES = "UBND các xã, phường"

ROWS: dict[str, tuple[str, dict[ReportStatus, int]]] = {
    "NQ71": ("Nghị quyết số 71/NQ-CP của Chính phủ", {DONE: 14, GOING: 2, PROPOSED: 4}),
    "TBKL": (
        "các Thông báo kết luận của Ban Chỉ đạo Trung ương",
        {DONE: 93, GOING: 8, RECURRING: 18, PROPOSED: 1},
    ),
    "KH02": ("Kế hoạch số 02-KH/BCĐTW", {DONE: 23}),
    "QD204": ("Quyết định số 204-QĐ/TW", {DONE: 9}),
    "KH11": ("Kế hoạch số 11-KH/BCĐ", {DONE: 9, RECURRING: 3}),
    "XP": ("nhóm nhiệm vụ các xã, phường", {DONE: 3}),
}
STATISTICS = [
    StatLine(
        registers=["NQ71"],
        subject="Tổng số nhiệm vụ thực hiện Nghị quyết số 71/NQ-CP của Chính phủ",
        words={
            "in_progress": "đang thực hiện có thời hạn đến ngày {han}",
            "proposed": "tỉnh đề xuất không thực hiện tại tỉnh{ds} (do điều kiện thực tiễn trên địa bàn tỉnh chưa hình "
            "thành các khu/cụm công nghiệp tập trung)",
        },
    ),
    StatLine(
        registers=["TBKL"],
        subject="Tổng số nhiệm vụ tỉnh được giao tại các Thông báo kết luận của Ban Chỉ đạo Trung ương",
        words={
            "done": "có thời hạn đã hoàn thành",
            "done_undated": "không có thời hạn đã hoàn thành",
            "in_progress": "đang tiếp tục thực hiện đảm bảo thời hạn",
            "proposed": "tỉnh đề xuất phối hợp với bộ, ngành{ds}",
        },
    ),
    StatLine(
        registers=["KH02"],
        subject="Tổng số nhiệm vụ thực hiện Kế hoạch số 02-KH/BCĐTW, ngày 19/6/2025 của Ban Chỉ đạo Trung ương",
    ),
    StatLine(
        text="Tiến độ thực hiện các nhiệm vụ theo Quyết định số 204-QĐ/TW, ngày 29/11/2024 của Ban Bí thư Trung ương "
        "được cập nhật hằng ngày, gửi Ban Chỉ đạo Trung ương trên hệ thống giám sát (http://nq57.vn), kết quả như sau:"
    ),
    StatLine(
        registers=["QD204"],
        subject="Đối với nhiệm vụ thực hiện Quyết định số 204-QĐ/TW của Ban Bí thư Trung ương Đảng",
        form="given",
        noun="nhóm nhiệm vụ",
        bullet="+",
    ),
    StatLine(
        registers=["KH11"],
        subject="Đối với nhiệm vụ thực hiện Thông báo số 06-TB/BCĐCĐS, ngày 18/3/2025 và Kế hoạch số 11-KH/BCĐ của Ban "
        "Chỉ đạo Trung ương về chuyển đổi số trong các cơ quan Đảng",
        form="given",
        bullet="+",
        words={"recurring_on": "thực hiện thường xuyên, bảo đảm tiến độ được giao"},
    ),
    StatLine(
        registers=["XP"],
        subject="Đối với nhóm nhiệm vụ các xã, phường",
        form="members",
        noun="xã, phường",
        what="cơ bản hoàn thành các chỉ tiêu, nhiệm vụ/tổng số nhiệm vụ được giao (trạng thái vàng)",
        bullet="+",
    ),
]
OUTLINE = ReportOutline(
    code="nam-2025",
    statistics=STATISTICS,
    headings=[
        ReportHeading(number="I", title="VỀ CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", level=2),
        ReportHeading(number="2", title="Thống kê nhiệm vụ được giao", level=3, shows=["statistics"]),
    ],
)


def open_the_year(province: Province) -> None:
    """The registers imported, the year 2025 released, and every task answered as its register's row says."""
    profile = province.office.profile
    regime = profile.regime("bcd-nam-duong-lich").model_copy(
        update={"registers": list(ROWS), "report": OUTLINE, "outline": None, "annexes": []}
    )
    with province.store.writing() as session:
        for code, (name, counts) in ROWS.items():
            _import(session, code, name, counts)
        calendar = province.office.calendar(AS_OF)
        cycle, _ = open_cycle(
            session, regime, Period(PeriodKind.YEAR, 2025), calendar, actor="Thư ký", now=NOW
        )
        release_cycle(session, cycle, number="01-CV/BCĐ", signed_on=date(2026, 1, 5), actor="Thư ký", now=NOW)
        _answer(session, cycle)


def _import(session: Session, code: str, name: str, counts: dict[ReportStatus, int]) -> None:
    rows = []
    for status, count in counts.items():
        for _ in range(count):
            number = str(len(rows) + 1)
            rows.append(
                RawAssignment(
                    key=f"I.{number}",
                    section="I",
                    section_name="Nhiệm vụ được giao",
                    subsection="",
                    subsection_name="",
                    number=number,
                    name=f"Nhiệm vụ số {number} theo {name} ({status.value})",
                    leads=COMMUNES if code == "XP" else _LEADS[len(rows) % len(_LEADS)],
                    coordinators="",
                    result="Văn bản",
                    deadline=_DUE[status],
                )
            )
    raw = RawRegister(year=2025, assignments=tuple(rows), indicators=(), problems=())
    apply_import(session, plan_import(session, raw, code, name), code.encode(), f"{code}.docx", "Thư ký", NOW)


def _answer(session: Session, cycle: Cycle) -> None:
    """One accepted version of every agency asked, declaring of each task what its register's row says."""
    requests = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(Request.cycle_id == cycle.id)
    ).all()
    members = session.exec(select(Membership)).all()
    tasks: Any = session.exec(
        select(Assignment, AssignmentRevision, Register.code)
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(Register.code).in_(list(ROWS)))
    ).all()
    for request, agency in requests:
        submission = _version(session, request, agency.code)
        groups = {one.group_id for one in members if one.agency_id == agency.id}
        for assignment, revision, _code in tasks:
            if assignment.lead_agency_id == agency.id or assignment.lead_group_id in groups:
                status = ReportStatus(revision.name.rpartition("(")[2].rstrip(")"))
                session.add(
                    AssignmentReport(
                        submission_id=submission.id or 0,
                        assignment_id=assignment.id,
                        status=status,
                        completed_on=date(2025, 9, 15) if status is DONE else None,
                        product="Báo cáo kết quả" if status is DONE else "",
                        proposal="Đề nghị không thực hiện" if status is PROPOSED else "",
                    )
                )
        request.complete_at = request.first_received_at = NOW
        move_request(session, request, RequestState.COMPLETE, reason="thử", actor="Thư ký", now=NOW)
    for assignment, revision, _code in tasks:
        if PROPOSED.value in revision.name:
            decide_proposal(
                session, assignment, accepted=True, document="Thông báo số 20-TB/BCĐ", actor="Thư ký", now=NOW
            )
    session.flush()


def _version(session: Session, request: Request, code: str) -> Submission:
    sha256 = keep_bytes(session, f"biểu {code}".encode(), NOW)
    arrival = Arrival(
        channel="thu-muc",
        reference=f"{code}.xlsx",
        file_name=f"{code}.xlsx",
        sha256=sha256,
        received_at=NOW,
        stored_at=NOW,
        verdict=ArrivalVerdict.SUBMISSION,
        request_id=request.id,
    )
    session.add(arrival)
    session.flush()
    submission = Submission(
        request_id=request.id or 0,
        version=1,
        sha256=sha256,
        arrival_id=arrival.id or 0,
        received_at=NOW,
        verdict=SubmissionVerdict.ACCEPTED,
        judged_at=NOW,
    )
    session.add(submission)
    session.flush()
    return submission

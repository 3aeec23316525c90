"""One cycle from end to end, and the tour of the code: register, draft, release, forms, answers, reminders, report.

The steps are those the flows and the command line call; time is handed in; mail goes to a real SMTP server; the
agencies are played by what they got by mail. Every figure at the end is counted again from the filled workbooks.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from demo.agencies import (
    LATE,
    NEVER_MENDED,
    NOTHING,
    SILENT,
    WRONG_FIRST,
    Agency,
    agencies_of,
    columns_of,
    read_mail,
)
from demo.mail_server import MailServer, messages
from flows.prefect_server import free_port
from models.codes import AssignmentClass, CycleState, MessageState, NoticeState, RequestState
from models.cycle import Cycle, Request
from models.history import Audit, StateChange
from models.notice import Message, Notice
from models.rules.completion import completion, cycle_rates
from models.rules.cycle_view import CycleView
from models.submission import Arrival, Blob
from models.time import VIETNAM
from tasks.blobs import digest
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.office import Office
from tasks.setup import set_up
from tasks.steps import (
    collect_step,
    consolidate_step,
    dispatch_step,
    one_after_another,
    open_step,
    release_step,
    sweep_step,
)
from tasks.store import Store

CODE = "bcd-quy-2026-Q1"


def at(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "thu", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def office(tmp_path: Path, store: Store, mail: MailServer, office_in: Callable[..., Office]) -> Office:
    return office_in(tmp_path / "home", store, mail_url=mail.url)


def hand_in(office: Office, *agencies: Agency, mended: bool = False) -> list[bytes]:
    """Each agency puts its filled form into the drop folder; returns what they put."""
    handed = []
    for agency in agencies:
        name, content = agency.answer(mended=mended)
        (office.settings.inbox / name).write_bytes(content)
        handed.append(content)
    return handed


def view_of(office: Office) -> CycleView:
    with office.store.reading() as session:
        return read_cycle(session, find_cycle(session, CODE))


def states(office: Office) -> dict[str, RequestState]:
    return {request.agency_code: request.state for request in view_of(office).requests}


def steps_sent(office: Office) -> Counter[str]:
    with office.store.reading() as session:
        return Counter(session.exec(select(Notice.step).where(Notice.state == NoticeState.SENT)))


@pytest.mark.timeout(600)
def test_a_quarter(office: Office, mail: MailServer) -> None:
    # The province's folder: 60 agencies that owe something, 37 assignments, 46 indicators.
    assert "37 nhiệm vụ, 46 chỉ tiêu" in " ".join(set_up(office, at(1, 8), "Thư ký"))

    # A draft, its công văn written; nothing leaves the house, whatever is run.
    opened = open_step(office, "2026-Q1", at(2, 8))
    assert opened.paths[0].name == f"du-thao-cong-van-{CODE}.docx"
    assert opened.paths[0].exists()
    sweep_step(office, at(2, 9), one_after_another)
    assert mail.keeper.count == 0

    # Released by number and date; each agency gets its form by mail, once, however often it is dispatched.
    release_step(office, CODE, "12-CV/BCĐ", date(2026, 3, 4), at(4, 9))
    dispatch_step(office, CODE, at(4, 9), one_after_another)
    dispatch_step(office, CODE, at(4, 10), one_after_another)
    assert mail.keeper.count == 60
    assert set(states(office).values()) == {RequestState.SENT}
    everyone = {agency.code: agency for agency in agencies_of(mail.keeper.folder)}
    assert len(everyone) == 60

    # Most report before the first reminder, some with slips; a file that is no form goes to the secretariat.
    prompt = [a for code, a in everyone.items() if code not in (*SILENT, *LATE)]
    first, second = prompt[:30], prompt[30:]
    handed = hand_in(office, *first)
    (office.settings.inbox / "ke hoach.xlsx").write_bytes(b"khong phai bang tinh")
    (office.settings.inbox / "~$dang mo.xlsx").write_bytes(b"x")
    assert "1 chờ thư ký xem xét" in collect_step(office, at(12, 16), one_after_another).sentence
    slips = {a.code for a in first if a.first_try_is_wrong}
    assert {code for code, state in states(office).items() if state is RequestState.INCOMPLETE} == slips
    secretariat = mail.keeper.folder / "to-giup-viec@bcd57.dien-bien.example"
    assert [str(read_mail(m)["Subject"]) for m in messages(secretariat)] == [
        "Cần xem xét 01 tệp báo cáo mới nhận"
    ]

    # Five working days before: whoever has not reported (or has to mend) hears of it, nobody else.
    sweep_step(office, at(13, 8), one_after_another)
    sweep_step(office, at(13, 9), one_after_another)
    assert steps_sent(office)["truoc-5"] == 60 - len(first) + len(slips)

    # The rest report, slips are mended; the day before the deadline only the silent and the late are left.
    handed += hand_in(office, *second)
    collect_step(office, at(17, 16), one_after_another)
    to_mend = [everyone[code] for code in WRONG_FIRST]
    assert all(agency.was_asked_to_mend() for agency in to_mend)
    handed += hand_in(office, *to_mend, mended=True)
    collect_step(office, at(18, 16), one_after_another)
    sweep_step(office, at(19, 8), one_after_another)
    left = {*SILENT, *LATE, NEVER_MENDED}
    assert steps_sent(office)["truoc-1"] == len(left)

    # A working day after the deadline (Saturday and Sunday are none) officers hear, and heads a day later, once each.
    sweep_step(office, at(21, 8), one_after_another)
    assert steps_sent(office)["sau-1"] == 0
    sweep_step(office, at(23, 8), one_after_another)
    assert (steps_sent(office)["sau-1"], steps_sent(office)["sau-2-thu-truong"]) == (len(left), 0)
    sweep_step(office, at(24, 8), one_after_another)
    assert (steps_sent(office)["sau-1"], steps_sent(office)["sau-2-thu-truong"]) == (len(left), len(left))

    # The late ones report; a later wrong version of one who is complete displaces nothing.
    handed += hand_in(office, *(everyone[code] for code in LATE))
    collect_step(office, at(24, 16), one_after_another)
    spoiled = load_workbook(BytesIO(everyone["SNV"].answer()[1]))
    header, columns = columns_of(spoiled["Nhiệm vụ"])
    spoiled["Nhiệm vụ"].cell(header + 1, columns["Trạng thái"]).value = "chưa biết"
    again = BytesIO()
    spoiled.save(again)
    (office.settings.inbox / "SNV lan 2.xlsx").write_bytes(again.getvalue())
    collect_step(office, at(24, 17), one_after_another)
    assert states(office)["SNV"] is RequestState.COMPLETE

    # Who has reported, when.
    rates = cycle_rates(view_of(office), date(2026, 3, 25))
    assert (rates.expected, rates.received, rates.complete) == (60, 56, 55)
    assert rates.on_time == 55 - len(LATE)

    # What is done, counted again from the workbooks that counted.
    overall = completion(view_of(office), date(2026, 3, 14)).overall
    assert overall.total == 37
    assert overall.completed.numerator == recount(
        view_of(office), {code: everyone[code] for code in everyone}
    )
    assert overall.by_class[AssignmentClass.NO_REPORT] == 0

    # The report; made twice from the same facts it is the same.
    made = consolidate_step(office, CODE, at(25, 9), day=date(2026, 3, 14))
    before = [path.read_bytes() for path in made.paths]
    assert [path.suffix for path in made.paths] == [".docx", ".xlsx"]
    assert "Đã nhận 56/60 báo cáo" in made.sentence
    assert [path.read_bytes() for path in consolidate_step(office, CODE, at(25, 9)).paths] == before

    # Nothing received is lost, no notice is double, every message has its own end, every change its line.
    with office.store.reading() as session:
        kept = set(session.exec(select(Blob.sha256)))
        assert {digest(content) for content in handed} <= kept
        assert len(session.exec(select(Arrival)).all()) == len(handed) + 2
        assert set(session.exec(select(Message.state))) == {MessageState.SENT}
        assert len(set(session.exec(select(Message.message_id)))) == mail.keeper.count
        moves = Counter(session.exec(select(StateChange.after).where(StateChange.entity == "request")))
        assert moves["sent"] == 60
        assert moves["complete"] == 55
        assert {"mo-ky", "phat-hanh-ky", "lap-van-ban", "nap-danh-ba"} <= set(session.exec(select(Audit.act)))
        assert session.exec(select(Request).where(Request.state == RequestState.PLANNED)).all() == []

    # A month after the province's due date the sweep closes the cycle; what comes then is kept and flagged.
    sweep_step(office, at(25, 8, month=4), one_after_another)
    with office.store.reading() as session:
        assert session.exec(select(Cycle.state).where(Cycle.code == CODE)).one() is CycleState.CLOSED
    hand_in(office, everyone["STP"])
    assert "1 chờ thư ký xem xét" in collect_step(office, at(27, 8, month=4), one_after_another).sentence
    assert states(office)["STP"] is RequestState.SENT


def recount(view: CycleView, agencies: dict[str, Agency]) -> int:
    """Dated assignments that the lead of record, or every member of the leading group, reports complete."""
    said: dict[tuple[str, str], str] = {}
    for code, agency in agencies.items():
        if code in (*SILENT, NEVER_MENDED, NOTHING):
            continue
        sheet = load_workbook(BytesIO(agency.answer(mended=True)[1]))["Nhiệm vụ"]
        header, columns = columns_of(sheet)
        for row in range(header + 1, sheet.max_row + 1):
            key = sheet.cell(row, columns["Mã"]).value
            if key:
                said[code, str(key)] = str(sheet.cell(row, columns["Trạng thái"]).value)
    done = 0
    for assignment in view.assignments:
        lead = assignment.lead_of_record
        assert lead is not None
        who = [lead.code] if lead.kind == "agency" else [report.agency_code for report in assignment.reports]
        if assignment.due and all(said.get((code, assignment.row_key)) == "Hoàn thành" for code in who):
            done += 1
    return done

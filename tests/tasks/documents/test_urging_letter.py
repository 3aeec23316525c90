"""The công văn đôn đốc: what it says in both layouts, and whom the database has it written to."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt
from sqlmodel import select

from models.codes import Channel, MessageState, NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.rules.policy import Letter
from models.time import VIETNAM
from tasks.cycle.agency_acts import acknowledge
from tasks.cycle.dispatch import STEP
from tasks.documents.urging_letter import UrgingFacts, UrgingLetters, urging_facts, urging_letter
from tasks.reminders.reminded import reminded
from tasks.states import MACHINE, move_request

PARTY = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    issuer_in_text="Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên",
    unit="Tổ Giúp việc Ban Chỉ đạo",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    signer_office="PHÓ TRƯỞNG BAN",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
STATE = PARTY.model_copy(
    update={
        "layout": "state",
        "superior": "UBND TỈNH ĐIỆN BIÊN",
        "issuer": "SỞ NỘI VỤ",
        "signer_line": "GIÁM ĐỐC",
        "signer_office": "",
        "number_suffix": "SNV-VP",
    }
)
FACTS = UrgingFacts(
    letter=PARTY,
    agency="Sở Y tế",
    cycle_name="Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
    document="Công văn số 12-CV/BCĐ",
    document_date=date(2026, 3, 4),
    due=date(2026, 3, 20),
    province_due=date(2026, 3, 25),
    today=date(2026, 3, 24),
    late=2,
    reminded=(date(2026, 3, 13), date(2026, 3, 23)),
    promised=date(2026, 3, 23),
    contact="đồng chí A & B, điện thoại 0215 000 0057.",
)
DRAFT = """
TỈNH ỦY ĐIỆN BIÊN

BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ

*

ĐẢNG CỘNG SẢN VIỆT NAM

Số _____-CV/BCĐ

V/v đôn đốc gửi báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW

Điện Biên, ngày_____tháng_____năm 2026

Kính gửi: Sở Y tế

Ngày 04/3/2026, Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên có Công văn số 12-CV/BCĐ đề nghị các cơ quan, đơn vị,
địa phương gửi báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW; thời hạn của Sở Y tế: chậm nhất hết ngày
20/3/2026.

Đến ngày 24/3/2026, Sở Y tế chưa gửi báo cáo (quá hạn 02 ngày làm việc), mặc dù đã được nhắc 02 lần (các ngày
13/3/2026, 23/3/2026); Sở Y tế đã hẹn gửi ngày 23/3/2026 nhưng đến nay chưa thực hiện.

Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên đề nghị Sở Y tế khẩn trương gửi báo cáo chậm nhất
ngày_____tháng_____năm 2026 để tổng hợp, báo cáo cấp có thẩm quyền chậm nhất ngày 25/3/2026; trường hợp có khó
khăn, vướng mắc, đề nghị có văn bản nêu rõ lý do và thời gian gửi.

Đầu mối liên hệ: đồng chí A & B, điện thoại 0215 000 0057.

Nơi nhận:

- Như trên,

- Thường trực Ban Chỉ đạo (để báo cáo),

- Lưu Văn phòng.

T/M BAN CHỈ ĐẠO

PHÓ TRƯỞNG BAN
"""
CYCLE = "bcd-quy-2026-Q1"
SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
NOW = datetime(2026, 3, 24, 7, 30, tzinfo=VIETNAM).astimezone(UTC)


def lines(facts: UrgingFacts) -> list[str]:
    """Every line of the letter in reading order, tables cell by cell."""
    document = Document(io.BytesIO(urging_letter(facts)))
    found = []
    for block in document.iter_inner_content():
        cells = [cell for row in block.rows for cell in row.cells] if hasattr(block, "rows") else [block]
        for cell in cells:
            for paragraph in cell.paragraphs if hasattr(cell, "paragraphs") else [cell]:
                if paragraph.text.strip():
                    found.append(paragraph.text.replace("\xa0", "_"))
    return found


def test_the_partys_letter_as_a_draft() -> None:
    assert lines(FACTS) == [" ".join(paragraph.split()) for paragraph in DRAFT.split("\n\n")]


def test_the_states_letter_numbered_and_signed() -> None:
    facts = replace(
        FACTS,
        letter=STATE,
        number="15",
        day=date(2026, 3, 24),
        new_due=date(2026, 3, 26),
        signer_name="Nguyễn Văn A",
        contact="",
    )
    found = lines(facts)
    assert found[:7] == [
        "UBND TỈNH ĐIỆN BIÊN",
        "SỞ NỘI VỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 15/SNV-VP",
        "V/v đôn đốc gửi báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
        "Điện Biên, ngày 24 tháng 3 năm 2026",
    ]
    assert "khẩn trương gửi báo cáo chậm nhất hết ngày 26/3/2026 để tổng hợp" in found[10]
    assert found[11:] == [
        "Đầu mối liên hệ: Tổ Giúp việc Ban Chỉ đạo./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Thường trực Ban Chỉ đạo (để b/c);",
        "- Lưu: VT.",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"reminded": (), "promised": None},
            "Đến ngày 24/3/2026, Sở Y tế chưa gửi báo cáo (quá hạn 02 ngày làm việc).",
        ),
        (
            {"reminded": (date(2026, 3, 23),), "promised": date(2026, 3, 26)},
            (
                "Đến ngày 24/3/2026, Sở Y tế chưa gửi báo cáo (quá hạn 02 ngày làm việc), mặc dù đã được nhắc 01 lần "
                "(ngày 23/3/2026)."
            ),
        ),
        (
            {"reminded": (), "promised": None, "mending": True},
            (
                "Đến ngày 24/3/2026, Sở Y tế đã gửi báo cáo nhưng chưa gửi bản hoàn thiện theo đề nghị (quá hạn 02 "
                "ngày làm việc)."
            ),
        ),
        (
            {"reminded": (), "promised": None, "late": 0, "today": date(2026, 3, 21)},
            "Đến ngày 21/3/2026, Sở Y tế chưa gửi báo cáo.",
        ),
    ],
    ids=["nobody reminded", "promise still stands", "to mend", "no working day yet"],
)
def test_how_it_stands(changed: dict[str, Any], said: str) -> None:
    assert lines(replace(FACTS, **changed))[9] == said


def test_past_the_provinces_own_day_nothing_is_asked_for_it() -> None:
    late = lines(replace(FACTS, today=date(2026, 3, 26), mending=True))[10]
    assert (
        "gửi bản hoàn thiện của báo cáo chậm nhất ngày_____tháng_____năm 2026 để tổng hợp; trường hợp" in late
    )


def test_nobody_is_urged_before_the_deadline_has_passed() -> None:
    with pytest.raises(ValueError, match=r"Sở Y tế chưa quá hạn \(20/3/2026\)"):
        urging_letter(replace(FACTS, today=FACTS.due))


@pytest.mark.parametrize("letter", [PARTY, STATE], ids=["party", "state"])
def test_paper_and_letters_follow_both_forms(letter: Letter) -> None:
    document = Document(io.BytesIO(urging_letter(replace(FACTS, letter=letter))))
    section = document.sections[0]
    lengths = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in lengths if length] == [210, 297, 30, 15]
    body = document.styles["Thân bài"]
    assert (body.font.name, body.font.size) == ("Times New Roman", Pt(14))
    assert abs(body.paragraph_format.first_line_indent - Mm(10)) < Mm(0.1)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert urging_letter(FACTS) == urging_letter(FACTS)


def test_the_letters_of_a_morning_are_each_as_written_by_itself() -> None:
    """Written as a series, from the first one: whatever stands in a name, and in both layouts."""
    state = FACTS.letter.model_copy(update={"layout": "state"})
    write = UrgingLetters().write
    for facts in (
        FACTS,
        replace(FACTS, agency="Sở “A & B” <Nội vụ> 'C'", reminded=()),
        replace(FACTS, agency="UBND xã\nMường Phăng"),
        replace(FACTS, agency="\ue0001\ue001 \x0b ⟦1⟧", mending=True),
        replace(FACTS, letter=state),
        replace(FACTS, letter=state, agency="UBND xã Mường Ảng", number="12", day=date(2026, 3, 25)),
    ):
        assert write(facts) == urging_letter(facts)


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(SENT)
    return few


def remind(province: Any, agency: str, step: str, day: int, *, taken: bool = True) -> None:
    """As if this step's message had gone out to the agency's officer on a day of March, or had failed."""
    when = datetime(2026, 3, day, 7, 30, tzinfo=VIETNAM).astimezone(UTC)
    with province.store.writing() as session:
        person = session.exec(
            select(Person).join(Agency).where(Agency.code == agency, Person.role == PersonRole.OFFICER)
        ).one()
        message = Message(
            channel=Channel.EMAIL,
            person_id=person.id or 0,
            message_id=f"<{agency}-{step}@test>",
            template="digest",
            state=MessageState.SENT if taken else MessageState.FAILED,
            not_before=when,
            created_at=when,
            sent_at=when if taken else None,
        )
        session.add(message)
        session.flush()
        session.add(
            Notice(
                subject=f"request:{province.request_id(agency)}",
                plan_no=1,
                step=step,
                person_id=person.id or 0,
                channel=Channel.EMAIL,
                request_id=province.request_id(agency),
                message_id=message.id,
                state=NoticeState.SENT if taken else NoticeState.FAILED,
                created_at=when,
            )
        )


def facts_of(province: Any, now: datetime, *agencies: str) -> dict[str, UrgingFacts]:
    ids = [province.request_id(agency) for agency in agencies]
    with province.store.reading() as session:
        found = urging_facts(session, province.cycle(session), ids, province.office.calendar(now.date()), now)
        return {facts.agency: facts for facts in found.values()}


def test_the_facts_come_from_the_request_its_reminders_and_its_promise(sent: Any) -> None:
    remind(sent, "SNV", STEP, 4)  # the request itself is no reminder
    remind(sent, "SNV", "truoc-5", 13)
    remind(sent, "SNV", "truoc-1", 19, taken=False)
    remind(sent, "SNV", "sau-1", 23)
    with sent.store.writing() as session:
        acknowledge(session, session.get_one(Request, sent.request_id("SNV")), date(2026, 3, 23), SENT)
    facts = facts_of(sent, NOW, "SNV")["Sở Nội vụ"]
    assert facts.reminded == (date(2026, 3, 13), date(2026, 3, 23))
    assert (facts.promised, facts.late, facts.mending) == (date(2026, 3, 23), 2, False)
    assert (facts.document, facts.document_date) == ("Công văn số 12-CV/BCĐ", date(2026, 3, 4))
    assert facts.contact.startswith("Thư ký Ban Chỉ đạo, 0215 000 0057")
    assert facts.new_due is None
    subject = f"request:{sent.request_id('SNV')}"
    with sent.store.reading() as session:
        told = reminded(session, [subject, "request:999"])
    assert told["request:999"] == []
    assert [one.text for one in told[subject]] == [
        "Đầu mối Sở Nội vụ (cán bộ đầu mối), 07:30 ngày 13/3/2026",
        "Đầu mối Sở Nội vụ (cán bộ đầu mối), 07:30 ngày 23/3/2026",
    ]


def test_only_who_is_overdue_and_owes_gets_a_letter(sent: Any) -> None:
    with sent.store.writing() as session:
        for agency, state in (("SNV", RequestState.COMPLETE), ("STC", RequestState.INCOMPLETE)):
            request = session.get_one(Request, sent.request_id(agency))
            move_request(session, request, state, reason="thử", actor=MACHINE, now=NOW)
    found = facts_of(sent, NOW, "SNV", "STC", "SKHCN")
    assert {name: facts.mending for name, facts in found.items()} == {
        "Sở Tài chính": True,
        "Sở Khoa học và Công nghệ": False,
    }
    assert facts_of(sent, datetime(2026, 3, 20, 10, tzinfo=UTC), "SKHCN") == {}


def test_a_cycle_without_its_letter_urges_nobody(sent: Any) -> None:
    with sent.store.writing() as session:
        sent.cycle(session).document_date = None
        with pytest.raises(ValueError, match="chưa có công văn yêu cầu báo cáo"):
            urging_facts(session, sent.cycle(session), [1], sent.office.calendar(NOW.date()), NOW)

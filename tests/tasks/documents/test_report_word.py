"""The draft report: its sentences and tables from a small cycle, both layouts, and a file that opens."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document

from models.codes import (
    AgencyKind,
    AssignmentClass,
    Comparator,
    DeadlineKind,
    ReportStatus,
    RequestState,
)
from models.rules.completion import SumError, Tally
from models.rules.cycle_view import (
    AgencyView,
    AssignmentView,
    ConfirmedWord,
    CycleView,
    IndicatorView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.rules.policy import Letter
from models.rules.registers.names import Bearer
from models.time import at_hour
from tasks.documents.report_rows import tally_row
from tasks.documents.report_word import report_document

AS_OF, DUE, SEEN = date(2026, 3, 14), date(2026, 3, 20), date(2026, 3, 24)
S = ReportStatus
R = RequestState
NOTE = "(Tính đến ngày 14/3/2026; số liệu sơ bộ, theo báo cáo của các cơ quan, đơn vị, chưa xác nhận)"
PARTY = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    issuer_in_text="Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên",
    unit="Tổ Giúp việc Ban Chỉ đạo",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
STATE = PARTY.model_copy(update={"layout": "state", "report_number_suffix": "BC-BCĐ"})


def task(number: str, due: date | None, *reports: LeadReport, **changes: object) -> AssignmentView:
    view = AssignmentView(
        row_key=f"KH57-2026/I.{number}",
        register_code="KH57-2026",
        key=f"I.{number}",
        section="I",
        section_name="Công tác chỉ đạo",
        subsection="",
        subsection_name="",
        number=number,
        name=f"Nhiệm vụ số {number};",
        leads_raw="Sở Khoa học và Công nghệ",
        coordinators_raw="",
        result="",
        deadline_raw="Quý I/2026" if due else "Thường xuyên",
        kind=DeadlineKind.DATE if due else DeadlineKind.RECURRING,
        due=due,
        lead_of_record=Bearer("agency", "SKHCN"),
        member_noun="",
        reports=reports,
        withheld=False,
        proposal_accepted=False,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def said(by: str, status: ReportStatus | None, on: date | None = None, reason: str = "") -> LeadReport:
    return LeadReport(by, status is not None, status, completed_on=on, reason=reason)


def indicator(number: str, raw: str, value: str | None) -> IndicatorView:
    return IndicatorView(
        row_key=f"KH57-2026/II.{number}",
        register_code="KH57-2026",
        key=f"II.{number}",
        section="II",
        section_name="Phát triển nguồn lực",
        number=number,
        name=f"Chỉ tiêu số {number}",
        unit="%",
        baseline_raw="1",
        target_raw="≥ 3",
        target_comparator=Comparator.GE,
        target_value=Decimal(3),
        note="",
        owner_code="SNV",
        owner_provisional=False,
        reported_raw=raw,
        reported_value=Decimal(value) if value else None,
        reported_as_of=AS_OF if value else None,
        source="",
    )


def request(by: str, state: RequestState, arrived: date | None = None, **more: str) -> RequestView:
    at = at_hour(arrived, 9) if arrived else None
    return RequestView(
        agency_code=by,
        state=state,
        due=DUE,
        sent_at=None,
        first_received_at=at,
        complete_at=at if state is R.COMPLETE else None,
        nothing_reason=more.get("nothing", ""),
        exempt_reason=more.get("exempt", ""),
        versions=int(arrived is not None),
    )


VIEW = CycleView(
    code="bcd-quy-2026-Q1",
    name="Báo cáo quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW",
    data_from=date(2025, 12, 15),
    cut_off=AS_OF,
    as_of=AS_OF,
    due=DUE,
    province_due=date(2026, 3, 25),
    registers=(RegisterView("KH57-2026", "Kế hoạch năm 2026", 2026),),
    agencies=tuple(
        AgencyView(code, name, AgencyKind.DEPARTMENT, position)
        for position, (code, name) in enumerate(
            [
                ("SKHCN", "Sở Khoa học và Công nghệ"),
                ("SNV", "Sở Nội vụ"),
                ("X1", "UBND phường Mường Thanh"),
                ("X2", "UBND xã Nà Hỳ"),
                ("X3", "UBND xã Pa Ham"),
            ]
        )
    ),
    assignments=(
        task("1", date(2026, 3, 31), said("SKHCN", S.COMPLETE, AS_OF)),
        task("2", date(2026, 1, 31), said("SKHCN", S.IN_PROGRESS, reason="Chưa có hướng dẫn")),
        task("3", None, said("SNV", S.OFF_SCHEDULE), lead_of_record=Bearer("agency", "SNV")),
        task("4", date(2026, 1, 31), said("SNV", None), lead_of_record=Bearer("agency", "SNV")),
        task(
            "5",
            date(2026, 2, 28),
            said("X1", S.COMPLETE, date(2026, 2, 1)),
            said("X2", None),
            lead_of_record=Bearer("group", "XP"),
            leads_raw="UBND các xã, phường",
            member_noun="xã, phường",
        ),
        task("6", date(2026, 1, 31), withheld=True, name="Nội dung mật"),
    ),
    indicators=(indicator("3", "2,5", "2.5"), indicator("4", "3", "3"), indicator("5", "", None)),
    requests=(
        request("SKHCN", R.COMPLETE, date(2026, 3, 18)),
        request("SNV", R.COMPLETE, date(2026, 3, 23), nothing="Không có nhiệm vụ đến hạn"),
        request("X1", R.INCOMPLETE, date(2026, 3, 19)),
        request("X2", R.SENT),
        request("X3", R.EXEMPT, exempt="Đang sắp xếp lại."),
    ),
)


def opened(view: CycleView = VIEW, letter: Letter = PARTY) -> "tuple[list[str], list[list[list[str]]]]":
    """The paragraphs outside tables, and the bordered tables as rows of texts (merged cells once)."""
    document = Document(io.BytesIO(report_document(view, AS_OF, letter, seen_on=SEEN)))
    tables = [
        [
            list(dict.fromkeys(cell.text for cell in row.cells)) if _merged(row) else _texts(row)
            for row in table.rows
        ]
        for table in document.tables
        if table._tbl.tblPr.xpath("w:tblBorders")
    ]
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()], tables


def _texts(row: object) -> list[str]:
    return [cell.text for cell in row.cells]  # type: ignore[attr-defined]


def _merged(row: object) -> bool:
    return len(row._tr.tc_lst) == 1  # type: ignore[attr-defined]


def test_the_sentences_of_the_report() -> None:
    paragraphs, _ = opened()
    assert paragraphs[:2] == ["BÁO CÁO", "quý I năm 2026 thực hiện Nghị quyết số 57-NQ/TW"]
    assert [text for text in paragraphs if text.startswith(("I- ", "II- ", "III- "))] == [
        "I- TÌNH HÌNH GỬI BÁO CÁO",
        "II- KẾT QUẢ THỰC HIỆN NHIỆM VỤ",
        "III- KẾT QUẢ THỰC HIỆN CHỈ TIÊU",
    ]
    for sentence in (
        (
            "Tính đến ngày 24/3/2026: Đã nhận 03/04 báo cáo; còn 01 cơ quan, đơn vị chưa gửi. Trong 03 báo cáo đã nhận "
            "có 01 báo cáo đạt yêu cầu đúng hạn, 01 báo cáo đạt yêu cầu sau hạn, 01 báo cáo chờ hoàn thiện."
        ),
        "Tỷ lệ báo cáo đạt yêu cầu là 2/4 (50%); tỷ lệ báo cáo đạt yêu cầu, đúng hạn là 1/4 (25%).",
        "Không yêu cầu báo cáo kỳ này: 01 cơ quan, đơn vị – UBND xã Pa Ham (đang sắp xếp lại).",
        "Báo cáo không phát sinh nội dung trong kỳ: 01 cơ quan, đơn vị.",
        (
            "- Tổng số nhiệm vụ thực hiện Kế hoạch năm 2026 là 05 nhiệm vụ, trong đó: "
            "01 nhiệm vụ đã hoàn thành, 01 nhiệm vụ thường xuyên chưa bảo đảm tiến độ, "
            "03 nhiệm vụ chậm, quá hạn."
        ),
        "- Nhiệm vụ “Nhiệm vụ số 5”: Đến nay đã có 01/02 xã, phường hoàn thành.",
        (
            "- Tỷ lệ nhiệm vụ đã hoàn thành trên tổng số nhiệm vụ có thời hạn là 1/4 (25%); tỷ lệ nhiệm vụ bảo đảm "
            "tiến độ trên tổng số nhiệm vụ là 1/5 (20%)."
        ),
        "- Ngoài ra có 01 nhiệm vụ không đưa lên hệ thống, được theo dõi và báo cáo riêng.",
        (
            "Tổng số chỉ tiêu theo dõi là 03 chỉ tiêu, trong đó: 02 chỉ tiêu đã có số liệu, 01 chỉ tiêu chưa có số "
            "liệu. Trong 02 chỉ tiêu đã có số liệu có 01 chỉ tiêu đạt mức đề ra, 01 chỉ tiêu chưa đạt mức đề ra."
        ),
    ):
        assert sentence in paragraphs
    assert paragraphs.count(NOTE) == 5
    assert "(Tính đến ngày 24/3/2026)" in paragraphs
    assert not any("mật" in text for text in paragraphs)


def test_who_has_not_reported_must_mend_or_was_late() -> None:
    _, tables = opened()
    assert tables[0] == [
        ["TT", "Cơ quan, đơn vị", "Hạn gửi", "Nhận báo cáo", "Tình trạng"],
        ["Chưa gửi báo cáo (1)"],
        ["1", "UBND xã Nà Hỳ", "20/3/2026", "", "Chưa gửi, quá hạn 4 ngày"],
        ["Đã gửi, chờ hoàn thiện (1)"],
        [
            "1",
            "UBND phường Mường Thanh",
            "20/3/2026",
            "09:00 ngày 19/3/2026",
            "Chờ hoàn thiện, quá hạn 4 ngày",
        ],
        ["Gửi sau hạn (1)"],
        ["1", "Sở Nội vụ", "20/3/2026", "09:00 ngày 23/3/2026", "Đã nhận, quá hạn 3 ngày"],
    ]


def test_the_cuts() -> None:
    _, tables = opened()
    assert tables[1][1:] == [
        ["Tổng hợp chung"],
        ["Toàn bộ nhiệm vụ", "5", "1", "0", "0", "0", "1", "3", "0", "0", "1/4 (25%)"],
        ["Theo văn bản giao nhiệm vụ"],
        ["Kế hoạch năm 2026", "5", "1", "0", "0", "0", "1", "3", "0", "0", "1/4 (25%)"],
        ["Theo lĩnh vực"],
        ["I. Công tác chỉ đạo", "5", "1", "0", "0", "0", "1", "3", "0", "0", "1/4 (25%)"],
        ["Theo thời hạn hoàn thành"],
        ["Quý I/2026", "4", "1", "0", "0", "0", "0", "3", "0", "0", "1/4 (25%)"],
        ["Thường xuyên", "1", "0", "0", "0", "0", "1", "0", "0", "0", "0/0"],
    ]


def test_what_is_behind_and_why() -> None:
    _, tables = opened()
    assert [(row[0], row[4]) for row in tables[2][1:]] == [
        ("I.2", "Chưa có hướng dẫn"),
        ("I.3", "Chưa nêu nguyên nhân"),
        ("I.4", "Chưa có báo cáo"),
        ("I.5", "1/2 xã, phường hoàn thành"),
    ]
    assert tables[2][1][3] == "Quý I/2026\n(31/01/2026)"


def test_agencies_and_indicators() -> None:
    _, tables = opened()
    assert [row[:2] for row in tables[3][1:]] == [
        ["Sở Khoa học và Công nghệ", "2"],
        ["Sở Nội vụ", "2"],
        ["UBND phường Mường Thanh", "1"],
        ["UBND xã Nà Hỳ", "1"],
    ]
    assert tables[4][1:] == [
        ["II. Phát triển nguồn lực", "3", "2", "1", "1", "1"],
        ["Cộng", "3", "2", "1", "1", "1"],
    ]
    assert tables[5][1:] == [
        ["II. Phát triển nguồn lực"],
        ["3", "Chỉ tiêu số 3", "%", "1", "2,5", "14/3/2026", "≥ 3", "Có chuyển biến"],
        ["4", "Chỉ tiêu số 4", "%", "1", "3", "14/3/2026", "≥ 3", "Đạt"],
        ["5", "Chỉ tiêu số 5", "%", "1", "–", "", "≥ 3", "Chưa có số liệu"],
    ]


def test_a_report_recorded_on_behalf_is_received_and_waits_for_its_figures() -> None:
    recorded = replace(
        request("SNV", R.RECORDED, date(2026, 3, 18)), recorded_at=at_hour(date(2026, 3, 19), 14)
    )
    paragraphs, tables = opened(replace(VIEW, requests=(VIEW.requests[0], recorded)))
    assert tables[0][1:] == [
        ["Đã nhận bằng đường khác, chờ số liệu (1)"],
        ["1", "Sở Nội vụ", "20/3/2026", "14:00 ngày 19/3/2026", "Chờ số liệu (nhận bằng đường khác)"],
    ]
    assert any("01 báo cáo nhận bằng đường khác, chờ số liệu" in text for text in paragraphs)


def test_confirmed_figures_are_counted_and_declared_ones_stand_beside_by_name() -> None:
    """One of three words is confirmed; the others are silence on that basis, and the report says so."""
    first, second, third, fourth, *rest = VIEW.assignments
    word = replace(first.reports[0], confirmed=ConfirmedWord(S.COMPLETE, AS_OF))
    signed = replace(VIEW.requests[0], signed="số 125/BC-SKHCN ngày 18/3/2026")
    view = replace(
        VIEW,
        assignments=(replace(first, reports=(word,)), second, third, fourth, *rest),
        requests=(signed, *VIEW.requests[1:]),
    )
    paragraphs, tables = opened(view)
    (total,) = (text for text in paragraphs if text.startswith("- Tổng số nhiệm vụ"))
    assert total.endswith(
        "là 05 nhiệm vụ, trong đó: 01 nhiệm vụ đã hoàn thành, 03 nhiệm vụ chậm, quá hạn, 01 nhiệm vụ chưa có báo cáo "
        "hoặc kê khai chưa được xác nhận."
    )
    assert [row[0] for row in tables[1][2:4]] == [
        "Toàn bộ nhiệm vụ, theo số đã xác nhận",
        "Toàn bộ nhiệm vụ, theo báo cáo của cơ quan, đơn vị",
    ]
    assert tables[1][2][1:] == ["5", "1", "0", "0", "0", "0", "3", "0", "1", "1/4 (25%)"]
    assert tables[1][3][1:] == ["5", "1", "0", "0", "0", "1", "3", "0", "0", "1/4 (25%)"]
    assert any(text.startswith("- Theo số đã xác nhận: Tỷ lệ") for text in paragraphs)
    assert any(text.startswith("- Theo báo cáo của cơ quan, đơn vị: Tỷ lệ") for text in paragraphs)
    assert any("Đã xác nhận 1/4 kê khai" in text for text in paragraphs)
    note = "theo số đã xác nhận: 1/4 kê khai; 1/2 báo cáo đã ký, còn lại là số liệu sơ bộ)"
    assert any(text.endswith(note) for text in paragraphs)


def test_every_table_repeats_its_header_and_breaks_no_row() -> None:
    document = Document(io.BytesIO(report_document(VIEW, AS_OF, PARTY)))
    bordered = [table for table in document.tables if table._tbl.tblPr.xpath("w:tblBorders")]
    assert len(bordered) == 6
    for table in bordered:
        assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)


@pytest.mark.parametrize(
    ("letter", "number", "heading", "ending"),
    [
        (PARTY, "Số _____-BC/BCĐ", "I- TÌNH HÌNH GỬI BÁO CÁO", "kèm theo."),
        (STATE, "Số: _____/BC-BCĐ", "I. TÌNH HÌNH GỬI BÁO CÁO", "kèm theo./."),
    ],
    ids=["party", "state"],
)
def test_the_two_layouts(letter: Letter, number: str, heading: str, ending: str) -> None:
    document = Document(io.BytesIO(report_document(VIEW, AS_OF, letter)))
    head = [cell.text.replace("\xa0", "_") for row in document.tables[0].rows for cell in row.cells]
    assert number in head
    assert "Điện Biên, ngày_____tháng_____năm 2026" in head
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert heading in paragraphs
    assert any(text.endswith(f"Phụ lục I và Phụ lục II {ending}") for text in paragraphs)


def test_a_cycle_in_good_order_has_no_table_of_laggards() -> None:
    fine = replace(
        VIEW,
        assignments=VIEW.assignments[:1],
        indicators=(),
        requests=(*VIEW.requests[:1], request("SNV", R.PLANNED)),
    )
    paragraphs, tables = opened(fine)
    assert [table[0][0] for table in tables] == ["Nội dung", "Cơ quan, đơn vị"]
    place = paragraphs.index("III- KẾT QUẢ THỰC HIỆN CHỈ TIÊU")
    assert paragraphs[place + 1] == "[Chưa có nội dung; đề nghị bổ sung.]"
    assert "Chưa được gửi yêu cầu báo cáo: 01 cơ quan, đơn vị." in paragraphs
    assert "- Tổng số nhiệm vụ thực hiện Kế hoạch năm 2026 là 01/01 nhiệm vụ đã hoàn thành." in paragraphs


def test_a_cycle_that_asks_nobody_of_nothing() -> None:
    paragraphs, tables = opened(replace(VIEW, assignments=(), indicators=(), requests=()))
    assert "Tính đến ngày 24/3/2026: Không có cơ quan, đơn vị nào phải gửi báo cáo trong kỳ." in paragraphs
    assert [table[2][1] for table in tables] == ["0"]


def test_figures_of_another_day_than_the_cut_off_say_so() -> None:
    later = Document(io.BytesIO(report_document(VIEW, date(2026, 3, 31), PARTY, seen_on=SEEN)))
    opening = later.paragraphs[3].text
    assert opening.endswith("từ ngày 15/12/2025 đến hết ngày 14/3/2026, tính đến ngày 31/3/2026, như sau:")


def test_with_several_registers_a_row_names_its_register() -> None:
    two = replace(VIEW, registers=(*VIEW.registers, RegisterView("NQ71", "Nghị quyết số 71/NQ-CP", 2025)))
    paragraphs, tables = opened(two)
    assert tables[2][1][0] == "KH57-2026/I.2"
    assert any("Nghị quyết số 71/NQ-CP: không có nhiệm vụ." in text for text in paragraphs)


def test_columns_hold_every_class_exactly_once() -> None:
    tally = Tally.over((of_class, DeadlineKind.DATE) for of_class in AssignmentClass)
    assert tally_row("Tất cả", tally)["counts"] == [1, 1, 2, 1, 1, 1, 1, 1]


def test_a_row_that_does_not_add_up_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.documents.report_rows._COLUMNS", ())
    with pytest.raises(SumError, match="Sở Nội vụ: tổng số là 1 nhưng các cột cộng lại là 0"):
        tally_row("Sở Nội vụ", Tally.over([(AssignmentClass.BEHIND, DeadlineKind.DATE)]))


def test_the_same_cycle_gives_the_same_bytes() -> None:
    assert report_document(VIEW, AS_OF, PARTY) == report_document(VIEW, AS_OF, PARTY)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_office_program_opens_the_report(tmp_path: Path) -> None:
    source = tmp_path / "bao-cao.docx"
    source.write_bytes(report_document(VIEW, AS_OF, PARTY, seen_on=SEEN))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert source.with_suffix(".pdf").read_bytes().startswith(b"%PDF")

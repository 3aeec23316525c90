"""The annotated copy says what to mend where it stands, carries nothing strange, and can itself be mended and sent."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from forms import ANNEXED
from openpyxl import Workbook, load_workbook

from models.codes import ReportStatus, Severity
from models.rules.checks.check import Judgement, check
from models.rules.form import Form, Issue
from models.submission import AssignmentReport, Submission
from models.time import VIETNAM
from tasks.intake.judge import Verdicts, judge_one
from tasks.intake.receive import receive
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.sending.post import send_due
from tasks.workbook.annotate import SHEET_LIST, annotate
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
RED, AMBER = "FFFFC7CE", "FFFFEB9C"


def issue(cell: str, sentence: str = "Sửa ô này.", *, sheet: str = "Nhiệm vụ", must: bool = True) -> Issue:
    return Issue(Severity.BLOCK if must else Severity.WARN, "thu", sentence, sheet, cell)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name, part)
    return out.getvalue()


def judge(form: Form, content: bytes) -> Judgement:
    return check(form, read_form(content).filled)


def by_libreoffice(content: bytes, folder: Path) -> bytes:
    source = folder / "sao.xlsx"
    source.write_bytes(content)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder / "ra"),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return (folder / "ra" / "sao.xlsx").read_bytes()


@pytest.fixture
def faulty(few: Any) -> tuple[Form, bytes]:
    """A real report of SNV with two rows left empty and a percentage that says too much."""
    book = opened(few.filled("SNV", leave_out=2))
    book["Nhiệm vụ"]["G7"].value = "tầm 40"
    return few.form("SNV"), saved(book)


def test_each_faulty_cell_is_marked_and_says_why(faulty: tuple[Form, bytes]) -> None:
    form, content = faulty
    issues = judge(form, content).issues
    assert {(i.sheet, i.cell, i.severity) for i in issues} == {
        ("Nhiệm vụ", "F5", Severity.BLOCK),
        ("Nhiệm vụ", "F6", Severity.BLOCK),
        ("Nhiệm vụ", "G7", Severity.BLOCK),
    }
    sheet = opened(annotate(content, issues))["Nhiệm vụ"]
    for found in issues:
        cell = sheet[found.cell]
        assert cell.fill.fgColor.rgb == RED
        assert cell.comment is not None
        assert cell.comment.text == found.sentence
    marked = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment}
    assert marked == {"F5", "F6", "G7"}
    assert sheet["G7"].value == "tầm 40"


def test_cells_of_annexes_and_prose_are_marked_where_they_were_read() -> None:
    book = opened(write_form(ANNEXED, b"khoa de thu"))
    book["Phụ lục VII"].insert_rows(3)
    book["Phụ lục V"].title = "PL 5"
    content = saved(book)
    filled = read_form(content).filled
    places = {name: filled.cells[name] for name in ("PL-V/6:D", "PL-VII/5.2:C")}
    places["loi-van:1.I"] = filled.texts["1.I"]
    told = [
        Issue(Severity.BLOCK, "thu", f"Sửa {name}.", cell.sheet, cell.ref, name)
        for name, cell in places.items()
    ]
    copy = annotate(content, told)
    marked = opened(copy)
    comments = {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in marked.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert comments == {
        ("PL 5", "E7"): "Sửa PL-V/6:D.",
        ("Phụ lục VII", "D8"): "Sửa PL-VII/5.2:C.",
        ("Lời văn", "D6"): "Sửa loi-van:1.I.",
    }
    assert {marked[title][ref].fill.fgColor.rgb for title, ref in comments} == {RED}
    assert marked["PL 5"].row_dimensions[1].hidden
    assert marked["PL 5"].column_dimensions["A"].hidden
    assert read_form(copy) == read_form(content)


def test_amber_for_a_second_look_and_red_where_both_are_told(few: Any) -> None:
    content = annotate(
        few.filled("SNV"),
        [issue("F5", "Xem lại.", must=False), issue("G5", "Xem.", must=False), issue("G5", "Sửa.")],
    )
    sheet = opened(content)["Nhiệm vụ"]
    assert [sheet[ref].fill.fgColor.rgb for ref in ("F5", "G5")] == [AMBER, RED]
    assert sheet["G5"].comment.text == "Sửa.\nXem."


def test_the_first_sheet_lists_everything_with_links(few: Any) -> None:
    issues = [
        issue("F5", "Chọn trạng thái.", must=False),
        issue("", "Thiếu cột.", sheet="Chỉ tiêu"),
        issue("", "Thiếu trang.", sheet="Trang đã xóa"),
        issue("F6", "Ghi ngày."),
    ]
    book = opened(annotate(few.filled("SKHCN"), issues))
    assert book.sheetnames[0] == book.active.title == SHEET_LIST == "Cần hoàn thiện"
    sheet = book[SHEET_LIST]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8)]
    assert rows == [
        ["STT", "Trang", "Ô", "Mức độ", "Nội dung"],
        ["1", "Chỉ tiêu", "xem trang", "Phải sửa", "Thiếu cột."],
        ["2", "Trang đã xóa", None, "Phải sửa", "Thiếu trang."],
        ["3", "Nhiệm vụ", "F6", "Phải sửa", "Ghi ngày."],
        ["4", "Nhiệm vụ", "F5", "Đề nghị xem lại", "Chọn trạng thái."],
    ]
    links = [cell.hyperlink.location if cell.hyperlink else None for cell in sheet["C"][4:8]]
    assert links == ["'Chỉ tiêu'!A1", None, "'Nhiệm vụ'!F6", "'Nhiệm vụ'!F5"]
    assert sheet["A2"].value.startswith(
        "Có 03 điểm phải sửa, 01 điểm đề nghị xem lại. Đề nghị sửa ngay trong tệp này"
    )


def test_the_copy_keeps_stamp_lists_and_protection(few: Any) -> None:
    content = few.filled("SNV")
    before, after = opened(content), opened(annotate(content, [issue("F5")]))
    assert after.sheetnames == [SHEET_LIST, *before.sheetnames]
    assert after["_dondoc"].sheet_state == "veryHidden"
    for name in before.sheetnames:
        assert after[name].protection.sheet == before[name].protection.sheet
        assert len(after[name].data_validations.dataValidation) == len(
            before[name].data_validations.dataValidation
        )
        assert [r.coord for r in after[name].merged_cells] == [r.coord for r in before[name].merged_cells]
    assert not after["Nhiệm vụ"]["F5"].protection.locked
    assert read_form(annotate(content, [issue("F5")])) == read_form(content)
    rows = {n: (d.ht, d.customHeight) for n, d in before["Nhiệm vụ"].row_dimensions.items()}
    assert rows
    with ZipFile(BytesIO(annotate(content, [issue("F5")]))) as archive:
        assert b"customHeight" not in archive.read("xl/worksheets/sheet4.xml")


@pytest.mark.parametrize(
    "resave",
    [
        pytest.param(lambda content, folder: content, id="as written"),
        pytest.param(
            by_libreoffice,
            id="saved by LibreOffice",
            marks=[
                pytest.mark.libreoffice,
                pytest.mark.skipif(shutil.which("soffice") is None, reason="cần LibreOffice (soffice)"),
            ],
        ),
    ],
)
def test_annotated_mended_and_sent_back_is_accepted(
    few: Any, faulty: tuple[Form, bytes], tmp_path: Path, resave: Callable[[bytes, Path], bytes]
) -> None:
    form, content = faulty
    few.mark_sent(T0 - timedelta(hours=1))
    assert sent(few, content, T0) == Verdicts(faulty=1)
    book = opened(annotate(content, judge(form, content).issues))
    sheet = book["Nhiệm vụ"]
    for row, line in zip((5, 6), form.assignments, strict=False):
        sheet.cell(row, 6).value = (
            "Đang thực hiện" if line.due is not None else "Thường xuyên, bảo đảm tiến độ"
        )
    sheet["G7"].value = "40"
    assert sent(few, resave(saved(book), tmp_path), T0 + timedelta(hours=1)) == Verdicts(accepted=1)
    last = few.all(Submission)[-1]
    declared = few.all(AssignmentReport, AssignmentReport.submission_id == last.id)
    assert len(declared) == len(form.assignments)
    assert all(report.status in (ReportStatus.IN_PROGRESS, ReportStatus.ON_SCHEDULE) for report in declared)


def sent(province: Any, content: bytes, at: datetime) -> Verdicts:
    arrival = receive(
        province.store,
        channel="thu-muc",
        reference=at.isoformat(),
        file_name="bao-cao.xlsx",
        content=content,
        received_at=at,
        now=at,
    )
    assert arrival is not None
    return judge_one(province.store, arrival, province.office.key, at)


def test_a_copy_of_a_copy_says_only_what_is_left(few: Any) -> None:
    first = annotate(few.filled("SNV"), [issue("F5", "Một."), issue("F6", "Hai.", must=False)])
    book = opened(annotate(first, [issue("F6", "Còn lại.")]))
    assert book.sheetnames.count(SHEET_LIST) == 1
    sheet = book["Nhiệm vụ"]
    assert {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment} == {
        "F6": "Còn lại."
    }
    assert (sheet["F5"].fill.fill_type, sheet["F6"].fill.fgColor.rgb) == (None, RED)


def test_the_same_arguments_give_the_same_bytes(few: Any) -> None:
    content = few.filled("SNV")
    assert annotate(content, [issue("F5")]) == annotate(content, [issue("F5")])


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"PK\x03\x04 hong", b"\xd0\xcf\x11\xe0", b"x" * 100],
    ids=lambda c: repr(c[:8]),
)
def test_what_cannot_be_opened_gives_the_list_alone(content: bytes) -> None:
    book = opened(annotate(content, [issue("F5", "Gửi lại biểu.")]))
    assert book.sheetnames == [SHEET_LIST]
    assert [cell.value for cell in book[SHEET_LIST][5]] == [
        "1",
        "Nhiệm vụ",
        "F5",
        "Phải sửa",
        "Gửi lại biểu.",
    ]
    assert book[SHEET_LIST]["C5"].hyperlink is None
    assert book[SHEET_LIST]["A2"].value.endswith("Đề nghị sửa trong biểu đã điền rồi gửi lại.")


FORMULAS = [
    "=1+1",
    "+84 912",
    "-chờ",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example","bấm")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_like_a_formula_is_text_in_the_copy_and_in_the_list(few: Any, text: str) -> None:
    book = opened(few.filled("SNV"))
    cell = book["Nhiệm vụ"]["I5"]
    cell.value, cell.data_type, cell.number_format = text, "s", "General"
    content = annotate(saved(book), [issue("F5", text)])
    after = opened(content)
    for found in (after["Nhiệm vụ"]["I5"], after[SHEET_LIST]["E5"]):
        assert (found.value, found.data_type, found.number_format) == (text, "s", "@")
    assert b"<f>" not in b"".join(parts(content).values())


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_formula_comes_back_as_the_value_it_was_saved_with(few: Any) -> None:
    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet3.xml"):
            return part
        return re.sub(
            rb'<c r="I5".*?</c>', b'<c r="I5"><f>WEBSERVICE("http://x.example")</f><v>7</v></c>', part
        )

    content = annotate(rezipped(few.filled("SNV"), change), [issue("F5")])
    assert opened(content)["Nhiệm vụ"]["I5"].value == 7
    assert b"x.example" not in b"".join(parts(content).values())


def test_nothing_strange_is_carried_along(few: Any) -> None:
    """Macros, pictures, links to elsewhere and names stay behind; what was filled in does not."""
    rels = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/workbook.xml":
            names = (
                b"<definedNames><definedName name='Auto_Open'>http://x.example</definedName></definedNames>"
            )
            return part.replace(b"</sheets>", b"</sheets>" + names) if b"<definedNames" not in part else part
        if not name.endswith("sheet3.xml"):
            return part
        strange = (
            b'<hyperlinks><hyperlink ref="I5" r:id="rId9" xmlns:r="%s"/></hyperlinks>' % rels
            + b'<drawing r:id="rId8" xmlns:r="%s"/><legacyDrawing r:id="rId7" xmlns:r="%s"/>' % (rels, rels)
            + b'<tableParts count="1"><tablePart r:id="rId6" xmlns:r="%s"/></tableParts>' % rels
        )
        return part.replace(b"</worksheet>", strange + b"</worksheet>")

    content = rezipped(
        few.filled("SNV"),
        change,
        **{
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 x.example",
            "xl/worksheets/_rels/sheet3.xml.rels": b'<Relationships><Relationship Id="rId9" TargetMode="External" '
            b'Target="http://x.example"/></Relationships>',
            "xl/externalLinks/externalLink1.xml": b"<externalLink>x.example</externalLink>",
        },
    )
    after = annotate(content, [issue("F5")])
    assert read_form(after).filled.assignments == read_form(few.filled("SNV")).filled.assignments
    assert [name for name, part in parts(after).items() if b"x.example" in part or "vba" in name] == []


@pytest.mark.parametrize(
    "merge",
    ["A1:XFD1048576", "A1:A1048576", "F5:G6"],
    ids=["the whole sheet", "a whole column", "asked cells"],
)
def test_merged_cells_of_any_size_are_survived(few: Any, merge: str) -> None:
    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet3.xml"):
            return part
        return re.sub(
            rb"<mergeCells.*?</mergeCells>",
            f'<mergeCells><mergeCell ref="{merge}"/></mergeCells>'.encode(),
            part,
        )

    book = opened(annotate(rezipped(few.filled("SNV"), change), [issue("G6"), issue("K9")]))
    sheet = book["Nhiệm vụ"]
    assert sheet["K9"].comment.text == "Sửa ô này."
    assert (sheet["F5"].comment is not None) == (merge == "F5:G6")


def test_places_that_are_none_are_listed_only(few: Any) -> None:
    issues = [issue(ref) for ref in ("", "F", "F5:G9", "XFE1", "ZZ9", "A999999", "'x'!A1", "F0")]
    book = opened(annotate(few.filled("SNV"), issues))
    assert [c for row in book["Nhiệm vụ"].iter_rows() for c in row if c.comment] == []
    assert book[SHEET_LIST].max_row == 4 + len(issues)


def test_letters_that_no_workbook_holds_do_not_stop_it(few: Any) -> None:
    book = opened(annotate(few.filled("SNV"), [issue("F5", "ô\x00 ghi \x0b “\x1f”")]))
    assert book["Nhiệm vụ"]["F5"].comment.text == "ô  ghi   “ ”"


# The letter


def answered(province: Any, channel: str, content: bytes, mailbox: Any) -> Any:
    """The faulty report came by this way; returns the letter that answers it."""
    arrival = receive(
        province.store,
        channel=channel,
        reference="1",
        file_name="bao-cao.xlsx",
        content=content,
        received_at=T0,
        now=T0,
    )
    assert arrival is not None
    assert judge_one(province.store, arrival, province.office.key, T0) == Verdicts(faulty=1)
    send_due(province.with_settings(mail_url=mailbox.url).office, T0)
    return next(mail for to, mail in mailbox.received if to.startswith("dau-moi@snv"))


def test_what_came_by_mail_goes_back_with_its_faults_marked(few: Any, mailbox: Any) -> None:
    mail = answered(few, "hop-thu", few.filled("SNV", leave_out=1), mailbox)
    (copy,) = mail.iter_attachments()
    assert copy.get_filename() == "bieu-bao-cao-SNV-bcd-quy-2026-Q1 - can hoan thien.xlsx"
    book = opened(copy.get_content())
    assert book.sheetnames[0] == SHEET_LIST
    assert book["Nhiệm vụ"]["F5"].fill.fgColor.rgb == RED
    text = mail.get_body(("plain",)).get_content()
    assert "đã đánh dấu các ô này (bieu-bao-cao-SNV-bcd-quy-2026-Q1 - can hoan thien.xlsx)" in text


@pytest.mark.parametrize("channel", ["thu-muc", "trang-web"])
def test_what_came_another_way_is_in_no_mail(few: Any, mailbox: Any, channel: str) -> None:
    mail = answered(few, channel, few.filled("SNV", leave_out=1), mailbox)
    assert list(mail.iter_attachments()) == []
    assert "Kèm theo" not in mail.get_body(("plain",)).get_content()


def test_a_form_with_a_row_withheld_since_is_not_sent_back(few: Any, mailbox: Any) -> None:
    content = few.filled("SNV", leave_out=2)
    with few.store.writing() as session:
        row = find_assignment(session, few.form("SNV").assignments[0].row_key)
        set_withheld(session, row, withheld=True, reason="mật", actor="Thư ký", now=T0)
    assert list(answered(few, "hop-thu", content, mailbox).iter_attachments()) == []

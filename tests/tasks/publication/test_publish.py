"""The record of a publication: what is refused, what is corrected, what was changed by hand in the signed Word file."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from contradictions import CYCLE, at, hand_in
from docx import Document

from models.codes import CycleState
from models.cycle import Cycle, CycleDocument
from models.fault import Fault
from models.history import Audit
from models.publication import Publication, PublicationDifference
from tasks.cycle.cycles import find_cycle
from tasks.publication.publish import (
    File,
    Issued,
    Recorded,
    all_publications,
    compare_with_ours,
    latest_publication,
    published_sentence,
    published_sentences,
    record_publication,
    reports_of,
)
from tasks.publication.read_word import read_report
from tasks.steps import consolidate_step

PDF = File("bao-cao-ky.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF")
SIGNED = Issued("125-BC/BCĐ", date(2026, 3, 25), "Lò Văn A, Trưởng Ban", PDF)
NOW = at(25, 16)


@pytest.fixture
def reported(few: Any) -> Any:
    """Two agencies have reported, and the report is written."""
    few.mark_sent(at(4, 10))
    hand_in(few, "SNV", {}, at(10, 9))
    hand_in(few, "STC", {}, at(10, 10))
    consolidate_step(few.office, CYCLE, at(14, 9), day=date(2026, 3, 14))
    return few


def report(province: Any) -> bytes:
    folder: Path = province.office.settings.reports / CYCLE
    return (folder / f"bao-cao-{CYCLE}.docx").read_bytes()


def record(province: Any, issued: Issued = SIGNED, store: Any = None, **how: Any) -> Recorded:
    with (store or province.store).writing() as session:
        return record_publication(
            session, CYCLE, issued, **{"actor": "Lãnh đạo Tổ (truong)", "now": NOW, **how}
        )


def edited(content: bytes, *changes: tuple[str, str]) -> bytes:
    """The document with these words written over, run by run as an officer does."""
    document = Document(BytesIO(content))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    for table in document.tables:
        for row in table.rows:
            runs += [run for cell in row.cells for paragraph in cell.paragraphs for run in paragraph.runs]
    for old, new in changes:
        run = next(run for run in runs if old in run.text)
        run.text = run.text.replace(old, new, 1)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def cell_edited(content: bytes, title_column: str, row: int, column: int, new: str) -> bytes:
    document = Document(BytesIO(content))
    table = next(t for t in document.tables if t.rows[0].cells[0].text == title_column)
    table.rows[row].cells[column].paragraphs[0].runs[0].text = new
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def by_libreoffice(content: bytes, folder: Path) -> bytes:
    source, out = folder / "bao-cao.docx", folder / "luu-lai"
    source.write_bytes(content)
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder}/ho-so",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(out),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (out / "bao-cao.docx").read_bytes()


CHANGED = (
    ("02/04 báo cáo", "03/04 báo cáo"),
    ("có thời hạn là 0/24", "có thời hạn là 1/24"),
)
"""Figures of the text that somebody changes by hand."""

SAVED = pytest.mark.parametrize(
    "saved",
    [
        pytest.param(lambda content, _folder: content, id="as edited"),
        pytest.param(
            by_libreoffice,
            id="saved by LibreOffice",
            marks=[
                pytest.mark.libreoffice,
                pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine"),
            ],
        ),
    ],
)


@SAVED
def test_three_figures_changed_by_hand_are_found_and_nothing_else(
    reported: Any, saved: Callable[[bytes, Path], bytes], tmp_path: Path
) -> None:
    ours = report(reported)
    changed = edited(ours, *CHANGED)
    changed = cell_edited(changed, "Cơ quan, đơn vị", 3, 1, "99")
    found = record(reported, Issued(**{**vars(SIGNED), "word": File("ky.docx", saved(changed, tmp_path))}))
    assert found.figures == len(found.differences) == 3
    told = {d.place: (d.ours, d.theirs) for d in found.differences}
    (cell,) = [place for place in told if place.startswith("Biểu ")]
    assert cell.endswith("cột “Tổng số”")
    assert told.pop(cell)[1] == "99"
    assert all("Mục " in place and ", đoạn " in place for place in told)
    for before, after in CHANGED:
        assert [(ours, theirs) for ours, theirs in told.values() if before in ours and after in theirs]


def test_what_the_draft_says_to_the_secretariat_alone_may_be_taken_off(reported: Any) -> None:
    document = Document(BytesIO(report(reported)))
    body = document.element.body
    blocks = list(body)
    start = next(
        (
            at
            for at, block in enumerate(blocks)
            if "".join(block.itertext()).upper().startswith("PHẦN DÀNH CHO")
        ),
        len(blocks),
    )
    for block in blocks[start:-1]:
        body.remove(block)
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("[Chưa có"):
            paragraph.runs[0].text = "Trong kỳ đã ban hành 15 văn bản chỉ đạo."
    out = BytesIO()
    document.save(out)
    found = record(reported, told(word=File("ky.docx", out.getvalue())))
    assert found.figures == 0


def test_number_date_and_signer_filled_in_are_no_changed_figures(reported: Any) -> None:
    room = "\N{NO-BREAK SPACE}" * 5
    filled = edited(
        report(reported), (f"Số {room}", "Số 125"), (f"ngày{room}tháng{room}năm", "ngày 25 tháng 3 năm")
    )
    found = record(reported, Issued(**{**vars(SIGNED), "word": File("ky.docx", filled)}))
    assert found.figures == 0
    assert [d.theirs for d in found.differences] == ["Số 125-BC/BCĐ", "Điện Biên, ngày 25 tháng 3 năm 2026"]


def test_recorded_with_its_files_and_its_author(reported: Any) -> None:
    made = record(reported, Issued(**{**vars(SIGNED), "word": File("ky.docx", report(reported))}))
    assert (made.is_new, made.figures) == (True, 0)
    assert published_sentence(made.publication) == (
        "Báo cáo số 125-BC/BCĐ ngày 25/3/2026, Lò Văn A, Trưởng Ban ký"
    )
    again = record(reported, Issued(**{**vars(SIGNED), "word": File("ky.docx", report(reported))}))
    assert (again.is_new, again.publication.id) == (False, made.publication.id)
    assert reported.count(Publication) == 1
    (act,) = [audit for audit in reported.all(Audit) if "cong-bo" in audit.act]
    assert (act.act, act.actor, act.after["số"]) == ("ghi-cong-bo", "Lãnh đạo Tổ (truong)", "125-BC/BCĐ")


def test_a_correction_stands_beside_what_it_corrects(reported: Any) -> None:
    word = edited(report(reported), ("02/04 báo cáo", "03/04 báo cáo"))
    record(reported, Issued(**{**vars(SIGNED), "word": File("ky.docx", word)}))
    other = Issued("126-BC/BCĐ", date(2026, 3, 25), "Lò Văn A, Trưởng Ban", note="Ghi nhầm số")
    corrected = record(reported, other)
    assert corrected.is_new
    # What was not given again is taken over, with what was found in it.
    assert corrected.publication.pdf_name == "bao-cao-ky.pdf"
    assert corrected.publication.word_name == "ky.docx"
    assert corrected.figures == 1
    with reported.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        standing = latest_publication(session, cycle)
        assert standing is not None
        assert [p.number for p in all_publications(session, cycle)] == ["126-BC/BCĐ", "125-BC/BCĐ"]
        assert published_sentences(session)[cycle.id or 0].startswith("Báo cáo số 126-BC/BCĐ")
    assert [a.act for a in reported.all(Audit) if "cong-bo" in a.act] == ["ghi-cong-bo", "dinh-chinh-cong-bo"]


def test_recorded_on_each_database_also_by_two_at_once(few_both: Any) -> None:
    start, new = Barrier(2), []

    def one() -> None:
        store = few_both.open_again()
        start.wait()
        new.append(record(few_both, store=store).is_new)

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False, True]
    assert few_both.count(Publication) == 1


def told(**changed: Any) -> Issued:
    return Issued(**{**vars(SIGNED), **changed})


@pytest.mark.parametrize(
    ("issued", "why"),
    [
        (told(number="BC/BCĐ"), "Chưa rõ số báo cáo"),
        (told(signed_on=date(2026, 3, 26)), "chưa đến"),
        (told(signed_on=date(2026, 3, 13)), "trước ngày chốt số liệu"),
        (told(signer=" . "), "Chưa rõ người ký"),
        (told(pdf=None), "Chưa chọn bản PDF"),
        (told(pdf=File("a.pdf", b"PK\x03\x04")), "không phải tệp PDF"),
        (told(word=File("a.docx", b"%PDF-1.7")), "không phải văn bản Word"),
        (told(word=File("a.docx", b"PK\x03\x04")), "không phải văn bản Word"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(reported: Any, issued: Issued, why: str) -> None:
    with pytest.raises(Fault, match=why):
        record(reported, issued)
    assert reported.count(Publication) == 0


def test_a_draft_has_nothing_to_publish(reported: Any) -> None:
    with reported.store.writing() as session:
        cycle: Cycle = find_cycle(session, CYCLE)
        cycle.state = CycleState.DRAFT
    with pytest.raises(Fault, match="còn là dự thảo"):
        record(reported)


def word_file(xml: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (
            f"<!DOCTYPE x [<!ENTITY a 'b'>]><w:document {NAMESPACE}><w:body/></w:document>",
            "không đúng cấu trúc",
        ),
        (f"<w:document {NAMESPACE}><w:body>", "không đúng cấu trúc"),
        (f"<w:document {NAMESPACE}/>", "không đúng cấu trúc"),
        (
            f"<w:document {NAMESPACE}><w:body>{'<w:p><w:r><w:t>a</w:t></w:r></w:p>' * 21_000}</w:body></w:document>",
            "quá dài so với một báo cáo",
        ),
        (
            f"<w:document {NAMESPACE}><w:body>{'<w:p/>' * 700_000}</w:body></w:document>",
            "quá nhiều định dạng",
        ),
        (f"<w:document {NAMESPACE}><w:body><w:p>{'a' * 40_000_000}</w:p></w:body></w:document>", "quá lớn"),
    ],
)
def test_a_hostile_word_file_is_refused_in_words(xml: str, why: str) -> None:
    with pytest.raises(Fault, match=why):
        read_report(word_file(xml), "ky.docx")


def test_footnotes_that_the_report_calls_and_tracked_changes_are_read() -> None:
    body = (
        "<w:p><w:r><w:t>Đạt </w:t></w:r><w:del><w:r><w:delText>93</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>94</w:t></w:r></w:ins><w:r><w:t> nhiệm vụ</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:t>Trong đó {number} nhiệm vụ</w:t></w:r></w:p></w:footnote>'
        for number in (2, 3)
    )
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {NAMESPACE}>{notes}</w:footnotes>")
    read = read_report(out.getvalue(), "ky.docx")
    assert [(p.place, p.text) for p in read.paragraphs] == [
        ("Phần mở đầu, đoạn 1", "Đạt 94 nhiệm vụ"),
        ("Chú thích 1", "Trong đó 2 nhiệm vụ"),
    ]


def test_another_document_is_not_taken_for_the_report(reported: Any) -> None:
    other = word_file(
        f"<w:document {NAMESPACE}><w:body><w:p><w:r><w:t>Thực đơn tuần này</w:t></w:r></w:p></w:body></w:document>"
    )
    with pytest.raises(Fault, match="có thể chọn nhầm tệp"):
        record(reported, told(word=File("thuc-don.docx", other)))


def test_held_against_the_report_that_is_chosen_without_recording_anything(reported: Any) -> None:
    first = report(reported)
    hand_in(reported, "SKHCN", {}, at(15, 9))
    consolidate_step(reported.office, CYCLE, at(16, 9), day=date(2026, 3, 14))
    with reported.store.reading() as session:
        newest, oldest = reports_of(session, find_cycle(session, CYCLE))
        comparison, ours = compare_with_ours(session, CYCLE, File("ky.docx", first))
        assert ours.id == newest.id
        assert comparison.figures
        comparison, _ = compare_with_ours(session, CYCLE, File("ky.docx", first), oldest.id)
        assert comparison.differences == ()
        with pytest.raises(Fault, match="không có báo cáo số 99"):
            compare_with_ours(session, CYCLE, File("ky.docx", first), 99)
    assert reported.count(PublicationDifference) == 0


def test_without_a_report_of_ours_the_word_file_is_kept_and_held_against_nothing(
    few: Any, tmp_path: Path
) -> None:
    assert few.count(CycleDocument, CycleDocument.kind == "report") == 0
    made = record(
        few, told(word=File("ky.docx", word_file(f"<w:document {NAMESPACE}><w:body/></w:document>")))
    )
    assert (made.publication.word_name, made.publication.compared_id) == ("ky.docx", None)
    with few.store.reading() as session, pytest.raises(Fault, match="chưa có báo cáo do phần mềm lập"):
        compare_with_ours(session, CYCLE, File("ky.docx", b""))

"""The publication of a cycle at the desk: recorded, corrected, refused, and what was changed by hand."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from contradictions import CYCLE, hand_in
from contradictions import at as march
from docx import Document

from models.codes import CycleState, DeskRole
from models.publication import Publication
from tasks.cycle.cycles import find_cycle
from tasks.steps import consolidate_step

PAGE = f"/cong-bo/{CYCLE}"
PDF = ("ky.pdf", b"%PDF-1.7 ban ky", "application/pdf")
TOLD = {"so": "125-BC/BCĐ", "ngay": "25/3/2026", "nguoi_ky": "Lò Văn A, Trưởng Ban"}


@pytest.fixture
def written(few: Any, clock: Any) -> tuple[Any, bytes]:
    """The report is written, and somebody has changed one figure in it by hand."""
    few.mark_sent(march(4, 10))
    hand_in(few, "SNV", {}, march(10, 9))
    made = consolidate_step(few.office, CYCLE, march(14, 9), day=date(2026, 3, 14))
    document = Document(BytesIO(made.paths[0].read_bytes()))
    run = next(r for p in document.paragraphs for r in p.runs if "01/04" in r.text)
    run.text = run.text.replace("01/04", "02/04")
    out = BytesIO()
    document.save(out)
    clock.at = march(25, 16)
    return few, out.getvalue()


def test_recorded_by_the_leader_with_what_was_changed_by_hand(
    written: tuple[Any, bytes], desk_of: Any
) -> None:
    province, word = written
    leader = desk_of(province, DeskRole.LEADER)
    assert "Chưa ghi công bố" in leader.get(PAGE).text
    page = leader.post(f"{PAGE}/tep", TOLD, files={"pdf": PDF, "word": ("ky.docx", word)})
    assert "Đã ghi công bố báo cáo của kỳ." in page.text
    assert "Báo cáo số 125-BC/BCĐ ngày 25/3/2026, Lò Văn A, Trưởng Ban ký." in page.text
    assert "Số liệu sửa tay: 1 chỗ" in page.text
    assert "02/04" in page.text
    assert "đoạn 1" in page.text
    (publication,) = province.all(Publication)
    assert publication.actor == leader.account.actor
    taken = leader.client.get(f"/thu-ky{PAGE}/{publication.id}/word")
    assert taken.content == word
    assert leader.get(f"{PAGE}/{publication.id}/zip").status == 404
    assert leader.get(f"/cong-bo/khac/{publication.id}/pdf").status == 404

    cycle = leader.get(f"/ky/{CYCLE}").text
    assert "Đã công bố. Báo cáo số 125-BC/BCĐ ngày 25/3/2026, Lò Văn A, Trưởng Ban ký." in cycle

    corrected = leader.post(f"{PAGE}/tep", {**TOLD, "so": "126-BC/BCĐ", "ghi_chu": "Ghi nhầm số"}, files={})
    assert "Báo cáo số 126-BC/BCĐ" in corrected.text
    assert "Các lần ghi trước" in corrected.text
    assert (
        "Số liệu sửa tay: 1 chỗ" in corrected.text
    )  # the file was not chosen again: what was found in it stays
    assert "Đã công bố: Báo cáo số 126-BC/BCĐ ngày 25/3/2026" in leader.get(f"/doi-chieu?ky={CYCLE}").text


def test_what_is_wrong_is_said_and_what_was_typed_stays(written: tuple[Any, bytes], desk_of: Any) -> None:
    province, _ = written
    leader = desk_of(province, DeskRole.LEADER)
    page = leader.post(f"{PAGE}/tep", {**TOLD, "ngay": "26/3/2026"}, files={"pdf": PDF})
    assert (page.status, "chưa đến" in page.text) == (422, True)
    assert "Lò Văn A, Trưởng Ban" in page.html
    page = leader.post(f"{PAGE}/tep", {**TOLD, "ngay": "hôm qua"}, files={"pdf": PDF})
    assert "không hiểu “hôm qua”" in page.text
    page = leader.post(f"{PAGE}/tep", TOLD, files={})
    assert "Chưa chọn bản PDF" in page.text
    assert province.count(Publication) == 0


def test_an_officer_tries_a_file_and_records_nothing(written: tuple[Any, bytes], desk_of: Any) -> None:
    province, word = written
    officer = desk_of(province)
    page = officer.post(f"{PAGE}/thu/tep", {}, files={"word_thu": ("ky.docx", word)})
    assert "Đối chiếu thử tệp “ky.docx”" in page.text
    assert "Số liệu sửa tay: 1 chỗ" in page.text
    assert "Chưa chọn tệp Word" in officer.post(f"{PAGE}/thu/tep", {}, files={}).text
    refused = officer.post(f"{PAGE}/thu/tep", {}, files={"word_thu": ("ky.docx", b"PK\x03\x04")})
    assert (refused.status, "không phải văn bản Word" in refused.text) == (422, True)
    assert officer.post(f"{PAGE}/tep", TOLD, files={"pdf": PDF}).status == 403
    assert province.count(Publication) == 0


def test_a_draft_and_a_cycle_that_is_none(written: tuple[Any, bytes], desk_of: Any) -> None:
    province, _ = written
    leader = desk_of(province, DeskRole.LEADER)
    assert leader.get("/cong-bo/khong-co").status == 404
    with province.store.writing() as session:
        find_cycle(session, CYCLE).state = CycleState.DRAFT
    page = leader.get(PAGE)
    assert "chưa thể công bố" in page.text
    assert not [f for f in page.fields("input") if f.get("name") == "so"]

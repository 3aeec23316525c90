"""What who approves is asked, and the files that a form may name."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.history import Audit
from models.publication import Publication
from models.time import VIETNAM
from tasks.console.issued_report import FOLDER, FileFault, issued_file, publication_question, record_issued
from tasks.console.release_question import draft_to_release, release_question
from tasks.cycle.cycles import CycleFault
from tasks.publication.publish import PublicationFault
from tasks.steps import open_step

OPENED = datetime(2026, 3, 2, 8, tzinfo=VIETNAM).astimezone(UTC)
ISSUED = datetime(2026, 3, 27, 8, tzinfo=VIETNAM).astimezone(UTC)
CODE = "bcd-quy-2026-Q1"


def test_the_only_draft_is_the_one_that_is_meant(imported: Any) -> None:
    with pytest.raises(CycleFault, match="Không có kỳ nào ở dạng dự thảo"):
        draft_to_release(imported.office, "")
    open_step(imported.office, "2026-Q1", OPENED)
    assert draft_to_release(imported.office, "") == CODE
    open_step(imported.office, "2026-H1", OPENED)
    with pytest.raises(CycleFault, match="Có 02 kỳ dự thảo: bcd-quy-2026-Q1, bcd-6-thang-2026-H1"):
        draft_to_release(imported.office, "")
    assert draft_to_release(imported.office, "bcd-6-thang-2026-H1") == "bcd-6-thang-2026-H1"
    with pytest.raises(CycleFault, match="Không có kỳ báo cáo 'x'"):
        draft_to_release(imported.office, "x")


def test_who_approves_reads_the_days_and_who_is_asked(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", OPENED)
    asked = release_question(imported.office, CODE, OPENED)
    for words in (
        "**14/3/2026**",
        "**20/3/2026**",
        "**25/3/2026**",
        "**Kính gửi 60 nơi:**",
        "Xã, phường (45): ",
    ):
        assert words in asked
    assert asked.count("Sở Nội vụ") == 1


def test_a_released_cycle_says_so(few: Any) -> None:
    assert "đã phát hành theo công văn số 12-CV/BCĐ" in release_question(few.office, CODE, OPENED)


def test_a_form_names_a_file_in_the_folder_and_reaches_no_other(few: Any) -> None:
    publication_question(few.office, CODE)  # makes the folder that it speaks of
    folder = few.office.settings.home / FOLDER
    (folder / "bc.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (few.office.settings.home / "secret.key").write_bytes(b"x")
    assert issued_file(few.office, "") is None
    found = issued_file(few.office, " bc.pdf ")
    assert found is not None
    assert found.name == "bc.pdf"
    for name in ("../secret.key", "/etc/passwd", "khong-co.pdf", ".", ".."):
        with pytest.raises(FileFault, match="Chép tệp vào đó"):
            issued_file(few.office, name)


def test_the_publication_is_recorded_by_the_same_function_and_once(few_both: Any) -> None:
    office = few_both.office
    assert "Chưa ghi nhận." in publication_question(office, CODE)
    pdf = office.settings.home / FOLDER / "bc.pdf"
    pdf.write_bytes(b"%PDF-1.4\n%%EOF\n")

    def record(signed_on: date = date(2026, 3, 25)) -> str:
        return record_issued(
            office,
            CODE,
            number="125-BC/BCĐ",
            signed_on=signed_on,
            signer="Lò Văn A",
            pdf=issued_file(office, "bc.pdf"),
            word=None,
            actor="Lường Thị Trưởng (giao diện Prefect)",
            now=ISSUED,
        )

    with pytest.raises(PublicationFault):
        record(date(2026, 4, 30))
    assert "125-BC/BCĐ" in record()
    assert record().startswith("Không có gì thay đổi.")
    assert len(few_both.all(Publication)) == 1
    (act,) = [act for act in few_both.all(Audit) if act.act == "ghi-cong-bo"]
    assert act.actor == "Lường Thị Trưởng (giao diện Prefect)"
    assert "Ghi lại là đính chính" in publication_question(office, CODE)

"""The signed Báo cáo: added at once or later, kept in every version, mended without choosing the file again."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from models.codes import ArrivalVerdict
from models.notice import Notice
from models.submission import Arrival, SignedReport
from tasks.blobs import LARGEST
from tasks.cycle.cycles import close_cycle

VisitorOf = Callable[..., Any]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SAID = {"so": "125/BC-SNV", "ngay": "11/3/2026", "nguoi_ky": "Lò Văn A"}
WORDS = "Báo cáo số 125/BC-SNV ngày 11/3/2026 do Lò Văn A ký"
PRELIMINARY = "Số liệu sơ bộ: chưa có báo cáo đã ký"


def add(visitor: Any, content: bytes = PDF, name: str = "ban-ky.pdf", **said: str) -> Any:
    return visitor.post("/ban-ky", {**SAID, **said}, files={"ban_ky": (name, content)})


def test_figures_are_preliminary_until_it_is_there(few_both: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few_both, "SNV")
    assert PRELIMINARY in visitor.upload(few_both.filled("SNV")).text
    page = add(visitor)
    assert "Đã ghi nhận báo cáo đã ký" in page.text
    assert WORDS in page.text
    assert PRELIMINARY not in visitor.get().text
    (signed,) = few_both.all(SignedReport)
    assert (signed.number, signed.signed_on, signed.signer) == ("125/BC-SNV", date(2026, 3, 11), "Lò Văn A")
    got = visitor.client.get(f"/y/{visitor.token}/bao-cao-da-ky")
    assert got.content == PDF
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment;")


def test_it_may_come_before_the_figures(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    page = add(visitor)
    assert "Số liệu vẫn phải gửi bằng biểu" in page.text
    assert "Chưa nhận được báo cáo." in page.text


def test_the_latest_counts_and_the_earlier_ones_are_kept(few: Any, visitor_of: VisitorOf) -> None:
    visitor, other = visitor_of(few, "SNV"), visitor_of(few, "STC")
    add(visitor)
    page = add(visitor, PDF + b"2", so="126/BC-SNV")
    assert "Báo cáo số 126/BC-SNV" in page.text
    assert "Các bản nộp trước (01), không còn được tính" in page.text
    first, last = few.all(SignedReport)
    path = f"/y/{visitor.token}/bao-cao-da-ky"
    assert visitor.client.get(path).content == PDF + b"2"
    assert visitor.client.get(f"{path}?ban={first.id}").content == PDF
    assert other.get(f"/bao-cao-da-ky?ban={last.id}").status == 404


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"so": " "}, "Chưa ghi số báo cáo"),
        ({"so": "x" * 99 + "12"}, "dài quá 100 ký tự"),
        ({"nguoi_ky": "…"}, "Chưa ghi họ tên người ký"),
        ({"nguoi_ky": "A" * 201}, "dài quá 200 ký tự"),
        ({"ngay": ""}, "Chưa rõ ngày ký"),
        ({"ngay": "hôm qua"}, "Chưa rõ ngày ký"),
        ({"ngay": "13/3/2026"}, "Ngày ký 13/3/2026 chưa đến"),
        ({"ngay": "14/12/2025"}, "trước khi kỳ báo cáo bắt đầu (15/12/2025)"),
    ],
)
def test_what_is_missing_is_said_and_the_file_need_not_be_chosen_again(
    few: Any, visitor_of: VisitorOf, said: dict[str, str], why: str
) -> None:
    visitor = visitor_of(few, "SNV")
    page = add(visitor, **said)
    assert page.status == 422
    assert why in page.text
    assert "không cần chọn lại" in page.text
    assert few.count(SignedReport) == 0
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, why in arrival.note) == (ArrivalVerdict.PERSON, True)
    (word,) = [f["value"] for f in page.fields("input") if f.get("name") == "da_luu"]
    done = visitor.post("/ban-ky", {**SAID, "da_luu": str(word)}, files={"ban_ky": ("", b"")})
    assert WORDS in done.text
    assert [a.verdict for a in few.all(Arrival)] == [ArrivalVerdict.SIGNED]


def test_what_is_no_pdf_is_kept_and_refused(few: Any, visitor_of: VisitorOf) -> None:
    page = add(visitor_of(few, "SNV"), few.filled("SNV"), "bieu.xlsx")
    assert "Tệp “bieu.xlsx” không phải tệp PDF" in page.text
    (arrival,) = few.all(Arrival)
    assert arrival.verdict == ArrivalVerdict.PERSON
    assert few.count(SignedReport) == 0


def test_a_pdf_with_lines_before_its_mark_is_one(few: Any, visitor_of: VisitorOf) -> None:
    assert WORDS in add(visitor_of(few, "SNV"), b"\r\n" * 500 + PDF).text


def test_without_a_file_nothing_is_stored(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few, "SNV").post("/ban-ky", SAID, files={"ban_ky": ("", b"")})
    assert page.status == 422
    assert "Chưa chọn tệp PDF" in page.text
    assert few.count(Arrival) == 0


def test_a_word_of_somebody_else_records_nothing(few: Any, visitor_of: VisitorOf) -> None:
    visitor, other = visitor_of(few, "SNV"), visitor_of(few, "STC")
    page = add(visitor, so="")
    (word,) = [f["value"] for f in page.fields("input") if f.get("name") == "da_luu"]
    assert "Chưa chọn tệp PDF" in other.post("/ban-ky", {**SAID, "da_luu": str(word)}).text
    assert few.count(SignedReport) == 0


def test_a_report_is_not_put_aside_as_a_signed_one(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    word = visitor.upload(few.filled("SNV")).url.rpartition("nop=")[2].partition("#")[0]
    assert "không phải tệp PDF" in visitor.post("/ban-ky", {**SAID, "da_luu": word}).text
    assert [a.verdict for a in few.all(Arrival)] == [ArrivalVerdict.SUBMISSION]


def test_a_pdf_in_the_ordinary_field_is_shown_where_it_belongs(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    page = visitor.upload(PDF, "Báo cáo ký.pdf")
    assert "Tệp “Báo cáo ký.pdf” đã được lưu nhưng chưa được tính là báo cáo: tệp PDF" in page.text
    assert "ghi số, ngày, người ký ở mục" in page.text
    (word,) = [f["value"] for f in page.fields("input") if f.get("name") == "da_luu"]
    assert WORDS in visitor.post("/ban-ky", {**SAID, "da_luu": str(word)}).text


def test_the_same_file_handed_in_again_rightly_waits_for_nobody(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.upload(PDF, "ban-ky.pdf")
    add(visitor)
    assert [a.verdict for a in few.all(Arrival)] == [ArrivalVerdict.DUPLICATE, ArrivalVerdict.SIGNED]
    assert "Chờ thư ký xem xét" not in visitor.get().text


def test_the_button_pressed_twice_adds_it_once(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    word = add(visitor).url.rpartition("nop=")[2].partition("#")[0]
    visitor.post("/ban-ky", {**SAID, "da_luu": word})
    assert few.count(SignedReport) == 1


def test_after_closing_it_is_kept_and_the_secretariat_told(
    few: Any, visitor_of: VisitorOf, clock: Any
) -> None:
    visitor = visitor_of(few, "SNV")
    with few.store.writing() as session:
        close_cycle(session, few.cycle(session), reason="thử", actor="Thư ký", now=clock.at)
    clock.at += timedelta(days=3)
    page = add(visitor, ngay="14/3/2026")
    assert "ngày 14/3/2026 do Lò Văn A ký" in page.text
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, "đã đóng" in arrival.note) == (ArrivalVerdict.SIGNED, True)
    assert {n.subject for n in few.all(Notice) if n.step == "can-xem-xet"} == {f"arrival:{arrival.id}"}


def test_a_file_of_the_largest_size_is_taken_and_no_larger_one(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    assert WORDS in add(visitor, PDF + b" " * (LARGEST - len(PDF))).text
    page = add(visitor, PDF + b" " * LARGEST)
    assert page.status == 413
    assert few.count(Arrival) == 1


def test_in_one_zip_with_the_report_it_is_told_apart(few: Any, visitor_of: VisitorOf) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        package.writestr("SNV.xlsx", few.filled("SNV"))
        package.writestr("bao cao.pdf", PDF)
    page = visitor_of(few, "SNV").upload(packed.getvalue(), "SNV.zip")
    assert "Đã nhận tệp nén “SNV.zip”, gồm 02 tệp:" in page.text
    assert "SNV.xlsx: báo cáo đạt yêu cầu (bản thứ 1" in page.text
    assert "bao cao.pdf: đã lưu, chưa được tính" in page.text

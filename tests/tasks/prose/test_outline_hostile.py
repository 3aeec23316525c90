"""Files made to harm, and files of another kind: each gets a sentence that says what to do, in bounded time."""

import time
import zlib
from base64 import urlsafe_b64encode
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from outlines import FORM, KEY, OUTLINE, WORD, headings_of, package, repacked, word_of

from tasks.prose.outline_mark import mark_of
from tasks.prose.outline_read import UnreadableForm, is_word, read_outline
from tasks.prose.outline_write import write_outline

SENT = write_outline(FORM, {}, {}, KEY)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(**parts: bytes) -> bytes:
    return repacked({name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp rỗng"),
        (b"%PDF-1.7 ...", "Tệp là tệp PDF.*Gửi kèm bản .docx"),
        (b"{\\rtf1 chao}", "RTF.*định dạng .docx"),
        (COMPOUND + "WordDocument".encode("utf-16-le"), r"Word cũ \(.doc\).*định dạng .docx"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu"),
        (COMPOUND + "Workbook".encode("utf-16-le"), "không phải văn bản Word"),
        (b"chao", "không phải văn bản Word"),
        (
            zipped(mimetype=b"application/vnd.oasis.opendocument.text", content_xml=b"<a/>"),
            r"OpenDocument \(.odt\)",
        ),
        (zipped(xl__workbook_xml=b"<a/>"), "không phải văn bản Word"),
        (repacked({"bao-cao.docx": b"PK"}), "tệp nén"),
        (SENT[: len(SENT) // 2], "bị hỏng"),
        (zipped(word__document_xml=b"<w:document"), "không đúng cấu trúc"),
        (zipped(word__document_xml=b"<a>\xff</a>"), "không đúng cấu trúc"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableForm, match=said):
        read_outline(content, OUTLINE)


def test_a_file_too_large_is_refused_unopened() -> None:
    with pytest.raises(UnreadableForm, match="lớn hơn mức 25 MB"):
        read_outline(b"PK" + b"\0" * (25 * 1024 * 1024), OUTLINE)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "name",
    [
        "word/document.xml",
        "word/styles.xml",
        "word/numbering.xml",
        "docProps/custom.xml",
        "[Content_Types].xml",
    ],
)
def test_a_part_with_a_document_type_is_refused(name: str) -> None:
    parts = package(SENT)
    declaration, _, rest = parts[name].partition(b"?>")
    parts[name] = declaration + b"?>" + LAUGHS + rest
    with pytest.raises(UnreadableForm, match="không đúng cấu trúc"):
        read_outline(repacked(parts), OUTLINE)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (40 * 1024 * 1024) + b"</a>")
    assert is_word(out.getvalue())
    with pytest.raises(UnreadableForm, match="giải nén ra quá lớn"):
        read_outline(out.getvalue(), OUTLINE)


def test_too_many_tags_are_refused() -> None:
    body = b"<w:p/>" * 600_001
    with pytest.raises(UnreadableForm, match="quá nhiều định dạng"):
        read_outline(zipped(word__document_xml=b'<a xmlns:w="%b">%b</a>' % (WORD.encode(), body)), OUTLINE)


def test_tables_within_tables_end() -> None:
    open_, close = "<w:tbl><w:tr><w:tc><w:p/>", "</w:tc><w:tc/></w:tr></w:tbl>"
    body = f'<w:document xmlns:w="{WORD}"><w:body>{open_ * 70}{close * 70}</w:body></w:document>'
    assert read_outline(zipped(word__document_xml=body.encode()), OUTLINE).parts == ()


def test_fields_that_should_be_numbers_and_are_not() -> None:
    paragraph = (
        '<w:p><w:pPr><w:pStyle w:val="A"/><w:outlineLvl w:val="x"/><w:numPr><w:ilvl w:val="-1"/><w:numId w:val="?"/>'
        "</w:numPr></w:pPr><w:r><w:t>Chữ</w:t></w:r></w:p>"
    )
    body = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph}</w:body></w:document>'
    (part,) = read_outline(zipped(word__document_xml=body.encode()), OUTLINE).parts
    assert part.text == "Chữ"


def test_thousands_of_headings_are_compared_in_reasonable_time() -> None:
    lines = [f"**1. Về dữ liệu số và việc thứ {number}" for number in range(4_000)]
    content = word_of([*(f"**{heading}" for heading in headings_of()), *lines])
    began = time.perf_counter()
    read = read_outline(content, OUTLINE)
    assert time.perf_counter() - began < 20
    assert sum(part.text.count("\n") + 1 if part.text else 1 for part in read.parts) >= 4_000
    assert len(read.findings) <= 60


@pytest.mark.parametrize(
    "word", ["", "eN", "!!", "eNpLTEwEAALYAUo=", "eNqrVkrOSSwuVrJSMDQyNjE1M7cwqAUAPvEFHA=="]
)
def test_a_mark_that_is_none(word: str) -> None:
    assert mark_of({"dondoc.1": word}, [f"dondoc:{word}"]) is None


def test_a_mark_that_swells_is_none() -> None:
    word = urlsafe_b64encode(zlib.compress(b"[" * 50_000_000)).decode()
    assert mark_of({"dondoc.1": word}, []) is None

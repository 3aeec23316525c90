"""Files out of any mail: several, forwarded, zipped, misnamed, broken; never an exception, nothing lost in silence."""

import base64
import time
import zipfile
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from whole_words import POLICY

from tasks.intake import zip_files
from tasks.intake.mail_parts import Mail, take_apart
from tasks.intake.zip_files import Unopened, is_archive, unpack

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(said: str = "x") -> bytes:
    book = Workbook()
    book.active["A1"] = said
    out = BytesIO()
    book.save(out)
    return out.getvalue()


FORM = workbook()


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def letter(*files: tuple[str, bytes], subject: str = "Báo cáo", text: str = "Kính gửi") -> EmailMessage:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = "Văn thư <Van-Thu@SNV.example>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@snv.example>"
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def taken(mail: EmailMessage | MIMEBase | bytes) -> Mail:
    return take_apart(mail if isinstance(mail, bytes) else mail.as_bytes())


def names(mail: Mail) -> list[str]:
    return [file.name for file in mail.files]


def test_what_a_mail_says_of_itself() -> None:
    mail = letter(subject="Báo cáo quý I/2026 của Sở Nội vụ tỉnh Điện Biên gửi Tổ giúp việc Ban Chỉ đạo")
    mail["In-Reply-To"] = "<3@bcd.example>"
    mail["References"] = "<1@bcd.example> <2@bcd.example> <3@bcd.example>"
    read = taken(mail)
    assert (read.message_id, read.sender) == ("<1@snv.example>", "van-thu@snv.example")
    assert read.subject == "Báo cáo quý I/2026 của Sở Nội vụ tỉnh Điện Biên gửi Tổ giúp việc Ban Chỉ đạo"
    assert read.answers == ("<3@bcd.example>", "<2@bcd.example>", "<1@bcd.example>")
    assert (read.files, read.damaged) == ((), "")


def test_several_attachments() -> None:
    read = taken(letter(("bieu.xlsx", FORM), ("bao cao.pdf", b"%PDF-1.7"), ("anh.jpg", b"\xff\xd8")))
    assert [(f.name, f.content, bool(f.unusable)) for f in read.files] == [
        ("bieu.xlsx", FORM, False),
        ("bao cao.pdf", b"%PDF-1.7", False),
        ("anh.jpg", b"\xff\xd8", True),
    ]


def test_forwarded_mails_within_forwarded_mails() -> None:
    inner = letter(("bieu.xlsx", FORM))
    middle = letter(text="Xem thư kèm")
    middle.add_attachment(inner)
    outer = letter(("phu luc.pdf", b"%PDF"))
    outer.add_attachment(middle)
    read = taken(outer)
    assert [(f.name, f.nested) for f in read.files] == [("phu luc.pdf", False), ("bieu.xlsx", True)]
    assert read.files[1].content == FORM


def test_a_forwarded_mail_in_base64() -> None:
    outer = MIMEMultipart()
    part = MIMEBase("message", "rfc822")
    part.set_payload(base64.encodebytes(letter(("bieu.xlsx", FORM)).as_bytes()).decode())
    part["Content-Transfer-Encoding"] = "base64"
    outer.attach(part)
    assert [file.content for file in taken(outer).files] == [FORM]


def test_mails_nested_without_end_are_kept_whole() -> None:
    mail = letter(("bieu.xlsx", FORM))
    for _ in range(20):
        outer = letter()
        outer.add_attachment(mail)
        mail = outer
    assert "quá nhiều lớp" in taken(mail).damaged


def test_a_zip_gives_its_files_by_their_own_names() -> None:
    content = zipped(
        **{"Báo cáo/Quý I/biểu SNV.xlsx": FORM, "../../etc/ke-hoach.pdf": b"%PDF", "__MACOSX/._x": b"x"}
    )
    read = taken(letter(("bao cao.zip", content)))
    assert [(f.name, f.unusable) for f in read.files] == [("biểu SNV.xlsx", ""), ("ke-hoach.pdf", "")]
    assert read.files[0].content == FORM


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("biểu mẫu.xlsx".encode(), "biểu mẫu.xlsx", id="UTF-8 without the mark"),
        pytest.param("bi\u1ec3u".encode("utf-8") + b".xlsx", "biểu.xlsx", id="UTF-8"),
        pytest.param(b"b\xe1o c\xe1o.xlsx", "báo cáo.xlsx", id="Windows"),
        pytest.param(b"c:\\temp\\bao cao.xlsx", "bao cao.xlsx", id="a path of Windows"),
        pytest.param(b"..\\..\\bao cao.xlsx", "bao cao.xlsx", id="a way up"),
    ],
)
def test_names_in_a_zip_without_a_code(raw: bytes, name: str) -> None:
    stand_in = "x" * len(raw)
    content = zipped(**{stand_in: FORM}).replace(stand_in.encode(), raw)
    assert [file.name for file in unpack(content, 10**6)] == [name]


def test_an_office_document_is_no_archive() -> None:
    assert not is_archive(FORM)
    assert is_archive(zipped(**{"a.xlsx": FORM}))


def bomb() -> bytes:
    return zipped(**{"bieu.xlsx": b"\0" * 30_000_000})


def encrypted() -> bytes:
    content = bytearray(zipped(**{"bieu.xlsx": FORM}))
    content[6] |= 1  # in the local header and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(bomb(), "quá lớn", id="a bomb"),
        pytest.param(encrypted(), "mật khẩu", id="a password"),
        pytest.param(zipped(**{f"{n}.xlsx": b"" for n in range(60)}), "60 tệp", id="very many files"),
        pytest.param(zipped(), "không chứa tệp nào", id="empty"),
        pytest.param(zipped(**{"a.xlsx": FORM})[:-30], "hỏng", id="cut short"),
    ],
)
def test_a_zip_that_is_not_opened_is_kept_whole(content: bytes, why: str) -> None:
    (file,) = taken(letter(("bao cao.zip", content))).files
    assert (file.name, file.content) == ("bao cao.zip", content)
    assert why in file.unusable


def test_a_zip_whose_directory_lies_about_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MOST_BYTES", 1_000_000)
    with pytest.raises(Unopened, match="quá lớn"):
        unpack(zipped(**{f"{n}.bin": b"\0" * 400_000 for n in range(3)}), 500_000)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("winmail.dat", b"\x78\x9f\x3e\x22" + b"x" * 50, "riêng của Outlook"),
        ("bieu.xls", b"\xd0\xcf\x11\xe0" + b"x" * 50, "Office đời cũ"),
        ("bieu.rar", b"Rar!\x1a\x07", ".rar hoặc .7z"),
        ("trong.xlsx", b"", "rỗng"),
        ("anh.png", b"\x89PNG", "không phải tệp Excel"),
        ("trong.zip", b"PK\x03\x04hong", "hỏng"),
        ("long.zip", zipped(**{"trong.zip": zipped(**{"a.xlsx": FORM})}), "nằm trong tệp nén khác"),
    ],
)
def test_what_cannot_be_a_report_is_kept_and_named(name: str, content: bytes, why: str) -> None:
    (file,) = taken(letter((name, content))).files
    assert why in file.unusable
    assert file.name.endswith(name.rpartition(".")[2])


def with_header(name: str, value: bytes) -> bytes:
    body = base64.encodebytes(FORM)
    return (
        b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n"
        + name.encode()
        + b": "
        + value
        + b"\r\n\r\n"
        + body
    )


@pytest.mark.parametrize(
    ("header", "value", "name"),
    [
        pytest.param(
            "Content-Disposition",
            b"attachment; filename*=UTF-8''bi%E1%BB%83u%20m%E1%BA%ABu.xlsx",
            "biểu mẫu.xlsx",
            id="RFC 2231",
        ),
        pytest.param(
            "Content-Disposition",
            b"attachment;\r\n filename*0*=UTF-8''bi%E1%BB%83u;\r\n filename*1*=%20m%E1%BA%ABu.xlsx",
            "biểu mẫu.xlsx",
            id="RFC 2231 in pieces",
        ),
        pytest.param(
            "Content-Type",
            b'application/octet-stream; name="=?utf-8?B?Ymnhu4N1IG3huqt1Lnhsc3g=?="',
            "biểu mẫu.xlsx",
            id="RFC 2047 in quotes",
        ),
        pytest.param(
            "Content-Disposition",
            'attachment; filename="biểu mẫu.xlsx"'.encode(),
            "biểu mẫu.xlsx",
            id="raw UTF-8",
        ),
        pytest.param(
            "Content-Disposition",
            b'attachment; filename="b\xe1o c\xe1o.xlsx"',
            "báo cáo.xlsx",
            id="raw Windows-1258",
        ),
        pytest.param(
            "Content-Disposition",
            'attachment; filename="bie\u0302\u0309u.xlsx"'.encode(),
            "biểu.xlsx",
            id="NFD",
        ),
        pytest.param(
            "Content-Disposition", b'attachment; filename="../../etc/passwd"', "passwd", id="a way up"
        ),
        pytest.param(
            "Content-Disposition",
            b'attachment; filename="C:\\\\x\\\\bieu.xlsx"',
            "bieu.xlsx",
            id="a path of Windows",
        ),
        pytest.param("Content-Disposition", b"attachment", "tep-dinh-kem.txt", id="none"),
        pytest.param(
            "Content-Disposition", b'attachment; filename="/"', "tep-dinh-kem.txt", id="no name in it"
        ),
        pytest.param(
            "Content-Disposition",
            b"attachment; filename*=x-khong-co''a%FF.xlsx",
            "aÿ.xlsx",
            id="an unknown code",
        ),
    ],
)
def test_names_in_every_code(header: str, value: bytes, name: str) -> None:
    (file,) = taken(with_header(header, value)).files
    assert (file.name, file.content) == (name, FORM)


def test_the_text_its_pictures_and_its_signature_are_no_files() -> None:
    related = MIMEMultipart("related")
    related.attach(MIMEText("<p>Kính gửi <img src='cid:logo'></p>", "html"))
    logo = MIMEImage(b"\x89PNG", "png")
    logo["Content-ID"] = "<logo>"
    related.attach(logo)
    mixed = MIMEMultipart("signed")
    mixed.attach(related)
    mixed.attach(MIMEApplication(b"x", "pkcs7-signature", name="smime.p7s"))
    assert taken(mixed).files == ()


def test_a_photo_of_a_page_is_a_file() -> None:
    mixed = MIMEMultipart("mixed")
    photo = MIMEImage(b"\xff\xd8", "jpeg", name="IMG_1.jpg")
    photo["Content-Disposition"] = "inline"
    mixed.attach(photo)
    assert names(taken(mixed)) == ["IMG_1.jpg"]


def test_a_name_that_hides_another_address_fools_nobody() -> None:
    raw = b"From: =?utf-8?q?giam-doc=40stc=2Eexample=2C?= <ke-gian@la.example>\n\n"
    assert taken(raw).sender == "ke-gian@la.example"


def test_the_same_mail_over_two_ways_has_one_hash() -> None:
    raw = letter(("bieu.xlsx", FORM)).as_bytes()
    other = b"Received: from a\n" + raw.replace(b"\r\n", b"\n")
    assert taken(raw).body_hash == taken(other).body_hash
    assert taken(raw).body_hash != taken(letter(("bieu.xlsx", workbook("y")))).body_hash


def test_a_file_damaged_on_the_way_is_said() -> None:
    raw = letter(("bieu.xlsx", FORM)).as_bytes()
    start = raw.index(b"UEsDB")
    read = taken(raw[: start + 40] + b"***" + raw[start + 43 :])
    assert "bieu.xlsx bị hỏng" in read.damaged
    assert names(read) == ["bieu.xlsx"]


def test_a_flood_of_files_is_kept_whole() -> None:
    read = taken(letter(*[(f"{n}.txt", b"x") for n in range(210)]))
    assert len(read.files) == 200
    assert "200 tệp" in read.damaged


def nested_parts(levels: int) -> bytes:
    return b"From: a@b.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(nested_parts(3000), id="levels without end"),
        pytest.param(nested_parts(90) + b"a\n" * 1_000_000, id="many levels around many lines"),
        pytest.param(b"From: a@b.example\n\n" + b"a\n" * 5_000_000, id="lines without end"),
        pytest.param(
            b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 200_000 + b"\n\nx", id="a giant header"
        ),
        pytest.param(b"From: a@b.example\n" + b"X: y\n" * 500_000 + b"\n", id="headers without end"),
        pytest.param(
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 500_000,
            id="parts without end",
        ),
        pytest.param(
            b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 5000, id="mails without end"
        ),
    ],
)
def test_a_mail_built_to_keep_its_reader_busy_is_not_opened(raw: bytes) -> None:
    began = time.process_time()
    read = taken(raw)
    assert time.process_time() - began < 5
    assert (read.sender, read.damaged) == ("a@b.example", "thư có cấu trúc bất thường, không mở ra")


def test_a_zip_with_a_giant_directory_is_not_opened() -> None:
    content = zipped(**{"a.xlsx": FORM}) + b"PK\x01\x02" * 6000
    (file,) = taken(letter(("a.zip", content))).files
    assert (file.unusable, file.content) == ("tệp nén hỏng", content)


SMALL = [("a.xlsx", FORM), ("b.pdf", b"%PDF" + bytes(range(256)))]
WHOLE = letter(*SMALL).as_bytes()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)))
def test_a_mail_cut_short_loses_nothing_in_silence(cut: int) -> None:
    """Either both files are there, or the mail is kept whole, or it is a mail without files, which a person sees."""
    read = taken(WHOLE[:cut])
    contents = {file.content for file in read.files}
    assert read.damaged or not contents or contents == {content for _name, content in SMALL}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3)), min_size=1, max_size=8))
def test_a_mangled_mail_never_raises(edits: list[tuple[int, bytes]]) -> None:
    raw = WHOLE
    for place, put in edits:
        raw = raw[:place] + put + raw[place + len(put) + 1 :]
    read = taken(raw)
    for file in read.files:
        assert file.name == file.name.strip()
        assert "/" not in file.name
        assert "\\" not in file.name
    assert len(read.body_hash) == 64


HEADERS = st.sampled_from(
    [
        b"From",
        b"Subject",
        b"Content-Type",
        b"Content-Disposition",
        b"Content-Transfer-Encoding",
        b"References",
        b"Date",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/mixed; boundary",
            b"multipart/report; report-type=delivery-status; boundary=b",
            b"message/rfc822",
            b"message/delivery-status",
            b"attachment; filename*0*=utf-8''%; filename*1=x",
            b"attachment; filename==?utf-8?b?=?=",
            b"base64",
            b"quoted-printable",
            b"uuencode",
            b"=?utf-8?b?4?= =?x?q?=FF?=",
        ]
    ),
)


LINES = [b"--b", b"--b--", b"", b"begin 644 a\n#86)C\n`\nend"]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(HEADERS, VALUES), max_size=6),
    st.lists(
        st.one_of(
            st.binary(max_size=80), st.sampled_from([b"--b", b"--b--", b"", b"begin 644 a\n#86)C\n`\nend"])
        )
    ),
)
def test_any_bytes_are_taken_apart(headers: list[tuple[bytes, bytes]], lines: list[bytes]) -> None:
    head = b"\r\n".join(name + b": " + value for name, value in headers)
    read = taken(head + b"\r\n\r\n" + b"\r\n".join(lines))
    assert isinstance(read.subject, str)
    assert all(isinstance(file.content, bytes) for file in read.files)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), st.booleans())
def test_a_sound_mail_gives_back_every_byte(contents: list[bytes], forwarded: bool) -> None:
    mail = letter(*[(f"{n}.bin", content) for n, content in enumerate(contents)])
    if forwarded:
        outer = letter()
        outer.add_attachment(mail)
        mail = outer
    read = taken(mail)
    assert [file.content for file in read.files] == contents
    assert read.damaged == ""

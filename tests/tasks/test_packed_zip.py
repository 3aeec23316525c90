"""A package of parts packed beforehand is the file that the standard library would have written."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tasks.packed_zip import pack, zip_of

PARTS = {"[Content_Types].xml": "<Types/>" * 99, "xl/workbook.xml": "Quý I, số liệu", "r.xml": ""}


def test_the_bytes_are_those_of_the_standard_library() -> None:
    expected = BytesIO()
    with ZipFile(expected, "w", ZIP_DEFLATED) as package:
        for name, text in PARTS.items():
            entry = ZipInfo(name)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            package.writestr(entry, text)
    assert zip_of(pack(name, text) for name, text in PARTS.items()) == expected.getvalue()


def test_every_part_comes_back() -> None:
    content = zip_of([pack("a.bin", bytes(range(256))), *(pack(name, text) for name, text in PARTS.items())])
    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        assert {name: package.read(name).decode() for name in PARTS} == PARTS
        assert package.read("a.bin") == bytes(range(256))

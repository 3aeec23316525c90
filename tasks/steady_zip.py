"""A document as a file in which nothing depends on the hour of writing: the same content, the same bytes."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_CORE = "docProps/core.xml"
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
Longer = Mapping[str, Callable[[bytes], Iterable[bytes]]]


def steady_zip(content: bytes, made: date, longer: Longer | None = None) -> bytes:
    """An XLSX or DOCX file packed again with fixed dates: its properties say it was written on `made`.

    `longer`: what is to stand in a part in place of what it holds, piece by piece, by the part's name.
    """
    stamp = rb"\g<1>" + f"{made:%Y-%m-%d}T00:00:00Z".encode() + rb"\g<2>"
    longer = longer or {}
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(packed, "w", ZIP_DEFLATED) as fixed:
        for name in given.namelist():
            part = given.read(name)
            entry = ZipInfo(name)  # dated 1980-01-01
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            if name in longer:
                with fixed.open(entry, "w") as opened:
                    for piece in longer[name](part):
                        opened.write(piece)
                continue
            fixed.writestr(entry, _WRITTEN.sub(stamp, part) if name == _CORE else part)
    return packed.getvalue()

"""Many documents of one template that differ in a few texts: the first is rendered, the others written from it.

Word's own parts and whatever they have in common are made once; a letter then costs what packing it costs. Each is the
same, byte for byte, as if it had been rendered by itself.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from tasks.documents.word_document import printable, render
from tasks.packed_zip import pack, zip_of

_BODY = "word/document.xml"
_OPEN, _CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_LAID_OUT = re.compile("[\n\t\a\f]")  # what becomes more than text in Word

Context = Callable[[Sequence[str]], dict[str, Any]]
"""The context of a document with these texts in it."""


class Series:
    """Documents of one template, dated `made`, whose contexts differ in `count` texts alone."""

    def __init__(self, template: str, context: Context, count: int, made: date) -> None:
        self._template, self._context, self._made = template, context, made
        first = render(template, context([f"{_OPEN}{number}{_CLOSE}" for number in range(count)]), made)
        with ZipFile(BytesIO(first)) as package:
            contents = {name: package.read(name) for name in package.namelist()}
        self._body = contents[_BODY].decode()
        self._parts = {name: pack(name, content) for name, content in contents.items()}

    def write(self, texts: Sequence[str]) -> bytes:
        """The document (DOCX) with these texts."""
        if any(_LAID_OUT.search(text) or _PLACE.search(text) for text in texts):
            return render(self._template, self._context(texts), self._made)
        written = [escape(printable(text)) for text in texts]
        body = _PLACE.sub(lambda place: written[int(place[1])], self._body)
        return zip_of((self._parts | {_BODY: pack(_BODY, body)}).values())

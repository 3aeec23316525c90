"""A report typed on the page, as bytes: stored, hashed, judged and kept exactly as a workbook is.

It is a small JSON file with the same stamp that a form bears.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.rules.form import Form
from models.rules.stamp import Stamp, sign
from models.rules.typed_form import (
    LONGEST_TEXT,
    PHONE_FIELD,
    PREPARED_FIELD,
    filled_from,
    row_keys,
    typed_texts,
)
from tasks.workbook.package import UnreadableForm
from tasks.workbook.read import ReadForm

FILE_NAME = "bao-cao-truc-tuyen.json"
_OPENING = b'{"dondoc":"bao-cao-truc-tuyen",'
_MOST_BYTES = 4 * 1024 * 1024


class _Stamp(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    request_id: int
    version: int
    cycle_code: str
    agency_code: str
    row_keys: list[str]
    mac: str


class _Typed(BaseModel):
    """The file. `after` is the last version there was when the page was opened: to report the same as an earlier
    version once more is a new version, to press the button twice is none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    dondoc: str
    after: int
    stamp: _Stamp
    assignments: list[str]
    indicators: list[str]
    texts: dict[str, str] = Field(max_length=20_000)


def write_typed(form: Form, texts: Mapping[str, str], key: bytes, after: int) -> bytes:
    """The bytes of a typed report. The same texts typed after the same version are the same bytes."""
    assignments = [line.row_key for line in form.assignments]
    indicators = [line.row_key for line in form.indicators]
    stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key)
    typed = _Typed(
        dondoc="bao-cao-truc-tuyen",
        after=after,
        stamp=_Stamp(**{**vars(stamp), "row_keys": list(stamp.row_keys)}),
        assignments=assignments,
        indicators=indicators,
        texts=typed_texts(form, texts),
    )
    return typed.model_dump_json().encode()


def is_typed(content: bytes) -> bool:
    """Whether these bytes are a typed report: told by how they begin, before anything is parsed."""
    return content.startswith(_OPENING)


def read_typed(content: bytes) -> ReadForm:
    """What a typed report says; UnreadableForm when it is damaged."""
    try:
        if len(content) > _MOST_BYTES:
            raise ValueError(len(content))
        typed = _Typed.model_validate_json(content)
    except (ValidationError, ValueError) as broken:
        raise UnreadableForm(
            "Báo cáo trực tuyến bị hỏng, không đọc được. Đề nghị mở lại trang nộp báo cáo và gửi lại."
        ) from broken
    texts = {name: text[:LONGEST_TEXT] for name, text in typed.texts.items()}
    stamp = Stamp(**{**typed.stamp.model_dump(), "row_keys": tuple(typed.stamp.row_keys)})
    return ReadForm(
        stamp=stamp,
        filled=filled_from(texts, dict.fromkeys(typed.assignments), dict.fromkeys(typed.indicators)),
        prepared_by=texts.get(PREPARED_FIELD, ""),
        phone=texts.get(PHONE_FIELD, ""),
    )

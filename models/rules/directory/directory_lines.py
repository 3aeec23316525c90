"""The rows of a directory workbook: which column is which, what each row says, and what is wrong with it.

A faulty row is told with its place and left out; it stops no other row. Nothing is guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from re import fullmatch
from typing import TypeVar

from models.codes import AgencyKind, Code, PersonRole
from models.rules.directory.contact_fields import ABOVE, ContactFields, field_faults
from models.rules.text import clean, clean_lines, fold

CodeT = TypeVar("CodeT", bound=Code)

AGENCY_CODE = r"[\w.-]{1,40}"
_LONGEST_NAME = 300


class SheetKind(Enum):
    """A sheet of the workbook, by its title."""

    AGENCIES = "Cơ quan"
    PEOPLE = "Người liên hệ"


@dataclass(frozen=True)
class Column:
    """A column: what its field is called here, the heading we write, other headings that people write."""

    field: str
    heading: str
    others: tuple[str, ...] = ()
    needed: bool = False


COLUMNS: Mapping[SheetKind, tuple[Column, ...]] = {
    SheetKind.AGENCIES: (
        Column("code", "Mã", ("Mã cơ quan", "Mã đơn vị"), needed=True),
        Column("name", "Tên cơ quan", ("Tên", "Tên đơn vị", "Cơ quan", "Tên đầy đủ"), needed=True),
        Column("kind", "Loại", ("Loại cơ quan", "Loại hình")),
        Column("locality", "Xã, phường", ("Xã/phường", "Địa bàn", "Tên xã, phường", "Mã xã, phường")),
        Column("aliases", "Tên gọi khác", ("Tên khác", "Cách ghi khác", "Tên viết tắt")),
    ),
    SheetKind.PEOPLE: (
        Column("agency", "Mã cơ quan", ("Mã", "Cơ quan", "Mã đơn vị", "Đơn vị"), needed=True),
        Column("role", "Vai trò", (), needed=True),
        Column("name", "Họ tên", ("Họ và tên", "Tên"), needed=True),
        Column("title", "Chức vụ", ("Chức danh",)),
        Column("email", "Thư điện tử", ("Email", "E-mail", "Địa chỉ thư", "Thư điện tử công vụ")),
        Column("phone", "Điện thoại", ("Số điện thoại", "SĐT", "Di động", "Điện thoại di động")),
        Column("in_use", "Đang dùng", ("Còn dùng", "Sử dụng")),
    ),
}

_ROLE_WORDS = {
    "đầu mối": PersonRole.OFFICER,
    "cán bộ": PersonRole.OFFICER,
    "thủ trưởng": PersonRole.HEAD,
    "lãnh đạo cơ quan": PersonRole.HEAD,
    "thư ký": PersonRole.SECRETARIAT,
    "lãnh đạo bcđ": PersonRole.LEADERSHIP,
}
_YES = {"", "có", "x", "đang dùng", "true", "1", "còn"}
_NO = {"không", "ngừng", "ngừng dùng", "đã ngừng", "false", "0", "thôi"}


@dataclass(frozen=True)
class RawLine:
    """A row as it stands: texts by field, of the columns that are there. `numbers` are fields kept as a number."""

    sheet: str
    row: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]  # field -> column letter
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LineFault:
    """What is wrong with a row, and where: Trang “Người liên hệ”, dòng 12, cột E."""

    sheet: str
    row: int
    column: str
    sentence: str

    @property
    def place(self) -> str:
        column = f", cột {self.column}" if self.column else ""
        return f"Trang “{self.sheet}”, dòng {self.row}{column}"


@dataclass(frozen=True)
class AgencyLine:
    """An agency as a row gives it; None where the workbook has no such column."""

    line: RawLine
    code: str
    name: str
    kind: AgencyKind | None = None
    locality: str | None = None
    aliases: tuple[str, ...] | None = None


@dataclass(frozen=True)
class PersonLine:
    """A contact as a row gives it. `agency` is what the row writes; `given` names the columns that are there."""

    line: RawLine
    agency: str
    fields: ContactFields
    in_use: bool
    given: frozenset[str]


def columns_of(kind: SheetKind, headings: Mapping[str, int]) -> dict[str, int] | None:
    """Field -> column number of a row of headings (by folded text); None when it is not this sheet's heading row."""
    found: dict[str, int] = {}
    for column in COLUMNS[kind]:
        for written in (column.heading, *column.others):
            number = headings.get(fold(written))
            if number is not None and number not in found.values():
                found[column.field] = number
                break
        else:
            if column.needed:
                return None
    return found


def heading_of(kind: SheetKind, field: str) -> str:
    """What we write above a field's column."""
    return next(column.heading for column in COLUMNS[kind] if column.field == field)


def agency_lines(lines: Iterable[RawLine]) -> tuple[list[AgencyLine], list[LineFault]]:
    """The agencies that these rows give, and what is wrong with the other rows."""
    read: list[AgencyLine] = []
    faults: list[LineFault] = []
    first: dict[str, int] = {}
    for line in lines:
        found = _agency_faults(line)
        code = clean(line.texts.get("code", ""))
        if not found and code.casefold() in first:
            found = [
                row_fault(line, "code", f"Mã {code} đã ghi ở dòng {first[code.casefold()]}; mỗi mã một dòng.")
            ]
        first.setdefault(code.casefold(), line.row)
        if found:
            faults += found
            continue
        kind = line.texts.get("kind")
        locality = line.texts.get("locality")
        aliases = line.texts.get("aliases")
        read.append(
            AgencyLine(
                line=line,
                code=code,
                name=clean(line.texts["name"]),
                kind=_code_of(AgencyKind, kind) if kind else None,
                locality=clean(locality) if locality is not None else None,
                aliases=_names(aliases) if aliases is not None else None,
            )
        )
    return read, faults


def _agency_faults(line: RawLine) -> list[LineFault]:
    texts = line.texts
    found = []
    code, name = clean(texts.get("code", "")), clean(texts.get("name", ""))
    if not fullmatch(AGENCY_CODE, code):
        said = f"Mã “{code[:60]}” không dùng được" if code else "Chưa ghi mã cơ quan"
        found.append(
            row_fault(
                line,
                "code",
                f"{said}. Mã gồm chữ, số, dấu chấm, gạch nối, không quá 40 ký tự, không khoảng trắng.",
            )
        )
    if not any(letter.isalpha() for letter in name):
        found.append(row_fault(line, "name", "Chưa ghi tên cơ quan."))
    kind = texts.get("kind", "")
    if kind and _code_of(AgencyKind, kind) is None:
        found.append(
            row_fault(line, "kind", f"Loại “{kind[:60]}” không có. Ghi một trong: {_labels(AgencyKind)}.")
        )
    for field, text in (
        ("name", name),
        ("aliases", max(_names(texts.get("aliases", "")), key=len, default="")),
    ):
        if len(text) > _LONGEST_NAME:
            found.append(row_fault(line, field, f"Tên dài quá {_LONGEST_NAME} ký tự."))
    if len(clean(texts.get("locality", ""))) > 40:
        found.append(row_fault(line, "locality", "Tên hoặc mã xã, phường dài quá 40 ký tự."))
    return found


def person_lines(lines: Iterable[RawLine]) -> tuple[list[PersonLine], list[LineFault]]:
    """The contacts that these rows give, and what is wrong with the other rows."""
    read: list[PersonLine] = []
    faults: list[LineFault] = []
    for line in lines:
        texts = line.texts
        role = role_of(texts.get("role", ""))
        found = []
        if role is None:
            written = clean(texts.get("role", ""))
            said = f"Vai trò “{written[:60]}” không có" if written else "Chưa ghi vai trò"
            found.append(row_fault(line, "role", f"{said}. Ghi một trong: {_labels(PersonRole)}."))
        agency = clean(texts.get("agency", ""))
        if role is not None and (role in ABOVE) != (not agency):
            found.append(
                row_fault(
                    line, "agency", f"Vai trò “{role.label}” không thuộc cơ quan nào: để trống mã cơ quan."
                )
                if agency
                else row_fault(line, "agency", "Chưa ghi mã cơ quan.")
            )
        used = fold(texts.get("in_use", ""))
        if used not in _YES | _NO:
            found.append(row_fault(line, "in_use", f"“{texts['in_use'][:60]}”: ghi Có hoặc Không."))
        fields = ContactFields(
            role=role or PersonRole.OFFICER,
            name=texts.get("name", ""),
            title=texts.get("title", ""),
            email=texts.get("email", ""),
            phone=texts.get("phone", ""),
        ).cleaned()
        found += [row_fault(line, wrong.field, wrong.sentence) for wrong in field_faults(fields)]
        if "phone" in line.numbers:
            found.append(_lost_zero(line, fields.phone))
        if found:
            faults += found
            continue
        read.append(PersonLine(line, agency, fields, used not in _NO, frozenset(texts)))
    return read, faults


def _lost_zero(line: RawLine, phone: str) -> LineFault:
    digits = "".join(letter for letter in phone if letter.isdigit())
    likely = f" (có phải 0{digits}?)" if digits and not digits.startswith("0") else ""
    return row_fault(
        line,
        "phone",
        f"Ô đang ở dạng số nên có thể đã mất số 0 ở đầu{likely}. Đổi ô sang dạng Văn bản (Text) rồi ghi lại số.",
    )


def role_of(written: str) -> PersonRole | None:
    """The role that is written in Vietnamese, or by its code; None when there is no such role."""
    return _code_of(PersonRole, written) or _ROLE_WORDS.get(fold(written))


def _code_of(codes: type[CodeT], written: str) -> CodeT | None:
    folded = fold(written)
    return next((code for code in codes if folded in (fold(code.label), code.value)), None)


def _labels(codes: type[Code]) -> str:
    return "; ".join(code.label for code in codes)


def _names(text: str) -> tuple[str, ...]:
    """The names in a cell, one a line or parted by semicolons: names themselves have commas."""
    parts = (clean(part) for line in clean_lines(text).split("\n") for part in line.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def row_fault(line: RawLine, field: str, sentence: str) -> LineFault:
    """A fault of one field of a row, at its place."""
    return LineFault(line.sheet, line.row, line.letters.get(field, ""), sentence)


def in_order(faults: Sequence[LineFault]) -> tuple[LineFault, ...]:
    """The faults as a person goes through the workbook."""
    order = [kind.value for kind in SheetKind]
    return tuple(sorted(faults, key=lambda fault: (order.index(fault.sheet), fault.row, fault.column)))

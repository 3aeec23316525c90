"""Filling the forms that were mailed, quickly: the cells are written into the XML of the very file that came.

What an officer types is made by `answers`; one of some hundred forms costs a few milliseconds, openpyxl would take
fifty.
"""

import html
import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

GENERAL, ASSIGNMENTS, INDICATORS = "Thông tin chung", "Nhiệm vụ", "Chỉ tiêu"
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_KIND = re.compile(r' t="[^"]*"')
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship [^>]*>")
_FIRST_ROW = 5


class FormFault(Exception):
    """The form is not as these forms are; the message says what was missed."""


def filled(form: bytes, who: str, said: str, *, faulty: bool = False) -> bytes:
    """The form as an officer sends it back: every assignment and indicator answered. `said` stands in the columns of
    products and sources, so that each period's answers are new; `faulty`: one status is not of the list."""
    out = BytesIO()
    with ZipFile(BytesIO(form)) as given, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as made:
        sheets = _sheets(given)
        changed = {
            sheets[GENERAL]: _general(given.read(sheets[GENERAL]).decode(), who),
            sheets[ASSIGNMENTS]: _assignments(given.read(sheets[ASSIGNMENTS]).decode(), said, faulty=faulty),
        }
        if INDICATORS in sheets:
            changed[sheets[INDICATORS]] = _indicators(given.read(sheets[INDICATORS]).decode(), said)
        for part in given.namelist():
            made.writestr(part, changed[part] if part in changed else given.read(part))
    return out.getvalue()


def _sheets(book: ZipFile) -> dict[str, str]:
    """Name of each sheet -> its part in the package."""
    targets = {}
    for tag in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels").decode()):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[attributes["Id"]] = f"xl/{attributes['Target'].removeprefix('/xl/')}"
    named = _SHEET.findall(book.read("xl/workbook.xml").decode())
    return {html.unescape(name): targets[relation] for name, relation in named}


def _general(sheet: str, who: str) -> str:
    return _put(sheet, {"B7": who, "B8": "0215 000 000"})


def _assignments(sheet: str, said: str, *, faulty: bool) -> str:
    texts = _texts(sheet)
    rows = _rows(texts)
    if not rows:
        raise FormFault("no assignment in the form")
    cells: dict[str, str] = {}
    for row in rows:
        recurring = texts.get(f"E{row}", "").startswith("Thường xuyên")
        cells |= {
            f"F{row}": "Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện",
            f"G{row}": "" if recurring else "40",
            f"I{row}": f"{said}, dòng {row}",
            f"J{row}": "" if recurring else "Chờ hướng dẫn của cơ quan cấp trên",
        }
    if faulty:
        cells[f"F{rows[0]}"] = "Làm rồi"
    return _put(sheet, cells)


def _indicators(sheet: str, said: str) -> str:
    cells: dict[str, str] = {}
    for row in _rows(_texts(sheet)):
        cells |= {f"F{row}": "52,5", f"H{row}": f"Thống kê, {said}"}
    return _put(sheet, cells)


def _rows(texts: dict[str, str]) -> list[int]:
    """The rows of a table: those with a key in their first cell."""
    row = _FIRST_ROW
    found = []
    while "/" in texts.get(f"A{row}", ""):
        found.append(row)
        row += 1
    return found


def _texts(sheet: str) -> dict[str, str]:
    return {
        f"{column}{row}": html.unescape("".join(_TEXT.findall(inside)))
        for column, row, _rest, inside in _CELL.findall(sheet)
        if inside
    }


def _put(sheet: str, cells: dict[str, str]) -> str:
    """Write texts into cells that are there."""
    left = dict(cells)

    def one(found: re.Match[str]) -> str:
        place = found[1] + found[2]
        if place not in left:
            return found[0]
        text = html.escape(left.pop(place), quote=False)
        style = _KIND.sub("", found[3])
        if not text:
            return f'<c r="{place}"{style}/>'
        return f'<c r="{place}"{style} t="inlineStr"><is><t>{text}</t></is></c>'

    changed = _CELL.sub(one, sheet)
    if any(left.values()):
        raise FormFault(f"cells that the form lacks: {', '.join(sorted(left))}")
    return changed

"""Reading a workbook that the secretariat has marked up, as an annex: the drawing, the asked cells, the rules.

Everything that is wrong is found before anything is refused, and told at once: a workbook is mended in one go.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from openpyxl.utils import get_column_letter

from models.codes import CellKind
from models.fault import Fault
from models.rules.annexes.annex import Annex, AnnexRule, AskedCell, GivenCell, Merge, Repeat
from models.rules.annexes.annex_labels import Drawing, Place
from models.rules.annexes.annex_mark import Mark, looks_marked, read_mark
from models.rules.annexes.annex_rule_row import AskedCells, RuleRow, column_number, read_rule
from models.rules.form import SHEET_ASSIGNMENTS, SHEET_GENERAL, SHEET_GUIDE, SHEET_INDICATORS, SHEET_TEXT
from models.rules.text import fold
from tasks.annexes.sheet import DrawnSheet, Look, drawn_sheets
from tasks.workbook.cells import Sheet
from tasks.workbook.package import USE_THE_FORM, UnreadableForm

SHEET_ABOUT = "Thông tin biểu"
SHEET_RULES = "Quy tắc"
CODE, TITLE, SHEET, OPTIONAL, CARRIED = (
    "Mã",
    "Tên",
    "Trang",
    "Được để trống hết",
    "Điền sẵn số kỳ trước",
)
"""The rows of the sheet about the annex."""
RULE_COLUMNS = {
    "code": "Mã",
    "severity": "Mức",
    "relation": "Quan hệ",
    "cells": "Các ô",
    "against": "So với",
    "text": "Giá trị",
    "tolerance": "Dung sai",
    "sentence": "Câu nhắc",
}
MOST_ROWS, MOST_COLUMNS = 400, 40
"""How large the drawing may be: a form is printed, and filled in by a person."""
MOST_FIELDS = 2_000
"""How many cells one agency may be asked to fill, repeated lines counted as often as they may be."""
_MOST_RULES = 200
_LONGEST_CODE, _LONGEST_TITLE, _LONGEST_SHEET = 40, 300, 31
_CODE = re.compile(r"[A-Z0-9]+([.-][A-Z0-9]+)*")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_TAKEN = {fold(t) for t in (SHEET_ASSIGNMENTS, SHEET_GENERAL, SHEET_GUIDE, SHEET_INDICATORS, SHEET_TEXT)}
_YES_NO = {"có": True, "không": False}
_HEADER_WITHIN = 10


class AnnexFault(Fault):
    """A marked-up workbook cannot be an annex; `mistakes` are all that is to be mended, a sentence each."""

    def __init__(self, file_name: str, mistakes: Iterable[str]):
        self.mistakes = tuple(mistakes)
        told = "\n".join(f"- {mistake}" for mistake in self.mistakes)
        super().__init__(f"Tệp {file_name} có {len(self.mistakes)} chỗ phải sửa:\n{told}")


def read_annex(content: bytes, file_name: str) -> Annex:
    """The annex that a marked-up workbook draws, as version 1; AnnexFault with every mistake when it is none."""
    try:
        sheets = drawn_sheets(content)
    except UnreadableForm as unreadable:
        # What is said to an agency that sends a form; here nobody has sent any.
        said = str(unreadable).replace(USE_THE_FORM, "").strip()
        raise AnnexFault(file_name, [f"{said} Soạn phụ lục trong tệp .xlsx rồi nạp lại."]) from unreadable
    reading = _Reading()
    annex = reading.annex(sheets)
    if reading.mistakes or annex is None:
        raise AnnexFault(file_name, reading.mistakes)
    return annex


@dataclass(frozen=True)
class _About:
    code: str
    title: str
    sheet: str
    optional: bool
    carried: bool


@dataclass
class _Reading:
    """What is made of the sheets; whatever goes wrong on the way is kept in `mistakes`."""

    mistakes: list[str] = field(default_factory=list)

    def complain(self, sheet: str, place: str, clause: str) -> None:
        """Keep a mistake: where it is, and a clause that says what to do."""
        where = f"Trang “{sheet}”, {place}: " if place else f"Trang “{sheet}”: "
        self.mistakes.append(f"{where}{clause}.")

    def annex(self, sheets: list[DrawnSheet]) -> Annex | None:
        named = {fold(sheet.title): sheet for sheet in sheets}
        about = self._about(named.get(fold(SHEET_ABOUT)))
        drawn = self._the_drawn_one(sheets)
        if drawn is None:
            return None
        marks = self._marks(drawn)
        given = self._given(drawn, marks)
        drawing = Drawing(
            given={place: cell.text for place, cell in given.items()},
            asked=frozenset(marks),
            blocks=drawn.blocks,
        )
        asked = {place: _asked_cell(drawing, place, mark) for place, mark in marks.items()}
        repeats = self._repeats(drawn, marks)
        self._check_size(drawn, asked, repeats)
        merges = _merges(drawn, {*given, *asked})
        rules = self._rules(
            named.get(fold(SHEET_RULES)),
            AskedCells(
                {f"{cell.column}{cell.row}": cell for cell in asked.values()},
                merges,
                frozenset(repeat.row for repeat in repeats),
            ),
        )
        if self.mistakes or about is None:
            return None
        cells: list[GivenCell | AskedCell] = [*given.values(), *asked.values()]
        rows = {cell.row for cell in asked.values()}  # room to write; other rows are as high as their texts
        return Annex(
            code=about.code,
            title=about.title,
            sheet=about.sheet,
            optional=about.optional,
            carried=about.carried,
            given=tuple(
                cell.model_copy(update={"header": drawing.is_heading(place)}) for place, cell in given.items()
            ),
            asked=tuple(asked.values()),
            repeats=repeats,
            merges=merges,
            widths=_used_widths(drawn, cells, merges),
            heights={row: height for row, height in drawn.heights.items() if row in rows},
            rules=rules,
        )

    # The sheet about the annex

    def _about(self, drawn: DrawnSheet | None) -> _About | None:
        if drawn is None:
            self.mistakes.append(
                f"Tệp chưa có trang “{SHEET_ABOUT}”; thêm trang này với các dòng {CODE}, {TITLE}, {SHEET} ở cột A "
                "và nội dung ở cột B."
            )
            return None
        said = self._labelled(drawn.cells)
        code = said.get(CODE, "").upper()
        title, sheet = said.get(TITLE, ""), said.get(SHEET, "")
        if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
            self._ask_for(
                CODE,
                f"mã của phụ lục, gồm chữ cái không dấu, chữ số, dấu gạch nối, tối đa {_LONGEST_CODE} ký tự, "
                "ví dụ PL-V",
                code,
            )
        if not title or len(title) > _LONGEST_TITLE:
            self._ask_for(TITLE, f"tên đầy đủ của phụ lục, tối đa {_LONGEST_TITLE} ký tự", title)
        if not sheet or len(sheet) > _LONGEST_SHEET or _NOT_IN_TITLES.search(sheet):
            self._ask_for(
                SHEET,
                f"tên trang tính trong biểu gửi cơ quan, tối đa {_LONGEST_SHEET} ký tự, không có các dấu "
                "[ ] : * ? / \\ ', ví dụ Phụ lục V",
                sheet,
            )
        elif fold(sheet) in _TAKEN:
            self.complain(
                SHEET_ABOUT,
                f"dòng {SHEET}",
                f"biểu nào cũng có sẵn trang “{sheet}”; đặt tên khác cho phụ lục",
            )
        return _About(
            code,
            title,
            sheet,
            self._yes_or_no(said, OPTIONAL, otherwise=False),
            self._yes_or_no(said, CARRIED, otherwise=True),
        )

    def _labelled(self, sheet: Sheet) -> dict[str, str]:
        """Label -> what stands beside it. A row with nothing beside it is a remark."""
        labels = {fold(label): label for label in (CODE, TITLE, SHEET, OPTIONAL, CARRIED)}
        said: dict[str, str] = {}
        for row in sheet.rows:
            label, value = sheet.text(row, 1), sheet.text(row, 2)
            if not value:
                continue
            known = labels.get(fold(label.rstrip(":")))
            if known is None:
                self.complain(
                    SHEET_ABOUT,
                    f"ô A{row}",
                    f"không có mục “{label}”; các mục là {', '.join(labels.values())}",
                )
            elif known in said:
                self.complain(SHEET_ABOUT, f"ô A{row}", f"mục “{known}” ghi hai lần; chỉ để một dòng")
            else:
                said[known] = value
        return said

    def _ask_for(self, label: str, what: str, found: str) -> None:
        now = f"đang ghi “{found}”" if found else "còn trống"
        self.complain(SHEET_ABOUT, f"dòng {label}", f"{now}; ghi {what}")

    def _yes_or_no(self, said: dict[str, str], label: str, *, otherwise: bool) -> bool:
        if label not in said:
            return otherwise
        answer = _YES_NO.get(fold(said[label]))
        if answer is None:
            self.complain(SHEET_ABOUT, f"dòng {label}", f"ghi có hoặc không (đang ghi “{said[label]}”)")
        return bool(answer)

    # The drawing

    def _the_drawn_one(self, sheets: list[DrawnSheet]) -> DrawnSheet | None:
        others = {fold(SHEET_ABOUT), fold(SHEET_RULES)}
        drawn = [s for s in sheets if s.visible and s.cells.rows and fold(s.title) not in others]
        if len(drawn) == 1:
            return drawn[0]
        if not drawn:
            self.mistakes.append(
                "Tệp chưa có trang vẽ biểu; vẽ phụ lục trên một trang tính và ghi dấu hỏi [[…]] vào các ô cần điền."
            )
        else:
            titles = ", ".join(f"“{sheet.title}”" for sheet in drawn)
            self.mistakes.append(
                f"Tệp có {len(drawn)} trang vẽ biểu ({titles}); mỗi tệp chỉ một phụ lục, tách mỗi trang thành một tệp "
                "(trang ghi chú thì ẩn đi)."
            )
        return None

    def _marks(self, drawn: DrawnSheet) -> dict[Place, Mark]:
        marks: dict[Place, Mark] = {}
        for place, text in _texts(drawn).items():
            if not looks_marked(text):
                continue

            def wrong(clause: str, where: str = _ref(place)) -> None:
                self.complain(drawn.title, f"ô {where}", clause)

            # For one that cannot be read something stands in, so that rules do not complain of it, too.
            marks[place] = read_mark(text, wrong) or Mark(CellKind.NUMBER)
        if not marks:
            self.complain(
                drawn.title, "", "chưa có ô nào để điền; ghi dấu hỏi, ví dụ [[số]], vào các ô cần điền"
            )
        return marks

    def _given(self, drawn: DrawnSheet, marks: dict[Place, Mark]) -> dict[Place, GivenCell]:
        given = {}
        for row, cells in drawn.cells.rows.items():
            for column in cells:
                fault = drawn.cells.fault(row, column)
                if fault:
                    self.complain(drawn.title, f"ô {_ref((row, column))}", fault.rstrip("."))
        for place, text in _texts(drawn).items():
            if place in marks:
                continue
            look = drawn.looks.get(place, Look())
            given[place] = GivenCell(
                row=place[0],
                column=get_column_letter(place[1]),
                text=text,
                bold=look.bold,
                centred=look.centred,
            )
        return given

    def _repeats(self, drawn: DrawnSheet, marks: dict[Place, Mark]) -> tuple[Repeat, ...]:
        times: dict[int, int] = {}
        for place, mark in marks.items():
            if not mark.times:
                continue
            if times.setdefault(place[0], mark.times) != mark.times:
                self.complain(
                    drawn.title,
                    f"ô {_ref(place)}",
                    f"dòng {place[0]} đã ghi lặp {times[place[0]]} dòng ở ô khác; chỉ ghi một lần",
                )
        for block in drawn.blocks:
            crossed = [row for row in times if block.first[0] <= row <= block.last[0]]
            if crossed and block.first[0] != block.last[0] and block.first in marks:
                self.complain(
                    drawn.title,
                    f"ô {_ref(block.first)}",
                    f"ô cần điền gộp qua dòng lặp {crossed[0]} nên không lặp được; bỏ gộp ô theo chiều dọc",
                )
        return tuple(Repeat(row=row, times=count) for row, count in sorted(times.items()))

    def _check_size(
        self, drawn: DrawnSheet, asked: dict[Place, AskedCell], repeats: tuple[Repeat, ...]
    ) -> None:
        places = _texts(drawn)
        if any(row > MOST_ROWS or column > MOST_COLUMNS for row, column in places):
            self.complain(
                drawn.title,
                f"ô {_ref(max(places))}",
                f"biểu vượt quá {MOST_ROWS} dòng hoặc {MOST_COLUMNS} cột; xóa phần thừa hoặc tách thành nhiều phụ lục",
            )
        times = {repeat.row: repeat.times for repeat in repeats}
        count = sum(times.get(cell.row, 1) for cell in asked.values())
        if count > MOST_FIELDS:
            self.complain(
                drawn.title,
                "",
                f"biểu có {count} ô cần điền (tính cả dòng lặp), quá mức {MOST_FIELDS}; giảm số dòng lặp hoặc tách "
                "thành nhiều phụ lục",
            )

    # The rules

    def _rules(self, drawn: DrawnSheet | None, asked: AskedCells) -> tuple[AnnexRule, ...]:
        if drawn is None:
            return ()
        sheet = drawn.cells
        header = self._rule_header(sheet)
        if header is None:
            return ()
        first, columns = header
        rules: dict[str, AnnexRule] = {}
        for row in [row for row in sheet.rows if row > first][:_MOST_RULES]:
            written = RuleRow(**{name: sheet.text(row, column) for name, column in columns.items()})
            if sum(bool(getattr(written, part.name)) for part in fields(written)) < 2:
                continue  # a remark below the table

            def wrong(clause: str, where: str = f"dòng {row}") -> None:
                self.complain(SHEET_RULES, where, clause)

            rule = read_rule(written, asked, wrong)
            if rule is None:
                continue
            if fold(rule.code) in rules:
                wrong(f"mã “{rule.code}” đã dùng cho quy tắc khác; đặt mã khác")
            rules[fold(rule.code)] = rule
        return tuple(rules.values())

    def _rule_header(self, sheet: Sheet) -> tuple[int, dict[str, int]] | None:
        """The row of headings, and the columns by field."""
        for row in [row for row in sheet.rows if row <= _HEADER_WITHIN]:
            found = {fold(sheet.text(row, column)): column for column in sheet.rows[row]}
            columns = {
                name: found[fold(label)] for name, label in RULE_COLUMNS.items() if fold(label) in found
            }
            if len(columns) == len(RULE_COLUMNS):
                return row, columns
        if sheet.rows:
            self.complain(
                SHEET_RULES, "", f"chưa có đủ dòng tiêu đề; ghi các cột {' | '.join(RULE_COLUMNS.values())}"
            )
        return None


def _texts(drawn: DrawnSheet) -> dict[Place, str]:
    """What is seen on the sheet, row by row: cells that lie under a merged one are not."""
    hidden = {
        place
        for place in ((row, column) for row, cells in drawn.cells.rows.items() for column in cells)
        for block in drawn.blocks
        if block.covers(place) and place != block.first
    }
    texts = {}
    for row, cells in drawn.cells.rows.items():
        for column in sorted(cells):
            text = drawn.cells.text(row, column, lines=True)
            if text and (row, column) not in hidden:
                texts[row, column] = text
    return texts


def _asked_cell(drawing: Drawing, place: Place, mark: Mark) -> AskedCell:
    return AskedCell(
        row=place[0],
        column=get_column_letter(place[1]),
        kind=mark.kind,
        label=drawing.label(place) or f"Ô {_ref(place)}",
        required=mark.required,
        options=mark.options,
        least=mark.least,
        most=mark.most,
        text_allowed=mark.text_allowed,
    )


def _merges(drawn: DrawnSheet, used: set[Place]) -> tuple[Merge, ...]:
    """What is drawn as one, as far as the drawing goes."""
    rows, columns = max((r for r, _ in used), default=0), max((c for _, c in used), default=0)
    return tuple(
        Merge(
            first_row=block.first[0],
            first_column=get_column_letter(block.first[1]),
            last_row=block.last[0],
            last_column=get_column_letter(block.last[1]),
        )
        for block in drawn.blocks
        if block.first in used or (block.last[0] <= rows and block.last[1] <= columns)
    )


def _used_widths(
    drawn: DrawnSheet, cells: Iterable[GivenCell | AskedCell], merges: Iterable[Merge]
) -> dict[str, float]:
    """The widths of the columns as far as the drawing goes."""
    columns = [*(cell.column for cell in cells), *(merge.last_column for merge in merges)]
    last = max(column_number(column) for column in columns)
    return {column: width for column, width in drawn.widths.items() if column_number(column) <= last}


def _ref(place: Place) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"

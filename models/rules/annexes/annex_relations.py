"""The relations between the cells of an annex, and the sentence where one does not hold.

A rule is passed over where one of its cells is empty or could not be read: that is told by itself, or allowed.
NEEDED_WHEN and ONE_OF are about empty cells; they are passed over where a cell could not be read.

A sentence may have places, filled with what was found: see PLACES.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.codes import CellKind, Relation
from models.rules.annexes.annex import Annex, AnnexRule
from models.rules.annexes.annex_cells import ReadCell
from models.rules.checks.check_words import quote
from models.rules.checks.jumps import change_of
from models.rules.checks.marks import is_marked
from models.rules.checks.shares import share_holds, write_share
from models.rules.numbers import read_number, write_number
from models.rules.text import fold
from models.rules.typed_form import field_name

_ALWAYS = {
    "o": "tên ô được nhắc",
    "gia_tri": "giá trị của ô được nhắc",
    "cac_so": "các giá trị của cột Các ô",
}
_AGAINST = {"so_voi": "giá trị của ô So với", "o_so_voi": "tên ô So với"}
_LAST = {"ky_truoc": "giá trị kỳ trước của ô được nhắc", "ten_ky_truoc": "tên kỳ trước"}
PLACES: Mapping[Relation, Mapping[str, str]] = {
    Relation.SUM: _ALWAYS | _AGAINST | {"tong": "tổng của các ô", "lech": "tổng trừ đi giá trị của ô So với"},
    Relation.SHARE: _ALWAYS | _AGAINST | {"ty_le": "tỷ lệ tính được từ hai ô, không kèm dấu %"},
    Relation.AT_MOST: _ALWAYS | _AGAINST,
    Relation.AT_LEAST: _ALWAYS | _AGAINST,
    Relation.NOT_BELOW_LAST: _ALWAYS | _LAST,
    Relation.NEAR_LAST: _ALWAYS | _LAST | {"ty_le": "mức tăng (số dương) hoặc giảm (số âm) tính theo %"},
    Relation.SAME_SIZE: _ALWAYS | {"lan": "số lớn nhất gấp mấy lần số nhỏ nhất"},
    Relation.NEEDED_WHEN: _ALWAYS | _AGAINST,
    Relation.ONE_OF: _ALWAYS,
}
"""What may stand in braces in the sentence of a rule, by relation: name -> what is put there."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_ROW = re.compile(r"\d+")
_SAME_SIZE = Decimal(100)
_NEAR = Decimal(50)


@dataclass(frozen=True)
class Finding:
    """A relation that does not hold: at which cell, and what the officer reads."""

    rule: AnnexRule
    cell: ReadCell
    sentence: str


@dataclass(frozen=True)
class Past:
    """What a rule may know of last period: its numbers by field name, and its name."""

    numbers: Mapping[str, Decimal]
    cycle_name: str = ""


@dataclass(frozen=True)
class _Line:
    """The cells of a rule in one line, or in the table where no line is repeated."""

    rule: AnnexRule
    cells: Sequence[ReadCell]
    against: ReadCell | None
    past: Past

    @property
    def numbers(self) -> list[Decimal]:
        return [cell.number for cell in self.cells if cell.number is not None]

    @property
    def whole(self) -> bool:
        """Whether every cell has a number."""
        return len(self.numbers) == len(self.cells)


_Wrong = tuple[ReadCell, dict[str, str]]


def unknown_placeholders(sentence: str, relation: Relation | None = None) -> set[str]:
    """Names in braces that nothing will be put for, of this relation or of any."""
    known = PLACES[relation] if relation else {name for places in PLACES.values() for name in places}
    return {name for name in _PLACE.findall(sentence) if name not in known}


def findings(annex: Annex, cells: Mapping[str, ReadCell], past: Past) -> Iterator[Finding]:
    """Every rule of the annex that does not hold, line by line; lines that are not begun are passed over."""
    for rule in annex.rules:
        for line in _lines(annex, rule, cells, past):
            for cell, said in _RELATIONS[rule.relation](line):
                yield Finding(rule, cell, _sentence(line, cell, said))


def begun(cells: Mapping[str, ReadCell]) -> set[str]:
    """The keys of repeated lines in which something stands."""
    return {cell.line.row_key for cell in cells.values() if cell.line.number and cell.filled}


def _lines(annex: Annex, rule: AnnexRule, cells: Mapping[str, ReadCell], past: Past) -> Iterator[_Line]:
    if rule.relation in (Relation.NOT_BELOW_LAST, Relation.NEAR_LAST):
        groups: list[tuple[str, ...]] = [
            (place,) for place in rule.cells
        ]  # each is held against itself alone
    else:
        groups = [rule.cells]
    repeats = {repeat.row: repeat.times for repeat in annex.repeats}
    started = begun(cells)
    for places in groups:
        named = (*places, rule.against) if rule.against else places
        times = [repeats[row] for place in named if (row := _row(place)) in repeats]
        for number in range(1, min(times) + 1) if times else (0,):
            found = [cells.get(_name(annex, place, number, repeats)) for place in named]
            if None in found or any(
                cell and cell.line.number and cell.line.row_key not in started for cell in found
            ):
                continue
            known = [cell for cell in found if cell]
            against = known.pop() if rule.against else None
            yield _Line(rule, known, against, past)


def _row(place: str) -> int:
    found = _ROW.search(place)
    return int(found.group()) if found else 0


def _name(annex: Annex, place: str, number: int, repeats: Mapping[int, int]) -> str:
    row = _row(place)
    line = f"{row}.{number}" if row in repeats else str(row)
    return field_name(f"{annex.code}/{line}", place.removesuffix(str(row)))


def _sum(line: _Line) -> Iterator[_Wrong]:
    stated = line.against.number if line.against else None
    if stated is not None and line.whole and (total := sum(line.numbers, Decimal())) != stated:
        yield (
            line.against or line.cells[0],
            {"tong": write_number(total), "lech": write_number(total - stated)},
        )


def _share(line: _Line) -> Iterator[_Wrong]:
    stated = line.against.number if line.against else None
    if stated is None or not line.whole or len(line.cells) != 2:
        return
    part, whole = line.numbers
    if whole and not share_holds(part, whole, stated):
        yield line.against or line.cells[0], {"ty_le": write_share(part, whole, stated)}


def _at_most(line: _Line) -> Iterator[_Wrong]:
    bound = line.against.number if line.against else None
    for cell in line.cells:
        if bound is not None and cell.number is not None and cell.number > bound:
            yield cell, {}


def _at_least(line: _Line) -> Iterator[_Wrong]:
    bound = line.against.number if line.against else None
    for cell in line.cells:
        if bound is not None and cell.number is not None and cell.number < bound:
            yield cell, {}


def _not_below_last(line: _Line) -> Iterator[_Wrong]:
    for cell in line.cells:
        last = line.past.numbers.get(cell.name)
        if last is not None and cell.number is not None and cell.number < last:
            yield cell, {}


def _near_last(line: _Line) -> Iterator[_Wrong]:
    near = _NEAR if line.rule.tolerance is None else line.rule.tolerance
    for cell in line.cells:
        last = line.past.numbers.get(cell.name)
        change = change_of(cell.number, last) if last is not None and cell.number is not None else None
        if change is not None and abs(change) > near:
            yield cell, {"ty_le": write_number(change, places=2)}


def _same_size(line: _Line) -> Iterator[_Wrong]:
    """Zeros say nothing about size."""
    sizes = sorted(abs(number) for number in line.numbers if number)
    factor = _SAME_SIZE if line.rule.tolerance is None else line.rule.tolerance
    if line.whole and sizes and sizes[-1] > factor * sizes[0]:
        yield line.cells[0], {"lan": write_number(sizes[-1] / sizes[0], places=0)}


def _needed_when(line: _Line) -> Iterator[_Wrong]:
    against = line.against
    if against is None or not against.sound or not against.filled:
        return
    nothing_there = against.number == 0  # "còn thiếu: 0" asks for no reason
    if _says(against, line.rule.text) if line.rule.text else not nothing_there:
        for cell in line.cells:
            if not cell.filled:
                yield cell, {}


def _says(cell: ReadCell, text: str) -> bool:
    if cell.asked.kind is CellKind.MARK:
        return is_marked(text)
    return fold(cell.raw) == fold(text) or (
        cell.number is not None and cell.number == read_number(text).value
    )


def _one_of(line: _Line) -> Iterator[_Wrong]:
    filled = [cell for cell in line.cells if cell.filled]
    if len(filled) != 1 and all(cell.sound for cell in line.cells):
        yield (filled or line.cells)[0], {}


_RELATIONS: Mapping[Relation, Callable[[_Line], Iterator[_Wrong]]] = {
    Relation.SUM: _sum,
    Relation.SHARE: _share,
    Relation.AT_MOST: _at_most,
    Relation.AT_LEAST: _at_least,
    Relation.NOT_BELOW_LAST: _not_below_last,
    Relation.NEAR_LAST: _near_last,
    Relation.SAME_SIZE: _same_size,
    Relation.NEEDED_WHEN: _needed_when,
    Relation.ONE_OF: _one_of,
}


def _sentence(line: _Line, cell: ReadCell, said: dict[str, str]) -> str:
    between = " + " if line.rule.relation is Relation.SUM else "; "
    said = {
        "o": cell.asked.label,
        "gia_tri": _shown(cell),
        "cac_so": between.join(map(_shown, line.cells)),
    } | said
    if line.against:
        said |= {"so_voi": _shown(line.against), "o_so_voi": line.against.asked.label}
    last = line.past.numbers.get(cell.name)
    if last is not None:
        said |= {"ky_truoc": write_number(last), "ten_ky_truoc": line.past.cycle_name}
    sentence = _PLACE.sub(lambda found: said.get(found[1], found[0]), line.rule.sentence)
    return f"Dòng thứ {cell.line.number}: {sentence}" if cell.line.number else sentence


def _shown(cell: ReadCell) -> str:
    if cell.number is not None:
        return write_number(cell.number)
    return quote(cell.raw) if cell.filled else "(trống)"

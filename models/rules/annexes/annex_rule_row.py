"""A row of the sheet "Quy tắc", as a rule between cells: read, and held against the cells that are asked."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.codes import CellKind, Relation, Severity
from models.rules.annexes.annex import AnnexRule, AskedCell, Merge
from models.rules.annexes.annex_mark import NUMERIC
from models.rules.annexes.annex_relations import PLACES, unknown_placeholders
from models.rules.numbers import read_number
from models.rules.text import clean, fold

SEVERITIES = {"Chặn": Severity.BLOCK, "Nhắc": Severity.WARN}
"""The words of the column "Mức"."""
LONGEST_CODE = 40
MOST_CELLS = 300
"""How many cells one range of a rule may have."""

_SEVERITIES = {fold(word): severity for word, severity in SEVERITIES.items()}
_RELATIONS = {fold(relation.label): relation for relation in Relation}
_RECKONING = frozenset(Relation) - {Relation.NEEDED_WHEN, Relation.ONE_OF}
_AGAINST = frozenset(
    {Relation.SUM, Relation.SHARE, Relation.AT_MOST, Relation.AT_LEAST, Relation.NEEDED_WHEN}
)
_JUDGED = frozenset({Relation.NOT_BELOW_LAST, Relation.NEAR_LAST, Relation.SAME_SIZE})
"""What a person must judge: it is pointed out, and blocks nothing."""
_OF_ONE_CELL = frozenset({Relation.NOT_BELOW_LAST, Relation.NEAR_LAST})
_TOGETHER = frozenset({Relation.SUM, Relation.SHARE, Relation.SAME_SIZE, Relation.ONE_OF})
"""Relations between cells of one line; the others hold each cell against a bound, which may stand elsewhere."""
_TOLERANT = frozenset({Relation.NEAR_LAST, Relation.SAME_SIZE})
_LEAST_CELLS = {Relation.SHARE: 2, Relation.SAME_SIZE: 2, Relation.ONE_OF: 2}

_CODE = re.compile(r"[\w.-]+")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,4})")
_BETWEEN = re.compile(r"\s*[:–-]\s*(?=[A-Z])")


@dataclass(frozen=True)
class RuleRow:
    """A row as written; every field is text."""

    code: str = ""
    severity: str = ""
    relation: str = ""
    cells: str = ""
    against: str = ""
    text: str = ""
    tolerance: str = ""
    sentence: str = ""


class AskedCells:
    """The asked cells of an annex by their places, a merged one by any place that it covers."""

    def __init__(self, asked: Mapping[str, AskedCell], merges: tuple[Merge, ...], repeated: frozenset[int]):
        self._asked = asked
        self._repeated = repeated
        self._covered = {
            place: f"{merge.first_column}{merge.first_row}"
            for merge in merges
            if f"{merge.first_column}{merge.first_row}" in asked
            for place in _places_between(
                (merge.first_column, merge.first_row), (merge.last_column, merge.last_row)
            )
        }

    def find(self, place: str) -> AskedCell | None:
        return self._asked.get(self._covered.get(place, place))

    def is_repeated(self, cell: AskedCell) -> bool:
        return cell.row in self._repeated


def read_rule(row: RuleRow, asked: AskedCells, complain: Callable[[str], None]) -> AnnexRule | None:
    """The rule, or None with every mistake told to `complain`."""
    mistakes: list[str] = []
    say = mistakes.append
    code = clean(row.code)
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        say(
            f"cột Mã ghi một mã ngắn không có dấu cách, tối đa {LONGEST_CODE} ký tự, ví dụ tong-ho-so "
            f"(đang ghi “{code}”)"
        )
    severity = _SEVERITIES.get(fold(row.severity))
    if severity is None:
        say(f"cột Mức ghi {_either(SEVERITIES)} (đang ghi “{clean(row.severity)}”)")
    relation = _RELATIONS.get(fold(row.relation))
    if relation is None:
        say(f"không có quan hệ “{clean(row.relation)}”; cột Quan hệ ghi {_either(r.label for r in Relation)}")
    cells = _cells(row.cells, asked, "Các ô", say)
    against = _cells(row.against, asked, "So với", say)
    tolerance = _tolerance(row.tolerance, say)
    sentence = clean(row.sentence)
    if not sentence:
        say("cột Câu nhắc còn trống; ghi câu gửi cho cơ quan báo cáo khi quy tắc không thỏa")
    if not clean(row.cells):
        say("cột Các ô còn trống; ghi các ô cần so, cách nhau bằng dấu chấm phẩy, ví dụ C8; D8 hoặc C8:E8")
    if relation is not None:
        _check_sentence(relation, sentence, say)
        if severity is Severity.BLOCK and relation in _JUDGED:
            say(f"quan hệ “{relation.label}” cần người xem xét nên chỉ được Nhắc; sửa cột Mức thành Nhắc")
        _check_columns(relation, row, against, tolerance, say)
        if cells is not None:
            _check_cells(relation, cells, against or [], clean(row.text), asked, say)
    for mistake in mistakes:
        complain(mistake)
    if mistakes or severity is None or relation is None or not cells:
        return None
    return AnnexRule(
        code=code,
        severity=severity,
        relation=relation,
        cells=tuple(_place_of(cell) for cell in cells),
        against=_place_of(against[0]) if against else "",
        text=clean(row.text),
        tolerance=tolerance,
        sentence=sentence,
    )


def _check_sentence(relation: Relation, sentence: str, say: Callable[[str], None]) -> None:
    unknown = unknown_placeholders(sentence, relation)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACES[relation])
        wrong = ", ".join(f"{{{name}}}" for name in sorted(unknown))
        say(f"với quan hệ “{relation.label}”, câu nhắc không có chỗ điền {wrong}; chỉ dùng được {known}")


def _check_columns(
    relation: Relation,
    row: RuleRow,
    against: list[AskedCell] | None,
    tolerance: Decimal | None,
    say: Callable[[str], None],
) -> None:
    """Whether the columns beside the cells are filled where the relation needs them, and there alone."""
    needed = f"với quan hệ “{relation.label}”"
    if relation in _AGAINST:
        if against is not None and len(against) != 1:
            say(f"{needed}, cột So với phải ghi đúng một ô")
    elif clean(row.against):
        say(f"{needed}, cột So với để trống")
    if clean(row.text) and relation is not Relation.NEEDED_WHEN:
        say(f"{needed}, cột Giá trị để trống")
    if relation in _TOLERANT:
        least = 1 if relation is Relation.SAME_SIZE else 0
        if tolerance is not None and tolerance < least:
            say(f"{needed}, cột Dung sai phải từ {least} trở lên")
    elif clean(row.tolerance):
        say(f"{needed}, cột Dung sai để trống")


def _check_cells(
    relation: Relation,
    cells: list[AskedCell],
    against: list[AskedCell],
    text: str,
    asked: AskedCells,
    say: Callable[[str], None],
) -> None:
    """Whether the relation can hold between these cells."""
    needed = f"với quan hệ “{relation.label}”"
    least = _LEAST_CELLS.get(relation, 1)
    if relation is Relation.SHARE and len(cells) != 2:
        say(f"{needed}, cột Các ô phải ghi đúng hai ô: phần trước, tổng sau")
    elif 0 < len(cells) < least:
        say(f"{needed}, cột Các ô phải ghi từ {least} ô trở lên")
    for cell in (*cells, *against) if relation in _RECKONING else ():
        if cell.kind not in NUMERIC:
            say(f"{needed}, ô {_place_of(cell)} phải là ô số, mà đang là [[{cell.kind.label}]]")
    for cell in against:
        if cell in cells:
            say(f"ô {_place_of(cell)} không thể so với chính nó; bỏ ở cột Các ô hoặc cột So với")
        options = {fold(option) for option in cell.options}
        if (
            relation is Relation.NEEDED_WHEN
            and text
            and cell.kind is CellKind.CHOICE
            and fold(text) not in options
        ):
            say(f"cột Giá trị ghi “{text}” không có trong các phương án của ô {_place_of(cell)}")
    rows = {cell.row if asked.is_repeated(cell) else 0 for cell in (*cells, *against)}
    together = relation in _TOGETHER and 0 in rows
    if relation not in _OF_ONE_CELL and len(rows - {0}) > (0 if together else 1):
        say("quy tắc có ô của dòng lặp thì mọi ô của quy tắc phải ở cùng dòng lặp ấy")


def _cells(
    written: str, asked: AskedCells, column: str, say: Callable[[str], None]
) -> list[AskedCell] | None:
    """The asked cells that a list of places names; None when some are none."""
    found: dict[str, AskedCell] = {}
    wrong: list[str] = []
    places = _BETWEEN.sub(":", clean(written).upper().replace("$", ""))
    for part in filter(None, re.split(r"[;,\s]+", places)):
        ends = [_PLACE.fullmatch(end) for end in part.split(":")]
        if not 1 <= len(ends) <= 2 or None in ends:
            say(f"cột {column}: không hiểu “{part}”; ghi như C8; D8 hoặc C8:E8")
            return None
        first, last = ends[0], ends[-1]
        assert first is not None  # noqa: S101 - looked at above
        assert last is not None  # noqa: S101 - looked at above
        corners = (first[1], int(first[2])), (last[1], int(last[2]))
        rows, columns = _span(*corners)
        if len(rows) * len(columns) > MOST_CELLS:
            say(f"cột {column}: “{part}” gồm quá {MOST_CELLS} ô; chia thành nhiều quy tắc")
            return None
        for place in _places_between(*corners):
            cell = asked.find(place)
            if cell is None:
                wrong.append(place)
            else:
                found[_place_of(cell)] = cell
    if wrong:
        names = ", ".join(wrong[:10]) + ("…" if len(wrong) > 10 else "")
        say(f"cột {column}: {names} không phải ô cần điền; chỉ ghi các ô mang dấu [[…]]")
        return None
    return list(found.values())


def _tolerance(written: str, say: Callable[[str], None]) -> Decimal | None:
    if not clean(written):
        return None
    read = read_number(written)
    if read.value is None or read.comparator is not None:
        say(f"cột Dung sai phải là một số (đang ghi “{clean(written)}”)")
    return read.value


def _places_between(first: tuple[str, int], last: tuple[str, int]) -> list[str]:
    rows, columns = _span(first, last)
    return [f"{column_letter(column)}{row}" for row in rows for column in columns]


def _span(first: tuple[str, int], last: tuple[str, int]) -> tuple[range, range]:
    """The rows and columns of a range, whichever corner is named first."""
    rows = sorted((first[1], last[1]))
    columns = sorted((column_number(first[0]), column_number(last[0])))
    return range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1)


def column_number(letters: str) -> int:
    """A column's number, counted from 1: C is 3, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letter(number: int) -> str:
    """A column's letters: 3 is C, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _place_of(cell: AskedCell) -> str:
    return f"{cell.column}{cell.row}"


def _either(words: Iterable[str]) -> str:
    return " / ".join(words)

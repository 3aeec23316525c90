"""An indicator against its baseline and its target, by the direction of the target's comparator.

A target may lie below its baseline by decision (12, then "≥ 4"): such a baseline is no measure.
"""

from collections.abc import Iterator
from decimal import Decimal

from models.codes import Comparator
from models.rules.checks.check_words import name_of
from models.rules.form import IndicatorLine
from models.rules.form_columns import INDICATOR_ASKED
from models.rules.numbers import magnitude_doubt, read_number, write_number

_MORE = (Comparator.GE, Comparator.GT)
_LESS = (Comparator.LE, Comparator.LT)


def against_target(line: IndicatorLine, value: Decimal) -> Iterator[tuple[str, str]]:
    """Rules and their sentences; nothing where the target says no direction."""
    baseline, target = read_number(line.baseline), read_number(line.target)
    if target.value is None or target.comparator not in (*_MORE, *_LESS):
        return
    sign = 1 if target.comparator in _MORE else -1
    if baseline.value is not None and sign * target.value >= sign * baseline.value > sign * value:
        below = "thấp hơn" if sign > 0 else "cao hơn"
        sentence = (
            f"{name_of(line)}: {write_number(value)} {below} kết quả kỳ gốc ({baseline.raw}) trong khi mục tiêu là "
            f"{target.raw}. Xem lại số liệu; nếu đúng thì nêu nguyên nhân ở cột {INDICATOR_ASKED['source']}."
        )
        yield "kem-ky-goc", sentence
    told = magnitude_doubt(value, [baseline.value or target.value])
    if not told and sign > 0 and value > target.value and magnitude_doubt(value, [target.value]):
        sentence = (
            f"{name_of(line)}: {write_number(value)} vượt quá xa mục tiêu {target.raw}. Xem lại dấu thập phân và "
            "đơn vị tính."
        )
        yield "vuot-xa-muc-tieu", sentence

"""One indicator of a filled form: its figure, its day, and whether its size is believable."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from models.codes import Comparator
from models.rules.checks.carried import Carried
from models.rules.checks.check_issues import Issues
from models.rules.checks.check_words import means_something, name_of, quote
from models.rules.checks.declared import DeclaredIndicator
from models.rules.checks.indicator_target import against_target
from models.rules.checks.jumps import jump_of
from models.rules.deadlines import read_day
from models.rules.form import FilledIndicator, Form, IndicatorLine
from models.rules.form_columns import INDICATOR_ASKED, NO_FIGURE
from models.rules.numbers import magnitude_doubt, read_number, write_number
from models.rules.text import clean, fold
from models.rules.typed_form import field_name
from models.time import vn_date

_LONGEST_RAW = 200

_VALUE = INDICATOR_ASKED["value"]
_AS_OF = INDICATOR_ASKED["as_of"]
_SOURCE = INDICATOR_ASKED["source"]


def check_indicator(
    form: Form, issues: Issues, carried: Carried, line: IndicatorLine, row: FilledIndicator
) -> DeclaredIndicator:
    """One indicator as its row declares it; what is wrong with it goes to the issues."""
    written = read_number(row.value.text[:_LONGEST_RAW])
    block = partial(issues.block, cell=row.value, row_key=line.row_key)
    warn = partial(issues.warn, cell=row.value, row_key=line.row_key)
    value = written.value
    if not row.value.text:
        block("gia-tri-thieu", f"{name_of(line)}: chưa ghi {_VALUE}. Chưa có thì ghi “{NO_FIGURE}”.")
    elif fold(row.value.text).startswith("chưa có"):
        source = "" if means_something(row.source.text) else f" Ghi ở cột {_SOURCE} nơi sẽ cung cấp."
        warn("chua-co-so-lieu", f"{name_of(line)}: báo “{NO_FIGURE}”.{source}")
    elif value is None:
        block(
            "gia-tri-khong-ro",
            f"{name_of(line)}: {_VALUE} {written.doubt} Chưa có thì ghi “{NO_FIGURE}”.",
        )
    else:
        _size(form, line, value, warn)
        if written.comparator in (None, Comparator.EQ):
            for rule, sentence in against_target(line, value):
                warn(rule, sentence)
    return DeclaredIndicator(
        row_key=line.row_key,
        raw=row.value.text[:_LONGEST_RAW],
        comparator=written.comparator if value is not None else None,
        value=value,
        as_of=_figure_day(form, issues, line, row),
        source=row.source.text,
        as_last=carried.as_last(line.row_key),
    )


def _size(form: Form, line: IndicatorLine, value: Decimal, warn: Callable[[str, str], None]) -> None:
    """Held against last period, the baseline (or the target where the register gives none), and the target. One
    doubt of each kind is enough: a slipped decimal point is far from all of them."""
    last = _last_value(form, line)
    baseline, target = (read_number(raw).value for raw in (line.baseline, line.target))
    doubt = magnitude_doubt(value, [baseline or target or Decimal()]) or (
        magnitude_doubt(value, [last]) if last is not None else ""
    )
    if clean(line.unit) == "%" and not 0 <= value <= 100:
        warn(
            "ty-le-ngoai-khoang",
            f"{name_of(line)}: {write_number(value)} %, ngoài khoảng từ 0 đến 100 %. Xem lại.",
        )
    elif doubt:
        warn("do-lon-bat-thuong", f"{name_of(line)}: {doubt}")
    elif jump := jump_of(value, last, form.checks.jump):
        warn(
            "nhay-so",
            f"{name_of(line)}: {jump} Xem lại số liệu, hoặc giải thích ở cột {_SOURCE}.",
        )


def _last_value(form: Form, line: IndicatorLine) -> Decimal | None:
    texts = form.last.texts if form.last else {}
    return read_number(texts.get(field_name(line.row_key, "value"), "")[:_LONGEST_RAW]).value


def _figure_day(form: Form, issues: Issues, line: IndicatorLine, row: FilledIndicator) -> date | None:
    if not row.as_of.text:
        return form.as_of
    day = read_day(row.as_of.text)
    if day is None:
        issues.warn(
            "ngay-so-lieu-khong-doc-duoc",
            f"{name_of(line)}: {_AS_OF} ghi {quote(row.as_of.text)}, không rõ là ngày nào. Ghi "
            "ngày/tháng/năm, ví dụ 31/03/2026.",
            row.as_of,
            line.row_key,
        )
    elif not form.data_from <= day <= form.as_of:
        issues.warn(
            "khac-ky-so-lieu",
            f"{name_of(line)}: số liệu tính đến {vn_date(day)}, ngoài kỳ số liệu {vn_date(form.data_from)} - "
            f"{vn_date(form.as_of)}. Xem lại, hoặc giải thích ở cột {_SOURCE}.",
            row.as_of,
            line.row_key,
        )
    return day

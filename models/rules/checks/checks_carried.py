"""The marks "như kỳ trước" of a filled form: those that say nothing plain, and those beside what was changed."""

from models.rules.checks.carried import IN_WORDS, Carried, rows_of
from models.rules.checks.check_issues import Issues
from models.rules.checks.check_rows import has_content
from models.rules.checks.check_words import quote
from models.rules.checks.marks import is_marked, is_unmarked
from models.rules.form import Cell, Filled, Form
from models.rules.form_columns import SAME, SAME_ALL, SAME_ANNEX


def check_marks(form: Form, filled: Filled, carried: Carried, issues: Issues) -> None:
    """Issues with the marks themselves. That something is not confirmed is told where it stands."""
    if form.last is None:
        return
    _unclear(filled.same_all, SAME_ALL, "", issues)
    for row_key, row in rows_of(form, filled):
        _unclear(row.same, SAME, row_key, issues)
        if is_marked(row.same.text, IN_WORDS) and carried.changed(row_key) and has_content(row):
            _changed(row.same, row_key, row_key, issues)
    for annex in form.annexes if form.last else ():
        if (mark := filled.cells.get(annex.confirm_field)) is None:
            continue
        placed = Cell(mark.text, mark.sheet or annex.sheet, mark.ref)
        _unclear(placed, SAME_ANNEX, annex.confirm_field, issues)
        if is_marked(mark.text, IN_WORDS) and carried.changed(annex.code):
            _changed(placed, annex.sheet, annex.confirm_field, issues)


def _unclear(mark: Cell, label: str, row_key: str, issues: Issues) -> None:
    if not is_marked(mark.text, IN_WORDS) and not is_unmarked(mark.text):
        issues.warn(
            "danh-dau-khong-ro",
            f"Ô “{label}” ghi {quote(mark.text)}, không rõ nghĩa và không được tính là xác nhận. Đánh dấu x nếu "
            "nội dung vẫn như kỳ trước, để trống nếu không.",
            mark,
            row_key,
        )


def _changed(mark: Cell, name: str, row_key: str, issues: Issues) -> None:
    issues.warn(
        "nhu-ky-truoc-da-sua",
        f"{name}: đã đánh dấu như kỳ trước nhưng nội dung khác kỳ trước. Nội dung đang ghi được tính; bỏ dấu x, hoặc "
        "xem lại nội dung.",
        mark,
        row_key,
    )

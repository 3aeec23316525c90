"""What is said beside a cell of an annex while it is being filled in: what it is, and what goes into it."""

from decimal import Decimal

from models.codes import CellKind
from models.rules.annexes.annex import AskedCell
from models.rules.numbers import write_number

MARK_TO_CONFIRM = (
    "Như kỳ trước",
    "Đánh dấu x nếu mọi số liệu điền sẵn của trang này vẫn đúng. Đã sửa số liệu thì không cần đánh dấu.",
)

_TITLES = {
    CellKind.TEXT: "Nội dung",
    CellKind.NUMBER: "Số",
    CellKind.WHOLE: "Số nguyên",
    CellKind.PERCENT: "Tỷ lệ (%)",
    CellKind.DAY: "Ngày",
    CellKind.CHOICE: "Chọn trong danh sách",
    CellKind.MARK: "Đánh dấu",
}
_WHAT = {
    CellKind.TEXT: "Ghi bằng chữ. Xuống dòng: Alt+Enter.",
    CellKind.NUMBER: "Ghi một số, ví dụ 28,48 hoặc 1.294.",
    CellKind.WHOLE: "Ghi số nguyên, ví dụ 1.294.",
    CellKind.PERCENT: "Ghi tỷ lệ phần trăm, ví dụ 66,67.",
    CellKind.DAY: "Ghi ngày/tháng/năm, ví dụ 31/03/2026.",
    CellKind.CHOICE: "Chọn một nội dung trong danh sách của ô.",
    CellKind.MARK: "Đánh dấu x, hoặc để trống.",
}
_LONGEST_LABEL = 110  # letters: Excel allows 255 in all, and what to write comes first


def hint_for(cell: AskedCell) -> tuple[str, str]:
    """Title and text of the hint."""
    said = [_WHAT[cell.kind], _bounds(cell.least, cell.most)]
    if cell.text_allowed:
        said.append("Không có số thì ghi bằng chữ.")
    label = cell.label if len(cell.label) <= _LONGEST_LABEL else cell.label[: _LONGEST_LABEL - 1] + "…"
    text = " ".join(part for part in said if part)
    needed = " (bắt buộc)" if cell.required else ""
    return _TITLES[cell.kind] + needed, f"{text}\n{label}".strip()


def _bounds(least: Decimal | None, most: Decimal | None) -> str:
    if least is not None and most is not None:
        return f"Từ {write_number(least)} đến {write_number(most)}."
    if least is not None:
        return f"Từ {write_number(least)} trở lên."
    return f"Không quá {write_number(most)}." if most is not None else ""

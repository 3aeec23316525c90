"""The filters of the list of assignments, as its address names them."""

from datetime import date

from models.codes import DeadlineKind
from models.rules.registers.classes import bearers, classify, stands
from models.rules.text import fold
from tasks.registers.assignment_pages import RegisterLine

KINDS = {
    "doi-han": "Đã điều chỉnh thời hạn",
    "chua-han": "Chưa có thời hạn cụ thể",
    "chua-xac-nhan": "Có trạng thái chưa xác nhận",
    "de-xuat": "Có đề xuất không thực hiện, phối hợp",
    "noi": "Trùng với danh mục khác (đã nối)",
    "chua-dau-moi": "Chưa xác định cơ quan đầu mối",
    "an": "Không đưa lên hệ thống",
}


def line_matches(
    line: RegisterLine,
    day: date | None,
    *,
    words: str,
    register: str,
    section: str,
    agency: str,
    of_class: str,
    kind: str,
) -> bool:
    """Whether a line is shown; `words` are folded, an empty filter lets everything through. Of a withheld assignment
    nothing but the key can be sought."""
    facts = line.facts
    hidden = facts.assignment.withheld
    sought = facts.row_key if hidden else f"{facts.row_key} {facts.revision.name}"
    if words and words not in fold(sought):
        return False
    if register and facts.register.code != register:
        return False
    if section and facts.revision.section != section:
        return False
    if agency and (hidden or not _borne_by(line, agency)):
        return False
    if of_class and (
        hidden or line.view is None or day is None or classify(line.view, day).value != of_class
    ):
        return False
    return not kind or _is_kind(line, kind)


def _borne_by(line: RegisterLine, agency: str) -> bool:
    named = {bearer.code for bearer in line.facts.leads if bearer.kind == "agency"}
    return agency in named or (line.view is not None and agency in bearers(line.view))


def _is_kind(line: RegisterLine, kind: str) -> bool:
    view, facts = line.view, line.facts
    if kind == "an":
        return facts.assignment.withheld
    if facts.assignment.withheld:
        return False
    match kind:
        case "doi-han":
            return bool(facts.revision.source) or (view is not None and view.moved)
        case "chua-han":
            return facts.revision.due is None and facts.revision.deadline_kind is not DeadlineKind.RECURRING
        case "chua-xac-nhan":
            return view is not None and any(stands(word) and word.confirmed is None for word in view.reports)
        case "de-xuat":
            return line.proposed
        case "noi":
            return view is not None and bool(view.linked)
        case "chua-dau-moi":
            return facts.lead_of_record is None
        case _:
            return True

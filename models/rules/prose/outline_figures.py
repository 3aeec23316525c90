"""An agency's own figures as its report states them: from the fields it has answered, in the committee's sentences."""

from collections.abc import Mapping
from datetime import date

from models.codes import ReportStatus
from models.rules.annexes.annex import Annex
from models.rules.completion import Tally
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.deadlines import read_day
from models.rules.form import AssignmentLine, Form
from models.rules.form_columns import NO_FIGURE, statuses_for
from models.rules.registers.classes import deadline_kind, member_class
from models.rules.registers.names import Bearer
from models.rules.sentences import Part, tally_sentence, total_sentence
from models.rules.text import clean, fold
from models.rules.typed_form import field_name
from models.time import vn_date

Answers = Mapping[str, str]
"""Field name (models.rules.typed_form) -> text of the agency's latest figures."""

_WAITING = "sẽ được điền vào đây sau khi đơn vị gửi biểu báo cáo (tệp Excel hoặc trang nộp báo cáo)."


def assignments_sentence(form: Form, answers: Answers) -> str:
    """How the agency's assignments stand, classed as the committee's report classes them."""
    if not any(_answer(answers, line.row_key, "status") for line in form.assignments):
        return f"Số liệu về nhiệm vụ được giao {_WAITING}"
    views = (_of_agency(line, form, answers) for line in form.assignments)
    tally = Tally.over(
        (member_class(view, form.agency_code, form.as_of), deadline_kind(view)) for view in views
    )
    return tally_sentence(f"tổng số nhiệm vụ giao {form.agency_name}", tally, form.as_of)


def assignment_rows(form: Form, answers: Answers) -> list[tuple[str, ...]]:
    """Of each assignment: number, name, result due, deadline, status, what was achieved or why not."""
    rows: list[tuple[str, ...]] = []
    for number, line in enumerate(form.assignments, 1):
        said = {
            column: _answer(answers, line.row_key, column)
            for column in ("status", "percent", "completed_on", "product", "reason", "proposal")
        }
        status = said["status"]
        if said["completed_on"]:
            status = f"{status} ngày {said['completed_on']}".strip()
        elif said["percent"]:
            status = f"{status} ({said['percent'].removesuffix('%').rstrip()}%)".strip()
        achieved = [said["product"]]
        achieved += [f"Lý do, vướng mắc: {said['reason']}"] if said["reason"] else []
        achieved += [f"Đề xuất: {said['proposal']}"] if said["proposal"] else []
        row = (str(number), line.name, line.result, line.deadline, status)
        rows.append((*row, "\n".join(text for text in achieved if text)))
    return rows


def indicators_sentence(form: Form, answers: Answers) -> str:
    """How many of the agency's indicators have a figure."""
    values = [_answer(answers, line.row_key, "value") for line in form.indicators]
    if not any(values):
        return f"Số liệu về chỉ tiêu {_WAITING}"
    known = sum(_is_figure(value) for value in values)
    parts = (
        Part(known, "chỉ tiêu đã có số liệu"),
        Part(len(values) - known, "chỉ tiêu chưa có số liệu"),
    )
    subject = f"Tổng số chỉ tiêu do {form.agency_name} báo cáo"
    return total_sentence(subject, len(values), [part for part in parts if part.count], "chỉ tiêu")


def indicator_rows(form: Form, answers: Answers) -> list[tuple[str, ...]]:
    """Of each indicator: number, name, unit, baseline, target, value, the day it is true of.

    A figure without a day is of the cycle's day, as the form says.
    """
    values = {line.row_key: _answer(answers, line.row_key, "value") for line in form.indicators}
    days = {
        row_key: _answer(answers, row_key, "as_of") or (vn_date(form.as_of) if _is_figure(value) else "")
        for row_key, value in values.items()
    }
    return [
        (
            str(number),
            line.name,
            line.unit,
            line.baseline,
            line.target,
            values[line.row_key],
            days[line.row_key],
        )
        for number, line in enumerate(form.indicators, 1)
    ]


def annex_sentence(annex: Annex, answers: Answers) -> str:
    """What stands above the figures of an annex."""
    if annex_rows(annex, answers):
        return f"Số liệu {annex.sheet} đã báo cáo:"
    return f"Số liệu {annex.sheet} {_WAITING}"


def annex_rows(annex: Annex, answers: Answers) -> list[tuple[str, ...]]:
    """Of each cell that was answered: number, what it is, its figure."""
    rows: list[tuple[str, ...]] = []
    for line in annex.lines:
        times = f" (dòng {line.number})" if line.number else ""
        for cell in line.cells:
            if text := _answer(answers, line.row_key, cell.column):
                rows.append((str(len(rows) + 1), f"{cell.label}{times}", text))
    return rows


def _answer(answers: Answers, row_key: str, column: str) -> str:
    return answers.get(field_name(row_key, column), "").strip()


def _is_figure(value: str) -> bool:
    return bool(value) and fold(value) != fold(NO_FIGURE)


def _of_agency(line: AssignmentLine, form: Form, answers: Answers) -> AssignmentView:
    """The assignment as if the agency alone bore it: its own word decides."""
    written = fold(_answer(answers, line.row_key, "status"))
    status = next((s for s in statuses_for(line.kind) if fold(s.label) == written), None)
    done_on: date | None = read_day(clean(_answer(answers, line.row_key, "completed_on")))
    report = LeadReport(
        form.agency_code,
        this_cycle=True,
        status=status,
        completed_on=done_on if status is ReportStatus.COMPLETE else None,
    )
    return AssignmentView(
        row_key=line.row_key,
        register_code="",
        key="",
        section="",
        section_name="",
        subsection="",
        subsection_name="",
        number="",
        name=line.name,
        leads_raw="",
        coordinators_raw="",
        result=line.result,
        deadline_raw=line.deadline,
        kind=line.kind,
        due=line.due,
        lead_of_record=Bearer("agency", form.agency_code),
        member_noun="",
        reports=(report,),
        withheld=False,
        proposal_accepted=False,
    )

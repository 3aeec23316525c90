"""The statistics by directive, "Thống kê nhiệm vụ được giao", in the committee's own sentences.

Which directives, in which words, is the report outline's data; every count comes from the assignments, and a sentence
whose parts do not make its total cannot be written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.codes import AssignmentClass, DeadlineKind
from models.rules.cycle_view import AssignmentView, CycleView
from models.rules.registers.classes import (
    DONE,
    bearers,
    classify,
    deadline_kind,
    led_by_group,
    member_class,
)
from models.rules.registers.same_task import once
from models.rules.report.noted import Noted
from models.rules.report.report_outline import StatLine, StatPart
from models.rules.report.shortened import shortened
from models.rules.sentences import (
    DATED,
    Part,
    all_done_sentence,
    given_sentence,
    members_sentence,
    total_sentence,
)
from models.time import vn_date

_ANY = frozenset(DeadlineKind)
_UNDATED = _ANY - DATED
_GOOD = DONE | {AssignmentClass.RECURRING_ON}


@dataclass(frozen=True)
class _Class:
    """A part of a total: what is counted in it, and what follows its count where the outline says nothing else."""

    name: StatPart
    classes: frozenset[AssignmentClass]
    kinds: frozenset[DeadlineKind]
    words: str


_PARTS = (
    _Class("done", frozenset({AssignmentClass.DONE_ON_TIME}), _ANY, "đã hoàn thành"),
    _Class("late", frozenset({AssignmentClass.DONE_LATE}), _ANY, "hoàn thành quá hạn"),
    _Class(
        "in_progress", frozenset({AssignmentClass.IN_PROGRESS}), DATED, "đang thực hiện, bảo đảm thời hạn"
    ),
    _Class(
        "in_progress_undated",
        frozenset({AssignmentClass.IN_PROGRESS}),
        _UNDATED,
        "đang thực hiện, chưa xác định thời hạn",
    ),
    _Class(
        "recurring_on",
        frozenset({AssignmentClass.RECURRING_ON}),
        _ANY,
        "thường xuyên bảo đảm tiến độ",
    ),
    _Class(
        "recurring_off",
        frozenset({AssignmentClass.RECURRING_OFF}),
        _ANY,
        "thường xuyên chưa bảo đảm tiến độ",
    ),
    _Class("not_started", frozenset({AssignmentClass.NOT_STARTED}), DATED, "chưa triển khai, chưa đến hạn"),
    _Class(
        "not_started_undated",
        frozenset({AssignmentClass.NOT_STARTED}),
        _UNDATED,
        "chưa triển khai, chưa xác định thời hạn",
    ),
    _Class("behind", frozenset({AssignmentClass.BEHIND}), _ANY, "chậm, quá hạn"),
    _Class(
        "proposed",
        frozenset({AssignmentClass.PROPOSED_OUT}),
        _ANY,
        "tỉnh đề xuất không thực hiện hoặc phối hợp với bộ, ngành",
    ),
    _Class("no_report", frozenset({AssignmentClass.NO_REPORT}), _ANY, "chưa có báo cáo"),
)
_DONE_DATED = frozenset({DeadlineKind.DATE})
_DONE_UNDATED_WORDS = "không có thời hạn đã hoàn thành"


@dataclass(frozen=True)
class _Counted:
    name: StatPart
    words: str
    tasks: tuple[AssignmentView, ...]


def statistics(
    view: CycleView, day: date, lines: Sequence[StatLine], *, unconfirmed: bool = False
) -> list[Noted]:
    """The lines of the statistics on a day, each with its footnotes; withheld assignments are in none.

    A line whose registers the cycle does not ask about is left out; a register that no line names gets a plain one.
    `unconfirmed`: the view holds confirmed words alone, so that silence may be a word that nobody has confirmed yet.
    """
    shown = [one for one in view.assignments if not one.withheld]
    known = {register.code for register in view.registers}
    told = [line for line in lines if line.text or known & set(line.registers)]
    named = {code for line in told for code in line.registers}
    rest = [
        StatLine(registers=[register.code], subject=f"Tổng số nhiệm vụ thực hiện {register.name}")
        for register in view.registers
        if register.code not in named
    ]
    found = []
    for line in [*told, *rest]:
        if line.text:
            found.append(Noted(f"{line.bullet} {line.text}".strip()))
            continue
        tasks = once(one for one in shown if one.register_code in line.registers)
        found.append(_written(line, tasks, day, unconfirmed))
    return found


def members_done(assignments: Iterable[AssignmentView], day: date) -> tuple[int, int]:
    """Of the agencies that bear any of these assignments as members of a leading group: how many have completed all
    that they bear (recurring ones: on schedule), and how many there are."""
    of_member: dict[str, list[AssignmentView]] = {}
    for assignment in assignments:
        if led_by_group(assignment):
            for code in bearers(assignment):
                of_member.setdefault(code, []).append(assignment)
    done = sum(
        all(member_class(one, code, day) in _GOOD for one in borne) for code, borne in of_member.items()
    )
    return done, len(of_member)


def _written(line: StatLine, tasks: Sequence[AssignmentView], day: date, unconfirmed: bool) -> Noted:
    notes: list[str] = []
    if line.form == "members":
        done, members = members_done(tasks, day)
        noun = line.noun if line.noun != "nhiệm vụ" else _noun(tasks)
        text = f"{line.subject}: {members_sentence(done, members, noun, line.what)}"
    else:
        counted = _counted(line, tasks, day, unconfirmed)

        def part(one: _Counted) -> Part:
            return Part(len(one.tasks), f"{line.noun} {_filled(one, notes)}")

        text = (_given if line.form == "given" else _total)(line, len(tasks), counted, part)
    return Noted(f"{line.bullet} {text}".strip(), tuple(notes))


def _total(line: StatLine, total: int, counted: Sequence[_Counted], part: Callable[[_Counted], Part]) -> str:
    if total and len(counted) == 1 and counted[0].name == "done" and "done" not in line.words:
        return all_done_sentence(line.subject, total, total, line.noun)
    return total_sentence(line.subject, total, [part(one) for one in counted], line.noun)


def _given(line: StatLine, total: int, counted: Sequence[_Counted], part: Callable[[_Counted], Part]) -> str:
    done = sum(len(one.tasks) for one in counted if one.name == "done")
    others = [part(one) for one in counted if one.name != "done"]
    return f"{line.subject}: {given_sentence(total, done, others, line.noun)}"


def _counted(line: StatLine, tasks: Sequence[AssignmentView], day: date, unconfirmed: bool) -> list[_Counted]:
    """The parts that occur, in their order; every task in exactly one of them."""
    classes = [(one, classify(one, day), deadline_kind(one)) for one in tasks]
    found = []
    for part in _parts(line):
        held = tuple(one for one, of, kind in classes if of in part.classes and kind in part.kinds)
        words = line.words.get(part.name, part.words)
        if unconfirmed and part.name == "no_report" and "no_report" not in line.words:
            words = "chưa có báo cáo hoặc kê khai chưa được xác nhận"
        if held:
            found.append(_Counted(part.name, words, held))
    return found


def _parts(line: StatLine) -> list[_Class]:
    """As a rule all that is done is told together; a line with words for those without a date tells them apart."""
    done, *others = _PARTS
    if "done_undated" not in line.words:
        return [done, *others]
    return [
        _Class("done", done.classes, _DONE_DATED, done.words),
        _Class("done_undated", done.classes, _ANY - _DONE_DATED, _DONE_UNDATED_WORDS),
        *others,
    ]


def _filled(one: _Counted, notes: list[str]) -> str:
    """The words of a part, {han} and {ds} put in."""
    days = [task.due for task in one.tasks if task.due is not None]
    words = one.words.replace("{han}", vn_date(max(days)) if days else "")
    if "{ds}" not in words:
        return words
    few = shortened(one.tasks)
    more = f"; và {few.left} nhiệm vụ khác (Phụ lục II)" if few.left else ""
    notes.append("; ".join(_named(task) for task in few.lines) + f"{more}.")
    return words.replace("{ds}", f"[^{len(notes)}]")


def _named(task: AssignmentView) -> str:
    until = f"thời hạn hoàn thành {vn_date(task.due)}" if task.due else task.deadline_raw.lower()
    return f"{task.name.rstrip(' ;.')} ({until})"


def _noun(tasks: Iterable[AssignmentView]) -> str:
    return next((one.member_noun for one in tasks if one.member_noun), "cơ quan, đơn vị")

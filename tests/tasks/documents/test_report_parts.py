"""What the program puts under a heading, part by part, from a small cycle: the rarer cases."""

from dataclasses import replace
from datetime import date
from typing import Any

from small_cycle import AS_OF, SEEN, VIEW, R, S, said, task

from models.rules.cycle_view import CycleView
from models.rules.registers.names import Bearer
from models.rules.report.narrative import Piece, Source
from models.rules.report.report_outline import ReportHeading, ReportOutline, StatLine
from tasks.documents.report_parts import Writing, form_proposals, parts_of
from tasks.documents.report_prose import prose_parts
from tasks.documents.report_text import ReportFacts
from tasks.documents.word_notes import Footnotes

A, B = (Source(code, f"Sở {code}", f"Sở {code} – bản 1") for code in "AB")
LONG = "Nguồn lực tài chính dành cho chuyển đổi số của đơn vị còn hạn chế so với nhu cầu {} năm nay."


def shown(
    what: str, view: CycleView, facts: ReportFacts | None = None, **heading: Any
) -> list[dict[str, Any]]:
    of = ReportHeading.model_validate({"title": "MỤC", "level": 2, "shows": [what], **heading})
    return parts_of(what, of, Writing(view, AS_OF, SEEN, facts or ReportFacts()))


def texts(parts: list[dict[str, Any]]) -> list[str]:
    return [part["text"] for part in parts if part["kind"] == "text"]


def with_tasks(*tasks: Any) -> CycleView:
    return replace(VIEW, assignments=tasks)


def test_a_task_done_late_says_why() -> None:
    late = task(
        "1",
        date(2026, 1, 31),
        said("SKHCN", S.COMPLETE, completed_on=AS_OF, product="QĐ 5", reason="Chờ ý kiến"),
    )
    silent = task("2", date(2026, 1, 31), said("SKHCN", S.COMPLETE, completed_on=AS_OF))
    (table,) = shown("done", with_tasks(late, silent))
    (group,) = table["groups"]
    assert group["name"] == "Hoàn thành quá hạn (2)"
    assert [row["product"] for row in group["rows"]] == [
        "QĐ 5\nLý do quá hạn: Chờ ý kiến",
        "Lý do quá hạn: chưa nêu",
    ]


def test_a_task_done_by_a_group_shows_its_members() -> None:
    group = task(
        "1",
        date(2026, 6, 30),
        said("X1", S.COMPLETE, completed_on=AS_OF),
        said("X2", S.COMPLETE, completed_on=AS_OF),
        lead_of_record=Bearer("group", "XP"),
        member_noun="xã, phường",
    )
    (table,) = shown("done", with_tasks(group))
    assert table["groups"][0]["rows"][0]["product"] == "2/2 xã, phường hoàn thành"
    (line,) = texts(shown("section-tasks", with_tasks(group), sections=["I"]))
    assert line.endswith("hoàn thành đúng hạn (ngày 14/3/2026); 2/2 xã, phường hoàn thành.")


def test_the_same_task_in_two_registers_is_counted_once_in_all_and_that_is_said() -> None:
    one = task("1", date(2026, 6, 30), said("SKHCN", S.IN_PROGRESS), linked=("NQ71/1",))
    other = replace(one, row_key="NQ71/1", register_code="NQ71", linked=(one.row_key,))
    registers = (*VIEW.registers, replace(VIEW.registers[0], code="NQ71", name="Nghị quyết số 71/NQ-CP"))
    lines = texts(shown("statistics", replace(with_tasks(one, other), registers=registers)))
    assert lines[-1].startswith("Trong đó có 01 lượt nhiệm vụ trùng giữa các văn bản")
    assert "(01 nhiệm vụ)" in lines[-1]


def test_a_line_of_a_register_that_the_cycle_does_not_ask_is_left_out() -> None:
    line = StatLine(registers=["CU"], subject="Tổng số nhiệm vụ cũ")
    outline = ReportOutline(code="x", statistics=[line], headings=[ReportHeading(title="MỤC", level=2)])
    lines = texts(shown("statistics", VIEW, ReportFacts(outline=outline)))
    assert not any("nhiệm vụ cũ" in text for text in lines)


def test_members_are_named_by_their_noun_where_the_outline_names_none() -> None:
    members = task(
        "1",
        date(2026, 6, 30),
        said("X1", S.COMPLETE, completed_on=AS_OF),
        said("X2", None),
        lead_of_record=Bearer("group", "XP"),
        member_noun="xã, phường",
    )
    line = StatLine(registers=["KH57-2026"], subject="Đối với các xã", form="members")
    outline = ReportOutline(code="x", statistics=[line], headings=[ReportHeading(title="MỤC", level=2)])
    lines = texts(shown("statistics", with_tasks(members), ReportFacts(outline=outline)))
    assert lines[0] == "- Đối với các xã: Đến nay đã có 01/02 xã, phường hoàn thành các nhiệm vụ được giao."


def test_figures_of_signed_reports_are_no_more_preliminary() -> None:
    signed = tuple(
        replace(one, signed="số 1/BC ngày 18/3/2026") for one in VIEW.requests if one.state is R.COMPLETE
    )
    (table,) = shown("cuts", replace(VIEW, requests=signed))
    assert table["note"].endswith("theo báo cáo của cơ quan, đơn vị, chưa xác nhận; các báo cáo đã ký)")


def test_what_forms_propose_stands_with_its_task_and_its_agency() -> None:
    proposed = task("1", date(2026, 6, 30), said("SKHCN", S.IN_PROGRESS, proposal="Đề nghị lùi hạn."))
    view = with_tasks(proposed, replace(proposed, row_key="K/2", withheld=True))
    assert texts(shown("form-proposals", view)) == [
        "- Đề nghị lùi hạn (nhiệm vụ I.1) (Sở Khoa học và Công nghệ)."
    ]
    assert shown("form-proposals", view, group="points") == []
    writing = Writing(view, AS_OF, SEEN, ReportFacts())
    assert [(text.text, source.agency_code) for text, source in form_proposals(writing)] == [
        ("Đề nghị lùi hạn (nhiệm vụ I.1)", "SKHCN")
    ]


def test_like_points_stand_together_each_with_its_agency() -> None:
    pieces = [
        Piece("1.VII", "VII.", f"- {LONG.format(what)}", "", of) for what, of in (("đầu tư", A), ("thuê", B))
    ]
    heading = ReportHeading.model_validate({"title": "MỤC", "level": 2, "from": ["1.VII"], "group": "points"})
    outline = ReportOutline(code="x", headings=[heading])
    assert texts(prose_parts(heading, outline, pieces, Footnotes())) == [
        "- 02 đoạn gần giống nhau của 02 cơ quan, đơn vị (đề nghị biên tập thành một ý):",
        f"+ {LONG.format('đầu tư').rstrip('.')} (Sở A).",
        f"+ {LONG.format('thuê').rstrip('.')} (Sở B).",
    ]


def test_an_agency_is_heard_out_before_the_next_in_the_order_of_the_report() -> None:
    said_of = [("1.III.3", A, "Dữ liệu A."), ("1.III.2", A, "Hạ tầng A."), ("1.III.3", B, "Dữ liệu B.")]
    pieces = [Piece(code, code, text, "", of) for code, of, text in said_of]
    heading = ReportHeading.model_validate({"title": "MỤC", "level": 2, "from": ["1.III.2", "1.III.3"]})
    parts = prose_parts(heading, ReportOutline(code="x", headings=[heading]), pieces, Footnotes())
    assert [part["text"] for part in parts] == [
        "Hạ tầng A.",
        "Dữ liệu A.",
        "(Nguồn: Sở A – bản 1)",
        "Dữ liệu B.",
        "(Nguồn: Sở B – bản 1)",
    ]

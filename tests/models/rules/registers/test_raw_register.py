"""Rows of an annex to keys, sections and texts; and what a person is told of the rows that do not fit."""

import pytest

from models.rules.registers.raw_register import (
    ItemKind,
    RawRegister,
    RawRow,
    RawTable,
    RegisterUnreadable,
    annex_heading,
    has_open_bracket,
    kind_of,
    lift_notes,
    parse_register,
)

TASKS = ("Stt", "Tên nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời gian hoàn thành")
TARGETS = ("STT", "Mục tiêu", "Đơn vị tính", "Kết quả năm 2025", "Mục tiêu năm 2026")


def table(
    header: tuple[str, ...], *rows: tuple[str, ...], notes: dict[int, tuple[str, ...]] | None = None
) -> RawTable:
    """A table under the usual headings; `notes` by the number of the row in the table."""
    of_tasks = header[: len(TASKS)] == TASKS
    title = "NHIỆM VỤ NĂM 2026" if of_tasks else "CHỈ TIÊU"
    annex = "Phụ lục II" if of_tasks else "Phụ lục I"
    numbered = (RawRow(at, cells, (notes or {}).get(at, ())) for at, cells in enumerate((header, *rows), 1))
    return RawTable(annex, (annex, title), tuple(numbered))


def task(number: str, name: str = "Việc") -> tuple[str, ...]:
    return (number, name, "Sở Nội vụ", "Các xã, phường", "Báo cáo", "Quý I/2026")


def heading(number: str, name: str) -> tuple[str, ...]:
    return (number, name, "", "", "", "")


def tasks(*rows: tuple[str, ...]) -> RawRegister:
    return parse_register([table(TASKS, *rows)])


def targets(*rows: tuple[str, ...]) -> RawRegister:
    return parse_register([table(TARGETS, *rows)])


def keys(register: RawRegister) -> list[str]:
    return [row.key for row in register.assignments]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [heading("I", "A"), task("1"), heading("II", "B"), task("1")], ["I.1", "II.1"], id="restarts"
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), task("1.1"), task("1.2"), heading("2", "C"), task("2.1")],
            ["V.1.1", "V.1.2", "V.2.1"],
            id="dotted numbers under subsections",
        ),
        pytest.param(
            [heading("V", "A"), heading("2", "B"), task(""), heading("3", "C"), task("3.1")],
            ["V.2", "V.3.1"],
            id="no number under a subsection",
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), task("1"), task("2"), heading("2", "C"), task("1")],
            ["V.1.1", "V.1.2", "V.2.1"],
            id="plain numbers that restart under subsections",
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), task("1.1"), task("2"), task("3")],
            ["V.1.1", "V.2", "V.3"],
            id="a plain number after dotted ones leaves the subsection",
        ),
        pytest.param([task("1"), task("2")], ["1", "2"], id="no sections at all"),
        pytest.param(
            [heading("I.", "A"), task("01."), task("2)"), task("1.10")],
            ["I.1", "I.2", "I.1.10"],
            id="tidied numbers",
        ),
        pytest.param([heading("Ⅳ", "A"), task("1")], ["IV.1"], id="the sign for a Roman numeral"),
        pytest.param(
            [heading("I", "A"), heading("1", "B"), task("a"), task("b)")], ["I.1.a", "I.1.b"], id="letters"
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), heading("1.1", "C"), task("1.1.1")],
            ["V.1.1.1"],
            id="three levels",
        ),
        pytest.param(
            [TASKS, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), task("1"), TASKS], ["1"], id="header again"
        ),
    ],
)
def test_keys(rows: list[tuple[str, ...]], expected: list[str]) -> None:
    register = tasks(*rows)
    assert keys(register) == expected
    assert register.problems == ()


def test_texts_are_cleaned_and_names_of_agencies_keep_their_lines() -> None:
    register = tasks(
        heading("V", "Về  chuyển đổi số "),
        heading("1", "Về hạ tầng"),
        ("1.1", "Xây dưng\u00a0kế hoạch", "Sở Nội vụ\n Sở Tài chính ", "", "Tài\nliệu", " Quý I/2026\u200b"),
    )
    row = register.assignments[0]
    assert (row.section, row.section_name) == ("V", "Về chuyển đổi số")
    assert (row.subsection, row.subsection_name, row.number) == ("1", "Về hạ tầng", "1.1")
    assert row.name == "Xây dưng kế hoạch"
    assert row.leads == "Sở Nội vụ\nSở Tài chính"
    assert (row.coordinators, row.result, row.deadline) == ("", "Tài liệu", "Quý I/2026")
    assert row.place == "Phụ lục II, dòng 4 (số 1.1)"


def test_names_of_nested_subsections_are_both_kept() -> None:
    register = tasks(heading("V", "A"), heading("1", "Hạ tầng"), heading("1.1", "Mạng"), task("1.1.1"))
    assert register.assignments[0].subsection == "1.1"
    assert register.assignments[0].subsection_name == "Hạ tầng – Mạng"


@pytest.mark.parametrize(
    ("rows", "imported", "place", "key", "lost", "why"),
    [
        pytest.param(
            [heading("I", "A"), ("1", "Việc", "Sở Nội vụ"), task("2")],
            ["I.2"],
            "Phụ lục II, dòng 3 (số 1)",
            "I.1",
            True,
            "Dòng có 3 ô trong khi tiêu đề bảng có 6 cột",
            id="too few cells",
        ),
        pytest.param(
            [heading("I", "A"), (*task("1"), "thừa"), task("2")],
            ["I.2"],
            "Phụ lục II, dòng 3 (số 1)",
            "I.1",
            True,
            "Dòng có 7 ô trong khi tiêu đề bảng có 6 cột",
            id="too many cells",
        ),
        pytest.param(
            [heading("I", "A"), task("")],
            [],
            "Phụ lục II, dòng 3",
            "",
            True,
            "Dòng không có số thứ tự nên không có khóa",
            id="no number and no subsection",
        ),
        pytest.param(
            [heading("V", "A"), heading("2", "B"), task(""), task("")],
            ["V.2"],
            "Phụ lục II, dòng 5",
            "V.2",
            True,
            "Trùng số với Phụ lục II, dòng 4;",
            id="two without a number",
        ),
        pytest.param(
            [heading("I", "A"), task("1", "Một"), task("1", "Hai")],
            ["I.1"],
            "Phụ lục II, dòng 4 (số 1)",
            "I.1",
            True,
            "Trùng số với Phụ lục II, dòng 3 (số 1); chỉ dòng đó được nạp.",
            id="duplicate",
        ),
        pytest.param(
            [heading("I", "A"), task("1"), task("số tự động của Word")],
            ["I.1"],
            "Phụ lục II, dòng 4",
            "",
            True,
            "Không hiểu số thứ tự “số tự động của Word”",
            id="a number that is none",
        ),
        pytest.param(
            [heading("I", "A"), ("1", "", "Sở Nội vụ", "", "Báo cáo", "Quý I"), task("2")],
            ["I.2"],
            "Phụ lục II, dòng 3 (số 1)",
            "I.1",
            True,
            "Dòng không có tên nhiệm vụ",
            id="no name",
        ),
        pytest.param(
            [heading("I", "A"), task("1"), heading("2", "Việc chưa giao"), task("3")],
            ["I.1", "I.3"],
            "Phụ lục II, dòng 4 (số 2)",
            "I.2",
            True,
            "Dòng chỉ có số và tên, bên dưới không có dòng nào thuộc về nó.",
            id="a task with nothing but its name",
        ),
        pytest.param(
            [heading("I", "A"), heading("II", "B"), task("1")],
            ["II.1"],
            "Phụ lục II, dòng 2 (số I)",
            "",
            False,
            "Dòng chỉ có số và tên, bên dưới không có dòng nào thuộc về nó.",
            id="a section without rows",
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), task("1.1"), task("2.1")],
            ["V.1.1"],
            "Phụ lục II, dòng 5 (số 2.1)",
            "V.2.1",
            True,
            "Số 2.1 đứng dưới tiểu mục 1;",
            id="a number of another subsection",
        ),
        pytest.param(
            [("I", "A", "Sở Nội vụ", "", "", ""), task("1")],
            ["I.1"],
            "Phụ lục II, dòng 2 (số I)",
            "",
            True,
            "Dòng mang số La Mã nên được hiểu là tên mục I",
            id="a Roman number with a lead",
        ),
        pytest.param(
            [heading("I", "A"), ("1", "Việc", "Sở Nội vụ", "", "", "Q" * 301), task("2")],
            ["I.2"],
            "Phụ lục II, dòng 3 (số 1)",
            "I.1",
            True,
            "Cột “Thời gian hoàn thành” dài quá 300 ký tự",
            id="too long for its column",
        ),
        pytest.param(
            [heading("V", "A"), heading("1", "B"), task("1.1"), heading("", "Chỉ có tên")],
            ["V.1.1"],
            "Phụ lục II, dòng 5",
            "",
            True,
            "Dòng không có số thứ tự và chỉ có tên",
            id="a name alone",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_told_and_the_rest_is_read(
    rows: list[tuple[str, ...]], imported: list[str], place: str, key: str, lost: bool, why: str
) -> None:
    register = tasks(*rows)
    assert keys(register) == imported
    (problem,) = register.problems
    assert (problem.place, problem.key, problem.lost) == (place, key, lost)
    assert problem.why.startswith(why)
    assert problem.kind is ItemKind.ASSIGNMENT
    assert problem.text


def test_a_short_section_row_is_a_section_all_the_same() -> None:
    register = tasks(("I", "Mục một"), task("1"), ("II", "Mục hai"), task("1"))
    assert keys(register) == ["I.1", "II.1"]
    assert [row.section_name for row in register.assignments] == ["Mục một", "Mục hai"]
    assert register.problems == ()


def test_indicators() -> None:
    register = targets(
        ("I", "Hạ tầng", "", "", ""),
        ("1", "Phủ sóng 5G", "%", "50 (5G)", "60 (5G)"),
        ("II", "Nguồn lực", "", "", ""),
        ("45", "Điểm đến", "%", "", "≥ 4[footnoteRef:11] [11:  Căn cứ hợp đồng.] "),
    )
    first, second = register.indicators
    assert (first.key, first.section_name, first.unit, first.baseline, first.target) == (
        "I.1",
        "Hạ tầng",
        "%",
        "50 (5G)",
        "60 (5G)",
    )
    assert (second.key, second.baseline, second.target, second.note) == (
        "II.45",
        "",
        "≥ 4",
        "Căn cứ hợp đồng.",
    )
    assert register.problems == ()


@pytest.mark.parametrize(
    ("row", "imported", "place", "why"),
    [
        pytest.param(
            ("2", "Tỷ lệ", "%", "10"), 1, "Phụ lục I, dòng 4 (số 2)", "Dòng có 4 ô", id="too few cells"
        ),
        pytest.param(
            ("", "Tỷ lệ", "%", "1", "2"), 1, "Phụ lục I, dòng 4", "Dòng không có số thứ tự", id="no number"
        ),
        pytest.param(
            ("x1", "Tỷ lệ", "%", "1", "2"),
            1,
            "Phụ lục I, dòng 4",
            "Không hiểu số thứ tự “x1”",
            id="a number that is none",
        ),
        pytest.param(
            ("2", "Tỷ lệ", "%", "1", ""),
            2,
            "Phụ lục I, dòng 4 (số 2), cột “Mục tiêu năm 2026”",
            "Chỉ tiêu chưa có mục tiêu",
            id="no target",
        ),
        pytest.param(
            ("1", "Tỷ lệ", "%", "1", "2"), 1, "Phụ lục I, dòng 4 (số 1)", "Trùng số", id="duplicate"
        ),
    ],
)
def test_problems_of_indicators(row: tuple[str, ...], imported: int, place: str, why: str) -> None:
    register = targets(("I", "A", "", "", ""), ("1", "Chỉ số", "Điểm", "1", "2"), row)
    assert len(register.indicators) == imported
    (problem,) = register.problems
    assert problem.place == place
    assert problem.why.startswith(why)
    assert problem.kind is ItemKind.INDICATOR


def test_columns_are_found_by_their_headings_whatever_their_order() -> None:
    header = (
        "TT",
        "Thời hạn hoàn thành",
        "Nội dung nhiệm vụ",
        "Đơn vị phối hợp",
        "Đơn vị chủ trì",
        "Sản phẩm",
    )
    rows = (("1", "Quý I", "Việc", "Công an tỉnh", "Sở Nội vụ", "Báo cáo"),)
    moved = parse_register(
        [RawTable("Bảng 1", ("NĂM 2026",), tuple(RawRow(1, row) for row in (header, *rows)))]
    )
    row = moved.assignments[0]
    assert (row.key, row.name, row.leads, row.coordinators, row.result, row.deadline) == (
        "1",
        "Việc",
        "Sở Nội vụ",
        "Công an tỉnh",
        "Báo cáo",
        "Quý I",
    )


def test_a_column_without_a_place_is_told() -> None:
    register = parse_register(
        [table((*TASKS, "Ghi chú", ""), (*task("1"), "gấp", ""), (*task("2"), "", "?"))]
    )
    assert keys(register) == ["1", "2"]
    assert [(problem.place, problem.text, problem.lost) for problem in register.problems] == [
        ("Phụ lục II, cột 7", "Ghi chú", False),
        ("Phụ lục II, cột 8", "?", False),
    ]


def test_a_blank_row_and_a_note_in_the_header() -> None:
    header = ("Stt[footnoteRef:1] [1: Xem thêm]", *TASKS[1:])
    rows = (header, ("",) * 6, (*task("1"), "", ""))
    numbered = tuple(RawRow(at, row) for at, row in enumerate(rows, 1))
    register = parse_register([RawTable("Phụ lục II", ("NĂM 2026",), numbered)])
    assert keys(register) == ["1"]
    assert [(problem.place, problem.text) for problem in register.problems] == [
        ("Phụ lục II, dòng 1", "Xem thêm")
    ]


def test_notes_of_assignments_are_told_since_they_are_not_kept() -> None:
    register = parse_register([table(TASKS, heading("I", "A"), task("1"), notes={3: ("Theo NQ 57",)})])
    assert keys(register) == ["I.1"]
    (problem,) = register.problems
    assert (problem.place, problem.text, problem.lost) == ("Phụ lục II, dòng 3 (số 1)", "Theo NQ 57", False)


@pytest.mark.parametrize(
    ("heading_lines", "header", "year", "problems"),
    [
        pytest.param(("Phụ lục II", "NHIỆM VỤ NĂM 2026"), TASKS, 2026, 0, id="heading"),
        pytest.param(("Phụ lục I", "CHỈ TIÊU"), TARGETS, 2026, 0, id="column"),
        pytest.param(
            ("NĂM 2027", "(kèm Báo cáo năm 2025)"), TASKS, 2027, 0, id="covering document is not asked"
        ),
        pytest.param(("Phụ lục I", "CHỈ TIÊU NĂM 2027"), TARGETS, 2027, 1, id="they differ"),
        pytest.param(("KẾT QUẢ NĂM 2025, NHIỆM VỤ NĂM 2026",), TASKS, 2026, 1, id="two years"),
        pytest.param(
            ("KẾT QUẢ NĂM 2027, MỤC TIÊU NĂM 2028",), TARGETS, 2026, 1, id="two years, and a column"
        ),
        pytest.param(("GIAI ĐOẠN 2026-2030", "NHIỆM VỤ NĂM 2028"), TASKS, 2028, 0, id="a span is no year"),
    ],
)
def test_year(heading_lines: tuple[str, ...], header: tuple[str, ...], year: int, problems: int) -> None:
    row = task("1") if header == TASKS else ("1", "Chỉ số", "%", "1", "2")
    register = parse_register([RawTable("Phụ lục", heading_lines, (RawRow(1, header), RawRow(2, row)))])
    assert register.year == year
    assert len(register.problems) == problems


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        pytest.param(
            [], "Tệp không có phụ lục chỉ tiêu hoặc phụ lục nhiệm vụ nào nhận ra được.", id="no table"
        ),
        pytest.param(
            [RawTable("Phụ lục II", ("NĂM 2026",), (RawRow(1, TASKS[:5]), RawRow(2, task("1")[:5])))],
            "Tệp không có phụ lục chỉ tiêu hoặc phụ lục nhiệm vụ nào nhận ra được. Phụ lục II, dòng 1: "
            "Bảng không được nạp vì thiếu cột “Thời gian hoàn thành”; "
            "nếu đây là phụ lục thì đặt lại tên cột theo mẫu rồi nạp lại.",
            id="a column is missing",
        ),
        pytest.param(
            [RawTable("Phụ lục II", ("NHIỆM VỤ",), (RawRow(1, TASKS), RawRow(2, task("1"))))],
            "Không rõ phụ lục là của năm nào; ghi năm ở tên phụ lục (ví dụ “… NĂM 2026”) hoặc ở cột "
            "“Mục tiêu năm 2026” rồi nạp lại.",
            id="no year",
        ),
    ],
)
def test_unreadable(tables: list[RawTable], why: str) -> None:
    with pytest.raises(RegisterUnreadable) as refused:
        parse_register(tables)
    assert str(refused.value) == why


def test_tables_of_the_layout_are_passed_over_and_numbered_ones_are_told() -> None:
    layout = RawTable("Bảng 1", (), (RawRow(1, ("Nơi nhận:", "T/M BAN CHỈ ĐẠO")),))
    other = RawTable("Bảng 2", (), (RawRow(1, ("STT", "Họ và tên")), RawRow(2, ("1", "A"))))
    register = parse_register([layout, other, table(TASKS, task("1"))])
    assert keys(register) == ["1"]
    (problem,) = register.problems
    assert (problem.place, problem.text) == ("Bảng 2, dòng 1", "STT | Họ và tên")


def test_rows_above_the_header_are_heading() -> None:
    rows = (("Phụ lục II", "", "", "", "", ""), ("NHIỆM VỤ NĂM 2026", "", "", "", "", ""), TASKS, task("1"))
    sheet = RawTable("Sheet1", (), tuple(RawRow(at, row) for at, row in enumerate(rows, 1)))
    register = parse_register([sheet])
    assert register.year == 2026
    assert register.assignments[0].place == "Phụ lục II, dòng 4 (số 1)"


@pytest.mark.parametrize(
    ("text", "cell", "notes"),
    [
        ("≥ 4", "≥ 4", ()),
        ("≥ 4[footnoteRef:11] [11:  Căn cứ [hợp đồng]. ] ", "≥ 4  ", ("Căn cứ [hợp đồng].",)),
        ("1[footnoteRef:1], 2[endnoteRef:2] [1: Một][2: Hai]", "1, 2 ", ("Một", "Hai")),
        ("5[footnoteRef:3]", "5[footnoteRef:3]", ()),
    ],
)
def test_lift_notes(text: str, cell: str, notes: tuple[str, ...]) -> None:
    assert lift_notes(text) == (cell, notes)


@pytest.mark.parametrize(
    ("text", "is_open"), [("≥ 4 [11: Căn cứ", True), ("≥ 4 [11: Căn cứ]", False), ("[x", False)]
)
def test_open_bracket(text: str, is_open: bool) -> None:
    assert has_open_bracket(text) is is_open


@pytest.mark.parametrize(
    ("lines", "annex", "heading_lines"),
    [
        (["Nơi nhận", "[bookmark: a]Phụ lục I", "DANH MỤC"], "Phụ lục I", ("Phụ lục I", "DANH MỤC")),
        (["PHỤ LỤC 2 DANH MỤC\nNĂM 2026"], "PHỤ LỤC 2", ("PHỤ LỤC 2 DANH MỤC", "NĂM 2026")),
        (["a", "b", "", "c", "d"], "Bảng 1", ("b", "c", "d")),
    ],
)
def test_annex_heading(lines: list[str], annex: str, heading_lines: tuple[str, ...]) -> None:
    assert annex_heading(lines, "Bảng 1") == (annex, heading_lines)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (TASKS, ItemKind.ASSIGNMENT),
        (TARGETS, ItemKind.INDICATOR),
        ((*TARGETS, "Ghi chú"), ItemKind.INDICATOR),
        (("STT", "Cơ quan", "Điện thoại"), None),
    ],
)
def test_kind_of(header: tuple[str, ...], kind: ItemKind | None) -> None:
    assert kind_of(header) is kind

"""The numbers and their rows told either way: each number can be counted again from what is listed."""

from small_cycle import AS_OF, SEEN, VIEW

from models.rules.completion import completion_on_both
from models.rules.trace.figure import Counted
from tasks.documents.sheet_table import About, new_book
from tasks.documents.trace_sheet import ROWS, TRACE, write_trace
from tasks.documents.trace_sources import Sources
from tasks.documents.trace_table import COUNTED_IN, Trace, figures_of, figures_table, rows_table, trace_table

ONE_ROW = (Counted.ASSIGNMENTS.value, Counted.INDICATORS.value)


def traced() -> Trace:
    return Trace(VIEW, figures_of(VIEW, completion_on_both(VIEW, AS_OF), SEEN), Sources())


def test_each_row_stands_once_with_the_codes_of_all_numbers_it_is_counted_in() -> None:
    trace = traced()
    rows = list(rows_table(trace).rows)
    places = [(row["Mã dòng"], row["Cơ quan, đơn vị"]) for row in rows]
    assert len(set(places)) == len(places)
    for figure in figures_table(trace).rows:
        mine = [row for row in rows if figure["Mã số liệu"] in str(row[COUNTED_IN]).split()]
        assert len(mine) == figure["Số dòng nguồn"]
        if isinstance(figure["Giá trị"], int):
            counted = {
                row["Mã dòng"] if figure["Cách đếm"] in ONE_ROW else (row["Mã dòng"], row["Cơ quan, đơn vị"])
                for row in mine
            }
            assert len(counted) == figure["Giá trị"], figure


def test_both_ways_tell_the_same() -> None:
    trace = traced()
    long = {(row["Mã số liệu"], row["Mã dòng"], row["Cơ quan, đơn vị"]) for row in trace_table(trace).rows}
    short = {
        (code, row["Mã dòng"], row["Cơ quan, đơn vị"])
        for row in rows_table(trace).rows
        for code in str(row[COUNTED_IN]).split()
    }
    assert long == short


def test_the_shorter_way_is_taken_when_the_longer_is_too_long() -> None:
    about = About("Kỳ", "tính đến ngày 14/3/2026", "Sơ bộ")
    for longest, names in ((10_000, [TRACE]), (10, [TRACE, ROWS])):
        book = new_book()
        write_trace(book, about, traced(), longest=longest)
        assert book.sheetnames == names

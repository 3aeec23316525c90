"""The calendar file as calendar programs must read it (RFC 5545)."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from models.rules.ics import LONGEST_LINE, Event, calendar_file

MADE = datetime(2026, 3, 1, 17, tzinfo=UTC)
EVENT = Event(
    uid="bcd-quy-2026-Q1-han-co-quan@dondoc",
    day=date(2026, 12, 31),
    title="Hạn cơ quan, đơn vị gửi: Báo cáo Quý I/2026; thực hiện Nghị quyết số 57-NQ/TW",
    description="Dòng một.\nDòng hai \\ hết.",
    alarm_hours=39,
)


def unfolded(content: bytes) -> list[str]:
    text = content.decode()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_an_event_as_it_is_read() -> None:
    lines = unfolded(calendar_file("Lịch báo cáo", [EVENT], MADE))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "X-WR-CALNAME:Lịch báo cáo" in lines
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert event[1:] == [
        "UID:bcd-quy-2026-Q1-han-co-quan@dondoc",
        "DTSTAMP:20260301T170000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Hạn cơ quan\\, đơn vị gửi: Báo cáo Quý I/2026\\; thực hiện Nghị quyết số 57-NQ/TW",
        "DESCRIPTION:Dòng một.\\nDòng hai \\\\ hết.",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Hạn cơ quan\\, đơn vị gửi: Báo cáo Quý I/2026\\; thực hiện Nghị quyết số 57-NQ/TW",
        "TRIGGER:-PT39H",
        "END:VALARM",
    ]


def test_a_day_that_may_still_move_says_so_and_needs_no_alarm() -> None:
    lines = unfolded(calendar_file("Lịch", [Event("x", date(2026, 1, 1), "Kỳ", tentative=True)], MADE))
    assert "STATUS:TENTATIVE" in lines
    assert "BEGIN:VALARM" not in lines


def test_the_same_events_give_the_same_bytes() -> None:
    assert calendar_file("Lịch", [EVENT], MADE) == calendar_file("Lịch", [EVENT], MADE)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=300))
def test_long_lines_are_folded_between_letters_and_lose_nothing(title: str) -> None:
    content = calendar_file("Lịch", [Event("x", date(2026, 1, 1), title)], MADE)
    for line in content.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        line.decode()  # no letter is cut in two
    said = next(line for line in unfolded(content) if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    plain = said.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert plain == title

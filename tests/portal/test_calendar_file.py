"""/lich.ics: anybody may subscribe to it, and it says dates and names of cycles, no more."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx

from tasks.console.calendar_days import calendar_as_file
from tasks.registers.register_facts import read_directory


def test_it_is_the_calendar_and_needs_no_link(few: Any, served: Callable[[Any], Any], clock: Any) -> None:
    address = f"{served(few.office).url}/lich.ics"
    answer = httpx.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content == calendar_as_file(few.office, clock())
    assert "bcd-quy-2026-Q1-han-co-quan@dondoc" in answer.text
    with few.store.reading() as session:
        names = [agency.name for agency in read_directory(session, date(2026, 3, 12)).agencies.values()]
    assert not any(name in answer.text for name in names)
    assert httpx.head(address).status_code == 200


def test_a_program_that_has_it_is_told_so(few: Any, served: Callable[[Any], Any]) -> None:
    address = f"{served(few.office).url}/lich.ics"
    mark = httpx.get(address).headers["etag"]
    again = httpx.get(address, headers={"if-none-match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(address, headers={"if-none-match": '"khac"'}).status_code == 200

"""The doctor knocks at the public address."""

from collections.abc import Callable
from typing import Any

from tasks.upkeep.check import Standing
from tasks.upkeep.checks_outside import look_at_portal


def test_the_pages_answer_and_are_known_as_ours(few: Any, served: Callable[[Any], Any]) -> None:
    url = served(few.office).url
    check = look_at_portal(few.office.settings.model_copy(update={"portal_url": url}))
    assert check.standing is Standing.UNSURE
    assert "không mã hóa" in check.seen
    elsewhere = few.office.settings.model_copy(update={"portal_url": f"{url}/y"})
    assert "không phải dondoc" in look_at_portal(elsewhere).seen

"""What was carried over from last period, on the page: nobody's answer until it is confirmed or changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.checks.carried import IN_WORDS
from models.rules.checks.marks import is_marked
from models.rules.form import Form
from models.rules.text import fold
from models.rules.typed_form import NOT_REPORTED, SAME_ALL_FIELD, SAME_COLUMN
from portal.fields import Field, Said

STILL = "Vẫn đúng như kỳ trước"


@dataclass(frozen=True)
class Carried:
    """Of a row, or of an annex: the box that confirms it, and whether it still says what it said last period."""

    box: Field
    unchanged: bool
    confirmed: bool

    @property
    def badge(self) -> str:
        """What the row bears; "" once it says something else."""
        if not self.unchanged:
            return ""
        return "như kỳ trước, đã xác nhận" if self.confirmed else "như kỳ trước, chưa xác nhận"


def carried(said: Said, names: tuple[str, ...], same: str) -> Carried | None:
    """How it stands with these fields, which the field `same` confirms; None when nothing was carried over."""
    unchanged = said.is_carried(names)
    if unchanged is None:
        return None
    box = said.into(Field(same, STILL, kind="mark"))
    return Carried(box, unchanged, box.ticked or is_marked(said.texts.get(SAME_ALL_FIELD, ""), IN_WORDS))


def says_something(form: Form, texts: Mapping[str, str]) -> bool:
    """Whether somebody has typed, changed or confirmed anything: a form that only shows last period's answers does
    not."""
    last = form.last.texts if form.last else {}
    confirmed = any(
        name == SAME_ALL_FIELD or name.rpartition(":")[2] == SAME_COLUMN for name in texts if texts[name]
    )
    return confirmed or any(
        fold(texts.get(name, "")) != fold(last.get(name, ""))
        for name in {*texts, *last}
        if name not in NOT_REPORTED and name.rpartition(":")[2] != SAME_COLUMN
    )

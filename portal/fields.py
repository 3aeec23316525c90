"""One field of the web form, as the template shows it, with what was typed and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.codes import Severity
from models.rules.checks.carried import IN_WORDS
from models.rules.checks.marks import is_marked, is_unmarked
from models.rules.form import Issue
from models.rules.text import fold


@dataclass(frozen=True)
class Field:
    """One field. `kind`: line, long (several lines), list (choose one of `options`), mark (a box to tick).

    `other` is what somebody else has saved meanwhile.
    """

    name: str
    label: str
    text: str = ""
    kind: str = "line"
    hint: str = ""
    keyboard: str = ""
    complete: str = "off"
    options: tuple[str, ...] = ()
    need: bool = False
    issues: tuple[Issue, ...] = ()
    other: str | None = None

    @property
    def wrong(self) -> bool:
        return any(issue.severity == Severity.BLOCK for issue in self.issues)

    @property
    def begun(self) -> bool:
        """Whether there is anything in it to be seen."""
        return bool(self.text or self.issues or self.other is not None)

    @property
    def ticked(self) -> bool:
        return is_marked(self.text, IN_WORDS)


@dataclass(frozen=True)
class Said:
    """What the fields say: what was typed, what was carried over from last period, what is wrong, what others typed.

    `by_field` and `by_row` are issues by the name of a field, and by the key of a row that names no field.
    """

    texts: Mapping[str, str]
    last: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    by_field: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)
    by_row: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)

    def into(self, empty: Field) -> Field:
        """The field with what is said of it."""
        text = self.texts.get(empty.name, "")
        chosen = next((option for option in empty.options if fold(option) == fold(text)), text)
        unclear = empty.kind == "mark" and not (is_marked(text, IN_WORDS) or is_unmarked(text))
        return replace(
            empty,
            kind="line" if unclear else empty.kind,  # neither a tick nor none: to be seen and mended
            text=chosen,
            issues=self.by_field.get(empty.name, ()),
            other=self.others.get(empty.name),
        )

    def is_carried(self, names: tuple[str, ...]) -> bool | None:
        """Whether these fields still say what they said last period; None when they said nothing then."""
        then = [fold(self.last.get(name, "")) for name in names]
        if not any(then):
            return None
        return then == [fold(self.texts.get(name, "")) for name in names]

"""What becomes of a contradiction when it is looked for again, and what may be done about it."""

from models.codes import DiscrepancyState

MAY_ASK = frozenset({DiscrepancyState.OPEN, DiscrepancyState.ASKED, DiscrepancyState.EXPLAINED})
MAY_EXPLAIN = frozenset({DiscrepancyState.OPEN, DiscrepancyState.ASKED, DiscrepancyState.EXPLAINED})
SETTLED = frozenset({DiscrepancyState.EXPLAINED, DiscrepancyState.MENDED})

NO_LONGER = "không còn thấy trong số liệu mới nhất"
AGAIN = "lại thấy trong số liệu mới nhất"
CHANGED = "số liệu đã khác với lúc giải trình"


def after_look(
    state: DiscrepancyState, *, found: bool, was_gone: bool, same: bool
) -> tuple[DiscrepancyState, str]:
    """The state after a look, with why when it changes, else "".

    `was_gone`: it had not been found the last time; `same`: what is found says what it said then. An explanation, and
    a person's word that it was mended, stand for the figures they were given for, and for no others.
    """
    if not found:
        return (state, "") if state is DiscrepancyState.MENDED else (DiscrepancyState.MENDED, NO_LONGER)
    if was_gone and state is DiscrepancyState.MENDED:
        return DiscrepancyState.OPEN, AGAIN
    if not same and state in SETTLED:
        return DiscrepancyState.OPEN, CHANGED
    return state, ""

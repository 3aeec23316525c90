"""What becomes of a contradiction when it is looked for again."""

import pytest

from models.codes import DiscrepancyState
from models.rules.discrepancies.standing import AGAIN, CHANGED, NO_LONGER, after_look

OPEN, ASKED = DiscrepancyState.OPEN, DiscrepancyState.ASKED
EXPLAINED, MENDED = DiscrepancyState.EXPLAINED, DiscrepancyState.MENDED


@pytest.mark.parametrize(
    ("state", "found", "was_gone", "same", "after", "why"),
    [
        (OPEN, True, False, True, OPEN, ""),
        (ASKED, True, False, True, ASKED, ""),
        (ASKED, True, False, False, ASKED, ""),  # asked of, and still there with other figures: still asked
        (EXPLAINED, True, False, True, EXPLAINED, ""),
        (EXPLAINED, True, False, False, OPEN, CHANGED),
        (MENDED, True, False, True, MENDED, ""),  # a person said so
        (MENDED, True, False, False, OPEN, CHANGED),
        (MENDED, True, True, True, OPEN, AGAIN),
        (EXPLAINED, True, True, True, EXPLAINED, ""),
        (OPEN, False, False, False, MENDED, NO_LONGER),
        (ASKED, False, False, False, MENDED, NO_LONGER),
        (EXPLAINED, False, False, False, MENDED, NO_LONGER),
        (MENDED, False, True, False, MENDED, ""),
    ],
)
def test_after_a_look(
    state: DiscrepancyState, found: bool, was_gone: bool, same: bool, after: DiscrepancyState, why: str
) -> None:
    assert after_look(state, found=found, was_gone=was_gone, same=same) == (after, why)

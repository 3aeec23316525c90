"""A figure that is far from last period's: pointed out with both numbers, never forbidden.

Whether a figure is cumulative is not guessed: whoever knows says so in a rule of the annex.
"""

from decimal import Decimal

from models.rules.numbers import write_number


def change_of(value: Decimal, last: Decimal) -> Decimal | None:
    """The change since last period in per cent of what it was; None where that was nothing."""
    return (value - last) / abs(last) * 100 if last else None


def jump_of(value: Decimal, last: Decimal | None, most: Decimal | None) -> str:
    """A sentence where the change is above `most` per cent, else ""; None of either says nothing."""
    change = change_of(value, last) if last is not None and most is not None else None
    if change is None or last is None or most is None or abs(change) <= most:
        return ""
    way = "tăng" if change > 0 else "giảm"
    return f"kỳ này {write_number(value)}, kỳ trước {write_number(last)}, {way} {write_number(abs(change), places=2)}%."

"""A percentage as it is stated, against its part and its whole."""

from decimal import Decimal

from models.rules.numbers import write_number


def share_holds(part: Decimal, whole: Decimal, stated: Decimal, beyond: Decimal = Decimal()) -> bool:
    """Whether `stated` per cent is part of whole, rounded as it is written (70 stands for 69,5 to 70,5).

    `beyond`: how many points more it may be off. `whole` may not be zero.
    """
    allowed = max(Decimal(5).scaleb(-decimals(stated) - 1), beyond)
    return abs(part * 100 - stated * whole) <= allowed * abs(whole)


def write_share(part: Decimal, whole: Decimal, stated: Decimal) -> str:
    """The percentage worked out, to two decimals, or to as many as the stated one has; without its sign."""
    return write_number(part / whole * 100, places=max(2, decimals(stated)))


def decimals(value: Decimal) -> int:
    """How many decimals are written."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

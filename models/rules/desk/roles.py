"""What each role of the desk may do: each includes the one before."""

from models.codes import DeskRole

_ORDER = (DeskRole.READER, DeskRole.OFFICER, DeskRole.LEADER)


def may_act_as(has: DeskRole, needed: DeskRole) -> bool:
    """Whether somebody with the role `has` may do what `needed` may."""
    return _ORDER.index(has) >= _ORDER.index(needed)

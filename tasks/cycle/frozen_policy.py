"""The policy a cycle was opened with, as the rules read it."""

from typing import Any

from models.cycle import Cycle
from models.rules.policy import Regime

_read: dict[int, tuple[dict[str, Any], Regime]] = {}
"""By cycle: what was read of it last, and what it says. A policy is a page of JSON, frozen when its cycle opens, and
every letter asks for it; one that was changed is read anew."""


def regime_of(cycle: Cycle) -> Regime:
    """The regime that is frozen in this cycle. Not to be changed by whoever asks."""
    known = _read.get(cycle.id or 0)
    if known is None or known[0] != cycle.policy:
        known = _read[cycle.id or 0] = (cycle.policy, Regime.model_validate(cycle.policy))
    return known[1]

"""A cycle without its policy, which is long, its outline in it, and which no page of the board needs."""

from sqlalchemy.orm import defer

from models.cycle import Cycle

LIGHT = defer(Cycle.policy)  # type: ignore[arg-type]

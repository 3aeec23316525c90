"""A cycle without its policy, which is long, its outline in it: most who ask for a cycle do not need it."""

from sqlalchemy.orm import defer

from models.cycle import Cycle

LIGHT = defer(Cycle.policy)  # type: ignore[arg-type]

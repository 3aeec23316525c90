"""Python's collector of cyclic garbage, kept from going through the same million objects over and over."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """While one large thing is read that is kept and has no cycles in it: the collector would look at all of it a dozen
    times while it grows, for as long as the reading itself takes. It goes on afterwards, if it was on before."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

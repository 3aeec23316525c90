"""What every command is made of: faults told as sentences, days as people type them, the office it acts in."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from models.fault import Fault

if TYPE_CHECKING:
    from tasks.office import Office
    from tasks.steps import Outcome

P = ParamSpec("P")
R = TypeVar("R")


class DayParam(click.ParamType[date]):
    """A day as people type it: 31/3/2026, 2026-03-31."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from models.rules.deadlines import read_day

        if isinstance(value, date):
            return value
        day = read_day(str(value))
        if day is None:
            self.fail(f"{value!r} không phải là ngày; viết như 31/3/2026.", param, ctx)
        return day


DAY = DayParam()


def says_what_is_wrong(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a fault that a person can mend into a line on the terminal and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Fault as fault:
            raise click.ClickException(str(fault)) from fault

    return wrapped


def office() -> "Office":
    """The office of the settings in force."""
    from tasks.office import open_office
    from tasks.upkeep.logs import set_up_logs

    here = open_office()
    set_up_logs(here.settings)
    return here


def tell(outcome: "Outcome") -> None:
    """Print what a step did and the files it wrote."""
    click.echo(outcome.sentence)
    for path in outcome.paths:
        click.echo(f"  {path}")


def command(group: click.Group, name: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command whose faults are told, with Vietnamese placeholders in its usage line."""

    def register(function: Callable[..., None]) -> click.Command:
        return group.command(name, options_metavar="[TÙY CHỌN]")(says_what_is_wrong(function))

    return register

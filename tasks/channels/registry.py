"""All channels. A new one is one more line here."""

from collections.abc import Mapping

from models.codes import Channel
from models.directory import Person
from models.fault import Fault
from tasks.channels.base import Clock, Courier, Kind
from tasks.channels.mail import Mail
from tasks.channels.zalo_bot import ZaloBot
from tasks.channels.zalo_oa import ZaloOa
from tasks.channels.zalo_zbs import ZaloZbs
from tasks.settings import Settings

KINDS: tuple[Kind, ...] = (
    Mail(),
    ZaloZbs(),
    ZaloBot(),
    ZaloOa(),
)

CHANNELS: Mapping[Channel, Kind] = {kind.code: kind for kind in KINDS}


def couriers(settings: Settings, clock: Clock) -> tuple[dict[Channel, Courier], list[Fault]]:
    """The channels that are set up, and what is wrong with those that are set up wrongly: one stops no other."""
    found: dict[Channel, Courier] = {}
    faults: list[Fault] = []
    for kind in KINDS:
        if kind.missing(settings):
            continue
        try:
            found[kind.code] = kind.courier(settings, clock)
        except Fault as fault:
            faults.append(fault)
    return found, faults


def address_of(channel: Channel, person: Person) -> str:
    """Where a person is reached on a channel, "" when nowhere."""
    return CHANNELS[channel].address_of(person)


def usable(settings: Settings) -> frozenset[Channel]:
    """The channels that are set up (whether well or not): what a step of the policy may choose from."""
    return frozenset(kind.code for kind in KINDS if not kind.missing(settings))

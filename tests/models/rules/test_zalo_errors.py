"""The numbers of Zalo's documents and what each of them leads to."""

import pytest

from models.rules.zalo_errors import BOT, OPEN_API, Behaviour, behaviour_of, what_to_do


@pytest.mark.parametrize(
    ("numbers", "behaviour"),
    [
        ((-124, -216, -220), Behaviour.REFRESH),
        ((-133, -144, -147), Behaviour.TILL_MORNING),
        ((-108, -118, -119, -139, -141), Behaviour.CONTACT),
        ((-109, -131, -115, -135, -136, -1121, -1122), Behaviour.STOP),
        ((-32, -100, -9999, 7), Behaviour.LATER),
    ],
)
def test_every_number_of_the_services_has_its_behaviour(
    numbers: tuple[int, ...], behaviour: Behaviour
) -> None:
    assert {behaviour_of(number, OPEN_API) for number in numbers} == {behaviour}


@pytest.mark.parametrize(
    ("number", "behaviour"),
    [
        (400, Behaviour.CONTACT),
        (401, Behaviour.STOP),
        (403, Behaviour.CONTACT),
        (404, Behaviour.STOP),
        (429, Behaviour.LATER),
        (418, Behaviour.LATER),
    ],
)
def test_every_number_of_the_bot_has_its_behaviour(number: int, behaviour: Behaviour) -> None:
    assert behaviour_of(number, BOT) is behaviour


def test_whatever_stops_a_channel_says_what_a_person_does() -> None:
    stopping = [n for table in (OPEN_API, BOT) for n, what in table.items() if what is Behaviour.STOP]
    advice = [what_to_do(number) for number in stopping]
    assert len(stopping) == 9
    assert what_to_do(-99999) not in advice

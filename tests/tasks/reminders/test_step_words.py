"""Every letter that there is has words in the history of who was told what."""

from models.rules.reminders.step_words import STEP_WORDS
from tasks.sending.post import LETTERS


def test_the_history_calls_each_step_by_words() -> None:
    assert set(STEP_WORDS) == set(LETTERS)

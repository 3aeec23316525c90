"""Asking the process that keeps the figures: answered, told what went wrong, told to come again."""

from multiprocessing.connection import Listener
from pathlib import Path
from threading import Thread

import pytest

from portal import board_apart
from portal.board_apart import STARTING, TRIPPED, Elsewhere, elsewhere
from portal.board_ask import Answer, Ask
from portal.board_process import SOCKET


def answer(ask: Ask) -> Answer:
    if ask.page == "agency":
        raise RuntimeError("nobody has thought of this")
    return Answer(title=ask.code, body=b"x" * 100_000)


def test_questions_are_answered_also_after_one_that_failed_and_after_a_break(tmp_path: Path) -> None:
    address = str(tmp_path / "s")
    ask = Elsewhere(address)
    for _ in range(2):  # the second process listens where the first did
        with Listener(address, "AF_UNIX") as listener:
            accepted: list[object] = []

            def take(listener: Listener = listener, accepted: list[object] = accepted) -> None:
                connection = listener.accept()
                accepted.append(connection)
                board_apart._answer_one(connection, board_apart._told(answer))

            server = Thread(target=take)
            server.start()
            assert ask(Ask("board", "bcd")) == Answer(title="bcd", body=b"x" * 100_000)
            assert (ask(Ask("agency")).status, ask(Ask("agency")).refused) == (500, TRIPPED)
            ask._connection().close()
            server.join(20)
            assert accepted


def test_while_nobody_is_there_readers_are_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_apart, "STARTS_WITHIN", 0.15)
    gone = Elsewhere(str(tmp_path / "nobody"))(Ask("board"))
    assert (gone.status, gone.refused) == (503, STARTING)


def test_without_such_a_process_this_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOCKET, raising=False)
    assert elsewhere() is None
    monkeypatch.setenv(SOCKET, "/somewhere/s")
    assert isinstance(elsewhere(), Elsewhere)

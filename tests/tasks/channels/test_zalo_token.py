"""A refresh token works once: no two processes, and none that dies, may burn it without a word."""

import json
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from zalo_server import APP_ID, SECRET_KEY, Zalo

from tasks.channels.zalo_http import ZaloHttp
from tasks.channels.zalo_token import AccessTokens, TokenFault, TokenFile, TokenNotNow, Tokens
from tasks.settings import CHECKOUT

NOW = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)

PROGRAM = """
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tasks.channels import zalo_token
from tasks.channels.zalo_http import ZaloHttp

path, url, refused, dies = sys.argv[1:]
if dies:
    import os, signal
    keep = zalo_token.TokenFile.save
    def save(self, tokens):
        if dies == "before" or not tokens.refreshing_since:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(self, tokens)
    zalo_token.TokenFile.save = save
with closing(ZaloHttp()) as http:
    now = datetime.fromisoformat("2026-03-16T02:05:00+00:00")
    tokens = zalo_token.AccessTokens(zalo_token.TokenFile(Path(path)), http, url, "zalo_oa", lambda: now)
    sys.stdin.readline()
    print(tokens.current(refused))
"""


class Keys:
    """One application's token file, and whoever asks for a token of it."""

    def __init__(self, folder: Path, zalo: Zalo) -> None:
        self.zalo = zalo
        self.now = NOW
        self.file = TokenFile(folder / "khoa" / "dien-bien.json")
        self.http = ZaloHttp(answer_seconds=0.5)
        with self.file.locked():
            self.file.save(Tokens(app_id=APP_ID, secret_key=SECRET_KEY, refresh_token=zalo.refresh_token))

    def current(self, refused: str = "") -> str:
        tokens = AccessTokens(self.file, self.http, self.zalo.url, "zalo_oa", lambda: self.now)
        return tokens.current(refused)

    def kept(self) -> Tokens:
        return self.file.read()

    def process(self, refused: str = "", dies: str = "") -> subprocess.Popen[str]:
        words = [sys.executable, "-c", PROGRAM, str(self.file.path), self.zalo.url, refused, dies]
        return subprocess.Popen(
            words,
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def keys(tmp_path: Path, zalo: Zalo) -> Iterator[Keys]:
    made = Keys(tmp_path, zalo)
    with closing(made.http):
        yield made


def test_a_token_is_fetched_once_and_used_until_its_end(keys: Keys) -> None:
    assert keys.current() == "truy-cap-1"
    keys.now = NOW + timedelta(seconds=90000 - 121)
    assert keys.current() == "truy-cap-1"
    keys.now = NOW + timedelta(seconds=90000 - 120)
    assert keys.current() == "truy-cap-2"
    assert keys.kept().refresh_token == keys.zalo.refresh_token == "lam-moi-2"
    assert keys.kept().refreshing_since is None


def test_only_dondoc_may_read_the_file(keys: Keys) -> None:
    keys.current()
    for path in keys.file.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(keys.file.path.parent.stat().st_mode) == 0o700


def test_a_token_that_zalo_refused_is_renewed_but_not_the_one_that_another_fetched_meanwhile(
    keys: Keys,
) -> None:
    first = keys.current()
    second = keys.current(refused=first)
    assert second != first
    assert keys.current(refused=first) == second
    assert keys.zalo.refreshes == 2


def test_threads_that_ask_at_once_fetch_one_token(keys: Keys) -> None:
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(keys.current())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["truy-cap-1"] * 6
    assert (keys.zalo.refreshes, keys.zalo.burned) == (1, [])


def test_two_processes_never_burn_the_token(keys: Keys) -> None:
    processes = [keys.process() for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [out.strip() for out, _ in outputs] == ["truy-cap-1"] * 2, outputs
    assert (keys.zalo.refreshes, keys.zalo.burned) == (1, [])
    assert keys.kept().refresh_token == keys.zalo.refresh_token


def kill_9(process: subprocess.Popen[str]) -> None:
    process.communicate("go\n", timeout=60)
    assert process.returncode == -signal.SIGKILL


def test_a_process_killed_between_the_answer_and_the_save_leaves_a_trace_and_the_next_says_what_to_do(
    keys: Keys,
) -> None:
    kill_9(keys.process(dies="after"))
    assert keys.zalo.refreshes == 1
    assert keys.kept().refreshing_since == NOW
    keys.now = NOW + timedelta(minutes=30)
    for _ in range(2):
        with pytest.raises(TokenFault) as fault:
            keys.current()
        assert "bị gián đoạn" in str(fault.value)
        assert "09:05 ngày 16/3/2026" in str(fault.value)
        assert "developers.zalo.me" in str(fault.value)
        assert "dondoc channel token zalo_oa" in str(fault.value)
    with keys.file.locked():  # what the secretariat does
        keys.file.save(Tokens(app_id=APP_ID, secret_key=SECRET_KEY, refresh_token=keys.zalo.refresh_token))
    assert keys.current() == "truy-cap-2"


def test_a_process_killed_before_the_call_costs_nothing(keys: Keys) -> None:
    kill_9(keys.process(dies="before"))
    assert keys.zalo.refreshes == 0
    assert keys.current() == "truy-cap-1"


def test_after_a_kill_the_token_that_is_still_in_force_is_used(keys: Keys) -> None:
    """The refresh was ahead of time: nobody is stopped before the access token really ends."""
    first = keys.current()
    kill_9(keys.process(refused=first, dies="after"))
    assert keys.kept().refreshing_since == NOW
    assert keys.current() == first


def test_an_answer_that_is_lost_leaves_a_trace_and_one_that_never_went_out_leaves_none(keys: Keys) -> None:
    keys.zalo.oauth_orders.append("slow")
    with pytest.raises(TokenNotNow):
        keys.current()
    assert keys.kept().refreshing_since == NOW
    with pytest.raises(TokenFault, match="bị gián đoạn"):
        keys.current()

    fresh = keys.kept().model_copy(
        update={"refreshing_since": None, "refresh_token": keys.zalo.refresh_token}
    )
    with keys.file.locked():
        keys.file.save(fresh)
    nowhere = AccessTokens(keys.file, keys.http, "http://127.0.0.1:1", "zalo_oa", lambda: NOW)
    with pytest.raises(TokenNotNow):
        nowhere.current()
    assert keys.kept().refreshing_since is None
    assert keys.current() == "truy-cap-2"


@pytest.mark.parametrize("order", ["429", "503", "500", "html"])
def test_a_service_in_trouble_is_asked_again_later(keys: Keys, order: str) -> None:
    keys.zalo.oauth_orders.append(order)
    with pytest.raises(TokenNotNow):
        keys.current()
    assert keys.current() == "truy-cap-1"


@pytest.mark.parametrize("seconds", [3600, "3600"])
def test_the_life_of_a_token_is_read_however_it_is_written(keys: Keys, seconds: Any) -> None:
    keys.zalo.expires_in = seconds
    keys.current()
    assert keys.kept().expires_at == NOW + timedelta(hours=1)


def test_a_wrong_secret_is_told_and_not_called_an_interruption(keys: Keys) -> None:
    with keys.file.locked():
        keys.file.save(Tokens(app_id=APP_ID, secret_key="sai", refresh_token=keys.zalo.refresh_token))
    with pytest.raises(TokenFault, match="lỗi -14004: Invalid secret key") as fault:
        keys.current()
    assert "gián đoạn" not in str(fault.value)
    assert keys.kept().refreshing_since is None


@pytest.mark.parametrize("content", ["", "{}", '{"app_id": 5}', "\x00"])
def test_a_damaged_file_is_told(keys: Keys, content: str) -> None:
    keys.file.path.write_text(content, encoding="utf-8")
    with pytest.raises(TokenFault, match=r"hỏng hoặc thiếu trường.*dondoc channel token"):
        keys.current()


def test_a_file_that_cannot_be_read_is_told(keys: Keys) -> None:
    keys.file.path.unlink()
    keys.file.path.mkdir()
    with pytest.raises(TokenFault, match="không đọc được tệp khóa"):
        keys.current()


def test_the_old_pair_stands_until_the_new_one_is_whole(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fails while the new pair is written."""
    before = keys.kept()

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        keys.file.save(before.model_copy(update={"refresh_token": "khác"}))
    assert json.loads(keys.file.path.read_bytes())["refresh_token"] == before.refresh_token


def test_who_waits_for_the_lock_waits_no_longer_than_the_call(keys: Keys) -> None:
    keys.zalo.oauth_orders.append("slow")
    began = time.monotonic()
    outcomes: list[str] = []

    def ask() -> None:
        try:
            outcomes.append(keys.current())
        except (TokenNotNow, TokenFault) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["TokenFault", "TokenNotNow"]
    assert time.monotonic() - began < 5

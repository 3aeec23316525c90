"""Zalo's OAuth tokens: a refresh token works once, so two processes, or one that dies, must not burn it.

One file an application, which only dondoc may read, and a lock beside it. Before a refresh its intent is written into
the file; a process that dies before it has saved the new pair leaves the intent there, and the next one knows that the
refresh token may be used up already: it goes on with what it has, and when Zalo says so, the channel stops with words
for the secretariat.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.fault import Fault
from models.rules.zalo_errors import REFRESH_TOKEN_GONE
from models.time import vn_instant
from tasks.channels.base import Clock
from tasks.channels.zalo_http import NoAnswer, NotSent, Reply, ZaloHttp

REFRESH_PATH = "/v4/oa/access_token"
EARLY = timedelta(minutes=2)
"""A token is renewed so long before its end: a round may take as long."""

WHAT_TO_DO = (
    "Vào developers.zalo.me, cấp lại quyền cho ứng dụng, lấy refresh token mới rồi chạy: "
    "dondoc channel token {channel}; sau đó: dondoc channel resume {channel} --reason LÝ_DO"
)


class TokenFault(Fault):
    """The tokens cannot be used; the message says why and what the secretariat does. The channel has to stop."""


class TokenNotNow(Exception):
    """No token could be fetched now (no connection, no answer): the message is tried later."""


class Tokens(BaseModel):
    """An application's keys, as its file keeps them. `refreshing_since`: a refresh began then and was not recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    app_id: str
    secret_key: str
    refresh_token: str
    access_token: str = ""
    expires_at: datetime | None = None
    refreshing_since: datetime | None = None


class TokenFile:
    """The file of one application's tokens. Every reading and writing of it is done under its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the file; waits for whoever has it, whose calls have their limits of time."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self.path.with_suffix(".lock"), "a", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read(self) -> Tokens:
        """The tokens. TokenFault when there are none or the file is damaged."""
        try:
            return Tokens.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            raise TokenFault(f"chưa có khóa của ứng dụng Zalo ({self.path})") from None
        except OSError as error:
            raise TokenFault(f"không đọc được tệp khóa {self.path}: {error.strerror}") from error
        except ValidationError as error:
            raise TokenFault(f"tệp khóa {self.path} hỏng hoặc thiếu trường") from error

    def save(self, tokens: Tokens) -> None:
        """Keep the tokens: on the disk when this returns, and the old ones until then."""
        beside = self.path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        with open(beside, "w", encoding="utf-8", opener=_private) as file:
            file.write(tokens.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class AccessTokens:
    """Gives the access token that is in force, and fetches a new one when it is not."""

    def __init__(self, file: TokenFile, http: ZaloHttp, oauth_url: str, channel: str, clock: Clock) -> None:
        self._file = file
        self._http = http
        self._url = oauth_url.rstrip("/") + REFRESH_PATH
        self._channel = channel
        self._clock = clock

    def current(self, refused: str = "") -> str:
        """An access token, not the one that Zalo has just refused.

        Who waits for the lock finds what the holder fetched, and fetches nothing. TokenFault when only a person can
        help; TokenNotNow when it may go later.
        """
        with self._file.locked():
            try:
                tokens = self._file.read()
            except TokenFault as fault:
                raise TokenFault(f"{fault}. {WHAT_TO_DO.format(channel=self._channel)}") from fault
            if self._in_force(tokens, refused):
                return tokens.access_token
            return self._refreshed(tokens)

    def _in_force(self, tokens: Tokens, refused: str) -> bool:
        if not tokens.access_token or tokens.access_token == refused or tokens.expires_at is None:
            return False
        return self._clock() + EARLY < tokens.expires_at

    def _refreshed(self, tokens: Tokens) -> str:
        now = self._clock()
        before = tokens.refreshing_since
        self._file.save(tokens.model_copy(update={"refreshing_since": before or now}))
        try:
            reply = self._http.post_form(
                self._url,
                {
                    "app_id": tokens.app_id,
                    "grant_type": "refresh_token",
                    "refresh_token": tokens.refresh_token,
                },
                {"secret_key": tokens.secret_key},
            )
        except NotSent as error:
            self._file.save(tokens)  # nothing was sent, so nothing was used up
            raise TokenNotNow(f"chưa lấy được khóa truy cập: {error}") from error
        except NoAnswer as error:
            raise TokenNotNow(f"chưa lấy được khóa truy cập: {error}") from error
        fresh = self._from(tokens, reply, now, before)
        self._file.save(fresh)
        return fresh.access_token

    def _from(self, tokens: Tokens, reply: Reply, now: datetime, before: datetime | None) -> Tokens:
        access, refresh = reply.body.get("access_token"), reply.body.get("refresh_token")
        seconds = _seconds(reply.body.get("expires_in"))
        if reply.status == 200 and access and refresh and seconds:
            return Tokens(
                app_id=tokens.app_id,
                secret_key=tokens.secret_key,
                refresh_token=str(refresh),
                access_token=str(access),
                expires_at=now + timedelta(seconds=seconds),
            )
        error = reply.body.get("error")
        if reply.status == 429 or reply.status >= 500 or not error:
            raise TokenNotNow(f"chưa lấy được khóa truy cập (HTTP {reply.status})")
        self._file.save(tokens)  # it was answered: nothing is open any more
        words = str(reply.body.get("error_description") or reply.body.get("error_name") or "")[:100]
        told = f"Zalo không nhận khóa của ứng dụng (lỗi {error}: {words})"
        if error == REFRESH_TOKEN_GONE:
            told = f"Refresh token của Zalo đã dùng hoặc hết hạn (lỗi {error})"
            if before is not None:
                told += f"; lần làm mới lúc {vn_instant(before)} bị gián đoạn trước khi lưu được khóa mới"
        raise TokenFault(f"{told}. {WHAT_TO_DO.format(channel=self._channel)}")


def _seconds(written: object) -> int:
    """`expires_in`, which Zalo writes as a number or as text; 0 when it is neither."""
    try:
        return int(str(written))
    except ValueError:
        return 0


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

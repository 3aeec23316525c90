"""HTTP to Zalo: what was certainly not sent, what was answered, and what nobody can know are three things.

Each call has a connection of its own: one kept open may have been dropped by the other side without our knowing, and a
call lost that way could not be told from one that arrived. Nothing of the environment is read (no HTTP_PROXY).
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 20.0
"""How long one answer may take; a call without an answer is not repeated, so it is given time."""

TOKEN_IN_PATH = re.compile(r"/bot[^/\s\"']+")


class NotSent(Exception):
    """No connection: the other side has seen nothing of the call, and it may be repeated."""


class NoAnswer(Exception):
    """The call went out and no answer came that can be understood: whether it was obeyed is not known."""


@dataclass(frozen=True)
class Reply:
    """An answer: HTTP status and the JSON object in it (empty where a refusal had none)."""

    status: int
    body: Mapping[str, Any]


class ZaloHttp:
    """Calls to Zalo's services, each with its limits of time. `proxy` is the office's way out, "" for none."""

    def __init__(self, proxy: str = "", answer_seconds: float = ANSWER_SECONDS) -> None:
        _keep_tokens_out_of_logs()
        self._client = httpx.Client(
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            trust_env=False,
            proxy=proxy or None,
            follow_redirects=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        self._client.close()

    def post_json(
        self, url: str, content: Mapping[str, Any], headers: Mapping[str, str], wait: float = 0
    ) -> Reply:
        """Post JSON; `wait` is how many seconds longer than usual the other side was asked to take."""
        return self._posted(url, wait, json=dict(content), headers=dict(headers))

    def post_form(self, url: str, content: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """Post a form."""
        return self._posted(url, 0, data=dict(content), headers=dict(headers))

    def _posted(self, url: str, wait: float, **what: Any) -> Reply:
        timeout = self._client.timeout
        if wait:
            timeout = httpx.Timeout((timeout.read or 0) + wait, connect=timeout.connect)
        try:
            response = self._client.post(url, timeout=timeout, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.InvalidURL) as error:
            raise NotSent(without_token(f"không kết nối được: {error or type(error).__name__}")) from error
        except httpx.HTTPError as error:
            raise NoAnswer(without_token(f"không có trả lời: {error or type(error).__name__}")) from error
        return _understood(response)


def without_token(text: str) -> str:
    """A text without a bot's token, which stands in the path of every call."""
    return TOKEN_IN_PATH.sub("/bot***", text)


def _understood(response: httpx.Response) -> Reply:
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return Reply(response.status_code, body)
    if 400 <= response.status_code < 500 or response.status_code == 503:  # refused before anything was done
        return Reply(response.status_code, {})
    raise NoAnswer(f"trả lời không đọc được (HTTP {response.status_code})")


class _WithoutTokens(logging.Filter):
    """httpx writes the address of every call to the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = without_token(text)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


_FILTER = _WithoutTokens()


def _keep_tokens_out_of_logs() -> None:
    logging.getLogger("httpx").addFilter(_FILTER)  # the same filter twice counts once

"""A call to Zalo's OA or template service: with the access token in force, a fresh one where it was refused."""

from collections.abc import Mapping
from typing import Any

from models.codes import AttemptOutcome, Channel
from models.rules.zalo_errors import OPEN_API, Behaviour, behaviour_of, what_to_do
from tasks.channels.base import ANSWER_LENGTH, Answer
from tasks.channels.zalo_http import NoAnswer, NotSent, Reply, ZaloHttp
from tasks.channels.zalo_token import AccessTokens, TokenFault, TokenNotNow

MOST_WORDS = 200
"""Of Zalo's own words in an answer."""

OUTCOMES = {
    Behaviour.LATER: AttemptOutcome.RETRY,
    Behaviour.TILL_MORNING: AttemptOutcome.RETRY,
    Behaviour.CONTACT: AttemptOutcome.REFUSED,
    Behaviour.STOP: AttemptOutcome.MISCONFIGURED,
    Behaviour.REFRESH: AttemptOutcome.MISCONFIGURED,  # a token just fetched is not taken either
}


def call_open_api(
    http: ZaloHttp, tokens: AccessTokens, url: str, content: Mapping[str, Any], channel: Channel
) -> Answer:
    """Call, and say what came of it; once more with a fresh token when Zalo does not take the one we have."""
    refused = ""
    while True:
        try:
            token = tokens.current(refused)
            reply = http.post_json(url, content, {"access_token": token})
        except TokenFault as fault:
            return Answer(AttemptOutcome.MISCONFIGURED, str(fault)[:ANSWER_LENGTH])
        except (TokenNotNow, NotSent) as error:
            return Answer(AttemptOutcome.UNREACHABLE, str(error)[:ANSWER_LENGTH])
        except NoAnswer as error:
            return Answer(AttemptOutcome.UNKNOWN, str(error)[:ANSWER_LENGTH])
        code = error_of(reply)
        if refused or code is None or behaviour_of(code, OPEN_API) is not Behaviour.REFRESH:
            return _judged(reply, code, channel)
        refused = token


def error_of(reply: Reply) -> int | None:
    """`error` of an answer, None where it is missing: without it nothing is said about the message."""
    try:
        return int(str(reply.body["error"]))
    except (KeyError, ValueError):
        return None


def _judged(reply: Reply, error: int | None, channel: Channel) -> Answer:
    if error is None:
        return without_code(reply, channel)
    if error == 0:
        data = reply.body.get("data")
        said = data if isinstance(data, Mapping) else {}
        known = {key: said[key] for key in ("msg_id", "message_id", "quota") if said.get(key)}
        return Answer(AttemptOutcome.ACCEPTED, f"đã nhận {known}"[:ANSWER_LENGTH])
    behaviour = behaviour_of(error, OPEN_API)
    return refusal(behaviour, error, str(reply.body.get("message", "")), channel)


def refusal(behaviour: Behaviour, error: int, words: str, channel: Channel) -> Answer:
    """The answer that a refusal is. One that stops the channel says what a person has to do."""
    words = words[:MOST_WORDS]  # so that what to do is never cut off
    text = f"lỗi {error}: {words}" if words else f"lỗi {error}"
    outcome = OUTCOMES[behaviour]
    if outcome is AttemptOutcome.MISCONFIGURED:
        text = (
            f"{channel.label} đã dừng, Zalo báo {text}. Cần: {what_to_do(error)}; "
            f"sau đó chạy: dondoc channel resume {channel.value} --reason LÝ_DO"
        )
    return Answer(outcome, text[:ANSWER_LENGTH], till_morning=behaviour is Behaviour.TILL_MORNING)


def without_code(reply: Reply, channel: Channel) -> Answer:
    """An answer that names no error: what its HTTP status alone says."""
    text = f"HTTP {reply.status}"
    if reply.status in (429, 503):
        return Answer(AttemptOutcome.RETRY, text)
    if 400 <= reply.status < 500 and reply.status != 408:
        return Answer(
            AttemptOutcome.MISCONFIGURED,
            f"{channel.label} đã dừng, Zalo trả lời {text}. Cần: xem lại địa chỉ dịch vụ và khóa của kênh; "
            f"sau đó chạy: dondoc channel resume {channel.value} --reason LÝ_DO",
        )
    return Answer(AttemptOutcome.UNKNOWN, f"trả lời không đọc được ({text})")

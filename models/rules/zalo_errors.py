"""What a refusal of Zalo means for the message and for the channel: five behaviours, by the error's number.

The numbers are those of docs/channels.md. A number that is not here is taken for the message's own fault: it is tried
again later and given up in the end, which loses nothing, for what Zalo does not take goes out by mail.
"""

from collections.abc import Mapping
from enum import StrEnum


class Behaviour(StrEnum):
    """What to do about a refusal."""

    REFRESH = "refresh"
    """The access token is not taken: fetch a new one and try once more, at once."""
    LATER = "later"
    """Try again after a while."""
    TILL_MORNING = "till_morning"
    """Not before the next working morning: night hours, or the day's quota is used up."""
    CONTACT = "contact"
    """This person cannot be reached on this channel: by mail instead, and the secretariat is told."""
    STOP = "stop"
    """Set up wrongly, or not paid for: the channel stops and its messages wait until a person mends it."""


OPEN_API: Mapping[int, Behaviour] = {
    -32: Behaviour.LATER,  # too many calls in a minute
    -108: Behaviour.CONTACT,  # the phone number is none
    -109: Behaviour.STOP,  # the template is unknown
    -115: Behaviour.STOP,  # the account's balance is used up
    -118: Behaviour.CONTACT,  # the number has no Zalo account
    -119: Behaviour.CONTACT,  # the account cannot be reached
    -124: Behaviour.REFRESH,  # access token, templates
    -131: Behaviour.STOP,  # the template is not approved
    -133: Behaviour.TILL_MORNING,  # night hours
    -135: Behaviour.STOP,  # the OA has no right to send templates
    -136: Behaviour.STOP,  # the OA is not connected to the application
    -139: Behaviour.CONTACT,  # the person refuses this kind of message
    -141: Behaviour.CONTACT,  # the person refuses messages of this OA
    -144: Behaviour.TILL_MORNING,  # the OA's quota of the day
    -147: Behaviour.TILL_MORNING,  # the template's quota of the day
    -216: Behaviour.REFRESH,  # access token, OA messages
    -220: Behaviour.REFRESH,  # access token expired, OA messages
    -1121: Behaviour.STOP,  # a parameter of the template is missing
    -1122: Behaviour.STOP,  # a parameter of the template is not as it was declared
}
"""Answers of the OA and of the template service (HTTP 200 with `error`)."""

BOT: Mapping[int, Behaviour] = {
    400: Behaviour.CONTACT,  # the chat is unknown to this bot
    401: Behaviour.STOP,  # the token
    403: Behaviour.CONTACT,  # the person has blocked the bot or left the chat
    404: Behaviour.STOP,  # the token stands in the path: a wrong one finds nothing
    429: Behaviour.LATER,  # too many calls
}
"""Answers of the bot service (`ok` false with `error_code`)."""

REFRESH_TOKEN_GONE = -14014
"""The refresh token has been used or is too old: only a person can fetch another."""


def behaviour_of(error: int, table: Mapping[int, Behaviour]) -> Behaviour:
    """What to do about this error; an unknown one is tried again later."""
    return table.get(error, Behaviour.LATER)


_ADVICE: Mapping[int, str] = {
    -109: "xem lại template_id trong zalo.yaml",
    -115: "nạp tiền vào tài khoản ZBS của OA",
    -131: "chờ Zalo duyệt mẫu tin, hoặc ghi mẫu đã duyệt vào zalo.yaml",
    -135: "xin quyền gửi tin mẫu cho OA tại account.zalo.cloud",
    -136: "liên kết OA với ứng dụng tại developers.zalo.me",
    -1121: "bổ sung tham số của mẫu tin trong zalo.yaml",
    -1122: "sửa tham số của mẫu tin trong zalo.yaml cho đúng kiểu, đúng độ dài đã khai với Zalo",
    401: "ghi lại token của bot: dondoc channel token zalo_bot",
    404: "ghi lại token của bot: dondoc channel token zalo_bot",
}


def what_to_do(error: int) -> str:
    """What a person does about an error that stops a channel."""
    return _ADVICE.get(error, "xem lại cấu hình của kênh và tài khoản tại Zalo")

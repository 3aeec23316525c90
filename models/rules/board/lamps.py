"""The light of one agency in a cycle: has it reported, in time, and if not, is it past its deadline."""

from datetime import date

from models.codes import Code, RequestState
from models.rules.board.signs import AMBER, BLUE, GREEN, GREY, RED
from models.rules.completion import is_on_time, is_received
from models.rules.cycle_view import RequestView


class Lamp(Code):
    """Where one agency stands with its report; exactly one of these on a day."""

    ON_TIME = "on_time", "Đạt yêu cầu, đúng hạn"
    LATE = "late", "Đạt yêu cầu, sau hạn"
    MENDING = "mending", "Đã gửi, chờ hoàn thiện"
    RECORDED = "recorded", "Đã nhận, chờ số liệu"
    WAITING = "waiting", "Chưa gửi, còn hạn"
    OVERDUE = "overdue", "Chưa gửi, quá hạn"
    EXEMPT = "exempt", "Không yêu cầu kỳ này"
    NOT_ASKED = "not_asked", "Chưa gửi yêu cầu"

    @property
    def sign(self) -> str:
        """A sign that tells the lights apart without their colours."""
        return _SIGNS[self]

    @property
    def colour(self) -> str:
        """The colour's name in the style sheet."""
        return _COLOURS[self]


_SIGNS = {
    Lamp.ON_TIME: "●",
    Lamp.LATE: "○",
    Lamp.MENDING: "◐",
    Lamp.RECORDED: "◧",
    Lamp.WAITING: "□",
    Lamp.OVERDUE: "▲",
    Lamp.EXEMPT: "–",
    Lamp.NOT_ASKED: "·",
}
_COLOURS = {
    Lamp.ON_TIME: GREEN,
    Lamp.LATE: AMBER,
    Lamp.MENDING: AMBER,
    Lamp.RECORDED: AMBER,
    Lamp.WAITING: BLUE,
    Lamp.OVERDUE: RED,
    Lamp.EXEMPT: GREY,
    Lamp.NOT_ASKED: GREY,
}


def lamp_of(request: RequestView, seen: date) -> Lamp:
    """The light of a request, seen on a local day. Past the deadline is `due < seen`."""
    match request.state:
        case RequestState.EXEMPT:
            return Lamp.EXEMPT
        case RequestState.PLANNED:
            return Lamp.NOT_ASKED
        case RequestState.COMPLETE:
            return Lamp.ON_TIME if is_on_time(request) else Lamp.LATE
        case RequestState.RECORDED:
            return Lamp.RECORDED
        case _:
            if is_received(request):
                return Lamp.MENDING
            return Lamp.OVERDUE if request.due < seen else Lamp.WAITING

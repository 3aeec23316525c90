"""The board as tables: what the page shows, the downloads carry and the terminal prints. Every table says its day.

Cells are text or whole numbers; every ratio is written with its two numbers. Withheld assignments are in no table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.codes import Basis
from models.rules.board.board_filter import BoardFilter
from models.rules.board.glance import AgencyLine, Glance
from models.rules.board.shown import shown
from models.rules.board.signs import SIGNS, signed
from models.rules.board.trend import TrendPoint
from models.rules.completion import Cut, Ratio, Tally
from models.rules.registers.classes import deadline_kind
from models.time import local_day, vn_date

Cell = str | int


@dataclass(frozen=True)
class BoardTable:
    """One table. `code` names it in addresses and file names, `told` says its day and whose words it rests on."""

    code: str
    title: str
    told: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


CODES = ("tong-hop", "linh-vuc", "co-quan", "nhiem-vu", "chi-tieu", "tien-do-nop", "xu-huong")
COMPLETED = "Hoàn thành/có thời hạn"
ON_SCHEDULE = "Bảo đảm tiến độ/tổng số"


def board_tables(told: Glance, points: Sequence[TrendPoint], asked: BoardFilter) -> dict[str, BoardTable]:
    """Every table of the board by its code; the filter leaves the same lines as on the page."""
    tables = (
        _summary(told),
        _cuts(told, asked.basis),
        _agencies(told, asked),
        _assignments(told, asked),
        _indicators(told, asked),
        _received(told),
        _trend(told, points),
    )
    return {table.code: table for table in tables}


def _day(told: Glance) -> str:
    return f"Tính đến ngày {vn_date(told.day)}"


def _seen(told: Glance) -> str:
    return f"Tính đến hết ngày {vn_date(told.seen)}"


def _said(words: str, asked: BoardFilter) -> str:
    return f"{words}. Chỉ gồm: {asked.words}." if asked.words else f"{words}."


def _summary(told: Glance) -> BoardTable:
    rates = told.rates
    rows: list[tuple[Cell, ...]] = [
        ("Báo cáo đã nhận/phải nhận", *_ratio(rates.reporting), _seen(told)),
        ("Báo cáo đạt yêu cầu/phải nhận", *_ratio(rates.completeness), _seen(told)),
        ("Báo cáo đạt yêu cầu, đúng hạn/phải nhận", *_ratio(rates.timeliness), _seen(told)),
        ("Quá hạn chưa gửi/phải nhận", *_ratio(told.overdue), _seen(told)),
    ]
    for basis in Basis:
        overall = told.on(basis).overall
        on = f"{_day(told)}, {basis.label}"
        rows += [
            ("Nhiệm vụ đã hoàn thành/có thời hạn", *_ratio(overall.completed), on),
            ("Nhiệm vụ bảo đảm tiến độ/tổng số", *_ratio(overall.on_schedule), on),
            *(
                (
                    f"Nhiệm vụ: {signed(of_class)}",
                    *_ratio(Ratio(overall.by_class[of_class], overall.total)),
                    on,
                )
                for of_class in SIGNS
            ),
        ]
    indicators = len(told.indicators)
    rows += [
        (f"Chỉ tiêu: {standing.label}", *_ratio(Ratio(count, indicators)), _day(told))
        for standing, count in told.standings.items()
    ]
    return BoardTable(
        "tong-hop",
        f"{told.view.name}: số liệu chung",
        f"{_day(told)}; tình hình gửi báo cáo đến hết ngày {vn_date(told.seen)}.",
        ("Nội dung", "Số lượng", "Trên tổng số", "Tỷ lệ", "Ghi chú"),
        tuple(rows),
    )


def _ratio(ratio: Ratio) -> tuple[Cell, Cell, Cell]:
    return ratio.numerator, ratio.denominator, ratio.percent_text


def tally_cells(tally: Tally) -> tuple[Cell, ...]:
    """A tally in a line: total, both ratios, every class."""
    by_class = dict.fromkeys(SIGNS, 0)  # not `Tally.by_class`: thousands of lines ask
    for (of_class, _kind), count in tally.counts.items():
        by_class[of_class] += count
    return (
        tally.total,
        tally.completed.text,
        tally.on_schedule.text,
        *by_class.values(),
    )


TALLY_HEADER = ("Nhiệm vụ", COMPLETED, ON_SCHEDULE, *(signed(of_class) for of_class in SIGNS))


def _cuts(told: Glance, basis: Basis) -> BoardTable:
    result = told.on(basis)
    groups: tuple[tuple[str, tuple[Cut, ...]], ...] = (
        ("Theo văn bản giao nhiệm vụ", result.by_register),
        ("Theo lĩnh vực", result.by_section),
        ("Theo thời hạn hoàn thành", result.by_quarter),
    )
    rows: list[tuple[Cell, ...]] = [("", "Toàn bộ nhiệm vụ", *tally_cells(result.overall))]
    rows += [(name, cut.name, *tally_cells(cut.tally)) for name, cuts in groups for cut in cuts]
    return BoardTable(
        "linh-vuc",
        f"{told.view.name}: kết quả theo văn bản, lĩnh vực, thời hạn",
        f"{_day(told)}, {basis.label}.",
        ("Nhóm", "Nội dung", *TALLY_HEADER),
        tuple(rows),
    )


def _agencies(told: Glance, asked: BoardFilter) -> BoardTable:
    rows = [
        (
            line.agency.code,
            line.agency.name,
            line.agency.kind.label,
            *_request_cells(line),
            *(tally_cells(line.tallies[asked.basis]) if line.tallies else ("",) * len(TALLY_HEADER)),
        )
        for line in shown(told, asked).agencies
    ]
    return BoardTable(
        "co-quan",
        f"{told.view.name}: các cơ quan, đơn vị, địa phương",
        _said(
            f"Tình hình gửi báo cáo đến hết ngày {vn_date(told.seen)}; nhiệm vụ tính đến ngày {vn_date(told.day)}, "
            f"{asked.basis.label}",
            asked,
        ),
        (
            "Mã",
            "Cơ quan, đơn vị",
            "Khối",
            "Tình hình gửi báo cáo",
            "Hạn gửi",
            "Nhận lần đầu",
            "Nhận bản đạt yêu cầu",
            "Quá hạn (ngày)",
            "Báo cáo ký",
            *TALLY_HEADER,
        ),
        tuple(rows),
    )


def _request_cells(line: AgencyLine) -> tuple[Cell, ...]:
    request = line.request
    if request is None or line.lamp is None:
        return "Không thuộc diện yêu cầu", "", "", "", "", ""
    first, complete = request.first_received_at, request.complete_at
    return (
        f"{line.lamp.sign} {line.lamp.label}",
        vn_date(request.due),
        vn_date(local_day(first)) if first else "",
        vn_date(local_day(complete)) if complete else "",
        line.days_late or "",
        request.signed,
    )


def _assignments(told: Glance, asked: BoardFilter) -> BoardTable:
    rows = [
        (
            line.assignment.row_key,
            line.assignment.section_name,
            line.assignment.name,
            line.leads,
            line.assignment.coordinators_raw,
            line.assignment.result,
            line.assignment.first_deadline_raw if line.assignment.moved else line.assignment.deadline_raw,
            line.assignment.deadline_raw if line.assignment.moved else "",
            line.assignment.due_source if line.assignment.moved else "",
            vn_date(line.assignment.due) if line.assignment.due else deadline_kind(line.assignment).label,
            signed(line.classes[Basis.DECLARED]),
            signed(line.classes[Basis.CONFIRMED]),
            line.members,
        )
        for line in shown(told, asked).assignments
    ]
    withheld = told.both.declared.withheld
    note = f" Không gồm {withheld:02d} nhiệm vụ không đưa lên hệ thống." if withheld else ""
    return BoardTable(
        "nhiem-vu",
        f"{told.view.name}: các nhiệm vụ",
        _said(_day(told), asked) + note,
        (
            "Mã",
            "Lĩnh vực",
            "Nhiệm vụ",
            "Cơ quan chủ trì",
            "Cơ quan phối hợp",
            "Kết quả phải đạt",
            "Thời hạn ban đầu",
            "Thời hạn điều chỉnh",
            "Văn bản điều chỉnh",
            "Ngày đến hạn",
            f"Xếp loại {Basis.DECLARED.label}",
            f"Xếp loại {Basis.CONFIRMED.label}",
            "Thành viên đã hoàn thành",
        ),
        tuple(rows),
    )


def _indicators(told: Glance, asked: BoardFilter) -> BoardTable:
    rows = [
        (
            line.indicator.row_key,
            line.indicator.section_name,
            line.indicator.name,
            line.indicator.unit,
            line.indicator.baseline_raw,
            line.indicator.target_raw,
            line.indicator.reported_raw,
            vn_date(line.indicator.reported_as_of) if line.indicator.reported_as_of else "",
            f"{line.standing.sign} {line.standing.label}",
            line.owner + (" (tạm giao)" if line.owner and line.indicator.owner_provisional else ""),
        )
        for line in shown(told, asked).indicators
    ]
    return BoardTable(
        "chi-tieu",
        f"{told.view.name}: các chỉ tiêu",
        _said(_day(told), asked),
        (
            "Mã",
            "Lĩnh vực",
            "Chỉ tiêu",
            "Đơn vị tính",
            "Kết quả năm trước",
            "Mục tiêu",
            "Số báo cáo",
            "Số liệu đến ngày",
            "So với mục tiêu",
            "Cơ quan báo cáo",
        ),
        tuple(rows),
    )


def _received(told: Glance) -> BoardTable:
    rows = [
        (
            vn_date(count.day),
            count.received,
            told.rates.expected,
            Ratio(count.received, told.rates.expected).percent_text,
            "Hạn báo cáo" if count.day == told.view.due else "",
        )
        for count in told.received_by_day
    ]
    return BoardTable(
        "tien-do-nop",
        f"{told.view.name}: báo cáo nhận được theo ngày (cộng dồn)",
        f"{_seen(told)}; hạn báo cáo {vn_date(told.view.due)}.",
        ("Đến hết ngày", "Đã nhận", "Phải nhận", "Tỷ lệ", "Ghi chú"),
        tuple(rows),
    )


def _trend(told: Glance, points: Sequence[TrendPoint]) -> BoardTable:
    rows = [
        (
            point.name,
            vn_date(point.as_of),
            point.reporting.text,
            point.timeliness.text,
            *(ratio.text for basis in Basis for ratio in (point.completed[basis], point.on_schedule[basis])),
        )
        for point in points
    ]
    return BoardTable(
        "xu-huong",
        f"Các kỳ báo cáo của cùng chế độ đến {told.view.name}",
        "Mỗi dòng tính đến ngày ghi ở cột thứ hai.",
        (
            "Kỳ",
            "Tính đến ngày",
            "Đã nhận/phải nhận",
            "Đạt yêu cầu, đúng hạn/phải nhận",
            *(f"{what}, {basis.label}" for basis in Basis for what in (COMPLETED, ON_SCHEDULE)),
        ),
        tuple(rows),
    )

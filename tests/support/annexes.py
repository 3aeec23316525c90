"""Annexes as the committee asks for them, and an outline: V with three tables under headings of two rows, VII with a
line to repeat, VIII with a choice and a mark."""

from decimal import Decimal

from models.codes import CellKind
from models.rules.annexes.annex import Annex, AskedCell, GivenCell, Heading, Merge, Outline, Repeat


def changed(annex: Annex, **parts: object) -> Annex:
    """The annex with other parts. (A copy by `model_copy` would keep the lines that were worked out before.)"""
    return Annex(**{name: getattr(annex, name) for name in Annex.model_fields} | parts)


def _head(row: int, column: str, text: str) -> GivenCell:
    return GivenCell(row=row, column=column, text=text, bold=True, centred=True, header=True)


def _merge(first: str, last: str) -> Merge:
    return Merge(first_row=int(first[1:]), first_column=first[0], last_row=int(last[1:]), last_column=last[0])


def _whole(row: int, column: str, label: str) -> AskedCell:
    return AskedCell(
        row=row, column=column, kind=CellKind.WHOLE, label=label, required=True, least=Decimal(0)
    )


ANNEX_V = Annex(
    code="PL-V",
    title="Số liệu thủ tục hành chính, dịch vụ công trực tuyến",
    sheet="Phụ lục V",
    given=(
        GivenCell(
            row=1,
            column="A",
            text="PHỤ LỤC V. SỐ LIỆU THỦ TỤC HÀNH CHÍNH, DỊCH VỤ CÔNG TRỰC TUYẾN",
            bold=True,
            centred=True,
        ),
        GivenCell(row=3, column="A", text="1. Số thủ tục hành chính hiện nay", bold=True),
        _head(4, "A", "STT"),
        _head(4, "B", "Số TTHC"),
        _head(5, "B", "Cấp Trung ương (dùng chung cho cấp xã, tỉnh, trung ương)"),
        _head(5, "D", "Cấp tỉnh"),
        _head(5, "F", "Cấp xã"),
        GivenCell(row=6, column="A", text="1", centred=True),
        GivenCell(row=8, column="A", text="2. Số dịch vụ công trực tuyến hiện nay", bold=True),
        _head(9, "A", "STT"),
        _head(9, "B", "Cấp Trung ương"),
        _head(9, "D", "Cấp tỉnh"),
        _head(9, "F", "Cấp xã"),
        *(_head(10, column, "Số DVCTT toàn trình") for column in "BDF"),
        *(_head(10, column, "Số DVCTT một phần") for column in "CEG"),
        GivenCell(row=11, column="A", text="1", centred=True),
        GivenCell(row=12, column="A", text="Ghi chú: số liệu lấy từ Cổng dịch vụ công quốc gia."),
    ),
    asked=(
        _whole(6, "B", "Số TTHC – Cấp Trung ương"),
        _whole(6, "D", "Số TTHC – Cấp tỉnh"),
        _whole(6, "F", "Số TTHC – Cấp xã"),
        *(
            _whole(11, column, f"Số DVCTT – {level} – {kind}")
            for column, level, kind in (
                ("B", "Cấp Trung ương", "Toàn trình"),
                ("C", "Cấp Trung ương", "Một phần"),
                ("D", "Cấp tỉnh", "Toàn trình"),
                ("E", "Cấp tỉnh", "Một phần"),
                ("F", "Cấp xã", "Toàn trình"),
                ("G", "Cấp xã", "Một phần"),
            )
        ),
    ),
    merges=(
        _merge("A1", "G1"),
        _merge("A3", "G3"),
        _merge("A4", "A5"),
        _merge("B4", "G4"),
        _merge("B5", "C5"),
        _merge("D5", "E5"),
        _merge("F5", "G5"),
        _merge("B6", "C6"),
        _merge("D6", "E6"),
        _merge("F6", "G6"),
        _merge("A8", "G8"),
        _merge("A9", "A10"),
        _merge("B9", "C9"),
        _merge("D9", "E9"),
        _merge("F9", "G9"),
        _merge("A12", "G12"),
    ),
    widths={"A": 6.0, **dict.fromkeys("BCDEFG", 16.0)},
    heights={1: 30.0},
)

ANNEX_VII = Annex(
    code="PL-VII",
    title="Về dữ liệu số",
    sheet="Phụ lục VII",
    optional=True,
    given=(
        GivenCell(row=1, column="A", text="PHỤ LỤC VII. VỀ DỮ LIỆU SỐ", bold=True, centred=True),
        GivenCell(row=2, column="A", text="1. Tiến độ triển khai các cơ sở dữ liệu", bold=True),
        _head(3, "A", "STT"),
        _head(3, "B", "Tên CSDL"),
        _head(3, "C", "Cơ quan chủ quản"),
        _head(3, "D", "Tiến độ thực hiện"),
        _head(3, "E", "Kinh phí (tỷ đồng)"),
        _head(4, "E", "Đã được cấp"),
        _head(4, "F", "Đã giải ngân"),
        _head(3, "G", "Ghi chú"),
        GivenCell(row=5, column="A", text="1", centred=True),
        GivenCell(row=6, column="B", text="Cộng", bold=True),
    ),
    asked=(
        AskedCell(row=5, column="B", kind=CellKind.TEXT, label="Tên CSDL"),
        AskedCell(row=5, column="C", kind=CellKind.TEXT, label="Cơ quan chủ quản"),
        AskedCell(
            row=5,
            column="D",
            kind=CellKind.CHOICE,
            label="Tiến độ thực hiện",
            options=("Đã hoàn thành, đưa vào sử dụng", "Đang triển khai, hoàn thiện", "Chưa triển khai"),
        ),
        AskedCell(row=5, column="E", kind=CellKind.NUMBER, label="Kinh phí đã được cấp (tỷ đồng)"),
        AskedCell(row=5, column="F", kind=CellKind.NUMBER, label="Kinh phí đã giải ngân (tỷ đồng)"),
        AskedCell(row=5, column="G", kind=CellKind.TEXT, label="Ghi chú"),
        AskedCell(row=6, column="E", kind=CellKind.NUMBER, label="Cộng – Kinh phí đã được cấp"),
        AskedCell(row=6, column="F", kind=CellKind.NUMBER, label="Cộng – Kinh phí đã giải ngân"),
    ),
    repeats=(Repeat(row=5, times=4),),
    merges=(
        _merge("A1", "G1"),
        _merge("A2", "G2"),
        *(_merge(f"{column}3", f"{column}4") for column in "ABCDG"),
        _merge("E3", "F3"),
    ),
    widths={"A": 6.0, "B": 26.0, "C": 18.0, "D": 22.0, "E": 13.0, "F": 13.0, "G": 34.0},
)

ANNEX_VIII = Annex(
    code="PL-VIII",
    title="Việc bố trí cán bộ chuyên trách công nghệ thông tin, chuyển đổi số",
    sheet="Phụ lục VIII",
    carried=False,
    given=(
        GivenCell(
            row=1,
            column="B",
            text="PHỤ LỤC VIII. VIỆC BỐ TRÍ CÁN BỘ CHUYÊN TRÁCH CÔNG NGHỆ THÔNG TIN, CHUYỂN ĐỔI SỐ",
            bold=True,
            centred=True,
        ),
        _head(2, "B", "Số biên chế được giao"),
        _head(2, "C", "Số người đã được bố trí"),
        _head(2, "D", "Số người còn thiếu"),
        _head(2, "E", "Lý do chưa bố trí đủ"),
        _head(2, "F", "Đã có đề án"),
        _head(2, "G", "Ngày có số liệu"),
        _head(2, "H", "Tỷ lệ (%)"),
        _head(2, "I", "Hình thức"),
    ),
    asked=(
        AskedCell(row=3, column="B", kind=CellKind.TEXT, label="Số biên chế được giao"),
        AskedCell(row=3, column="C", kind=CellKind.WHOLE, label="Số người đã được bố trí"),
        AskedCell(row=3, column="D", kind=CellKind.WHOLE, label="Số người còn thiếu", text_allowed=True),
        AskedCell(row=3, column="E", kind=CellKind.TEXT, label="Lý do chưa bố trí đủ"),
        AskedCell(row=3, column="F", kind=CellKind.MARK, label="Đã có đề án"),
        AskedCell(row=3, column="G", kind=CellKind.DAY, label="Ngày có số liệu"),
        AskedCell(
            row=3, column="H", kind=CellKind.PERCENT, label="Tỷ lệ", least=Decimal(0), most=Decimal(100)
        ),
        AskedCell(
            row=3, column="I", kind=CellKind.CHOICE, label="Hình thức", options=("Chuyên trách", "Kiêm nhiệm")
        ),
    ),
    merges=(_merge("B1", "I1"),),
    widths={"B": 28.0},
)

OUTLINE = Outline(
    code="de-cuong-57",
    title="ĐỀ CƯƠNG BÁO CÁO KẾT QUẢ THỰC HIỆN NGHỊ QUYẾT SỐ 57-NQ/TW",
    headings=(
        Heading(code="1", number="Phần 1", title="KẾT QUẢ THỰC HIỆN", level=1, asked=False),
        Heading(
            code="1.I",
            number="I.",
            title="CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO",
            level=2,
            guide="Văn bản đã tham mưu, ban hành; số, ngày, trích yếu.",
        ),
        Heading(
            code="1.II",
            number="II.",
            title="VỀ CHUYỂN ĐỔI SỐ",
            level=2,
            asked=False,
            guide="Theo từng lĩnh vực.",
        ),
        Heading(code="1.II.1", number="1.", title="Hạ tầng số", level=3),
        Heading(code="1.II.1.a", number="a)", title="Vùng phủ sóng và các bản trắng sóng", level=4),
        Heading(
            code="2", number="Phần 2", title="NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM", level=1, guide="Sáu tháng tới."
        ),
    ),
)

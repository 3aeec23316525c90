"""Charts: the same bytes, every name and number in words, readable without colour, no page too small for them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from small_cycle import AS_OF, SEEN, VIEW

from models.codes import Basis
from models.rules.charts.agency_bars import BANDS
from models.rules.completion import completion
from tasks.documents.charts import (
    LOOKS,
    completion_charts,
    indicator_charts,
    report_charts,
    submission_charts,
)
from tasks.documents.word_document import WIDTH_CM, Picture

LATER = date(2026, 4, 2)
LONGEST_CM = 24.5  # between the margins of an A4 page, with its title


def charts() -> tuple[Picture, ...]:
    return report_charts(VIEW, completion(VIEW, AS_OF), SEEN)


def height_cm(picture: Picture) -> float:
    image = Image.open(BytesIO(picture.content))
    return image.height / image.width * picture.width_cm


def test_the_same_cycle_gives_the_same_bytes() -> None:
    assert [picture.content for picture in charts()] == [picture.content for picture in charts()]


def test_nothing_of_the_hour_or_the_program_is_written_into_a_picture() -> None:
    for picture in charts():
        image = Image.open(BytesIO(picture.content))
        assert set(image.info) <= {"dpi", "palette"}
        assert image.format == "PNG"


def test_what_each_chart_shows_is_said_in_words() -> None:
    province, communes, submissions, targets = charts()
    assert province.title == (
        "Kết quả thực hiện nhiệm vụ theo cơ quan chủ trì: cơ quan, đơn vị cấp tỉnh "
        "(tính đến ngày 14/3/2026, theo báo cáo của cơ quan, đơn vị)"
    )
    assert province.words == (
        "Sở Khoa học và Công nghệ: hoàn thành 1, đúng tiến độ, chưa đến hạn 1, chậm, chưa bảo đảm tiến độ 1; "
        "Sở Nội vụ: đúng tiến độ, chưa đến hạn 1"
    )
    assert communes.words == "UBND phường Mường Thanh: hoàn thành 1; UBND xã Nà Hỳ: chưa có báo cáo 1"
    assert submissions.words == (
        "Đến hết ngày 24/3/2026: 2/3 cơ quan, đơn vị đã gửi, 2 đạt yêu cầu; hạn gửi 20/3/2026."
    )
    assert targets.words == "3. Chi ngân sách cho khoa học, công nghệ: 2,5 so với ≥ 3: 83,3%"


def test_the_basis_is_named() -> None:
    picture, *_ = completion_charts(completion(VIEW, AS_OF), Basis.CONFIRMED)
    assert "theo số đã xác nhận" in picture.title


def test_bands_differ_without_colour() -> None:
    assert len(LOOKS) == len(BANDS) == len({hatch for _, hatch, _ in LOOKS})


def test_a_grey_print_shows_black_hatches_on_a_light_ground() -> None:
    _, communes, *_ = charts()
    grey = Image.open(BytesIO(communes.content)).convert("L")
    tones = grey.crop((grey.width // 2, 0, grey.width, grey.height // 2)).getcolors() or []
    assert sum(count for count, tone in tones if isinstance(tone, int) and tone < 60) > 1000
    assert sum(count for count, tone in tones if isinstance(tone, int) and tone > 230) > 1000


def test_many_indicators_go_over_several_pictures_that_each_fit_a_page() -> None:
    one = VIEW.indicators[0]
    name = (
        "Tỷ lệ doanh nghiệp có hoạt động đổi mới sáng tạo trong tổng số doanh nghiệp trên địa bàn toàn tỉnh"
    )
    many = tuple(replace(one, number=str(no), name=name) for no in range(1, 41))
    pictures = indicator_charts(replace(VIEW, indicators=many))
    assert len(pictures) > 1
    assert [f"phần {no}/{len(pictures)}" in p.title for no, p in enumerate(pictures, 1)] == [True] * len(
        pictures
    )
    assert sum(p.words.count(name) for p in pictures) == 40
    assert all(height_cm(picture) < LONGEST_CM for picture in pictures)
    assert all(picture.width_cm == WIDTH_CM for picture in pictures)


def test_a_bar_that_is_cut_says_so_and_keeps_its_number() -> None:
    high = replace(VIEW.indicators[0], reported_raw="12", reported_value=Decimal(12))
    (picture,) = indicator_charts(replace(VIEW, indicators=(high,)))
    assert picture.words.endswith("12 so với ≥ 3: 400% (vẽ đến 150%)")


def test_what_is_not_drawn_is_counted_in_the_title() -> None:
    silent = replace(VIEW.indicators[0], reported_raw="", reported_value=None)
    (picture,) = indicator_charts(replace(VIEW, indicators=(*VIEW.indicators, silent)))
    assert "1 chỉ tiêu chưa có số liệu" in picture.title


def test_nothing_to_show_no_picture() -> None:
    empty = replace(VIEW, assignments=(), indicators=(), requests=())
    assert report_charts(empty, completion(empty, AS_OF), SEEN) == ()


@pytest.mark.parametrize("seen_on", [date(2026, 2, 25), LATER], ids=["first day", "after the deadline"])
def test_submissions_on_any_day(seen_on: date) -> None:
    (picture,) = submission_charts(VIEW, seen_on)
    assert f"tính đến ngày {seen_on.day:02d}/" in picture.title

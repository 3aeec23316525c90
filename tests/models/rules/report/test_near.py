"""Texts that say nearly the same are found, and no others; the groups lose no text."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.report.near import like_groups

DRAFT = (
    "Đảng ủy, UBND xã đã ban hành kế hoạch thực hiện Nghị quyết số 57-NQ/TW năm 2026, kiện toàn Ban Chỉ đạo và phân "
    "công nhiệm vụ cho {} thành viên."
)


def test_the_same_draft_with_other_figures_is_one_group() -> None:
    texts = [
        DRAFT.format(12),
        "Sở Y tế đã lập hồ sơ sức khỏe điện tử cho 81% dân số trong quý.",
        DRAFT.format(15),
    ]
    assert like_groups(texts) == [[0, 2], [1]]


def test_spelling_and_notes_make_no_difference() -> None:
    assert like_groups(["Uỷ ban đã xong[^1].", "Ủy  ban đã xong", "Uỷ ban chưa xong."]) == [[0, 1], [2]]


def test_short_texts_are_alike_only_when_they_are_the_same() -> None:
    assert like_groups(["Không có khó khăn.", "Không có vướng mắc.", "Không có khó khăn"]) == [[0, 2], [1]]


def test_texts_that_share_a_beginning_are_two() -> None:
    one = "Đề nghị UBND tỉnh quan tâm bố trí kinh phí thay thế thiết bị công nghệ thông tin cho các xã."
    other = (
        "Đề nghị UBND tỉnh quan tâm chỉ đạo các doanh nghiệp viễn thông phủ sóng các bản vùng lõm còn lại."
    )
    assert like_groups([one, other]) == [[0], [1]]


WORDS = st.lists(
    st.sampled_from(["xã", "đã", "ban", "hành", "kế", "hoạch", "số", "năm", "hai", "nghìn"]), max_size=14
).map(" ".join)


@given(st.lists(WORDS, max_size=20))
def test_every_text_is_in_one_group_and_comparing_fewer_pairs_changes_nothing(texts: list[str]) -> None:
    groups = like_groups(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert groups == _slowly(texts)


def _slowly(texts: list[str]) -> list[list[int]]:
    """The definition itself: each text with the first of every group."""
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        for group in groups:
            if any(texts[member].split() == text.split() for member in group):
                group.append(place)
                break
        else:
            for group in groups:
                if _share(texts[group[0]], text) >= 0.6:
                    group.append(place)
                    break
            else:
                groups.append([place])
    return groups


def _share(one: str, other: str) -> float:
    pairs = [set(zip(text.split(), text.split()[1:], strict=False)) for text in (one, other)]
    if min(len(one.split()), len(other.split())) < 8:
        return 0
    return len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])

"""The outline in the province's folder: a regime names it and gets all of it; what is wrong is said with its place."""

import shutil
from pathlib import Path

import pytest

from models.rules.policy import Regime
from tasks.profile import ProfileFault, read_profile
from tasks.settings import CHECKOUT

FILE = "outlines/de-cuong-57.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tinh"
    shutil.copytree(CHECKOUT / "deployments" / "dien-bien", made)
    return made


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_regime_has_the_whole_outline_and_freezes_it(folder: Path) -> None:
    for code in ("bcd-quy", "bcd-6-thang", "bcd-nam"):
        regime = read_profile(folder).regime(code)
        assert regime.outline is not None
        assert regime.outline.code == "de-cuong-57"
        assert [h.code for h in regime.outline.headings][-2:] == ["1.VIII", "2"]
        assert Regime.model_validate(regime.model_dump(mode="json")) == regime


def test_a_regime_may_ask_for_no_prose(folder: Path) -> None:
    spoil(folder / "regimes.yaml", "  - code: bcd-quy\n", "  - code: bcd-quy\n    outline: null\n")
    profile = read_profile(folder)
    assert profile.regime("bcd-quy").outline is None
    assert profile.regime("bcd-nam").outline is not None


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "regimes.yaml",
            "outline: de-cuong-57",
            "outline: de-cuong-58",
            "regimes.yaml: chế độ defaults, trường “outline”: không có tệp outlines/de-cuong-58.yaml.*: de-cuong-57",
        ),
        (
            "regimes.yaml",
            "outline: de-cuong-57",
            "outline: ../people",
            "không có tệp outlines/../people.yaml",
        ),
        (
            "regimes.yaml",
            "outline: de-cuong-57",
            "outline: [a]",
            "regimes.yaml: Chế độ bcd-quy, trường “outline”",
        ),
        (FILE, "headings:", "heading:", "de-cuong-57.yaml: mục 'heading' không có trong mẫu"),
        (FILE, "title: Tình hình", "titel: Tình hình", "mục 'titel' không có trong mẫu"),
        (FILE, 'code: "1.I"', 'code: "1"', r"headings, mục thứ 2 \(1\): mã “1” đã dùng"),
        (FILE, 'code: "1.I"', 'code: "1:I"', r"de-cuong-57.yaml: headings, mục thứ 2 \(1:I\), trường “code”"),
        (FILE, "level: 2", "level: 3", r"mục thứ 2 \(1.I\): level ghi 3 nhưng ở chỗ này chỉ được đến 2"),
        (FILE, "level: 1", "level: 5", r"mục thứ 1 \(1\), trường “level”: không được quá 4"),
        (
            FILE,
            "    annex: PL-V\n",
            "",
            r"mục thứ 7 \(1.III.1\): figures ghi annex thì phải ghi thêm mã phụ lục",
        ),
        (
            FILE,
            "figures: assignments",
            "annex: PL-I",
            r"\(1.I.2\): đã ghi mã phụ lục ở annex thì figures phải ghi annex",
        ),
        (
            FILE,
            "figures: assignments",
            "figures: nhiệm vụ",
            r"\(1.I.2\), trường “figures”: phải là một trong",
        ),
        (
            FILE,
            "title: Về dữ liệu số",
            "title: Về hạ tầng, kiến trúc số",
            r"\(1.III.3\): tên “.*” đã có ở mục 1.III.2",
        ),
        (FILE, "asked: false", "asked: không", r"\(1.I\), trường “asked”: phải là true hoặc false"),
        (FILE, "    level: 2\n", "", r"\(1.I\), trường “level”: chưa được khai"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(folder: Path, file: str, old: str, new: str, said: str) -> None:
    spoil(folder / file, old, new)
    with pytest.raises(ProfileFault, match=said):
        read_profile(folder)

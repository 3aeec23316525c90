"""The report in the province's folder: a regime names it and freezes all of it; a fault has its file and line."""

import shutil
from pathlib import Path

import pytest

from models.rules.policy import Regime
from tasks.profile import ProfileFault, read_profile
from tasks.settings import CHECKOUT

FILE = "report/bao-cao-bcd.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tinh"
    shutil.copytree(CHECKOUT / "deployments" / "dien-bien", made)
    return made


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_regime_has_the_report_and_freezes_it(folder: Path) -> None:
    for code in ("bcd-quy", "bcd-6-thang", "bcd-nam"):
        regime = read_profile(folder).regime(code)
        assert regime.report is not None
        assert regime.report.code == "bao-cao-bcd"
        assert Regime.model_validate(regime.model_dump(mode="json")) == regime


def test_every_heading_that_the_agencies_are_asked_for_has_its_place(folder: Path) -> None:
    regime = read_profile(folder).regime("bcd-quy")
    assert regime.outline is not None
    assert regime.report is not None
    assert regime.report.fed == {heading.code for heading in regime.outline.headings if heading.asked}


def test_every_section_of_the_register_is_among_what_is_next(folder: Path) -> None:
    report = read_profile(folder).regime("bcd-quy").report
    assert report is not None
    listed = [section for h in report.headings if "next-tasks" in h.shows for section in h.sections]
    assert listed == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]


def test_a_regime_may_have_figures_alone(folder: Path) -> None:
    spoil(folder / "regimes.yaml", "  - code: bcd-quy\n", "  - code: bcd-quy\n    report: null\n")
    assert read_profile(folder).regime("bcd-quy").report is None


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "regimes.yaml",
            "report: bao-cao-bcd",
            "report: bao-cao",
            "chế độ defaults, trường “report”: không có tệp report/bao-cao.yaml.*: bao-cao-bcd",
        ),
        (
            FILE,
            'from: ["1.I.2"]',
            'from: ["1.I.9"]',
            r"\(dòng \d+\): mục “1.I.9” không có trong đề cương của chế độ bcd-quy",
        ),
        (
            FILE,
            'from: ["1.II"]',
            'from: ["1.I.2"]',
            r"from” \(dòng \d+\): mục “1.I.2” của đề cương đã xếp vào",
        ),
        (
            FILE,
            "registers: [KH57-2026]",
            "registers: [KH57]",
            r"\(dòng \d+\): danh mục “KH57” không có trong registers",
        ),
        (
            FILE,
            "sections: [II]",
            "sections: [KH58/II]",
            r"\(dòng \d+\): danh mục “KH58” không có trong registers",
        ),
        (
            FILE,
            "shows: [section-tasks]\n    sections: [II]",
            "shows: [section-tasks]",
            "phải ghi thêm sections",
        ),
        (FILE, "shows: [submissions", "shows: [submision", r"dòng \d+\): phải là một trong các giá trị"),
        (FILE, "level: 2", "level: 4", r"level” \(dòng \d+\): ghi 4 nhưng ở chỗ này chỉ được đến 2"),
        (
            FILE,
            "    subject: Tổng số nhiệm vụ, giải",
            "    text: Tổng số nhiệm vụ, giải",
            "ghi một trong hai",
        ),
        (FILE, "recipients:", "recipient:", r"recipient” \(dòng \d+\): không có trong mẫu"),
        (FILE, "      in_progress: đang", "      in_progres: đang", r"statistics › mục 2 › words"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    spoil(folder / file, old, new)
    with pytest.raises(ProfileFault, match=said) as refused:
        read_profile(folder)
    assert str(refused.value).startswith(file)

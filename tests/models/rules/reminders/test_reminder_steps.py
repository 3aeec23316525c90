"""Steps as their files write them: what is read, and what is refused in words."""

from typing import Any

import pytest

from models.codes import Channel, PersonRole
from models.rules.reminders.reminder_steps import Step, reminders_from

STEP: dict[str, Any] = {
    "code": "nv-sau-1",
    "label": "Đôn đốc nhiệm vụ",
    "when": "after",
    "working_days": 1,
    "audience": ["officer"],
    "template": "reminder",
}
FILE: dict[str, Any] = {"defaults": {"steps": [STEP]}, "registers": [{"register": "KH57-2026"}]}


@pytest.mark.parametrize(
    ("when", "written", "held"),
    [
        ("before", None, True),
        ("after", None, False),
        ("before", False, False),
        ("after", True, True),
    ],
)
def test_a_promise_holds_steps_before_the_deadline_unless_the_file_says_otherwise(
    when: str, written: bool | None, held: bool
) -> None:
    assert Step(**{**STEP, "when": when, "held_by_promise": written}).plan().held_by_promise is held


def test_a_step_as_the_rules_take_it() -> None:
    plan = Step(**{**STEP, "channels": ["zalo_bot", "email"], "release": "person", "letter": True}).plan()
    assert plan.channels == (Channel.ZALO_BOT, Channel.EMAIL)
    assert (plan.by_person, plan.letter, plan.call_sheet) == (True, True, False)
    assert (plan.code, plan.label, plan.audience) == ("nv-sau-1", "Đôn đốc nhiệm vụ", (PersonRole.OFFICER,))


def test_each_register_has_the_common_steps_or_its_own() -> None:
    own = {"register": "NQ71", "steps": []}
    first, second = reminders_from({**FILE, "registers": [*FILE["registers"], own]})
    assert [step.code for step in first.steps] == ["nv-sau-1"]
    assert (second.register_code, second.steps) == ("NQ71", [])


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({}, "Tệp nhắc nhiệm vụ, trường “registers”: chưa được khai."),
        (
            {"registers": [{"register": "KH57-2026"}]},
            "Danh mục KH57-2026, trường “steps”: chưa được khai.",
        ),
        (
            {**FILE, "registers": [{"register": "A"}, {"register": "A"}]},
            "Danh mục A: ghi hai lần.",
        ),
        (
            {**FILE, "defaults": {"steps": [STEP, STEP]}},
            "Danh mục KH57-2026, trường “steps › mục 2 › code”: có hai bước cùng mã “nv-sau-1”.",
        ),
        (
            {**FILE, "defaults": {"steps": [{**STEP, "audience": ["leadership"]}]}},
            (
                "Danh mục KH57-2026, trường “steps › mục 1 › audience”: Lãnh đạo Ban Chỉ đạo không nhận tin về hạn "
                "nhiệm vụ; người nhận là officer (cán bộ đầu mối) hoặc head (thủ trưởng)."
            ),
        ),
        (
            {**FILE, "defaults": {"steps": [{**STEP, "letter": True}]}},
            (
                "Danh mục KH57-2026, trường “steps › mục 1 › letter”: không có trong mẫu của tệp, đề nghị xem lại "
                "cách viết tên trường."
            ),
        ),
        (
            {**FILE, "defaults": {"steps": [{**STEP, "working_days": 0}]}},
            (
                "Danh mục KH57-2026, trường “steps › mục 1 › working_days”: bước sau hạn (after) phải có "
                "working_days từ 1 trở lên."
            ),
        ),
    ],
)
def test_a_fault_is_a_sentence(file: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^(Danh mục|Tệp)") as caught:
        reminders_from(file)
    assert str(caught.value) == sentence

"""One reminder of a policy, as its file writes it: when, to whom, by which channels, and who lets it go.

Deadlines of reports (the steps of a regime) and of the assignments themselves (reminders.yaml) share the shape.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from models.codes import Channel, PersonRole
from models.rules.files.file_faults import PlacedFault, read_as
from models.rules.files.file_lines import LinedDict, line_of
from models.rules.files.file_parts import Once, Part, Slug, Text
from models.rules.reminders.step_plan import StepPlan
from models.rules.workdays import WorkCalendar


def _of_the_agency(roles: list[PersonRole]) -> list[PersonRole]:
    for role in roles:
        if role not in (PersonRole.OFFICER, PersonRole.HEAD):
            raise ValueError(
                f"{role.label} không nhận tin về hạn nhiệm vụ; người nhận là officer (cán bộ đầu mối) hoặc head "
                "(thủ trưởng)"
            )
    return roles


def _in_free_words(channels: list[Channel]) -> list[Channel]:
    """A template of fixed wording has no place for the titles of assignments."""
    if Channel.ZALO_ZBS in channels:
        raise ValueError(
            "kênh zalo_zbs chỉ dùng cho hạn báo cáo: mẫu tin có lời cố định, không nêu được từng nhiệm vụ; "
            "ghi email, zalo_bot hoặc zalo_oa"
        )
    return channels


class ReminderStep(Part):
    """`working_days` before or after a deadline, to these roles, one notice on each of these channels.

    A person who is not reached on a channel gets none there, and one who is reached on none of them gets a mail.
    """

    code: Slug
    when: Literal["before", "after"]
    working_days: int = Field(ge=0)
    audience: Annotated[list[PersonRole], Field(min_length=1), Once]
    template: Slug = "digest"
    label: Text
    channels: Annotated[list[Channel], Field(min_length=1), Once] = [Channel.EMAIL]  # noqa: RUF012 - pydantic copies it

    @model_validator(mode="after")
    def _after_is_past_the_due_day(self) -> "ReminderStep":
        if self.when == "after" and self.working_days == 0:
            raise PlacedFault(("working_days",), "bước sau hạn (after) phải có working_days từ 1 trở lên")
        return self

    def day(self, due: date, calendar: WorkCalendar) -> date:
        """The day on which the step falls for a deadline on `due` (0 before: the due day itself)."""
        return calendar.add(due, self.working_days if self.when == "after" else -self.working_days)

    def plan(self) -> StepPlan:
        """The step as the rules of notices take it."""
        return StepPlan(
            code=self.code,
            when=self.when,
            working_days=self.working_days,
            audience=tuple(self.audience),
            template=self.template,
            label=self.label,
            channels=tuple(self.channels),
        )


class Step(ReminderStep):
    """A step of a regime, counted from a request's due day.

    `held_by_promise`: an agency's "sẽ nộp ngày ..." holds it back until that day has passed; left open, it does so
    before the deadline and not after it. `release`: a person lets it go, or it goes by itself. `call_sheet`: who is
    reached by it stands on the morning's list of whom to call. `letter`: a công văn đôn đốc is drafted for them.
    """

    held_by_promise: bool | None = None
    release: Literal["auto", "person"] = "auto"
    call_sheet: bool = False
    letter: bool = False

    @model_validator(mode="after")
    def _what_follows_a_deadline(self) -> "Step":
        if PersonRole.LEADERSHIP in self.audience:
            if self.when == "before":
                raise PlacedFault(("when",), f"{PersonRole.LEADERSHIP.label} chỉ nhận bước sau hạn (after)")
            if len(self.audience) > 1:
                raise PlacedFault(
                    ("audience",),
                    f"{PersonRole.LEADERSHIP.label} nhận một phiếu cho cả kỳ: ghi thành bước riêng, audience chỉ có "
                    "leadership",
                )
        if self.letter and (self.when == "before" or PersonRole.LEADERSHIP in self.audience):
            raise PlacedFault(
                ("letter",), "letter: true (công văn đôn đốc) chỉ dùng cho bước sau hạn gửi cơ quan, đơn vị"
            )
        return self

    def plan(self) -> StepPlan:
        """The step as the rules of notices take it."""
        held = self.when == "before" if self.held_by_promise is None else self.held_by_promise
        return StepPlan(
            code=self.code,
            when=self.when,
            working_days=self.working_days,
            audience=tuple(self.audience),
            template=self.template,
            label=self.label,
            channels=tuple(self.channels),
            held_by_promise=held,
            by_person=self.release == "person",
            call_sheet=self.call_sheet,
            letter=self.letter,
        )


def step_codes_differ(steps: "list[Step] | list[AssignmentStep]") -> None:
    """PlacedFault when two steps of a list have one code."""
    for number, step in enumerate(steps):
        if step.code in [earlier.code for earlier in steps[:number]]:
            raise PlacedFault(("steps", number, "code"), f"có hai bước cùng mã “{step.code}”")


class AssignmentStep(ReminderStep):
    """A step counted from an assignment's own deadline, to the agencies that lead it."""

    audience: Annotated[list[PersonRole], Field(min_length=1), Once, AfterValidator(_of_the_agency)]
    channels: Annotated[list[Channel], Field(min_length=1), Once, AfterValidator(_in_free_words)] = [  # noqa: RUF012
        Channel.EMAIL
    ]


class RegisterReminders(Part):
    """The steps of one register's assignments; an empty list says nothing of their deadlines."""

    register_code: Text = Field(alias="register")
    steps: list[AssignmentStep]

    @model_validator(mode="after")
    def _step_codes_differ(self) -> "RegisterReminders":
        step_codes_differ(self.steps)
        return self


class _RemindersFile(Part):
    defaults: dict[str, object] = Field(default_factory=dict)
    registers: list[dict[str, object]] = Field(min_length=1)


def reminders_from(data: object) -> list[RegisterReminders]:
    """The reminders of assignments, register by register, as loaded from YAML; ValueError, one sentence a line."""
    read_as(_RemindersFile, data, "Tệp nhắc nhiệm vụ")
    assert isinstance(data, dict)  # noqa: S101 - read above
    defaults = data.get("defaults") or {}
    faults: list[str] = []
    found: list[RegisterReminders] = []
    for number, own in enumerate(data["registers"], start=1):
        where = f"Danh mục {own.get('register', f'thứ {number}')}"
        merged = own.over(defaults) if isinstance(own, LinedDict) else {**defaults, **own}
        try:
            entry = read_as(RegisterReminders, merged, where)
        except ValueError as wrong:
            faults.append(str(wrong))
            continue
        if entry.register_code in [earlier.register_code for earlier in found]:
            line = line_of(own, ("register",))
            faults.append(f"{where}{f' (dòng {line})' if line else ''}: ghi hai lần.")
        found.append(entry)
    if faults:
        raise ValueError("\n".join(faults))
    return found

"""Forms, schedules and automations as they are put on the server, without one: what a person sees, and what is safe."""

import importlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import yaml
from prefect.server.schemas.schedules import RRuleSchedule

from flows import choices
from flows.choices import CHOICES, FIRST_REGISTER, LISTS, ChoiceFault
from flows.import_register import FileFault, register_file
from flows.prefect_automations import AutomationFault, automation_of, read_automations
from flows.prefect_calendar import parameters_of, rule_of, run_name, slug_of
from flows.prefect_forms import TITLE, filled
from models.time import VIETNAM, local_day
from tasks.console.calendar_days import calendar_entries
from tasks.settings import CHECKOUT

DEPLOYMENTS = yaml.safe_load((CHECKOUT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))[
    "deployments"
]
BY_NAME = {deployment["name"]: deployment for deployment in DEPLOYMENTS}
NOW = datetime(2026, 1, 5, 8, tzinfo=VIETNAM).astimezone(UTC)
SENDS = ("Gửi yêu cầu", "Thu nhận", "Rà soát và đôn đốc", "Nhập danh mục nhiệm vụ")
EXAMPLES: dict[str, list[str]] = {name: [f"{name} 1", f"{name} 2"] for name in LISTS}


def schema_of(name: str) -> dict[str, Any]:
    module, _, function = BY_NAME[name]["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), function)
    schema: dict[str, Any] = flow.parameters.model_dump()
    return schema


def form_of(name: str) -> dict[str, Any]:
    """The form's own model, with its lists."""
    schema = filled(schema_of(name), EXAMPLES, 2026)
    model = (
        schema["properties"]["parameters"].get("$ref")
        or schema["properties"]["parameters"]["allOf"][0]["$ref"]
    )
    form: dict[str, Any] = schema["definitions"][model.rpartition("/")[2]]
    return form


@pytest.mark.parametrize("name", BY_NAME)
def test_every_field_has_a_vietnamese_title_and_none_is_the_clock(name: str) -> None:
    schema = filled(schema_of(name), EXAMPLES, 2026)
    assert list(schema["properties"]) == ["parameters"]
    assert schema["properties"]["parameters"]["title"] == TITLE
    form = form_of(name)
    assert "now" not in form["properties"]
    assert form["description"]
    for field, said in form["properties"].items():
        assert said["title"] != field.replace("_", " ").title(), (name, field)
        assert "anyOf" not in said, (name, field)


@pytest.mark.parametrize("name", SENDS)
def test_who_starts_what_sends_or_changes_sees_it_first(name: str) -> None:
    assert form_of(name)["properties"]["dry_run"]["default"] is True
    for schedule in BY_NAME[name].get("schedules", []):
        assert schedule["parameters"] == {"parameters": {"dry_run": False}}


def test_agencies_are_chosen_from_a_list_by_code_and_name(released: Any) -> None:
    lists = {name: read(released.office) for name, read in LISTS.items()}
    assert "SNV · Sở Nội vụ" in lists["agencies"]
    assert lists["registers"] == [FIRST_REGISTER, "KH57-2026"]
    assert lists["regimes"] == [choices.BY_KIND, "bcd-quy", "bcd-6-thang", "bcd-nam"]
    schema = filled(schema_of("Gửi yêu cầu"), lists, 2026)
    field = schema["definitions"]["Dispatch"]["properties"]["agencies"]
    assert field["items"]["enum"] == lists["agencies"]
    jsonschema.validate({"parameters": {"agencies": ["SNV · Sở Nội vụ"]}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"parameters": {"agencies": ["XYZ"]}}, schema)
    with released.store.reading() as session:
        both = choices.agency_ids(session, ["SNV · Sở Nội vụ", "STC"])
        assert len(both) == 2
        with pytest.raises(ChoiceFault, match="XYZ"):
            choices.agency_ids(session, ["SNV", "XYZ"])


def test_the_form_of_a_cycle_offers_the_year_that_runs_and_plain_days() -> None:
    fields = form_of("Mở kỳ báo cáo")["properties"]
    assert fields["year"]["default"] == 2026
    assert (fields["year"]["minimum"], fields["year"]["maximum"]) == (2020, 2100)
    assert (fields["as_of"]["type"], fields["as_of"]["format"]) == ("string", "date")
    assert fields["regime"]["enum"] == EXAMPLES["regimes"]


def test_filling_a_form_again_changes_nothing() -> None:
    once = filled(schema_of("Gửi yêu cầu"), EXAMPLES, 2026)
    assert filled(once, EXAMPLES, 2026) == once
    assert CHOICES in json.dumps(once)


def test_a_file_is_named_in_its_folder_and_reaches_no_other(imported: Any) -> None:
    office = imported.office
    assert register_file(office, "", "").exists()
    folder = office.settings.home / "danh-muc"
    with pytest.raises(FileFault, match="Chép tệp vào đó"):
        register_file(office, "so.xlsx", "")
    (folder / "so.xlsx").write_bytes(b"x")
    (office.settings.home / "secret.key").write_bytes(b"x")
    assert register_file(office, "so.xlsx", "") == folder / "so.xlsx"
    for name in ("../secret.key", "/etc/passwd", "khong-co.xlsx", ".."):
        with pytest.raises(FileFault, match="Chép tệp vào đó"):
            register_file(office, name, "")


def test_every_schedule_of_the_calendar_fires_once_at_its_hour_with_what_the_form_takes(
    imported: Any,
) -> None:
    schema = filled(
        schema_of("Mở kỳ báo cáo"), {**EXAMPLES, "regimes": choices.regimes(imported.office)}, 2026
    )
    entries = [entry for entry in calendar_entries(imported.office, local_day(NOW)) if entry.opens]
    assert len({slug_of(entry) for entry in entries}) == len(entries) == 8
    for entry in entries:
        schedule = RRuleSchedule(rrule=rule_of(entry), timezone="Asia/Ho_Chi_Minh")
        dates = list(schedule._get_dates_generator(n=5, start=NOW))
        assert [at.astimezone(UTC) for at in dates] == [entry.opens_at]
        jsonschema.validate(parameters_of(entry), schema)
    assert (
        run_name(entries[0]) == "Mở kỳ Quý I/2026: chốt 14/3/2026, hạn cơ quan 20/3/2026, hạn tỉnh 25/3/2026"
    )
    assert run_name(entries[-1]).endswith("(dự kiến)")


def test_the_automations_are_ones_and_name_deployments_that_there_are() -> None:
    known = {name: uuid4() for name in BY_NAME}
    made = [automation_of(content, known) for content in read_automations()]
    assert {automation.name for automation in made} == {
        "dondoc: luồng việc chạy lỗi",
        "dondoc: luồng việc chậm giờ",
        "dondoc: luồng việc treo",
    }
    with pytest.raises(AutomationFault, match="không có luồng việc “Báo sự cố”"):
        automation_of(read_automations()[0], {})


def test_what_tells_of_incidents_is_not_watched_for_them() -> None:
    watched = {name for name, deployment in BY_NAME.items() if "theo dõi" in deployment["tags"]}
    assert watched == set(BY_NAME) - {"Báo sự cố"}
    for content in read_automations():
        if any(action.get("deployment") for action in content["actions"]):
            assert content["trigger"]["match_related"]["prefect.resource.id"] == "prefect.tag.theo dõi"

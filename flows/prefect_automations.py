"""The automations of deployments/automations on the server: what Prefect does by itself when something goes wrong.

One file each. An action that runs a deployment names it (`deployment: Báo sự cố`); its id is put in here.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import Automation, AutomationCore

from models.fault import Fault
from tasks.settings import CHECKOUT

FOLDER = CHECKOUT / "deployments" / "automations"
OURS = "dondoc: "
"""How the names of our automations begin; those of others are left alone."""


class AutomationFault(Fault):
    """An automation's file is wrong; the message says which and why."""


def read_automations(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The files' content, by file name. AutomationFault names a file that is no automation of ours."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not str(content.get("name", "")).startswith(OURS):
            raise AutomationFault(f"Tệp {file}: trường name phải bắt đầu bằng “{OURS.strip()}”.")
        found.append(content)
    return found


def automation_of(content: dict[str, Any], deployments: dict[str, UUID]) -> AutomationCore:
    """A file's content as an automation; `deployments` is name -> id."""
    actions = []
    for action in content["actions"]:
        action = dict(action)
        if "deployment" in action:
            name = action.pop("deployment")
            if name not in deployments:
                raise AutomationFault(f"{content['name']}: không có luồng việc “{name}” trên máy chủ.")
            action["deployment_id"] = str(deployments[name])
        actions.append(action)
    return AutomationCore.model_validate({**content, "actions": actions})


def apply_automations(
    client: SyncPrefectClient, deployments: dict[str, UUID], folder: Path = FOLDER
) -> list[str]:
    """Make the server's automations say what the files say; those of ours without a file go. One that somebody has
    switched off stays off. Returns what changed, in lines; applying twice changes nothing."""
    there = {one.name: one for one in client.read_automations() if one and one.name.startswith(OURS)}
    lines = []
    wanted = [automation_of(content, deployments) for content in read_automations(folder)]
    for automation in wanted:
        known = there.pop(automation.name, None)
        if known is None:
            client.create_automation(automation)
            lines.append(f"Đã thêm “{automation.name}”.")
        elif _content(known) != _content(automation):
            client.update_automation(known.id, automation.model_copy(update={"enabled": known.enabled}))
            lines.append(f"Đã sửa “{automation.name}”.")
    for left in there.values():
        client.delete_automation(left.id)
        lines.append(f"Đã bỏ “{left.name}”.")
    return lines


def _content(automation: AutomationCore | Automation) -> dict[str, Any]:
    """What tells two automations apart; ids that the server gives are not of it."""
    said = automation.model_dump(
        mode="json", exclude={"id", "created", "updated", "enabled", "owner_resource", "account", "workspace"}
    )
    plain: dict[str, Any] = _without_ids(said)
    return plain


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(part) for key, part in value.items() if key != "id"}
    if isinstance(value, list):
        parts = [_without_ids(part) for part in value]
        return (
            sorted(parts) if all(isinstance(part, str) for part in parts) else parts
        )  # sets, written as lists
    return value

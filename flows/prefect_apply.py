"""All that `dondoc up` puts on the server besides the deployments themselves; each part may be applied again.

A process of its own (`python -m flows.prefect_apply`), so that `dondoc up` need not import Prefect.
"""

import sys
from datetime import datetime

import httpx
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse

from flows import clock
from flows.prefect_automations import apply_automations
from flows.prefect_calendar import CalendarFault, apply_calendar
from flows.prefect_forms import fill_forms
from models.fault import Fault
from tasks.office import Office, open_office
from tasks.settings import CHECKOUT

TAG = "dondoc"


def apply_all(office: Office, now: datetime) -> list[str]:
    """Take away deployments of ours that the file no longer has, fill the forms' lists, apply automations and
    calendar. Returns what was done, in lines. CalendarFault when no server answers."""
    lines = []
    try:
        with get_client(sync_client=True) as client:
            ours = _deployments(client)
            listed = listed_deployments()
            for deployment in ours:
                if (
                    deployment.name not in listed
                ):  # an earlier version's: its schedule would run on beside ours
                    client.delete_deployment(deployment.id)
                    lines.append(f"Đã bỏ luồng việc cũ “{deployment.name}”.")
            ours = [deployment for deployment in ours if deployment.name in listed]
            changed = fill_forms(client, office, ours, now)
            if changed:
                lines.append(f"Đã cập nhật danh sách chọn của: {', '.join(changed)}.")
            lines += apply_automations(client, {deployment.name: deployment.id for deployment in ours})
    except httpx.HTTPError as error:
        raise CalendarFault("Máy chủ Prefect không trả lời.") from error
    return lines + apply_calendar(office, now)


def listed_deployments() -> set[str]:
    """The names of the deployments in deployments/prefect.yaml."""
    file = CHECKOUT / "deployments" / "prefect.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {entry["name"] for entry in content["deployments"]}


def _deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    wanted = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    return client.read_deployments(deployment_filter=wanted, limit=200)


def main() -> int:
    """Apply all of it to the server of the environment's settings; the exit code."""
    try:
        lines = apply_all(open_office(), clock.now())
    except Fault as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())

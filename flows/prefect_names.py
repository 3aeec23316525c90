"""Names of the runs that are still to come: Prefect gives them English words; here they bear their deployment's name.

A run takes its own name when it starts. Runs of the calendar are named by flows.prefect_calendar, for what they open.
"""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort

from flows.prefect_calendar import OURS

TAG = "dondoc"
MOST = 60
"""So many coming runs are looked at: what is listed first in the UI."""


def name_coming_runs() -> int:
    """Name the next scheduled runs of our deployments; returns how many had another name."""
    mine = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    scheduled = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    with get_client(sync_client=True) as client:
        names = {
            deployment.id: deployment.name for deployment in client.read_deployments(deployment_filter=mine)
        }
        runs = client.read_flow_runs(
            deployment_filter=mine,
            flow_run_filter=FlowRunFilter(state=scheduled),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=MOST,
        )
        count = 0
        for run in runs:
            name = names.get(run.deployment_id) if run.deployment_id else None
            of_calendar = run.created_by and (run.created_by.display_value or "").startswith(OURS)
            if name and run.auto_scheduled and not of_calendar and run.name != name:
                client.update_flow_run(run.id, name=name)
                count += 1
    return count

"""How Prefect is set up here: its home inside ours, quiet towards the outside, quick to show what runs.

Plain environment variables, so that a server or worker can be started without importing Prefect.
"""

import os
from pathlib import Path

LOOK_AHEAD = "800d"
"""How far ahead runs are scheduled: the whole calendar to the end of next year is in the UI."""
LATE_SECONDS = 600
"""After so long a run that has not started is late, and the secretariat hears of it. A worker needs some 20 seconds."""
HEARTBEAT_SECONDS = 30
"""How often a run says that it lives; deployments/automations/luong-treo.yaml asks for it every 90 seconds."""


def prefect_environment(home: Path, port: int) -> dict[str, str]:
    """Settings for a Prefect server on this machine and everything that talks to it.

    A government server calls nobody: telemetry and promotional content are off. Batch sizes are those at which
    the UI keeps up with a busy hour.
    """
    batch = "100"
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": batch,
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": batch,
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": batch,
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": batch,
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": LOOK_AHEAD,
        "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": str(LATE_SECONDS),
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # a busy SQLite is waited for
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    }


def use_prefect_here(home: Path, port: int) -> None:
    """Make this process talk to the server of `dondoc up` on this machine. Before Prefect is imported."""
    os.environ.update(prefect_environment(home, port))

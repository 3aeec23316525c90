"""How Prefect is set up here: its home inside ours, quiet towards the outside, quick to show what runs.

Plain environment variables, so that a server or worker can be started without importing Prefect.
"""

from pathlib import Path


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
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "400d",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    }

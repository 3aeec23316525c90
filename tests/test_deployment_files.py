"""The files that an installation copies (compose, systemd, prefect.env) name only commands and settings that exist."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import prefect.settings
import pytest
import yaml
from prefect.cli._app import _app as prefect_app
from prefect_redis.cleanup_queue import RedisWorkerCleanupQueueSettings
from prefect_redis.client import RedisMessagingSettings

from benchmarks.scale_out_machines import COMPOSE, compose_command, env_lines, prefect_settings
from flows.cli import cli
from flows.prefect_home import prefect_environment
from tasks.settings import CHECKOUT, Settings

UNITS = sorted((CHECKOUT / "deployments" / "systemd").glob("*.service"))
SERVICES: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "dondoc"}
OF_REDIS = {
    f"PREFECT_REDIS_{part}_{field.upper()}"
    for part, model in (
        ("MESSAGING", RedisMessagingSettings),
        ("WORKER_CLEANUP_QUEUE", RedisWorkerCleanupQueueSettings),
    )
    for field in model.model_fields
}


def command_lines() -> Iterator[tuple[str, list[str]]]:
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
            yield from each_command(unit.name, shlex.split(line.replace("%%", "%")))
    for name, service in OURS.items():
        yield from each_command(name, service["command"])


def each_command(where: str, words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A command line's own commands, where a shell runs several."""
    if Path(words[0]).name == "sh":
        for part in re.sub(r"\$\([^)]*\)", "…", words[2]).split("&&"):
            yield where, shlex.split(part)
    else:
        yield where, words


@pytest.mark.parametrize(("where", "words"), list(command_lines()), ids=str)
def test_every_command_line_is_understood(where: str, words: list[str]) -> None:
    program, arguments = Path(words[0]).name, words[1:]
    if program == "prefect":
        prefect_app.parse_args(arguments, exit_on_error=False, print_error=False)
        return
    assert program == "dondoc"
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    command.make_context("dondoc", arguments)


def test_every_setting_of_prefect_env_exists() -> None:
    for name in env_lines((COMPOSE / "prefect.env").read_text(encoding="utf-8")):
        if name.startswith("PREFECT_REDIS_"):
            assert name in OF_REDIS
        elif name != "DO_NOT_TRACK":  # of no program in particular
            getattr(prefect.settings, name)
    for service in OURS.values():
        for name in service["environment"]:
            if name.startswith("DONDOC_"):
                assert name.removeprefix("DONDOC_").lower() in Settings.model_fields
            else:
                getattr(prefect.settings, name)


def test_several_machines_are_set_up_as_one_is() -> None:
    one = prefect_environment(Path("/nha"), 4200)
    several = env_lines((COMPOSE / "prefect.env").read_text(encoding="utf-8"))
    own = {"PREFECT_HOME", "PREFECT_API_URL", "PREFECT_SERVER_UI_API_URL", "PREFECT_SERVER_DATABASE_TIMEOUT"}
    assert {name: several.get(name) for name in one if name not in own} == {
        name: value for name, value in one.items() if name not in own
    }


def test_the_trial_replaces_hosts_and_nothing_else() -> None:
    written = env_lines((COMPOSE / "prefect.env").read_text(encoding="utf-8"))
    tried = prefect_settings("http://127.0.0.1:4999", "127.0.0.1", 6380, [7, 8])
    assert {name for name in written if tried[name] != written[name]} == {
        "PREFECT_API_URL",
        "PREFECT_REDIS_MESSAGING_HOST",
        "PREFECT_REDIS_MESSAGING_PORT",
        "PREFECT_REDIS_MESSAGING_DB",
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_HOST",
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_PORT",
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_DB",
        "PREFECT_SERVER_DOCKET_URL",
    }
    assert tried["PREFECT_SERVER_DOCKET_URL"] == "redis://127.0.0.1:6380/8"
    assert compose_command("portal", 8999) == shlex.split(
        "dondoc portal --host 127.0.0.1 --port 8999 --workers 2 --proxies *"
    )


def test_units_of_several_machines_run_what_compose_runs() -> None:
    pairs = {
        "dondoc-server": "prefect-server",
        "dondoc-services": "prefect-services",
        "dondoc-worker@": "worker",
    }
    for unit, service in pairs.items():
        text = (CHECKOUT / "deployments" / "systemd" / f"{unit}.service").read_text(encoding="utf-8")
        found = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)
        assert found is not None
        words = [Path(word).name if os.sep in word else word for word in shlex.split(found[1])]
        assert [word for word in words if word not in ("--name", "%H-%i")] == compose_command(service, 4200)

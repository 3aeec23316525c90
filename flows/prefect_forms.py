"""The forms' lists on the server: each field that chooses from the directory gets its list as it is now."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.responses import DeploymentResponse

from flows.choices import CHOICES, LISTS, THIS_YEAR, this_year
from tasks.office import Office

TITLE = "Thông tin cần điền"
"""What stands above a form; Prefect would write the English name of the parameter."""


def fill_forms(
    client: SyncPrefectClient, office: Office, deployments: list[DeploymentResponse], now: datetime
) -> list[str]:
    """Put the lists into the forms of these deployments; returns the names of those that changed.

    Only what differs is written: a deployment that is written loses its scheduled runs until they are made anew.
    """
    lists = {name: read(office) for name, read in LISTS.items()}
    changed = []
    for deployment in deployments:
        schema = filled(deployment.parameter_openapi_schema or {}, lists, this_year(now))
        if schema != deployment.parameter_openapi_schema:
            client.update_deployment(deployment.id, DeploymentUpdate(parameter_openapi_schema=schema))
            changed.append(deployment.name)
    return changed


def filled(schema: dict[str, Any], lists: dict[str, list[str]], year: int) -> dict[str, Any]:
    """A form's schema with the lists, and the year, in the fields that are marked."""
    made = deepcopy(schema)
    for form in made.get("properties", {}).values():
        form["title"] = TITLE
    _fill(made, lists, year)
    return made


def _fill(node: Any, lists: dict[str, list[str]], year: int) -> None:
    if isinstance(node, list):
        for part in node:
            _fill(part, lists, year)
    elif isinstance(node, dict):
        if node.get(CHOICES) in lists:
            field = node.setdefault("items", {}) if node.get("type") == "array" else node
            field["enum"] = lists[node[CHOICES]]
        elif node.get(CHOICES) == THIS_YEAR:
            node["default"] = year
        _plain_when_optional(node)
        for part in node.values():
            _fill(part, lists, year)


def _plain_when_optional(node: dict[str, Any]) -> None:
    """A field that may be left empty as a plain field: the UI would show a switch between its type and "None"."""
    kinds = node.get("anyOf")
    if (
        isinstance(kinds, list)
        and len(kinds) == 2
        and {"type": "null"} in kinds
        and node.get("default") is None
    ):
        del node["anyOf"]
        node.pop("default", None)
        node.update(next(kind for kind in kinds if kind != {"type": "null"}))

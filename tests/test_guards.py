"""What the project promises of itself: one checkout, documents that are true, nothing that calls out."""

import gettext
import importlib
import inspect
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from flows.cli import cli
from tasks.settings import CHECKOUT, Settings

DEPLOYMENTS = yaml.safe_load((CHECKOUT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))[
    "deployments"
]
LOCALE = CHECKOUT / "flows" / "locale" / "vi" / "LC_MESSAGES"


@pytest.mark.parametrize("package", ["demo", "flows", "portal", "tasks", "models", "templates"])
def test_packages_come_from_this_checkout(package: str) -> None:
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found).resolve().parent == Path(__file__).resolve().parent.parent / package


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_documents(name: str) -> None:
    documents = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| `dondoc {name}` |" in documents


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_documents(name: str) -> None:
    documents = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| `DONDOC_{name.upper()}` |" in documents


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_every_deployment_loads_and_is_in_the_documents(deployment: dict[str, str]) -> None:
    module, _, function = deployment["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), function)
    documents = (CHECKOUT / "docs" / "flows.md").read_text(encoding="utf-8")
    assert f"| {flow.name} (`{module}`) | {deployment['name']} |" in documents
    assert "dondoc" in deployment["tags"]


def test_every_flow_is_deployed() -> None:
    flows = {
        f"flows.{path.stem}"
        for path in (CHECKOUT / "flows").glob("*.py")
        if re.search(r"^@flow\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert flows == {deployment["entrypoint"].rpartition(".")[0] for deployment in DEPLOYMENTS}


def test_schedules_have_a_slug_and_vietnamese_time() -> None:
    schedules = [schedule for deployment in DEPLOYMENTS for schedule in deployment.get("schedules", [])]
    assert schedules
    assert all(schedule["slug"] and schedule["timezone"] == "Asia/Ho_Chi_Minh" for schedule in schedules)


def test_the_form_of_a_flow_shows_no_clock() -> None:
    from flows.open_cycle import open_cycle

    schema = open_cycle.parameters.model_dump()
    form = schema["definitions"]["OpenCycle"]["properties"]
    assert set(form) == {"regime", "part", "year", "as_of", "due", "urgent"}
    assert {field["title"] for field in form.values()} >= {"Năm", "Khẩn", "Hạn báo cáo của cơ quan, đơn vị"}
    assert schema["definitions"]["CyclePart"]["enum"][:2] == ["Quý I", "Quý II"]


def test_what_needs_no_prefect_imports_none(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from flows.cli import cli\n"
        "for words in (['--help'], ['setup'], ['status'], ['register', 'show'], ['cycle', 'open', '2026-Q1'],\n"
        "              ['collect'], ['sweep'], ['db', 'upgrade']):\n"
        "    result = CliRunner().invoke(cli, words)\n"
        "    assert result.exit_code == 0, (words, result.output, result.exception)\n"
        "    assert 'prefect' not in sys.modules, words\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"DONDOC_HOME": str(tmp_path / "home"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_help_imports_neither_database_nor_tables() -> None:
    program = (
        "import sys\nfrom click.testing import CliRunner\nfrom flows.cli import cli\n"
        "CliRunner().invoke(cli, ['--help'])\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'pandas', 'openpyxl', 'apprise', 'prefect', 'docx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_compiled_texts_are_those_of_the_source() -> None:
    with (LOCALE / "messages.po").open("rb") as source:
        catalog = read_po(source, locale="vi")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    fresh = gettext.GNUTranslations(compiled)
    with (LOCALE / "messages.mo").open("rb") as committed:
        kept = gettext.GNUTranslations(committed)
    words = [message.id for message in catalog if message.id and isinstance(message.id, str)]
    assert len(words) > 20
    assert [kept.gettext(word) for word in words] == [fresh.gettext(word) for word in words]


@pytest.mark.xdist_group("together")
def test_tests_that_share_a_server_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """Where it does not hold, each process brings up a Prefect server of its own, and nothing says so."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("chỉ khi chạy nhiều tiến trình (make test)")
    assert request.node.nodeid.endswith("@together")


def test_pins_name_no_host() -> None:
    for file in (CHECKOUT / "requirements").glob("*.txt"):
        assert not re.search(r"https?://|--index-url|--find-links", file.read_text(encoding="utf-8")), file


def test_only_flows_know_prefect() -> None:
    for folder in ("portal", "tasks", "models", "templates"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            assert not re.search(
                r"^\s*(from|import) prefect", path.read_text(encoding="utf-8"), re.MULTILINE
            ), path


def test_no_clock_is_read_outside_flows() -> None:
    clocks = re.compile(r"\b(datetime\.now|date\.today|datetime\.utcnow|time\.time)\(")
    for folder in ("tasks", "models"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            assert not clocks.search(path.read_text(encoding="utf-8")), path


def test_public_things_say_what_they_are() -> None:
    import tasks.cycle.cycles
    import tasks.reminders.sweep
    import tasks.steps

    for module in (tasks.steps, tasks.cycle.cycles, tasks.reminders.sweep):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert function.__doc__, f"{module.__name__}.{name}"

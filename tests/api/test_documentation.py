"""Whatever can be set, called or answered stands in the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic_core import PydanticUndefined
from typer.core import TyperArgument, TyperOption

from api.cli import REFUSED, UNABLE, WRONG_CALL, build
from api.commands.frame import every_command
from api.commands.shared import Console
from api.errors import CODE_OF_STATUS, STATUS_OF_CODE
from api.settings import Settings
from maps.words import Words
from tests.api.test_errors import raised_codes

if TYPE_CHECKING:
    from starlette.testclient import TestClient
    from typer.core import TyperGroup

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SETTINGS, COMMANDS, API, PLANNING = (
    (REFERENCE / name).read_text("utf-8") for name in ("settings.md", "cli.md", "api.md", "planning.md")
)
CALLED_ONLY = {"bench.unknown", "district.name", "district.epsg", "output.unwritable", "place.form"}
CALLED_ONLY |= {"access.role_unknown", "forget.later", "file.missing", "rebuild.differs", "store.exists"}
CALLED_ONLY |= {"district_setting.file", "district_setting.form", "district_setting.unknown"}
STARTED_ONLY = {"host.not_loopback", "host.unnamed", "serve.workers", "serve.address", "serve.tls"}
STARTED_ONLY |= {"setting.invalid", "setting.missing", "setting.unknown", "setting.file", "setting.extra"}
OF_GROUPS = {"access.area", "access.role", "access.scope", "language.unknown", "vendor.missing", "vendor.not_inline"}


def tree() -> TyperGroup:
    return build(Console(Words.load("zh")))


def parameters(command: Any) -> Iterator[Any]:
    """Arguments and options of a command and of those below it."""
    for one in every_command(command):
        yield from one.params


def section(command: str) -> str:
    """What the page says of one command."""
    found = re.search(rf"^## `gridgis {command}\b.*?(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    assert found is not None, command
    return found[0]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_variable_default_and_meaning(name: str) -> None:
    field = Settings.model_fields[name]
    default = (
        "必填 / required"
        if field.default is PydanticUndefined
        else "空 / empty"
        if str(field.default) in {"None", ""}
        else f"`{field.default}`"
    )
    assert f"| `{name}` | `GRIDGIS_{name.upper()}` | {default} | {field.description} |" in SETTINGS


def test_no_setting_is_documented_that_does_not_exist() -> None:
    assert re.findall(r"^\| `(\w+)`", SETTINGS, re.MULTILINE) == list(Settings.model_fields)


@pytest.mark.parametrize("command", tree().commands)
def test_every_command_is_documented_with_each_argument_and_option(command: str) -> None:
    said = section(command)
    for parameter in parameters(tree().commands[command]):
        if isinstance(parameter, TyperArgument):
            assert (parameter.metavar or parameter.name or "").upper() in said.upper()
        elif isinstance(parameter, TyperOption):
            assert f"`{parameter.opts[0]}" in said, parameter.opts


def test_no_command_or_option_is_documented_that_does_not_exist() -> None:
    commands = tree().commands
    assert re.findall(r"^## `gridgis (\w+)", COMMANDS, re.MULTILINE) == list(commands)
    for command in commands:
        known = {option for parameter in parameters(commands[command]) for option in parameter.opts}
        assert set(re.findall(r"^\| `(--[a-z-]+)", section(command), re.MULTILINE)) <= known


def test_every_exit_code_is_documented() -> None:
    assert re.findall(r"^\| (\d+) \|", COMMANDS, re.MULTILINE) == [
        *("0", str(REFUSED), str(WRONG_CALL), str(UNABLE), "130"),
    ]


def test_every_route_is_documented_and_no_other(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^\| (GET|POST|PUT|DELETE) \| `([^`]+)`", API, re.MULTILINE)) == served


def test_every_parameter_of_a_route_is_documented(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        line = next(line for line in API.splitlines() if f"| `{path}` |" in line)
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query" and parameter["name"] != "lang":
                    assert f"`{parameter['name']}`" in line, (path, parameter["name"])


def test_every_problem_is_documented_at_its_status() -> None:
    codes = (raised_codes() | {"place.outside_district", "cell.unknown"}) - CALLED_ONLY - STARTED_ONLY
    assert sorted(code for code in codes if f"`{code}`" not in API + PLANNING and code not in OF_GROUPS) == []
    by_status = {code: status for status, code in CODE_OF_STATUS.items()}
    for code, status in {**STATUS_OF_CODE, **by_status}.items():
        if code in OF_GROUPS:
            continue
        line = next(line for line in API.splitlines() if f"`{code}`" in line)
        assert line.startswith(f"| {status} |"), code


def test_every_code_of_the_planner_is_documented_in_its_words_and_no_other() -> None:
    texts = Words.load("zh").catalogue
    said = {key for key in texts if re.fullmatch(r"errors\.(planning|siting)\..+\.what", key)}
    codes = {key.removeprefix("errors.").removesuffix(".what") for key in said} | {"plan.unknown"}
    rows = dict(re.findall(r"^\| `([a-z_.0-9]+)` \| (.+ \| .+) \|$", PLANNING, re.MULTILINE))
    assert set(rows) == codes
    source = "".join(path.read_text("utf-8") for path in (REFERENCE.parents[1] / "gridgis" / "planning").glob("*.py"))
    raised = set(re.findall(r'"((?:planning|siting)\.[a-z_]+)"', source))
    assert raised <= codes
    assert rows == {code: f"{texts[f'errors.{code}.what']} | {texts[f'errors.{code}.mend']}" for code in codes}


def test_links_between_the_pages_lead_somewhere() -> None:
    missing = [
        target
        for page in (SETTINGS, COMMANDS, API)
        for target in re.findall(r"\]\(([^)#]+)\)", page)
        if not (REFERENCE / target).exists()
    ]
    assert missing == []

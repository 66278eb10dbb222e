"""What is shipped beside the package speaks of settings, commands and files that exist. No container runs here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from handrail.cli.main import app_of
from handrail.kit.settings import NAMES, load_settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"
FILES = sorted(one for one in FOLDER.iterdir() if one.is_file())


def compose() -> Any:
    return YAML(typ="safe").load(FOLDER / "compose.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_setting_exists(path: Path) -> None:
    found = {name.lower() for name in re.findall(r"HANDRAIL_([A-Z_]+)", path.read_text("utf-8"))}
    assert found <= set(NAMES)


def test_the_settings_of_the_servers_are_read() -> None:
    given = compose()["services"]["server"]["environment"]
    settings = load_settings({}, {name: re.sub(r"\$\{\w+:-?(.*)\}", r"\1", value) for name, value in given.items()})
    assert settings.database_url.startswith("postgresql://")


@pytest.mark.parametrize("service", ["server", "worker"])
def test_each_command_is_one_of_ours(service: str) -> None:
    command = compose()["services"][service]["command"]
    shown = CliRunner().invoke(app_of(), [command[0], "--help"], terminal_width=200)
    assert shown.exit_code == 0
    for option in (one for one in command if one.startswith("--")):
        assert option in re.sub(r"\x1b\[[0-9;]*m", "", shown.output)


def test_all_who_need_the_secret_share_it() -> None:
    services = compose()["services"]
    assert services["server"]["volumes"] == services["worker"]["volumes"] == ["secret:/data"]


@pytest.mark.parametrize("line", re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", (FOLDER / "Containerfile").read_text()))
def test_what_the_container_copies_is_there(line: str) -> None:
    assert all((ROOT / one).exists() for one in line.split())


def test_the_release_runs_what_a_push_runs() -> None:
    steps = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["build"]["steps"]
    assert ".ci/run" in [one.get("run") for one in steps]

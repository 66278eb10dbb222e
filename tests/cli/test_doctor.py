"""`handrail doctor`: says what is wrong, and changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from handrail.background.duties import Duty
from tests.support.collector import BROKEN, collecting
from tests.support.commands import Commands, Ended
from tests.support.house import Served


def found(ended: Ended) -> Mapping[str, tuple[str, str]]:
    return {one["part"]: (one["standing"], one["what"]) for one in json.loads(ended.out)["found"]}


@pytest.fixture
def data(sqlite_template: Path, tmp_path: Path) -> Path:
    """A folder as a stopped server leaves it."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "handrail.db")
    (folder / "secret").write_text("s" * 64, encoding="utf-8")
    (folder / "secret").chmod(0o600)
    return folder


def test_a_sound_place_is_told_so(commands: Commands, data: Path) -> None:
    before = sorted((one.name, one.read_bytes()) for one in data.iterdir())
    ended = commands("doctor", "--data-dir", data, "--json")
    parts = found(ended)
    assert ended.code == 0
    assert parts["database"][0] == parts["secret"][0] == parts["worker"][0] == "ok"
    assert sorted((one.name, one.read_bytes()) for one in data.iterdir()) == before
    assert json.loads(ended.out)["settings"]["data_dir"] == [str(data), "flag"]


def test_an_empty_place_stays_empty(commands: Commands, tmp_path: Path) -> None:
    ended = commands("doctor", "--data-dir", tmp_path / "none", "--json")
    assert (ended.code, found(ended)["database"][0], found(ended)["secret"][0]) == (0, "note", "note")
    assert not (tmp_path / "none").exists()


def test_each_thing_that_is_wrong_is_named(commands: Commands, data: Path, tmp_path: Path) -> None:
    (data / "secret").chmod(0o644)
    ended = commands("doctor", "--data-dir", data, "--json")
    assert (ended.code, found(ended)["secret"][0]) == (1, "wrong")
    assert "chmod 600" in found(ended)["secret"][1]
    (data / "handrail.db").write_bytes(b"this is no database, and long enough to be looked at" * 100)
    assert found(commands("doctor", "--data-dir", data, "--json"))["database"][0] == "wrong"
    gone = commands("doctor", "--data-dir", data, "--database", "postgresql://nobody:hidden@127.0.0.1:9/x", "--json")
    assert found(gone)["database"][0] == "wrong"
    assert "hidden" not in gone.out
    assert commands("doctor", "--data-dir", data, "--url", "http://127.0.0.1:9").code == 1


def test_a_server_tells_its_own_health(served: Served, commands: Commands) -> None:
    place = ["--database", served.database, "--data-dir", str(served.data_dir), "--json"]
    ended = commands("doctor", *place, *served.options())
    parts = found(ended)
    assert parts["server"] == ("ok", f"answers at {served.url}")
    assert parts["server: database"][0] == "ok"
    assert parts["server: worker"][0] == "wrong"  # this test's server runs none
    assert ended.code == 1
    assert served.key not in ended.out


def test_late_timers_are_seen_in_the_database(served: Served, commands: Commands) -> None:
    served.installation.store.write(lambda s: s.change("UPDATE jobs SET run_at = 0"))
    parts = found(commands("doctor", "--database", served.database, "--data-dir", served.data_dir, "--json"))
    assert parts["worker"][0] == "wrong"
    assert "no worker runs" in parts["worker"][1]


def test_a_duty_that_nobody_does_is_seen_in_the_database(served: Served, commands: Commands) -> None:
    pulse = served.installation.worker.pulse
    pulse.duties = frozenset({Duty.TIMERS})
    served.installation.worker.run_pulse()
    parts = found(commands("doctor", "--database", served.database, "--data-dir", served.data_dir, "--json"))
    assert parts["worker"][0] == "wrong"
    assert "No worker does jobs,deliveries" in parts["worker"][1]


def test_the_collector_of_traces_is_asked(commands: Commands, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "traces" not in found(commands("doctor", "--data-dir", data, "--json"))
    monkeypatch.setenv("HANDRAIL_TRACES", "otlp")
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        ended = commands("doctor", "--data-dir", data, "--json")
        assert found(ended)["traces"] == (
            "ok",
            f"taken by {collector.url}/v1/traces (from OTEL_EXPORTER_OTLP_ENDPOINT)",
        )
        assert json.loads(ended.out)["settings"]["traces"] == ["otlp", "environment"]
        collector.behave(lambda _: BROKEN)
        assert "answers 500" in found(commands("doctor", "--data-dir", data, "--json"))["traces"][1]
    gone = commands("doctor", "--data-dir", data, "--json")
    assert (gone.code, found(gone)["traces"][0]) == (1, "wrong")
    assert "cannot be reached" in found(gone)["traces"][1]
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert "http/protobuf" in found(commands("doctor", "--data-dir", data, "--json"))["traces"][1]
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert found(commands("doctor", "--data-dir", data, "--json"))["traces"][0] == "note"

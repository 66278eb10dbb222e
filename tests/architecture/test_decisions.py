"""Decision records are numbered, whole, and each names a check that exists."""

import re
from pathlib import Path

import pytest

from tests.architecture.reading import ROOT, sources

FOLDER = ROOT / "docs" / "decisions"
SECTIONS = ("Why", "What we do", "What it costs", "What we left", "Kept by")
CHECK = re.compile(r"`((?:tests|ui|scripts)/[\w./-]+)`")


def records() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.md"))


def faults(text: str) -> list[str]:
    """What is missing in one record."""
    found = [f"no section {name!r}" for name in SECTIONS if f"\n## {name}\n" not in text]
    checks = CHECK.findall(text.partition("\n## Kept by\n")[2])
    if not checks:
        found.append("names no check")
    return found + [f"names the check {name}, which is not there" for name in checks if not (ROOT / name).exists()]


def test_numbers_have_no_gaps() -> None:
    assert [int(path.name[:4]) for path in records()] == list(range(1, len(records()) + 1))


@pytest.mark.parametrize("path", records(), ids=lambda path: path.stem)
def test_a_record_is_whole_and_its_checks_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]}: ")
    assert faults(text) == []


def test_a_decision_that_code_points_to_exists() -> None:
    known = {path.name[:4] for path in records()}
    pointed = [
        f"{source.name} points to decision {number}"
        for source in sources()
        for number in re.findall(r"\bdecision (\d{4})\b", source.text)
        if number not in known
    ]
    assert pointed == []


def test_a_record_without_its_check_is_found() -> None:
    whole = "".join(f"\n## {name}\n\ntext\n" for name in SECTIONS)
    assert faults(whole) == ["names no check"]
    assert faults(whole + "`tests/nowhere.py`") == ["names the check tests/nowhere.py, which is not there"]
    assert faults(whole.replace("## Why", "## Because") + "`tests/kit/test_ids.py`") == ["no section 'Why'"]

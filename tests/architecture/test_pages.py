"""Links between the pages of this repository lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.reading import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def broken(text: str, folder: Path) -> list[str]:
    """The links of a page that lead to no file of ours; addresses of others are not asked."""
    targets = [one or other for one, other in LINK.findall(FENCE.sub("", text))]
    ours = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    return [target for target in ours if not (folder / target).exists()]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page.read_text(encoding="utf-8"), page.parent) == []


def test_a_broken_link_is_found() -> None:
    text = "[a](nowhere.md) [b](README.md#top) [c](https://example.org) ![d](no.png)\n```\n[e](code.md)\n```\n"
    assert broken(text, ROOT) == ["nowhere.md", "no.png"]


def test_make_help_names_what_the_readme_promises() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    promised = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert promised
    assert promised <= set(re.findall(r"make ([a-z-]+)", told))

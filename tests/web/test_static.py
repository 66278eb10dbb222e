"""The built web app: its files by their generated names, one page for the rest, nothing else of the disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.kit.settings import Settings
from handrail.storage.sqlite import SqliteStore
from tests.support.desk import Installation, installed
from tests.support.server import answered, connected, head, serving, status

INDEX = '<!doctype html><meta content="__HANDRAIL_NONCE__"><script nonce="__HANDRAIL_NONCE__">1</script>'


@pytest.fixture
def built(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation with a small web app; beside and inside it lie files that nobody may have."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / ".vite").mkdir()
    (static / "index.html").write_text(INDEX)
    (static / "icon.svg").write_text("<svg/>")
    (static / "assets" / "main-abc123.js").write_text("console.log(1);" * 200)
    (static / "assets" / "main-abc123.py").write_text("canary")
    (static / ".vite" / "manifest.json").write_text('"canary"')
    (static / ".env.json").write_text('"canary"')
    (tmp_path / "secret.json").write_text('"canary"')
    (static / "assets" / "link.json").symlink_to(tmp_path / "secret.json")
    (static / "linked").symlink_to(tmp_path, target_is_directory=True)
    shutil.copy(sqlite_template, tmp_path / "handrail.db")
    store = SqliteStore(tmp_path / "handrail.db")
    with installed(store, tmp_path, static=static) as made:
        yield made
    store.close()


def test_index_carries_the_nonce_of_its_answer_and_is_not_kept(built: Installation) -> None:
    for path in ("/", "/queues", "/items/0197a3c0-6d1e-7b52-9a41-3f0c5be81d10", "/sign-in?next=/queues"):
        answer = built.stranger().get(path, headers={"Accept": "text/html,*/*"})
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert nonce is not None
        assert answer.text == INDEX.replace("__HANDRAIL_NONCE__", nonce[1])
        assert answer.headers["Cache-Control"] == "no-store"


def test_assets_are_kept_for_good(built: Installation) -> None:
    client = built.stranger()
    answer = client.get("/assets/main-abc123.js")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = client.get("/assets/main-abc123.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content
    again = client.get("/assets/main-abc123.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/icon.svg").headers["Cache-Control"] == "public, max-age=3600"


def test_what_is_no_page_is_no_page(built: Installation) -> None:
    client = built.stranger()
    for path in ("/v1/none", "/assets/none.js", "/metrics", "/openai/v1/models", "/tile/0/000", "/mcp"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404, path
    assert client.get("/main.js").status_code == 404
    assert client.post("/queues", headers={"Accept": "text/html"}).status_code == 405
    assert client.head("/icon.svg").content == b""


CLIMBING = (
    "/../secret.json",
    "/assets/../../secret.json",
    "/assets/..%2f..%2fsecret.json",
    "/assets/%2e%2e/%2e%2e/secret.json",
    "/assets/..%5c..%5csecret.json",
    "/assets/..\\..\\secret.json",
    "/..%c0%af..%c0%afsecret.json",
    "/assets/....//....//secret.json",
    "/assets/main-abc123.js%00.json",
    "/assets/main-abc123.js%0a",
    "/assets/main-abc123.py",
    "/assets/link.json",
    "/linked/secret.json",
    "/.vite/manifest.json",
    "/.env.json",
    "/%2f%2fetc/passwd",
    "//etc/passwd",
    "/assets%2fmain-abc123.js",
    "/./secret.json",
    "/static/index.html",
    "/index.html",
    "/handrail.db",
    "/secret",
    "/assets/",
    "/%23/../secret.json",
    "/assets/main-abc123.js;x=1",
)


@pytest.mark.parametrize("path", CLIMBING)
def test_t35_only_generated_names_are_there(built: Installation, path: str) -> None:
    """Sent as written: clients would tidy these paths up."""
    with serving(built.app, Settings()) as port:
        for accept in ("*/*", "text/html"):
            with connected(port) as wire:
                wire.sendall(head("GET", path, port, f"Accept: {accept}", "Connection: close"))
                answer = answered(wire)
            assert b"canary" not in answer
            page_of_the_app = accept == "text/html" and b"nonce=" in answer
            assert status(answer) in (400, 404) or page_of_the_app, answer[:200]
            if any(sign in path for sign in ("..", "%2f", "%5c", "\\", "%00", "//")):
                assert status(answer) in (400, 404), answer[:200]


def test_t35_climbing_in_the_api_is_not_there(built: Installation) -> None:
    with serving(built.app, Settings()) as port:
        for path in (
            "/v1/projects/..%2f..%2fkeys",
            "/v1/projects/../keys",
            "/v1/keys/..%5cx",
            "/v1//keys",
            "/v1/%2e%2e/keys",
        ):
            with connected(port) as wire:
                wire.sendall(head("GET", path, port, "Accept: text/html", "Connection: close"))
                assert status(answered(wire)) in (401, 404, 405), path


def test_without_a_built_app_a_page_says_how_to_build_it(alone: Installation) -> None:
    answer = alone.stranger().get("/")
    assert answer.status_code == 200
    assert "npm run build" in answer.text

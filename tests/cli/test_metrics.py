"""`handrail metrics rebuild`."""

from __future__ import annotations

from pathlib import Path

from handrail.stages.monitoring.counting import fold
from handrail.storage import open_store
from tests.support.commands import Commands
from tests.support.office import SECRET, opened


def test_counting_again_changes_nothing_and_mends_what_was_wrong(commands: Commands, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handrail.db'}"
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    store = open_store(url)
    office = opened(store)
    for _ in range(3):
        office.submit(confidence=0.95)
    office.number_all()
    store.write(fold)
    right = "SELECT fact, word, SUM(n) FROM metric_cells GROUP BY fact, word ORDER BY fact, word"
    before = office.rows(right)
    store.write(lambda session: session.change("UPDATE metric_cells SET n = 77"))
    store.close()
    done = commands("metrics", "rebuild", "--database", url, "--data-dir", tmp_path, "--json")
    assert (done.code, done.json) == (0, {"items": 3}), done.err
    store = open_store(url)
    assert store.read(lambda session: session.run(right)) == before
    store.close()

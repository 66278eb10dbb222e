"""A database that an earlier version wrote is brought up to date with its rows in place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from handrail.kit.ids import new_id
from handrail.storage.migrate import HEAD, config, current
from tests.storage.test_migrate import fresh_postgres

__all__ = ["fresh_postgres"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path') / 'handrail.db'}"
    else:
        url = request.getfixturevalue("fresh_postgres").replace("postgresql://", "postgresql+psycopg://")
    made = create_engine(url)
    yield made
    made.dispose()


def upgrade(engine: Engine, to: str) -> None:
    with engine.begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, to)


def test_policies_of_the_first_schema_keep_their_text_and_state(engine: Engine) -> None:
    upgrade(engine, "0001")
    project = new_id()
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO projects (id, slug, name, zone, settings, seed, policy_version, generation, is_demo, "
                "revision, created_at) VALUES (:id, 'claims', 'Claims', 'UTC', '{}', '00', 1, 1, :no, 1, 5)"
            ),
            {"id": project, "no": False},
        )
        connection.execute(
            text(
                "INSERT INTO policies (project_id, version, yaml, note, state, created_at, activated_at) "
                "VALUES (:id, 1, 'policy: 1', 'first', 'active', 5, 6)"
            ),
            {"id": project},
        )
    upgrade(engine, "head")
    assert current(engine) == HEAD
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT yaml, note, state, activated_at, approved_by, instead_of FROM policies")
        )
        assert [tuple(row) for row in found] == [("policy: 1", "first", "active", 6, None, None)]

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from handrail.testing.plugin import handrail
from tests.client.backends import Awaited, Backend, Caller, FakeBackend, ServerBackend
from tests.client.real import RealBackend, real_backend
from tests.client.server import LossyLine, State, running

__all__ = ["handrail"]


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def server(state: State) -> Iterator[str]:
    with running(state) as url:
        yield url


@pytest.fixture
def line(server: str) -> Iterator[LossyLine]:
    lossy = LossyLine(server)
    yield lossy
    lossy.close()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[ServerBackend]:
    state = State()
    with running(state) as url:
        yield ServerBackend(url, state)


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealBackend]:
    with real_backend(tmp_path_factory.mktemp("real")) as backend:
        yield backend


@pytest.fixture(params=["fake", "server", "real"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Shared by the tests of the suite: they meet no items of each other."""
    if request.param == "fake":
        return FakeBackend()
    return cast(Backend, request.getfixturevalue("shared_server" if request.param == "server" else "real_server"))


@pytest.fixture(params=["blocking", "awaiting"])
def hr(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Caller]:
    """A client of either kind on the backend."""
    made = backend.blocking() if request.param == "blocking" else Awaited(backend.awaiting)
    caller = cast(Caller, made)  # its keywords are typed one by one, Caller's are not
    yield caller
    caller.close()

"""What all tests share: no way out of this machine, and a PostgreSQL server for those that want one."""

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from scripts import postgres

# A slow machine is no defect; a failure prints the blob that repeats it.
settings.register_profile("handrail", deadline=None, print_blob=True)
settings.load_profile("handrail")


class OutsideNetwork(Exception):
    """A test reached for another machine; use a server on 127.0.0.1, or a name that ends in `.invalid`."""


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    # Unix sockets have a path here, the others a tuple that begins with the host.
    if isinstance(address, tuple) and not _is_local(str(address[0])):
        raise OutsideNetwork(f"{address[0]}: {OutsideNetwork.__doc__}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


def pytest_configure() -> None:
    # An audit hook sees every connection of this process and patches nothing; it cannot be taken off again.
    sys.addaudithook(_stay_on_this_machine)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server on which tests may make databases: HANDRAIL_TEST_PG, else one started for this run."""
    given = os.environ.get("HANDRAIL_TEST_PG")
    if given:
        yield given
        return
    found = postgres.installations()
    if not found:
        pytest.skip(f"no PostgreSQL here; to add it: {postgres.ADD}")
    with postgres.running(found[0]) as url:
        yield url

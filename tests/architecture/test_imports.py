"""What import-linter cannot say: who may use the SDK and the example world, and what the SDK alone needs."""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.reading import ROOT, Source, of_text, sources

# The public names of the package are those of the SDK; handrail.testing is its test twin.
MAY_USE = {"client": ("__init__.py", "cli/", "client/", "demo/", "testing/", "testing.py"), "demo": ("cli/", "demo/")}
CLIENT_OF_OURS = ("client", "domain", "kit", "wire")
CLIENT_OF_OTHERS = {"httpx", "pydantic"}
NAMES_ON_PYPI = {"pydantic_core": "pydantic"}


def strangers(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        for line, name in source.imports():
            for folder, users in MAY_USE.items():
                if f"{name}.".startswith(f"handrail.{folder}.") and not source.name.startswith(users):
                    yield f"{source.name}:{line} imports {name}; only {', '.join(users)} may"


def test_sdk_and_example_world_are_used_only_where_they_may() -> None:
    assert list(strangers(sources())) == []


def beyond_the_sdk(files: Sequence[Source]) -> Iterator[str]:
    for source in files:
        if source.package == "client":
            for line, name in source.imports():
                top, _, rest = name.partition(".")
                ours = top == "handrail" and rest.split(".")[0] in CLIENT_OF_OURS
                if not ours and top not in CLIENT_OF_OTHERS and top not in sys.stdlib_module_names:
                    yield f"{source.name}:{line} imports {name}"


def test_the_sdk_keeps_to_wire_domain_kit_httpx_and_pydantic() -> None:
    assert list(beyond_the_sdk(sources())) == []


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("flow.py", "from handrail.client.errors import Unreachable", strangers),
        ("stages/intake/service.py", "import handrail.client", strangers),
        ("app.py", "from handrail import demo", strangers),
        ("client/shells.py", "import sqlalchemy", beyond_the_sdk),
        ("client/shells.py", "from handrail.storage.store import Store", beyond_the_sdk),
        ("client/shells.py", "import handrail", beyond_the_sdk),
    ],
)
def test_the_tests_above_find_what_they_look_for(name: str, text: str, rule: object) -> None:
    assert callable(rule)
    assert len(list(rule([of_text(text, name)]))) == 1


def test_the_base_install_holds_all_that_the_sdk_reaches() -> None:
    """`pip install handrail` alone must be able to import the SDK: follow its imports through our own modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {one.split(">")[0].split("[")[0].strip() for one in project["dependencies"]}
    reached = {NAMES_ON_PYPI.get(name, name) for name in third_party_from("handrail.client")}
    assert reached <= base
    # pydantic is promised by the contract, so that callers may hand in its models
    assert base - reached <= {"pydantic"}


def third_party_from(start: str) -> set[str]:
    """The packages of others that importing `start` leads to."""
    by_module = {source.module: source for source in sources()}
    found: set[str] = set()
    waiting = {name for name in by_module if name == start or name.startswith(start + ".")}
    seen: set[str] = set()
    while waiting:
        source = by_module[waiting.pop()]
        seen.add(source.module)
        for _, name in source.imports():
            top = name.split(".")[0]
            if top != "handrail":
                found |= {top} - set(sys.stdlib_module_names)
                continue
            # `a.b.c` may be the module a.b.c, or the name c of the module a.b
            ours = name if name in by_module else name.rpartition(".")[0]
            waiting |= {ours} & set(by_module) - seen
    return found


def distributions() -> dict[str, set[str]]:
    """Which installed packages a module may come from, by its first name."""
    return {
        name: {re.sub(r"[-_.]+", "-", one).lower() for one in found} for name, found in packages_distributions().items()
    }


def test_all_that_is_imported_is_installed_with_the_server() -> None:
    """What only a developer's set-up brings would end `make demo` on a stranger's machine."""
    locked = set(
        re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / "server.txt").read_text("utf-8"), re.MULTILINE)
    )
    known = distributions()
    wanted = {(one.name, name.partition(".")[0]) for one in sources() for _, name in one.imports()}
    foreign = {(file, name) for file, name in wanted if name != "handrail" and name not in sys.stdlib_module_names}
    assert foreign
    lost = {(file, name) for file, name in foreign if not known.get(name, set()) & locked}
    assert lost <= OPTIONAL, lost - OPTIONAL


OPTIONAL = {("testing/plugin.py", "pytest")}
"""What a file imports that is only ever loaded where the module is there."""

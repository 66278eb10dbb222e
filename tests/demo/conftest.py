from __future__ import annotations

import pytest

from handrail.demo.desk import policy_yaml
from handrail.plugins.checks import builtin_registry
from handrail.stages.routing.language.load import load
from handrail.stages.routing.language.model import Policy
from tests.demo.worlds import Routed, routed_by, world


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load(policy_yaml(), builtin_registry())


@pytest.fixture(scope="session")
def routed(policy: Policy) -> tuple[Routed, ...]:
    return tuple(routed_by(policy, claim) for claim in world(1))

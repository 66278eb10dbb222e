"""What the example desk is called, what it says about itself, and the policy it runs under."""

from __future__ import annotations

from importlib import resources

from handrail.demo.cases import Task
from handrail.demo.world import DOMAIN

PROJECT = "claims-demo"
PROJECT_NAME = "Claims, simulated"
NOTICE = (
    "This desk is a simulation. Customers, claims, the model, its errors and most reviewers are invented and drawn "
    "from a seed; time runs faster than on your clock."
)
SEGMENTS: tuple[str, ...] = tuple(f"{DOMAIN}:{task.value}" for task in Task)


def policy_yaml() -> str:
    """The policy of the desk, in the language of policies.

    >>> all(segment in policy_yaml() for segment in SEGMENTS)
    True
    """
    return (resources.files(__package__) / "policy.yaml").read_text("utf-8")

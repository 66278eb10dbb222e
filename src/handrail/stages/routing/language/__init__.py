"""The policy language: one YAML document becomes one frozen Policy, or a list of errors with line and column."""

from handrail.stages.routing.language.faults import BadPolicy, policy_text
from handrail.stages.routing.language.load import load
from handrail.stages.routing.language.metadata import check_metadata
from handrail.stages.routing.language.model import Policy
from handrail.stages.routing.language.schema import schema
from handrail.stages.routing.language.warnings import warnings

__all__ = ["BadPolicy", "Policy", "check_metadata", "load", "policy_text", "schema", "warnings"]

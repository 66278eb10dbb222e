"""Why a metric cannot be told as asked.

HandrailFault
└── Invalid 422: BadQuestion
"""

from __future__ import annotations

from handrail.kit.errors import FieldFault, Invalid


class BadQuestion(Invalid):
    """The question to the metrics is malformed; each field says what is wrong."""

    @classmethod
    def at(cls, name: str, sentence: str, suggestion: str | None = None) -> BadQuestion:
        """About one parameter."""
        return cls(fields=(FieldFault(f"/{name}", "unknown_value", sentence, suggestion=suggestion),))

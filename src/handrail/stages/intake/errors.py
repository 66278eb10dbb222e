"""
KeyMismatch 422      the key was used with other content
"""

from __future__ import annotations

from handrail.kit.errors import Invalid


class ItemKeyMismatch(Invalid):
    """This key was used before with other content; one key names one item for ever, so take a new key."""

    code = "key_mismatch"

"""Why something cannot be delivered, or a webhook cannot be as asked.

HandrailFault
├── Conflict 409: NameTaken, WebhookOff, StillSending
└── Invalid 422: AddressNotAllowed, NoSuchWebhook
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Invalid


class NameTaken(Conflict):
    """Another webhook of this project has this name; choose another one, or change that one."""

    code = "name_taken"


class WebhookOff(Conflict):
    """This webhook is switched off; switch it on, then send again."""

    code = "not_active"


class StillSending(Conflict):
    """This delivery is on its way right now; look again in a moment."""

    code = "wrong_state"


class AddressNotAllowed(Invalid):
    """This address may not be called; name one outside the own network."""

    code = "address_refused"


class NoSuchWebhook(Invalid):
    """The item names a webhook that this project does not have; make it first, or leave `deliver` out."""

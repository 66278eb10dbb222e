"""What the routes of access work with, joined once."""

from __future__ import annotations

from dataclasses import dataclass, field

from handrail.audit import AuditKey
from handrail.setup.access.identify import Identities
from handrail.setup.access.last_use import LastUse
from handrail.setup.access.passwords import Passwords
from handrail.setup.access.service.people import OnPersonLeft, nobody_waits
from handrail.setup.access.sign_on.company import SignOn
from handrail.setup.access.tokens import Tokens
from handrail.setup.hand import Hand
from handrail.storage import Store
from handrail.web.call import Call
from handrail.web.guard import NOBODY


@dataclass(frozen=True, slots=True)
class Desk:
    """Tokens, passwords and who is told; `left` ends the leases of whoever leaves a project."""

    tokens: Tokens
    passwords: Passwords
    last_use: LastUse
    own_url: str
    left: OnPersonLeft = field(default=nobody_waits)
    sign_on: SignOn | None = None

    @staticmethod
    def of(
        secret: bytes,
        store: Store,
        own_url: str,
        left: OnPersonLeft,
        sign_on: SignOn | None,
        passwords: Passwords,
    ) -> Desk:
        return Desk(Tokens(secret), passwords, LastUse(store), own_url, left, sign_on)

    @property
    def passwords_off(self) -> bool:
        """Whether people come in by single sign-on alone."""
        return self.sign_on is not None and self.sign_on.alone

    def close(self) -> None:
        """Writes what is not yet written, and lets go of the provider."""
        self.last_use.close()
        if self.sign_on is not None:
            self.sign_on.provider.close()

    @property
    def identities(self) -> Identities:
        return Identities(self.tokens, self.last_use)

    def setup_url(self, token: str) -> str:
        """The link of the first start. The token stands behind the #, which no browser sends and no server logs."""
        return f"{self.own_url}/setup#{token}"

    def invite_url(self, token: str) -> str:
        return f"{self.own_url}/accept#{token}"


def hand_of(call: Call) -> Hand:
    """The caller's hand in the caller's project; the system's for strangers, until they are known."""
    key: AuditKey = call.house.audit_key
    return Hand(key) if call.caller is NOBODY else Hand(key, call.caller.actor, call.caller.project_id)


def person_of(call: Call) -> str | None:
    """The id of the person who calls; None for a key."""
    return call.caller.id if call.caller.identity.kind == "person" else None

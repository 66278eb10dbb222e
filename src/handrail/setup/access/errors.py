"""Why somebody may not come in, or a person or key cannot be as asked.

HandrailFault
├── Unauthenticated 401: SignInRefused
├── Forbidden 403: BeyondYourself, PeopleOnly, SignInNeedsHttps
├── NotFound 404: LinkNotValid
├── Conflict 409: AlreadyMember, LastAdmin, InOtherProjects
└── TooMany 429: TooManySignIns
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Forbidden, NotFound, TooMany, Unauthenticated


class SignInRefused(Unauthenticated):
    """Email or password is not right, or the account is not in use; try again or ask an admin of your project."""


class BeyondYourself(Forbidden):
    """A key cannot do more than the one who makes it; leave out the scopes you do not have."""


class PeopleOnly(Forbidden):
    """This belongs to people; a key has no profile and no session."""


class SignInNeedsHttps(Forbidden):
    """People sign in over https; put a proxy with a certificate in front and set public_url, or use http://127.0.0.1."""


class LinkNotValid(NotFound):
    """This link was used already, is too old or is not whole; sign in, or ask for a new one."""


class AlreadyMember(Conflict):
    """This person is a member of the project already; change their roles instead."""

    code = "already_member"


class LastAdmin(Conflict):
    """The project would be left without an admin; make someone else admin first."""

    code = "last_admin"


class InOtherProjects(Conflict):
    """This person also belongs to projects you do not administer; change or remove their place in yours instead."""

    code = "in_other_projects"


class TooManySignIns(TooMany):
    """Too many attempts for this account from this address; wait as long as Retry-After says."""

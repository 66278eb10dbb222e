"""Why somebody may not come in, or a person or key cannot be as asked.

HandrailFault
├── Unauthenticated 401: SignInRefused, PasswordsOff, SignOnRefused, SignOnExpired, SignOnUnknown, SignOnUnverified,
│                        SignOnOtherSubject, SignOnNotFresh, SignOnOtherPerson
├── Forbidden 403: BeyondYourself, PeopleOnly, SignInNeedsHttps
├── NotFound 404: LinkNotValid, SignOnNotSetUp
├── Conflict 409: AlreadyMember, LastAdmin, InOtherProjects, InvitesOff
├── TooMany 429: TooManySignIns
└── Unavailable 503: SignOnAway
"""

from __future__ import annotations

from handrail.kit.errors import Conflict, Forbidden, NotFound, TooMany, Unauthenticated, Unavailable


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


class PasswordsOff(Unauthenticated):
    """Passwords are switched off here; sign in with your company."""

    code = "passwords_off"


class SignOnNotSetUp(NotFound):
    """Single sign-on is not set up here; sign in with your password."""


class SignOnRefused(Unauthenticated):
    """Your company's sign-on did not let you in; try again, or ask an admin of your project."""

    code = "sign_on_refused"


class SignOnExpired(Unauthenticated):
    """This sign-in took too long or was begun in another browser; begin again."""

    code = "sign_on_expired"


class SignOnUnknown(Unauthenticated):
    """Nobody in use here has this e-mail address; ask an admin of your project to add you."""

    code = "sign_on_unknown"


class SignOnUnverified(Unauthenticated):
    """Your company's sign-on has not verified your e-mail address; have it verified there, then try again."""

    code = "sign_on_unverified"


class SignOnOtherSubject(Unauthenticated):
    """This e-mail address belonged to another account of your company's sign-on; ask an admin to add you anew."""

    code = "sign_on_other_subject"


class InvitesOff(Conflict):
    """Passwords are switched off here, so there is no link to choose one; the person signs in with the company."""

    code = "invites_off"


class SignOnNotFresh(Unauthenticated):
    """Your company's sign-on did not say that you signed in just now; sign in there again when it asks."""

    code = "sign_on_not_fresh"


class SignOnOtherPerson(Unauthenticated):
    """You signed on as somebody else; confirm with the account you are signed in with here."""

    code = "sign_on_other_person"


class SignOnAway(Unavailable):
    """Your company's sign-on does not answer as it should; try again in a moment."""

    code = "sign_on_away"

"""The company's sign-on as it was set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handrail.kit.settings import Settings, SettingsRefused
from handrail.setup.access.sign_on.flow import Flows
from handrail.web.cookies import is_loopback

if TYPE_CHECKING:
    from handrail.setup.access.sign_on.provider import Provider

RETURN_PATH = "/v1/sessions/oidc/return"


@dataclass(frozen=True, slots=True)
class SignOn:
    """The provider, the flows under way, what people call it, and whether it is the only way in."""

    provider: Provider
    flows: Flows
    name: str
    alone: bool

    @staticmethod
    def of(settings: Settings, secret: bytes, timer: Callable[[], float] = monotonic) -> SignOn | None:
        """None where `oidc_issuer` is not set. Raises SettingsRefused for settings that do not fit together."""
        issuer = settings.oidc_issuer
        if not issuer:
            if settings.sso_only:
                raise SettingsRefused("The setting `sso_only` needs `oidc_issuer`: nobody could sign in.")
            return None
        from handrail.setup.access.sign_on.provider import Account, Provider, is_safe_address  # loads cryptography

        if not is_safe_address(issuer) or urlsplit(issuer).query:
            raise SettingsRefused(f"The setting `oidc_issuer` is {issuer!r}; write https://<the provider>.")
        if not settings.oidc_client_id:
            raise SettingsRefused("The setting `oidc_client_id` is missing; the provider gives it at registration.")
        own = urlsplit(settings.own_url)
        if own.scheme != "https" and not is_loopback(own.hostname):
            raise SettingsRefused("Single sign-on needs `public_url`: https://<host>, to which people come back.")
        return_url = f"{own.scheme}://{own.netloc}{RETURN_PATH}"
        account = Account(issuer, settings.oidc_client_id, settings.oidc_client_secret, return_url)
        name = settings.oidc_name or urlsplit(issuer).hostname or issuer
        return SignOn(Provider(account, timer), Flows(secret), name, settings.sso_only)

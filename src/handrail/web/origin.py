"""Where a request comes from and where it believes to go: trusted proxies, the Host header, the page that sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.types import Scope

from handrail.kit.settings import Settings, SettingsRefused
from handrail.web.cookies import is_loopback
from handrail.web.errors import BadHeader
from handrail.web.guard import CrossOrigin

Headers = Mapping[bytes, bytes]
OWN_SITES = frozenset({b"same-origin", b"none"})


@dataclass(frozen=True)
class Origins:
    """What this installation is called, and which proxies it believes."""

    public_url: str = ""
    host: str = "127.0.0.1"
    trusted: Sequence[IPv4Network | IPv6Network] = field(default=())

    @staticmethod
    def of(settings: Settings) -> Origins:
        """Raises SettingsRefused for a `public_url` or a proxy that cannot be read."""
        if settings.public_url and urlsplit(settings.public_url).scheme not in ("http", "https"):
            raise SettingsRefused(f"The setting `public_url` is {settings.public_url!r}; write https://<host>.")
        try:
            trusted = tuple(ip_network(one.strip()) for one in settings.trusted_proxies if one.strip())
        except ValueError as error:
            raise SettingsRefused(f"The setting `trusted_proxies` holds no address or network: {error}.") from None
        return Origins(settings.public_url, settings.host, trusted)

    def believe_proxy(self, scope: Scope, headers: Headers) -> None:
        """Puts what a trusted proxy says about client, scheme and host into the scope; of others it is ignored."""
        client = scope.get("client")
        if not client or not self._is_trusted(client[0]):
            return
        hops = [one.strip() for one in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",") if one.strip()]
        outside = next((hop for hop in reversed(hops) if not self._is_trusted(hop)), None)
        if outside is not None:
            scope["client"] = (outside, 0)
        scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1")
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        host = headers.get(b"x-forwarded-host")
        if host:
            scope["headers"] = [one for one in scope["headers"] if one[0] != b"host"] + [(b"host", host)]

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)

    def check_host(self, host: str) -> None:
        """Passes for the names of this installation and for plain addresses, which no foreign page can point here.

        Raises BadHeader for other names: a page of theirs could be talking to us through a name of its own.
        """
        name = host_name(host)
        if name and (name in self._names() or is_loopback(name) or _is_address(name)):
            return
        raise BadHeader("This server is not called so; set public_url to the address people use.")

    def _names(self) -> set[str]:
        return {name for name in (urlsplit(self.public_url).hostname, self.host.lower()) if name}

    def check_page(self, scheme: str, host: str, headers: Headers) -> None:
        """Passes for our own pages, and for programs, which say nothing about pages. Raises CrossOrigin."""
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site is not None and site not in OWN_SITES:
            raise CrossOrigin()
        if origin is not None and origin.decode("latin-1").lower() not in self._own(scheme, host):
            raise CrossOrigin()

    def _own(self, scheme: str, host: str) -> set[str]:
        own = {f"{scheme}://{host.lower()}"}
        if self.public_url:
            parts = urlsplit(self.public_url)
            own.add(f"{parts.scheme}://{parts.netloc.lower()}")
        return own


def host_name(host: str) -> str | None:
    """The name without the port; None for what is no host.

    >>> host_name("Handrail.Example:8400"), host_name("[::1]:8400"), host_name("a@b")
    ('handrail.example', '::1', None)
    """
    if any(sign in host for sign in "@/\\?# "):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

"""May this address be called? One answer for every address that people give: webhooks, judges, imports.

What is asked twice: of the URL when it is saved, and of every IP address its name leads to when it is called. Nothing
inside the own network is called unless the setting `allowed_private_hosts` names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST = 2_000
_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\Z")
_LIKE_A_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_INSIDE = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa")
"""Names that end so lead nowhere outside (RFC 6761, 6762, 8375, and the metadata names of clouds)."""
_NOT_OUTSIDE_4 = tuple(ip_network(one) for one in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"))
_OUTSIDE_6 = ip_network("2000::/3")
_CARRIES_4 = {ip_network("2002::/16"): 80, ip_network("64:ff9b::/96"): 0}
"""IPv6 networks that carry an IPv4 address, and how far to the right it stands."""


class AddressRefused(ValueError):
    """This address is not called; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts. `host` is in lower case, without brackets and without a dot at its end."""

    url: str
    scheme: str
    host: str
    port: int
    allowed: bool = False  # named in `allowed_private_hosts`: may lead into the own network

    @property
    def origin(self) -> tuple[str, str, int]:
        """Who is talked to; a secret belongs to exactly one."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def at(self, ip: str) -> str:
        """The same address with an IP address in place of the name."""
        path = self.url.split("://", 1)[1]
        rest = re.search(r"[/?]", path)
        tail = path[rest.start() :] if rest else "/"
        literal = f"[{ip}]" if ":" in ip else ip
        return f"{self.scheme}://{literal}:{self.port}{tail if tail.startswith('/') else '/' + tail}"


def read_address(url: str, allowed: Collection[str] = ()) -> Target:
    """The parts of an address that may be called, as far as its text tells. Raises AddressRefused.

    `allowed`: hosts, or `host:port`, that may lie in the own network.

    >>> read_address("https://App.Example:8443/hook").origin
    ('https', 'app.example', 8443)
    >>> read_address("http://2130706433/")
    Traceback (most recent call last):
    handrail.kit.addresses.AddressRefused: Write an IP address as four numbers with dots, or a name.
    """
    parts, host, port = _split(url)
    target = Target(url, parts.scheme, host, port, is_allowed(host, port, allowed))
    if target.allowed:
        return target
    if host.endswith(_INSIDE) and any(host == one or host.endswith("." + one) for one in _INSIDE):
        raise AddressRefused(_inside(host))
    try:
        ip = ip_address(host)
    except ValueError:
        if _LIKE_A_NUMBER.match(host.rpartition(".")[2]):
            raise AddressRefused("Write an IP address as four numbers with dots, or a name.") from None
        return target
    if not is_outside(ip):
        raise AddressRefused(_inside(host))
    return target


def read_origin(url: str) -> tuple[str, str, int] | None:
    """Who an address that was saved before belongs to, whether it may still be called or not."""
    try:
        parts, host, port = _split(url)
    except AddressRefused:
        return None
    return parts.scheme, host, port


def is_allowed(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether the configuration names this host, with or without its port.

    >>> is_allowed("10.0.0.4", 8080, ["10.0.0.4:8080"]), is_allowed("10.0.0.4", 80, ["10.0.0.4:8080"])
    (True, False)
    """
    literal = f"[{host}]" if ":" in host else host
    names = {one.strip().lower() for one in allowed}
    return bool(names & {host, literal, f"{literal}:{port}"})


def is_outside(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an IP address is one of the open internet, also the one that an IPv6 address carries inside.

    >>> is_outside(ip_address("::ffff:10.0.0.1")), is_outside(ip_address("169.254.169.254"))
    (False, False)
    >>> is_outside(ip_address("93.184.216.34"))
    True
    """
    if isinstance(ip, IPv4Address):
        strange = any(ip in network for network in _NOT_OUTSIDE_4)
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or strange)
    if ip.ipv4_mapped is not None:
        return is_outside(ip.ipv4_mapped)
    for network, shift in _CARRIES_4.items():
        if ip in network:
            return is_outside(IPv4Address((int(ip) >> shift) & 0xFFFF_FFFF))
    return ip in _OUTSIDE_6 and ip.is_global and not ip.is_multicast and ip.teredo is None


def check_ip(target: Target, ip: str) -> None:
    """Passes for an IP address that the name of `target` may lead to. Raises AddressRefused."""
    if not target.allowed and not is_outside(ip_address(ip.partition("%")[0])):
        raise AddressRefused(f"{target.host} leads to {ip}, which is inside a private network. {_HOW}")


_HOW = "An admin can allow it in the server's configuration (allowed_private_hosts)."


def _inside(host: str) -> str:
    return f"{host} is inside a private network. {_HOW}"


def _split(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > LONGEST:
        raise AddressRefused(f"An address has at most {LONGEST:,} characters.")
    if not url.isascii() or any(sign <= " " or sign in '\\^`{|}<>"\x7f' for sign in url):
        raise AddressRefused("Write the address in plain ASCII, without spaces; a name of another script as xn--...")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is no address; write it like https://app.example/hooks.") from None
    if parts.scheme not in _PORTS:
        raise AddressRefused("An address begins with https:// (or http://).")
    if "@" in parts.netloc:
        raise AddressRefused("Leave user and password out of the address; each delivery is signed.")
    if "#" in url:
        raise AddressRefused("Leave the part behind # out; it never reaches the receiver.")
    host = (parts.hostname or "").removesuffix(".")
    if not _is_host(host) or port == 0 or parts.netloc.endswith(":"):
        raise AddressRefused("This is no address; write it like https://app.example/hooks.")
    return parts, host, port or _PORTS[parts.scheme]


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return "%" not in host and bool(IPv6Address(host))
        except ValueError:
            return False
    return len(host) <= 253 and _NAME.match(host) is not None

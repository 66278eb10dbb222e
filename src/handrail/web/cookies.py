"""The session cookie. Its name without the prefix counts only for plain http on this machine itself."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import Request

NAME = "__Host-handrail"
NAME_LOOPBACK = "handrail"


def is_loopback(host: str | None) -> bool:
    """
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("handrail.example"), is_loopback("[::1]")
    (True, True, False, True)
    """
    if host == "localhost":
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def name_for(request: Request) -> str | None:
    """The cookie's name on this connection; None where no session may travel: plain http to another machine."""
    if request.url.scheme == "https":
        return NAME
    return NAME_LOOPBACK if is_loopback(request.url.hostname) else None


def token_of(request: Request) -> str | None:
    """The session token that came with the request."""
    name = name_for(request)
    return request.cookies.get(name) if name else None


def made(name: str, token: str, seconds: int, *, same_site: str = "Strict") -> str:
    """The Set-Cookie of a new session; `Lax` for what must come along when another site leads the browser here."""
    secure = "; Secure" if name.startswith("__Host-") else ""
    return f"{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"


def cleared(name: str) -> str:
    """The Set-Cookie after signing out."""
    return made(name, "", 0)

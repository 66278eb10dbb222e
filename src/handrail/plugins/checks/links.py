"""Where the links of a text lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._linear import compile_linear
from handrail.plugins.checks._words import counted, shown

_IN_LINK = r"[^\s<>\"'`\]}|\\^]"
_LINK = compile_linear(
    rf"(?i)\b(?:javascript|vbscript):[^\s]+|\bdata:[a-z]+/[a-z0-9.+-]+[;,]{_IN_LINK}*"
    rf"|\b[a-z][a-z0-9+.-]+://{_IN_LINK}+|\bwww\.{_IN_LINK}{{3,}}|\]\(//{_IN_LINK}+"
)
_AFTER = ".,;:!?*_"
_WEB = frozenset({"http", "https"})


def _host(text: str) -> str:
    host = text.strip().lower().removeprefix("*.").rstrip(".")
    if not re.fullmatch(r"[^\s/:@]{1,253}", host):
        raise ValueError(f"{text!r} is no host; write example.org, without https:// and path")
    return _ascii(host)


Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], Field(max_length=2_000)]


class LinksOptions(CheckOptions):
    """`allow`: only these hosts and what lies below them; `forbid`: never these. Without either, every web link is
    fine; script links, and links whose name hides the real host, fail always."""

    examples = ({}, {"allow": ["example.org"]}, {"forbid": ["example.com"], "where": "both", "most": 3})

    allow: Hosts | None = None
    forbid: Hosts = ()
    most: Annotated[int, Field(ge=0)] | None = None
    where: Where = "output"


@check("links", version="1", options=LinksOptions)
def links(item: Item, options: LinksOptions) -> Score:
    """Fails when a link leads to a host that is not allowed, runs a script, or hides its real host.

    >>> links(Item(output="see https://evil.example/x"), LinksOptions(allow=("example.org",))).reason
    'A link leads to evil.example, which is not on the list.'
    """
    found = [finding for field, text in texts(item, options.where) for finding in _places(field, text, options)]
    return failed(found[0].reason, tuple(found)) if found else passed()


def _places(field: str, text: str, options: LinksOptions) -> Iterator[Finding]:
    for count, match in enumerate(_LINK.finditer(text), start=1):
        written = match.group()
        start = match.start() + (2 if written.startswith("](") else 0)
        link = _trimmed(written.removeprefix("]("))
        said, severity = _fault(link, options)
        if not said and options.most is not None and count > options.most:
            said, severity = f"More than {counted(options.most, 'link')} in the {field}.", Severity.MINOR
        if said:
            yield Finding(said, field, start, start + len(link), severity, "link")
        if count > MOST_FINDINGS:
            return


def _trimmed(link: str) -> str:
    """The link without the punctuation of the sentence around it."""
    surplus = link.count(")") - link.count("(")
    end = len(link)
    while end and (link[end - 1] in _AFTER or (link[end - 1] == ")" and surplus > 0)):
        surplus -= link[end - 1] == ")"
        end -= 1
    return link[:end]


def _fault(link: str, options: LinksOptions) -> tuple[str, Severity]:
    scheme = link.partition(":")[0].lower() if "://" in link or "//" not in link else "https"
    if link.lower().startswith("www."):
        scheme, link = "https", f"https://{link}"
    if scheme in {"javascript", "vbscript", "data", "file"}:
        return f"A link of the kind {scheme}: does not lead to a web page.", Severity.CRITICAL
    try:
        parts = urlsplit(link)
        host = _ascii((parts.hostname or "").rstrip("."))
    except ValueError:
        return f"A link cannot be read: {shown(link)}", Severity.MAJOR
    if scheme in _WEB and "@" in parts.netloc:
        return f"A link hides its host: it leads to {shown(host)}.", Severity.CRITICAL
    if _below(host, options.forbid):
        return f"A link leads to {shown(host)}, which is forbidden.", Severity.MAJOR
    if options.allow is not None and not _below(host, options.allow):
        return f"A link leads to {shown(host)}, which is not on the list.", Severity.MAJOR
    return "", Severity.MINOR


def _below(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == one or host.endswith("." + one) for one in hosts)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host

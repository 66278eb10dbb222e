"""Keys, tokens and passwords in a text."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.domain.item import Item
from handrail.domain.score import Finding, Score, Severity, failed, passed
from handrail.extend.checks import MOST_FINDINGS, CheckOptions, check
from handrail.extend.fields import Where, texts
from handrail.plugins.checks._linear import compile_linear
from handrail.plugins.checks._words import tally

_NAMED = (
    r"(?i)\b(?:api[_-]?key|secret[_-]?key|client[_-]?secret|access[_-]?token|auth[_-]?token|password|passwd|pwd)"
    r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?(?P<value>[^\s\"'<>,;]{8,})"
)
# Name of the group, what a person calls it, and the form its issuer publishes.
_FORMS: tuple[tuple[str, str, str], ...] = (
    ("aws", "AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("github", "GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b"),
    ("gitlab", "GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    ("slack", "Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b"),
    ("google", "Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("stripe", "Stripe key", r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}\b"),
    ("model", "model provider key", r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}\b"),
    ("npm", "npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("hub", "Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}\b"),
    ("sendgrid", "SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\b"),
    ("handrail", "Handrail key", r"\bhrk_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}|\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("jwt", "signed token (JWT)", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}"),
    ("private", "private key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----"),
    ("url", "password in an address", r"\b[a-z][a-z0-9+.-]{1,}://[^\s:/@\"'<>]{1,}:[^\s:/@\"'<>]{3,}@"),
    ("named", "named secret", _NAMED),
)
_NOUNS = {name: noun for name, noun, _ in _FORMS}
_ANY = compile_linear("|".join(f"(?P<{name}>{form})" for name, _, form in _FORMS))


class SecretsOptions(CheckOptions):
    """Which texts are read."""

    examples = ({}, {"where": "both"})

    where: Where = "output"


@check("secrets", version="1", options=SecretsOptions)
def secrets(item: Item, options: SecretsOptions) -> Score:
    """Fails when a key, a token, a private key or a password stands in the text. Reasons never repeat it.

    >>> secrets(Item(output="key AKIAIOSFODNN7EXAMPLE"), SecretsOptions()).findings[0].start
    4
    """
    found = [place for field, text in texts(item, options.where) for place in _places(field, text)]
    if not found:
        return passed()
    said = tally(noun for noun, _ in found)
    return failed(f"Secrets: {said}.", tuple(finding for _, finding in found))


def _places(field: str, text: str) -> Iterator[tuple[str, Finding]]:
    for count, match in enumerate(_ANY.finditer(text)):
        if count > MOST_FINDINGS:
            return
        groups = match.groupdict()
        kind = next(name for name, _, _ in _FORMS if groups[name] is not None)
        if kind != "named" or _looks_random(groups["value"]):
            noun = _NOUNS[kind]
            said = f"{'An' if noun[0] == 'A' else 'A'} {noun} stands in the {field}."
            yield noun, Finding(said, field, match.start(), match.end(), Severity.CRITICAL, "secret")


def _looks_random(value: str) -> bool:
    # "password: required" and "api_key=os.environ" are prose and code; a secret mixes letters with digits or signs.
    letters = any(sign.isalpha() for sign in value)
    digits = sum(sign.isdigit() for sign in value)
    return letters and digits >= 1 and not set(value) & set("(){}[]$") and len(set(value)) >= 5

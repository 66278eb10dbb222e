"""Checkpoints as C2SP writes them: the head of the log as a signed note (c2sp.org/tlog-checkpoint, /signed-note)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from handrail.kit.ed25519 import is_signed, public_key, sign

_ED25519 = b"\x01"
_DASH = "\N{EM DASH}"
_NAME = re.compile(r"[^\s+]+\Z")
_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
MOST_BYTES = 64 * 1024


class NoteRefused(ValueError):
    """The text is no checkpoint of this log; the message says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose it is, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_to_64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who signs checkpoints: a name and a public key."""

    name: str
    public: bytes

    @staticmethod
    def parse(text: str) -> Verifier:
        """The verifier behind `<name>+<hash>+<key>`. Raises NoteRefused."""
        name, _, rest = text.strip().partition("+")
        mark, _, encoded = rest.partition("+")
        key = _from_64(encoded)
        if not _NAME.match(name) or len(key) != 33 or key[:1] != _ED25519:
            raise NoteRefused("this is no verifier key for Ed25519: <name>+<hash>+<key>")
        found = Verifier(name, key[1:])
        if found.mark.hex() != mark:
            raise NoteRefused("the hash in the verifier key does not fit its name and key")
        return found

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature says whose it is."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def text(self) -> str:
        """The verifier key as it is handed to those who check."""
        return f"{self.name}+{self.mark.hex()}+{_to_64(_ED25519 + self.public)}"

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in a note that this verifier's key has signed. Raises NoteRefused."""
        checkpoint, signatures = parse_note(note)
        if checkpoint.origin != self.name:
            raise NoteRefused(f"the checkpoint is one of {checkpoint.origin!r}, not of {self.name!r}")
        mine = [given[4:] for name, given in signatures if name == self.name and given[:4] == self.mark]
        if not mine:
            raise NoteRefused("the checkpoint is not signed with this key")
        if not all(is_signed(self.public, checkpoint.text().encode(), one) for one in mine):
            raise NoteRefused("the signature does not fit the checkpoint")
        return checkpoint


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs checkpoints in one name."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, public_key(self.seed))

    def note(self, size: int, root: bytes) -> str:
        """The signed note over a head."""
        text = Checkpoint(self.name, size, root).text()
        signature = _to_64(self.verifier.mark + sign(self.seed, text.encode()))
        return f"{text}\n{_DASH} {self.name} {signature}\n"


def parse_note(note: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    """The checkpoint and its signatures (name, hash and signature), none of them checked. Raises NoteRefused."""
    if len(note) > MOST_BYTES:
        raise NoteRefused("a checkpoint is shorter than 64 KiB")
    body, gap, below = note.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or not below.endswith("\n"):
        raise NoteRefused("a checkpoint has three lines, an empty one and signatures")
    root = _from_64(lines[2])
    if not _NAME.match(lines[0]) or not _SIZE.match(lines[1]) or len(root) != 32 or lines[3:]:
        raise NoteRefused("a checkpoint has three lines: a name, a size and a root")
    return Checkpoint(lines[0], int(lines[1]), root), [_signature(line) for line in below[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    given = _from_64(encoded)
    if dash != _DASH or not _NAME.match(name) or len(given) < 5:
        raise NoteRefused("a line of the signatures is malformed")
    return name, given


def is_name(text: str) -> bool:
    """Whether a log may be called so: no blank, no plus sign.

    >>> is_name("desk.example.org/audit-log"), is_name("two words")
    (True, False)
    """
    return _NAME.match(text) is not None and len(text) <= 200


def _to_64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _from_64(text: str) -> bytes:
    """The bytes; none for what is not written as base64 writes it."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if _to_64(found) == text else b""

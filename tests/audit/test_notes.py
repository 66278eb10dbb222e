"""Checkpoints are C2SP signed notes: form, key, refusals; both verifiers read them alike."""

from __future__ import annotations

import base64

import pytest

from handrail.audit.notes import Checkpoint, NoteRefused, Signer, Verifier, is_name, parse_note
from handrail.audit.tiles import parse_path, path_of
from handrail.kit.ed25519 import sign
from tests.audit.second import second
from tests.kit.vectors import RFC_8032

SIGNER = Signer("desk.example.org/audit-log", bytes(range(32)))
NOTE = SIGNER.note(7, bytes(range(32)))
KEY = SIGNER.verifier.text()

# The example of the specification (c2sp.org/signed-note), as its Go implementation prints it.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
    "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def read_by_second(note: str, key: str = KEY) -> tuple[int, bytes]:
    found: tuple[int, bytes] = second.read_checkpoint(note, *second.read_key(key))
    return found


def test_the_published_note_has_the_key_hash_and_signature_that_we_compute() -> None:
    verifier = Verifier.parse(PUBLISHED_KEY)
    assert verifier.text() == PUBLISHED_KEY
    text, _, line = PUBLISHED_NOTE.rpartition("\n\n")
    given = base64.b64decode(line.rpartition(" ")[2])
    assert given[:4] == verifier.mark
    assert second.ed25519_verify(verifier.public, (text + "\n").encode(), given[4:])


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_the_second_verifier_checks_signatures_as_rfc_8032_says(
    seed: str, public: str, message: str, signature: str
) -> None:
    key, text, given = bytes.fromhex(public), bytes.fromhex(message), bytearray.fromhex(signature)
    assert second.ed25519_verify(key, text, bytes(given))
    assert sign(bytes.fromhex(seed), text) == bytes(given)
    given[17] ^= 4
    assert not second.ed25519_verify(key, text, bytes(given))
    assert not second.ed25519_verify(key, text + b"x", bytes.fromhex(signature))


def test_a_checkpoint_is_written_and_read() -> None:
    assert NOTE.split("\n")[:4] == ["desk.example.org/audit-log", "7", base64.b64encode(bytes(range(32))).decode(), ""]
    assert SIGNER.verifier.read(NOTE) == Checkpoint("desk.example.org/audit-log", 7, bytes(range(32)))
    assert Verifier.parse(KEY) == SIGNER.verifier
    assert read_by_second(NOTE) == (7, bytes(range(32)))


def test_signatures_of_others_beside_ours_do_no_harm() -> None:
    other = Signer("witness.example.org", bytes(32)).note(7, bytes(32)).rpartition("\n\n")[2]
    assert SIGNER.verifier.read(NOTE + other).size == 7
    assert read_by_second(NOTE + other)[0] == 7


BROKEN = {
    "another size": NOTE.replace("\n7\n", "\n8\n"),
    "another name": NOTE.replace("desk.", "dusk."),
    "a leading zero": NOTE.replace("\n7\n", "\n07\n"),
    "a negative size": NOTE.replace("\n7\n", "\n-7\n"),
    "no signature": NOTE.rpartition("\n\n")[0] + "\n\n",
    "no end": NOTE[:-1],
    "another dash": NOTE.replace("\N{EM DASH}", "-"),
    "a fourth line": NOTE.replace("\n\n", "\nmore\n\n"),
    "another key": Signer("desk.example.org/audit-log", bytes(32)).note(7, bytes(range(32))),
    "a changed signature": NOTE[:-10] + ("A" if NOTE[-10] != "A" else "B") + NOTE[-9:],
    "no base64": NOTE.replace("=", "!"),
    "nothing": "",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_checkpoint_with_anything_wrong_is_refused_by_both(name: str) -> None:
    with pytest.raises(NoteRefused):
        SIGNER.verifier.read(BROKEN[name])
    with pytest.raises(second.Bad):
        read_by_second(BROKEN[name])


@pytest.mark.parametrize("key", ["", "x", KEY[:-4], KEY.replace("+", " ", 1), "a+00000000+" + KEY.rpartition("+")[2]])
def test_a_verifier_key_that_is_not_whole_is_refused_by_both(key: str) -> None:
    with pytest.raises(NoteRefused):
        Verifier.parse(key)
    with pytest.raises(ValueError):  # noqa: PT011  # of several kinds
        second.read_key(key)


def test_huge_notes_are_refused_at_once() -> None:
    with pytest.raises(NoteRefused, match="64 KiB"):
        parse_note("x" * 100_000)
    assert not is_name("a+b")
    assert not is_name("")


@pytest.mark.parametrize(
    ("tile", "width", "path"),
    [
        (0, 256, "000"),
        (1, 256, "001"),
        (255, 7, "255.p/7"),
        (1_000, 256, "x001/000"),
        (1_234_067, 3, "x001/x234/067.p/3"),
    ],
)
def test_tile_paths_are_those_of_the_specification(tile: int, width: int, path: str) -> None:
    assert path_of(tile, width) == second.tile_path(tile, width) == path
    assert parse_path(path) == (tile, width)


@pytest.mark.parametrize(
    "path",
    ["", "0", "0000", "1000", "x000/001", "001.p/0", "001.p/256", "001.p/01", "../001", "x1/001", "001/002", "001\n"],
)
def test_other_tile_paths_are_none(path: str) -> None:
    assert parse_path(path) is None

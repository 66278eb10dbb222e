#!/usr/bin/env python3
"""Checks a Handrail audit log without Handrail. One file, Python 3.11, standard library only; read it, then trust it.

    verify_audit_log.py FOLDER                       a folder that `handrail audit export FOLDER` wrote
    verify_audit_log.py https://desk.example.org     a live server; HANDRAIL_KEY holds an API key with audit_log.read
    verify_audit_log.py evidence.json                the evidence of one item, as downloaded from its page

    --key FILE      the verifier key, `<name>+<hash>+<base64>`; get it from somebody other than who gave you the log
    --since FILE    a checkpoint you kept: the log must still begin with what it covers (may be given several times)
    --secret FILE   for the operator alone: the installation's secret, to check the seals of rows and heads too

It prints `ok, N entries`, or the first bad index and why, and ends with 0 or 1 (2: wrong use or not readable).

What is checked, in this order:
  1. the signature: Ed25519 (RFC 8032) over the checkpoint, a C2SP signed note;
  2. the tree: SHA-256 over every entry, built up as RFC 6962 says, must give the root in the checkpoint, and every
     tile must hold what was computed;
  3. the past: the tree over the first n entries must have the root of each older checkpoint (--since, heads.jsonl);
  4. the rows, where they are disclosed: columns must say what was hashed, details must fit their commitment.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import urllib.error
import urllib.request
from datetime import UTC
from pathlib import Path

TILE = 256


class Bad(Exception):
    """The log is not what it should be. `index` is the first bad entry, None where that cannot be told."""

    def __init__(self, index, why):
        super().__init__(why)
        self.index, self.why = index, why


# --- 1. the signature -------------------------------------------------------------------------------------------------
# Ed25519 on the curve -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19. Slow and plain: one check takes some ms.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def ed25519_verify(public, message, signature):
    """RFC 8032, section 5.1.7: whether 8 S B = 8 R + 8 k A; here without the factor, which is stricter."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    left, right = multiply(s, base), add(r, multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def point(encoded):
    """The point (x, y) as (x, y, 1); None for what is none."""
    number = int.from_bytes(encoded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and odd):
        return None
    return (P - x if x % 2 != odd else x), y, 1


def add(p, q):
    """The sum of two points in projective coordinates (x = X/Z, y = Y/Z)."""
    (x1, y1, z1), (x2, y2, z2) = p, q
    a, c, d = z1 * z2 % P, x1 * x2 % P, y1 * y2 % P
    b, e = a * a % P, D * c * d % P
    f, g = b - e, b + e
    return a * f * ((x1 + y1) * (x2 + y2) - c - d) % P, a * g * (d + c) % P, f * g % P


def multiply(k, p):
    total = (0, 1, 1)
    while k:
        if k & 1:
            total = add(total, p)
        p, k = add(p, p), k >> 1
    return total


def read_key(text):
    """Name and public key of `<name>+<hash>+<base64 of 0x01 and the key>`."""
    name, mark, encoded = text.strip().split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    if len(key) != 33 or key[0] != 1 or key_hash(name, key[1:]).hex() != mark:
        raise ValueError("the verifier key is not whole")
    return name, key[1:]


def key_hash(name, public):
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def read_checkpoint(note, name, public):
    """Size and root of a checkpoint that this key signed."""
    body, gap, signatures = note.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) != 3 or not signatures.endswith("\n"):
        raise Bad(None, "a checkpoint is malformed")
    origin, size, root = lines
    if origin != name:
        raise Bad(None, f"a checkpoint is one of {origin}, not of {name}")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise Bad(None, "a checkpoint is malformed")
    found = False
    for line in signatures[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        signer, _, encoded = rest.partition(" ")
        if dash != "\N{EM DASH}" or not signer:
            raise Bad(None, "a checkpoint is malformed")
        given = decode64(encoded)
        if signer == name and given[:4] == key_hash(name, public):
            if not ed25519_verify(public, (body + "\n").encode(), given[4:]):
                raise Bad(None, "the signature does not fit the checkpoint")
            found = True
    if not found:
        raise Bad(None, "the checkpoint is not signed with this key")
    root = decode64(root)
    if len(root) != 32:
        raise Bad(None, "a checkpoint is malformed")
    return int(size), root


def decode64(text):
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad(None, "a checkpoint is malformed") from None
    if base64.b64encode(found).decode() != text:
        raise Bad(None, "a checkpoint is malformed")
    return found


# --- 2. the tree ------------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: the roots of its perfect subtrees, largest first, and their sizes."""

    def __init__(self):
        self.size, self.roots = 0, []

    def append(self, leaf):
        """Adds a leaf; gives back the hashes that became final, as (height, hash)."""
        made, height, size = [(0, leaf)], 0, self.size
        while size & 1:
            leaf, size, height = node_hash(self.roots.pop(), leaf), size >> 1, height + 1
            made.append((height, leaf))
        self.roots.append(leaf)
        self.size += 1
        return made

    def root(self):
        if not self.roots:
            return hashlib.sha256().digest()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root


def proof_root(index, size, leaf, proof):
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2); None if it has not the right length."""
    place, last, root = index, size - 1, leaf
    if not 0 <= index < size:
        return None
    for step in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            root = node_hash(step, root)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            root = node_hash(root, step)
        place, last = place // 2, last // 2
    return root if last == 0 else None


def consistent(old, new, old_root, new_root, proof):
    """Whether a consistency proof (RFC 9162, section 2.1.4.2) shows that the smaller tree begins the larger one."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and old_root == (hashlib.sha256().digest() if old == 0 else new_root)
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            second = node_hash(second, step)
        place, last = place // 2, last // 2
    return last == 0 and first == old_root and second == new_root


# --- where the log is read from ---------------------------------------------------------------------------------------


def tile_path(tile, width):
    """The place of a tile below its level: 1234067 is x001/x234/067."""
    text = str(tile)
    text = text.zfill(-(-len(text) // 3) * 3)
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    whole = "/".join([*("x" + one for one in groups[:-1]), groups[-1]])
    return whole if width == TILE else f"{whole}.p/{width}"


class Folder:
    """An exported log."""

    def __init__(self, path):
        self.path = path

    def read(self, name):
        """The file's bytes; None if it is not there."""
        file = self.path / name
        return file.read_bytes() if file.is_file() else None

    def tile(self, of, tile, width):
        """A tile of this width; where there is none, the widest one that is there."""
        found = self.read(f"tile/{of}/{tile_path(tile, width)}") or self.read(f"tile/{of}/{tile_path(tile, TILE)}")
        if found is None:
            partial = sorted(
                (self.path / f"tile/{of}/{tile_path(tile, TILE)}.p").glob("*"), key=lambda one: int(one.name)
            )
            found = partial[-1].read_bytes() if partial else None
        return found

    def lines(self, name):
        """The values of a file of JSON lines; none if it is not there."""
        return [json.loads(line) for line in (self.read(name) or b"").splitlines()]


class Server:
    """A live server. It gives out checkpoint, key and tiles; rows and heads are for its operator."""

    def __init__(self, url, key):
        self.url, self.key = url.rstrip("/"), key

    def read(self, name):
        if name == "key":
            return json.loads(self.get("/v1/audit-log/state"))["verifier_key"].encode()
        return self.get("/v1/audit-log/checkpoint" if name == "checkpoint" else "/" + name)

    def tile(self, of, tile, width):
        return self.read(f"tile/{of}/{tile_path(tile, width)}")

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.key}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def lines(self, name):
        return []


# --- 2. to 4. the whole log -------------------------------------------------------------------------------------------


def check_log(log, key_text, since, secret):
    """The number of entries. Raises Bad at the first thing that is wrong."""
    given = log.read("key")
    if key_text is None and given is None:
        raise ValueError("there is no verifier key; name one with --key")
    name, public = read_key(key_text or given.decode())
    heads = []
    for head in log.lines("heads.jsonl"):
        heads.append(check_head(head, heads[-1][0] if heads else 0, name, public, secret))
    note = log.read("checkpoint")
    if note is None:
        if not heads and log.read("tile/entries/000") is None and not log.lines("rows/beyond.jsonl"):
            return 0
        raise Bad(heads[-1][0] if heads else 0, "the log has no checkpoint")
    size, root = read_checkpoint(note.decode(), name, public)
    if heads and heads[-1] != (size, root):
        raise Bad(heads[-1][0], "the newest head is not that of the checkpoint")
    wanted = dict(heads)
    kept = [read_checkpoint(text, name, public) for text in since]
    for old_size, old_root in kept:
        if old_size > size:
            raise Bad(size, f"the log ends here, and a checkpoint knows {old_size} entries")
        if wanted.setdefault(old_size, old_root) != old_root:
            raise Bad(None, f"the log is another one than the checkpoint's: its first {old_size} entries differ")
    wanted[size] = root
    check_entries(log, size, wanted, dict(kept), secret)
    check_surplus(log, size, secret)
    return size


def check_head(head, before, name, public, secret):
    """Size and root of one row of heads.jsonl, whose parts must agree; the one `before` ended where it begins."""
    size, note = head["size"], head["checkpoint"]
    try:
        root = bytes.fromhex(head["root"])
        edge = [bytes.fromhex(one) for one in json.loads(head["frontier"])]
        signed = read_checkpoint(note, name, public) if note is not None else (size, root)
    except (ValueError, TypeError, Bad):
        raise Bad(before, f"the head over {size} entries was altered") from None
    tree = Tree()
    tree.roots = edge
    if signed != (size, root) or len(edge) != size.bit_count() or tree.root() != root or root.hex() != head["root"]:
        raise Bad(before, f"the head over {size} entries was altered")
    if secret is not None:
        # The seal names the head before; those that older versions made do not.
        what = size.to_bytes(8, "big") + root
        what += b"" if note is None else max(head["at"], 0).to_bytes(8, "big") + note.encode()
        first = b"audit-head-after" + before.to_bytes(8, "big")
        if head["signature"] not in (seal(secret, first + what), seal(secret, b"audit-head" + what)):
            raise Bad(before, f"the head over {size} entries was altered, or one before it was taken away")
    return size, root


def check_entries(log, size, wanted, kept, secret):
    tree, levels, rows, good_head = Tree(), {}, {}, 0
    for tile in range(-(-size // TILE)):
        first = tile * TILE
        width = min(TILE, size - first)
        rows = rows_from(log, first, rows)
        stored = log.tile(0, tile, width) or b""
        entries = split(log.tile("entries", tile, width), rows, first, width)
        for at, entry in enumerate(entries):
            index = first + at
            if entry is None:
                raise Bad(index, "the entry is missing")
            check_row(rows.get(index), entry, index, secret)
            leaf = leaf_hash(entry)
            if stored[at * 32 : at * 32 + 32] != leaf:
                raise Bad(index, "it is not the entry that was numbered here")
            for height, made in tree.append(leaf):
                if height % 8 == 0 and height:
                    levels.setdefault(height // 8, []).append(made)
            if tree.size in wanted:
                if tree.root() != wanted[tree.size]:
                    if tree.size in kept:
                        raise Bad(None, f"the first {tree.size} entries are not those of the checkpoint")
                    raise Bad(good_head, "the tree does not fit its signed head")
                good_head = tree.size
    for level, hashes in levels.items():
        check_level(log, level, hashes)


def split(bundle, rows, first, width):
    """The entries of a bundle; where there is none, what the rows hold of it."""
    if bundle is None:
        if not rows:
            return [None] * width
        return [rows[index]["entry"].encode() if index in rows else None for index in range(first, first + width)]
    entries, at = [], 0
    while at < len(bundle) and len(entries) < width:
        length = int.from_bytes(bundle[at : at + 2], "big")
        entries.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    return entries + [None] * (width - len(entries))


def check_level(log, level, hashes):
    """The tiles above the leaves hold what was computed from below."""
    for first in range(0, len(hashes), TILE):
        expected = hashes[first : first + TILE]
        stored = log.tile(level, first // TILE, len(expected)) or b""
        for at, one in enumerate(expected):
            if stored[at * 32 : at * 32 + 32] != one:
                raise Bad((first + at) * TILE**level, f"a tile of level {level} does not fit the entries below it")


# --- 4. the rows ------------------------------------------------------------------------------------------------------

ROWS_IN_A_FILE = 8192


def rows_from(log, first, before):
    """The disclosed rows around this index, by their index; none where rows are not disclosed."""
    if first % ROWS_IN_A_FILE:
        return before
    return {row["index"]: row for row in log.lines(f"rows/{first:012d}.jsonl")}


def check_row(row, entry, index, secret):
    """A stored row says what was hashed: its columns the entry, its details what the entry commits to."""
    if row is None:
        return
    if row["entry"].encode() != entry or leaf_hash(entry).hex() != row["leaf_hash"]:
        raise Bad(index, "the entry was altered, or put in from outside")
    if secret is not None and seal(secret, b"audit-row" + leaf_hash(entry)) != row["seal"]:
        raise Bad(index, "the entry was altered, or put in from outside")
    try:
        said = json.loads(entry)
    except ValueError:
        raise Bad(index, "the entry is not JSON") from None
    for name in ("id", "project_id", "actor", "kind", "subject"):
        if said.get(name) != row[name]:
            raise Bad(index, "its columns do not say what was hashed")
    if milliseconds(said["at"]) != row["at"]:
        raise Bad(index, "its columns do not say what was hashed")
    if row["details"] is None or row["salt"] is None:
        raise Bad(index, "its details are gone")
    if not committed(row["salt"], row["details"], said["commitment"]):
        raise Bad(index, "its details are not those that were committed to")


def committed(salt, details, commitment):
    """Whether SHA-256 over salt and details is the commitment."""
    if not re.fullmatch("[0-9a-f]{32}", salt):
        return False
    return hashlib.sha256(bytes.fromhex(salt) + details.encode()).hexdigest() == commitment


def milliseconds(text):
    """2026-11-21T11:43:57.000Z as milliseconds since 1970."""
    from datetime import datetime

    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def check_surplus(log, size, secret):
    """Nothing stands in the database that the checkpoint does not cover, but for rows that wait for their number."""
    beyond = log.lines("rows/beyond.jsonl")
    if beyond:
        raise Bad(max(0, beyond[0]["index"]), "entries stand beyond the last signed head")
    for tile in log.lines("tiles.jsonl"):
        level, there = tile["level"], tile["bytes"] // 32
        right = max(0, min(TILE, (size >> 8 * level) - tile["tile"] * TILE)) if 0 <= level < 8 else 0
        if there != right or tile["bytes"] % 32 or tile["tile"] < 0:
            raise Bad(size, "the tiles hold too much")
    for row in log.lines("rows/waiting.jsonl"):
        try:
            check_row(row, row["entry"].encode(), size, secret)
        except Bad as bad:
            raise Bad(size, f"an entry that waits for its number: {bad.why}") from None


def seal(secret, what):
    """The installation's own mark on rows and heads."""
    return hmac.new(secret, what, hashlib.sha256).hexdigest()


# --- one item ---------------------------------------------------------------------------------------------------------


def check_evidence(evidence, key_text, since):
    """The number of entries about one item, each proved against the checkpoint in the evidence."""
    if evidence.get("format") != "handrail-audit-evidence/1":
        raise ValueError("this is no evidence of Handrail")
    if evidence["checkpoint"] is None:
        return 0
    name, public = read_key(key_text or evidence["verifier_key"])
    size, root = read_checkpoint(evidence["checkpoint"], name, public)
    for text in since:
        if read_checkpoint(text, name, public)[0] == size and read_checkpoint(text, name, public)[1] != root:
            raise Bad(None, f"two checkpoints over {size} entries differ")
    for one in evidence["entries"]:
        index, entry = one["index"], one["entry"].encode()
        if proof_root(index, size, leaf_hash(entry), [bytes.fromhex(step) for step in one["proof"]]) != root:
            raise Bad(index, "its proof does not lead to the checkpoint")
        said = json.loads(entry)
        if said["subject"] != evidence["item_id"]:
            raise Bad(index, "it is about something else")
        if one["details"] is not None and not committed(one["salt"], one["details"], said["commitment"]):
            raise Bad(index, "its details are not those that were committed to")
    return len(evidence["entries"])


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", help="a folder, an address, or a file of evidence")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--since", type=Path, action="append", default=[])
    parser.add_argument("--secret", type=Path)
    given = parser.parse_args(arguments)
    try:
        key_text = given.key.read_text() if given.key else None
        since = [path.read_text(encoding="utf-8") for path in given.since]
        secret = hmac.new(given.secret.read_bytes().strip(), b"audit", "sha256").digest() if given.secret else None
        if given.log.startswith(("http://", "https://")):
            count = check_log(Server(given.log, os.environ.get("HANDRAIL_KEY", "")), key_text, since, secret)
        elif Path(given.log).is_file():
            count = check_evidence(json.loads(Path(given.log).read_text(encoding="utf-8")), key_text, since)
        elif Path(given.log).is_dir():
            count = check_log(Folder(Path(given.log)), key_text, since, secret)
        else:
            raise ValueError(f"{given.log} is not there")
    except Bad as bad:
        where = "" if bad.index is None else f" from index {bad.index}"
        print(f"The log is broken{where}: {bad.why}.")
        return 1
    except (OSError, ValueError, KeyError) as error:
        print(f"verify_audit_log: {error}", file=sys.stderr)
        return 2
    print(f"ok, {count} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())

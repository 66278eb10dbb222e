"""Writes docs/reference/ and the types of the TypeScript client from the code as it is.

python -m scripts.reference            writes what has changed
python -m scripts.reference --check    writes nothing; 1 if something would change
"""

from __future__ import annotations

import sys

from scripts.reference.source import GAPS, differing, generated
from scripts.setup import ROOT


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    files = generated()
    if GAPS:
        print("\n".join(GAPS), file=sys.stderr)
        return 1
    changed = differing(files)
    for path in changed:
        print(f"{'differs' if arguments else 'written'}: {path.relative_to(ROOT)}")
        if not arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
    return 1 if arguments and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

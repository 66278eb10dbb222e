"""`python -m benchmarks [NAME]...`: measures, prints one table, saves it under .local/bench. Never passes or fails."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks import admit, audit, behind, bulk, explore, export, metrics, review, start
from benchmarks.databases import postgres_server
from benchmarks.table import Figure, machine, render, save

Measure = Callable[[str | None], list[Figure]]
"""Measures on SQLite (None) or on a PostgreSQL server."""


def _measures(options: argparse.Namespace) -> dict[str, Measure]:
    return {
        "start": start.measure,
        "admit": lambda server: admit.measure(server, options.seconds),
        "bulk": lambda server: bulk.measure(server, options.rows),
        "review": lambda server: review.measure(server, options.depth),
        "audit": lambda server: audit.measure(server, options.entries),
        "behind": lambda server: behind.measure(server, options.behind),
        "metrics": metrics.measure,
        "export": lambda server: [
            *export.measure(server, options.decided),
            *export.measure(server, options.decided, short=True),
        ],
        "explore": lambda server: explore.measure(server, options.items),
    }


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="start, admit, bulk, review (claim and verdict), audit, behind (what is done behind each item), metrics, "
        "explore, export; all without a name",
    )
    parser.add_argument("--store", choices=("sqlite", "postgresql"), help="one store alone")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each load runs")
    parser.add_argument(
        "--rows", type=int, default=10_000, help="rows of the bulk upload; 100000 for the measure of the aim"
    )
    parser.add_argument("--depth", type=int, default=200_000, help="waiting items in a deep queue; 1000000 for the aim")
    parser.add_argument(
        "--entries", type=int, default=100_000, help="entries of the audit log; 1000000 for the measure of the aim"
    )
    parser.add_argument(
        "--items", type=int, nargs="+", default=[50_000], help="items of the explorer; 50000 1000000 for the aim"
    )
    parser.add_argument("--behind", type=int, default=4_000, help="items that are filled and counted")
    parser.add_argument(
        "--decided", type=int, default=50_000, help="decided items of an export; 1000000 for the measure of the aim"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    measures = _measures(options)
    unknown = [name for name in options.names if name not in measures]
    if unknown:
        print(f"There is no measure {unknown[0]!r}; there are: {', '.join(measures)}.", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with postgres_server() as (server, told):
        stores = [("sqlite", None), *([("postgresql", server)] if server else [])]
        for name in options.names or measures:
            for store, url in stores:
                if options.store in (None, store):
                    began = time.perf_counter()
                    figures += measures[name](url)
                    print(f"{name} on {store}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    notes = [told, *(f"{name} {value}" for name, value in machine().items())]
    print(render(figures))
    print("\n" + "; ".join(notes))
    print(f"saved: {save(figures, notes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

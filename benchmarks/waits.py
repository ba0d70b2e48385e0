"""Measure how long deep networks guess before they learn: `python -m benchmarks.waits` from the root.

Batches of 10, eta 0.1, no L2 term, in float32. What the runs saw is kept in `vgcore/data/waits.csv` and
`vgcore/data/long_runs.csv`, rewritten as the runs go on. Every run stands in a file of its own under
`--state`, from where it goes on when the program is started again, to as many steps as `--steps` says.
Seven hidden layers take two minutes of a core; eight are not through after 9,000,000 steps, or 40 minutes.
"""

import argparse
import csv
import json
import os
import platform
import time
from datetime import date
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from vgcore import Network, load_digits, train
from vgcore.studies.waits import HALF, LONG_RUNS_FILE, MOST, WAITS_FILE, LongRun, Wait, begin

DEEPEST = 8
RUNS = [
    *(("as_it_is", hidden, 0) for hidden in range(1, DEEPEST)),
    *(("as_it_is", 6, seed) for seed in (1, 2)),
    *(("shares", 6, seed) for seed in (0, 1, 2)),
    *(
        (way, 5, seed)
        for way in (
            *("as_it_is", "last_two_slow", "last_slow", "shares", "batch_1", "batch_100"),
            *("eta_1", "weights_2", "weights_4", "biases_0"),
        )
        for seed in (0, 1, 2)
        if (way, seed) != ("as_it_is", 0)
    ),
    ("shares", 7, 0),
    ("as_it_is", DEEPEST, 0),
]
"""Way, hidden layers, seed."""

PAST_WAKING = 1.5
"""A run goes on to so many times the steps in which it has learned most."""
KEPT_LOOKS = 80
BETWEEN_TABLES = 20.0  # seconds


def looks(taken, until):
    """Return the steps to look at: every 100 up to 10,000, every 1,000 up to 1,000,000, then every 10,000."""
    apart = 100 if taken < 10_000 else 1_000 if taken < 1_000_000 else 10_000
    return np.arange(0 if taken == 0 else apart, until - taken + 1, apart)


class Run:
    """One run, which can be left and gone on with."""

    def __init__(self, folder, way, hidden, seed):
        self.key, self.path = (way, hidden, seed), folder / f"{way}-{hidden}-{seed}.npz"
        self.network, self.how = begin(way, hidden, seed)
        self.rng, self.taken, self.seen = np.random.default_rng(seed), 0, None
        if self.path.exists():
            self._load()

    def wait(self, share):
        """Return the steps after which so much was first seen to be right, or None."""
        there = np.flatnonzero(self.seen.accuracy >= share)
        return int(self.seen.steps[there[0]]) if there.size else None

    def ended(self, steps):
        """Whether it has gone as far as it should."""
        most = self.seen and self.wait(MOST)
        return self.taken >= (min(steps, PAST_WAKING * most) if most else steps)

    def go_on(self, x, y):
        """Take 10,000 steps, or after 1,000,000 of them 100,000."""
        more = 10_000 if self.taken < 1_000_000 else 100_000
        at = looks(self.taken, self.taken + more)
        found = train(
            self.network, x, y, more * self.how["batch"] // 1_000, seed=self.rng, every=at, **self.how
        )
        rows = LongRun(*(getattr(found, name) for name in LongRun._fields))
        rows = rows._replace(steps=rows.steps + self.taken)
        self.seen = LongRun(*map(np.concatenate, zip(self.seen, rows, strict=True))) if self.seen else rows
        self.network, self.taken = found.network, self.taken + more
        self._save()

    def _save(self):
        written = self.path.with_suffix(".tmp.npz")
        np.savez(
            written,
            order=json.dumps(self.rng.bit_generator.state),
            taken=self.taken,
            **{f"w{l}": w for l, w in enumerate(self.network.weights)},
            **{f"b{l}": b for l, b in enumerate(self.network.biases)},
            **self.seen._asdict(),
        )
        os.replace(written, self.path)

    def _load(self):
        with np.load(self.path) as kept:
            layers = range(self.network.depth)
            self.network = Network([kept[f"w{l}"] for l in layers], [kept[f"b{l}"] for l in layers])
            self.rng.bit_generator.state = json.loads(str(kept["order"]))
            self.taken, self.seen = int(kept["taken"]), LongRun(*(kept[name] for name in LongRun._fields))


def write(folder):
    """Write both tables, of all runs that have begun."""
    runs = [Run(folder, *key) for key in RUNS if (folder / "{}-{}-{}.npz".format(*key)).exists()]
    told = (
        f"# benchmarks/waits.py, Python {platform.python_version()}, numpy {np.__version__}, "
        f"{date.today().isoformat()}"
    )
    what = (
        "# mini-batches of 10, eta 0.1, lambda 0, 30 neurons wide, float32, 1,000 digits, unless the way says"
    )
    rows = [(*run.key, run.taken, run.wait(HALF), run.wait(MOST)) for run in runs]
    _put(WAITS_FILE, (told, what), Wait._fields, rows)
    by_layer = [f"{name}_{l}" for name in LongRun._fields[3:] for l in range(1, DEEPEST + 2)]
    of_one_seed = [run for run in runs if (run.key[0], run.key[2]) == ("as_it_is", 0)]
    rows = [row for run in sorted(of_one_seed, key=lambda run: run.key[1]) for row in _rows(run)]
    _put(LONG_RUNS_FILE, (told, what + "; seed 0"), ("hidden", *LongRun._fields[:3], *by_layer), rows)


def _rows(run):
    """Yield some of the looks of a run, at most 80: half of them evenly in steps, half in their logarithm."""
    last = len(run.seen.steps) - 1
    even = np.linspace(0, run.seen.steps[-1], KEPT_LOOKS // 2)
    log = np.geomspace(run.seen.steps[1], run.seen.steps[-1], KEPT_LOOKS // 2)
    kept = np.unique(np.searchsorted(run.seen.steps, np.concatenate([even, log])).clip(0, last))
    for k in kept:
        layers = [
            f"{array[k, l]:.4g}" if l < array.shape[1] else ""
            for array in run.seen[3:]
            for l in range(DEEPEST + 1)
        ]
        cost, accuracy = run.seen.cost[k], run.seen.accuracy[k]
        yield run.key[1], run.seen.steps[k], f"{cost:.5g}", f"{accuracy:.3f}", *layers


def _put(path, told, columns, rows):
    written = path.with_suffix(f".{os.getpid()}.tmp")
    with open(written, "w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in told)
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])
    os.replace(written, path)


def main(folder, steps, chosen):
    threadpool_limits(1)
    folder.mkdir(parents=True, exist_ok=True)
    x, y = (array.astype(np.float32) for array in load_digits())
    written = 0.0
    for key in RUNS:
        name = "{}-{}-{}".format(*key)
        if chosen and name not in chosen:
            continue
        run, begun = Run(folder, *key), time.process_time()
        first = run.taken
        while not run.ended(steps):
            run.go_on(x, y)
            if time.monotonic() - written > BETWEEN_TABLES:
                write(folder)
                written = time.monotonic()
        took = 1e6 * (time.process_time() - begun) / max(run.taken - first, 1)
        waits = f"{run.wait(HALF)}, {run.wait(MOST)}"
        print(f"{name:<20}{run.taken:>10,} steps, {waits}, {took:.0f} us a step", flush=True)
    write(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=9_000_000, help="the most steps of a run")
    parser.add_argument("--state", type=Path, default=Path("build/waits"), help="where the runs are kept")
    parser.add_argument("--only", nargs="*", default=[], help="runs, as as_it_is-8-0: way, layers, seed")
    asked = parser.parse_args()
    main(asked.state, asked.steps, asked.only)

"""How long a deep network guesses before it learns, and what shortens or lengthens that."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vgcore.checks import one_of
from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.read_only import read_only
from vgcore.studies.designs import digit_sizes

WIDTH, ETA, BATCH = 30, 0.1, 10
HALF, MOST = 0.5, 0.9
"""The shares of the digits read rightly to which waits are measured."""

_DATA = Path(__file__).parents[1] / "data"
WAITS_FILE, LONG_RUNS_FILE = _DATA / "waits.csv", _DATA / "long_runs.csv"


class Wait(NamedTuple):
    """How long one run waited, in steps.

    Attributes
    ----------
    way : str, a name in `WAYS`
    hidden, seed : int, the number of hidden layers, and what draws the weights and the batches
    steps : int, how long the run was
    to_half, to_most : int or None
        The steps after which half, and nine tenths, of the digits were first seen to be read rightly;
        None if never in this run.
    """

    way: str
    hidden: int
    seed: int
    steps: int
    to_half: int | None
    to_most: int | None


class LongRun(NamedTuple):
    """What was seen of all digits along one run, as `History` has it: a row a look."""

    steps: np.ndarray
    cost: np.ndarray
    accuracy: np.ndarray
    speeds: np.ndarray
    rms_speeds: np.ndarray
    weight_norms: np.ndarray
    spreads: np.ndarray


def _as_it_is(network):
    return {}


def _slow(layers):
    return lambda network: {"rates": [1.0] * (network.depth - layers) + [0.1] * layers}


def _scaled(factor):
    def change(network):
        for w in network.weights:
            w *= factor
        return {}

    return change


def _without_biases(network):
    for b in network.biases:
        b[:] = 0.0
    return {}


def _at_the_shares(network):
    """Have the outputs be, of the mean of what comes in, how often each digit comes."""
    x, y = load_digits()
    share = y.mean(axis=1, keepdims=True)
    reached = network.weights[-1] @ network.forward(x)[1][-2].mean(axis=1, keepdims=True)
    network.biases[-1][:] = np.log(share / (1.0 - share)) - reached
    return {}


WAYS = {
    "as_it_is": _as_it_is,
    "last_two_slow": _slow(2),
    "last_slow": _slow(1),
    "shares": _at_the_shares,
    "batch_1": lambda network: {"batch": 1},
    "batch_100": lambda network: {"batch": 100},
    "eta_1": lambda network: {"eta": 1.0},
    "weights_2": _scaled(2.0),
    "weights_4": _scaled(4.0),
    "biases_0": _without_biases,
}
"""What might shorten the wait: changes of the network as it is drawn, to what else `train` is to be told."""


def begin(way, hidden, seed):
    """Return a network for the digits in float32, and the batch, the rates and eta that `train` takes.

    Parameters
    ----------
    way : str, a name in `WAYS`
    hidden : int, at least 1, the number of hidden layers
    seed : int, at least 0

    Raises
    ------
    ValueError
        If a number is out of range, or the way is unknown.
    """
    change = one_of("way", way, WAYS)
    network = Network.random(digit_sizes(hidden, WIDTH), seed, dtype=np.float32)
    return network, {"eta": ETA, "batch": BATCH, **change(network)}


@cache
def waits():
    """Return every `Wait` that `benchmarks/waits.py` has measured, as a tuple."""
    return tuple(
        Wait(row["way"], *(int(row[name]) if row[name] else None for name in Wait._fields[1:]))
        for row in _rows(WAITS_FILE)
    )


@cache
def long_runs():
    """Return the `LongRun` of every number of hidden layers, as `benchmarks/waits.py` has kept it.

    Batches of 10, eta 0.1, no L2 term, seed 0, in float32.
    """
    found = {}
    for row in _rows(LONG_RUNS_FILE):
        found.setdefault(int(row["hidden"]), []).append(row)
    return {hidden: _long_run(rows, hidden + 1) for hidden, rows in found.items()}


def measured_by():
    """Return the first line of the data: which program, of which versions, measured them, and when."""
    with open(WAITS_FILE, encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()


def _rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _long_run(rows, depth):
    def column(name):
        return np.array([float(row[name]) for row in rows])

    by_layer = (
        np.transpose([column(f"{name}_{l}") for l in range(1, depth + 1)]) for name in LongRun._fields[3:]
    )
    return read_only(LongRun(column("steps").astype(int), column("cost"), column("accuracy"), *by_layer))

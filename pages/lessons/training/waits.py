"""The trainings of lesson 5 that wait for a network to wake: which there are, and how they are run in a row."""

from typing import NamedTuple

from vgcore.studies.waiting import LEARNED, Way, wait

ASKED_DEPTH, DEPTHS = 4, (4, 1, 2, 3, 5, 6)
"""Hidden layers of the network that is asked about, and of all, in the order in which they are trained."""
SEEDS = (0, 1, 2)
LAMBDAS = (0.0, 5.0, 0.2, 0.5, 1.0, 2.0)
"""Strengths of the L2 term that are tried, the ends first."""
RACED = (4, 3, 2)
"""Hidden layers of the networks that race, in their order."""
FULL = 0.95
"""Share of the digits at which a run that is looked at more closely ends."""
_PLAIN = Way(hidden=5)
WAYS = {
    "plain": {},
    "hold_two": {"held_back": 2},
    "hold_one": {"held_back": 1},
    "shares": {"shares": True},
    "single": {"batch": 1},
    "hundred": {"batch": 100},
    "unbiased": {"bias_std": 0.0},
    "faster": {"eta": 1.0},
    "double": {"scale": 2.0},
    "fourfold": {"scale": 4.0},
}
"""What might shorten the wait of five hidden layers: in what each way differs."""
CURES = {
    "plain": {},
    "faster": {"eta": 0.3},
    "fourfold": {"scale": 4.0},
    "relu": {"activation": "relu", "init": "he_normal"},
    "skips": {"residual": 0.45},
}
"""What helps it, each in one change; alpha of the skips is 1 / sqrt(5)."""


class Asked(NamedTuple):
    """One training, as `wait` takes it, and what it is called."""

    name: str
    way: Way
    limit: int
    until: float = LEARNED


def run(asked, on_step):
    """Run the trainings in their order; `on_step` is told how many of a hundred parts are done.

    Returns
    -------
    tuple of pairs of an Asked and a Waited
    """
    results = ()

    def told(one, waited):
        done = len(results) + waited.steps[-1] / one.limit
        on_step(max(1, int(100 * done / len(asked))), (*results, (one, waited)))

    for one in asked:
        waited = wait(one.way, one.limit, one.until, lambda seen, one=one: told(one, seen))
        results += ((one, waited),)
    return results


def by_depth():
    """The book's network without the L2 term, by its hidden layers, until nearly all digits are right."""
    limits = {6: 150_000, 5: 80_000}
    return tuple(
        Asked(str(hidden), Way(hidden=hidden), limits.get(hidden, 20_000), 0.9) for hidden in DEPTHS
    )


def closely():
    """The one that is asked about, until it has nearly all digits right."""
    return (Asked(str(ASKED_DEPTH), Way(hidden=ASKED_DEPTH), 20_000, FULL),)


def ways():
    """What might shorten the wait, from three random starts; first what is asked about."""
    first = [(name, seed) for name in ("plain", "hold_two") for seed in SEEDS]
    others = [(name, seed) for seed in SEEDS for name in WAYS]
    return tuple(_asked(name, WAYS[name], seed) for name, seed in dict.fromkeys([*first, *others]))


def races():
    """Networks under an L2 term, by their hidden layers and its strength."""
    return tuple(
        Asked(f"{lmbda:g}", Way(hidden=hidden, lmbda=lmbda), 20_000) for hidden in RACED for lmbda in LAMBDAS
    )


def cures():
    """What helps, from three random starts."""
    return tuple(_asked(name, CURES[name], seed) for seed in SEEDS for name in CURES)


def _asked(name, change, seed):
    return Asked(name, Way(**{"hidden": 5, "seed": seed, **change}), 100_000)

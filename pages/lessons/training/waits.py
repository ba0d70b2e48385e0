"""The trainings of lesson 5 that wait for a network to wake: which there are, and how they are run."""

from typing import NamedTuple

from vgcore.studies.waiting import Training, wait
from vgcore.studies.waits import HALF, MOST

ASKED_DEPTH, DEPTHS = 4, (4, 1, 2, 3, 5, 6)
"""Hidden layers of the network that is asked about, and of all, in the order in which they are trained."""
SEEDS = (0, 1, 2)
LAMBDAS = (0.0, 5.0, 0.3, 0.5, 1.0, 2.0)
"""Strengths of the L2 term that are tried, the ends first."""
RACED = (4, 3, 2)
"""Hidden layers of the networks that race, in their order."""
SHORT, LONG, LONGEST = 20_000, 100_000, 150_000
"""Steps after which a training is given up."""
FULL = 0.95
"""Share of the digits at which a run that is looked at more closely ends."""
ASKED_WAYS = ("as_it_is", "last_two_slow")
OTHER_WAYS = (
    *("shares", "last_slow", "batch_1", "batch_100", "biases_0"),
    *("eta_1", "weights_2", "weights_4"),
)
"""What might shorten the wait of five hidden layers, first what is asked about."""
CURES = ("as_it_is", "eta_1", "weights_4", "relu", "skips")
"""What helps it, each in one change."""
CHANGED_DEPTH = 5


class Asked(NamedTuple):
    """One training, and when it ends, as `wait` takes them."""

    training: Training
    limit: int = LONG
    until: float = HALF


def run(asked, on_step):
    """Run the trainings in their order; `on_step` is told how many of a hundred parts are done.

    Returns
    -------
    tuple of Waited
    """
    results = ()

    def told(one, waited):
        done = len(results) + waited.steps[-1] / one.limit
        on_step(max(1, int(100 * done / len(asked))), (*results, waited))

    for one in asked:
        results += (wait(*one, on_look=lambda seen, one=one: told(one, seen)),)
    return results


def by_depth():
    """The book's network without the L2 term, by its hidden layers, until most digits are right."""
    limits = {5: LONG, 6: LONGEST}
    return tuple(Asked(Training(hidden=hidden), limits.get(hidden, SHORT), MOST) for hidden in DEPTHS)


def closely():
    """The one that is asked about, until it has nearly all digits right."""
    return (Asked(Training(hidden=ASKED_DEPTH), SHORT, FULL),)


def ways():
    """What might shorten the wait, from three random starts; first what is asked about."""
    first = [(way, seed) for way in ASKED_WAYS for seed in SEEDS]
    return _changed([*first, *((way, seed) for seed in SEEDS for way in OTHER_WAYS)])


def races():
    """Networks under an L2 term, by their hidden layers and its strength."""
    return tuple(Asked(Training(hidden=hidden, lmbda=lmbda), SHORT) for hidden in RACED for lmbda in LAMBDAS)


def cures():
    """What helps, from three random starts."""
    return _changed((way, seed) for seed in SEEDS for way in CURES)


def _changed(ways):
    return tuple(Asked(Training(way, CHANGED_DEPTH, seed)) for way, seed in ways)

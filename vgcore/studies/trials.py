"""Short trainings, run one after the other."""

import time
from typing import NamedTuple

import numpy as np

from vgcore.blocks import Recipe
from vgcore.checks import is_false
from vgcore.studies.learning import learn

WIDTH, STEPS = 50, 200
"""Neurons in a layer, and steps where a trial says nothing else."""


class Trial(NamedTuple):
    """One short training, as `learn` takes it, and the name of its network."""

    name: str
    recipe: Recipe
    eta: float
    hidden: int = 20
    steps: int = STEPS
    seed: int = 0
    clip: float | None = None


class Result(NamedTuple):
    """What one of them came to, and the seconds that a step took."""

    trial: Trial
    accuracy: float
    ratio: float
    clipped: float
    seconds: float


def run(trials, on_step):
    """Run trials in their order.

    Parameters
    ----------
    trials : sequence of Trial
    on_step : function of (how many are done, their results), which ends all by returning False

    Returns
    -------
    tuple of Result
    """
    results, wanted = (), True

    def told(_):
        nonlocal wanted
        wanted = on_step(len(results), results)
        return wanted

    for name, *settings in trials:
        began = time.perf_counter()
        recipe, eta, hidden, steps, seed, clip = settings
        learned = learn(recipe, eta, hidden, WIDTH, steps, seed=seed, clip=clip, on_step=told)
        if is_false(wanted):
            break
        taken = (time.perf_counter() - began) / max(learned.steps, 1)
        results += (Result(Trial(name, *settings), learned.accuracy, learned.ratio, learned.clipped, taken),)
        told(None)
    return results


def of(name, results):
    """Return those of the results whose network has this name."""
    return [each for each in results if each.trial.name == name]


def shares(results):
    """Return the shares that were read, by the name of the network, without what overflowed."""
    names = dict.fromkeys(each.trial.name for each in results)
    return {
        name: [each.accuracy for each in of(name, results) if np.isfinite(each.accuracy)] for name in names
    }

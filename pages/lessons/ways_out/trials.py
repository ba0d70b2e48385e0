"""The short trainings of lesson 6: which there are, and how they are run one after the other."""

import time
from typing import NamedTuple

from pages.lessons.ways_out.recipes import HE, RECIPES
from vgcore.blocks import Recipe
from vgcore.studies.learning import learn

TRAINED_WIDTH, TRAINING_STEPS, TRAINED_STARTS = 50, 200, 6
"""Neurons in a layer, steps and random starts of the networks that are trained."""
DEPTHS = (10, 20, 50)
"""Hidden layers of the networks in the last table."""
TANHS = {
    "tanh_small": {"activation": "tanh", "init": "lecun_normal", "scale": 0.7},
    "tanh_large": {"activation": "tanh", "init": "lecun_normal", "scale": 2.0},
}
SCALED = {"sigmoid_scaled_skip": {"activation": "sigmoid", "init": "lecun_normal", "residual": 0.22}}
COMPARED = {
    "sigmoid": ("sigmoid", "sigmoid_scaled_skip"),
    "relu": ("relu_he", "relu_batch"),
    "tanh": ("tanh_small", "tanh_lecun", "tanh_large"),
}
"""Networks that are compared with each other, by activation."""
RATES = {
    "sigmoid": {10: 0.03, 20: 0.03, 50: 0.003},
    "relu_lecun": {10: 0.1, 20: 0.1, 50: 0.0001},
    "relu_he": {10: 0.03, 20: 0.03, 50: 0.01},
    "tanh_lecun": {10: 0.1, 20: 0.1, 50: 0.01},
    "relu_batch": {10: 0.3, 20: 0.1, 50: 0.1},
    "relu_layer": {10: 0.1, 20: 0.03, 50: 0.01},
    "relu_rms": {10: 0.1, 20: 0.03, 50: 0.003},
    "sigmoid_skip": {10: 0.1, 20: 0.1, 50: 0.03},
    "sigmoid_layer": {10: 0.01, 20: 0.01, 50: 0.001},
    "relu_skip": {10: 0.003, 20: 0.0001, 50: 0.0001},
    "relu_scaled_skip": {10: 0.1, 20: 0.1, 50: 0.1},
    "tanh_small": {20: 0.3},
    "tanh_large": {20: 0.03},
    "sigmoid_scaled_skip": {20: 0.3},
}
"""Learning rate by network and hidden layers; `benchmarks/learning.py` finds it on other seeds."""
MAP_STDS, MAP_DEPTHS, MAP_BIAS_STD = (
    (0.6, 0.8, 1.0, 1.15, 1.327, 1.6, 2.0, 2.5, 3.0),
    (5, 10, 20, 30, 50),
    0.05**0.5,
)
TIMES = (1, 2, 3, 4, 5, 6, 8, 10)
"""Multiples of xi that the line of the map may be at."""


class Trial(NamedTuple):
    """One short training, as `learn` takes it, and the name of its network."""

    name: str
    recipe: Recipe
    eta: float
    hidden: int = 20
    steps: int = TRAINING_STEPS
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
    """Run the trials in their order; `on_step` is told of every one, and ends it by returning False."""
    results, wanted = (), True

    def told(_):
        nonlocal wanted
        wanted = on_step(len(results), results)
        return wanted

    for name, *settings in trials:
        began = time.perf_counter()
        recipe, eta, hidden, steps, seed, clip = settings
        learned = learn(recipe, eta, hidden, TRAINED_WIDTH, steps, seed=seed, clip=clip, on_step=told)
        if wanted is False:
            break
        taken = (time.perf_counter() - began) / max(learned.steps, 1)
        results += (Result(Trial(name, *settings), learned.accuracy, learned.ratio, learned.clipped, taken),)
        told(None)
    return results


def compared(activation):
    """Networks of one activation, each from several random starts, in turns."""
    cures = {**RECIPES, **TANHS, **SCALED}
    return tuple(
        Trial(name, Recipe.of(cures[name]), RATES[name][20], seed=seed)
        for seed in range(TRAINED_STARTS)
        for name in COMPARED[activation]
    )


def clipped(scale):
    """ReLU networks whose weights are too large: at a usual rate, at a tiny one, and clipped."""
    recipe = Recipe.of({**HE, "init": "lecun_normal", "scale": scale})
    ways = {"free": (0.1, None), "small": (1e-4, None), "clip": (0.1, 1.0)}
    return tuple(
        Trial(name, recipe, eta, steps=2 * TRAINING_STEPS, seed=seed, clip=clip)
        for seed in range(4)
        for name, (eta, clip) in ways.items()
    )


def cell(weight_std, hidden):
    """One tanh network of the map."""
    recipe = {"activation": "tanh", "init": "lecun_normal", "scale": weight_std, "bias_std": MAP_BIAS_STD}
    return Trial("tanh", Recipe.of(recipe), 0.03, hidden)


def own(chosen):
    """The reader's own network of the map, alone."""
    return (cell(chosen.own_std, chosen.own_depth),)


def mapped():
    """All networks of the map, row by row."""
    return tuple(cell(weight_std, hidden) for hidden in MAP_DEPTHS for weight_std in MAP_STDS)


def cures():
    """Every network of the last table at three depths, one start each."""
    return tuple(
        Trial(name, Recipe.of(recipe), RATES[name][depth], depth)
        for depth in DEPTHS
        for name, recipe in RECIPES.items()
    )

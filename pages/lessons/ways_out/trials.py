"""The short trainings of lesson 6: which there are."""

from pages.lessons.ways_out.recipes import RECIPES
from vgcore.blocks import Recipe
from vgcore.studies.trials import Trial

TRAINED_STARTS = 6
"""Random starts of the networks that are trained."""
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


def compared(activation):
    """Networks of one activation, each from several random starts, in turns."""
    cures = {**RECIPES, **TANHS, **SCALED}
    return tuple(
        Trial(name, Recipe.of(cures[name]), RATES[name][20], seed=seed)
        for seed in range(TRAINED_STARTS)
        for name in COMPARED[activation]
    )


def cures():
    """Every network of the last table at three depths, one start each."""
    return tuple(
        Trial(name, Recipe.of(recipe), RATES[name][depth], depth)
        for depth in DEPTHS
        for name, recipe in RECIPES.items()
    )

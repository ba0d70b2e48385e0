"""The short trainings of the lesson through time: with clipping and without."""

from vgcore.blocks import Recipe
from vgcore.studies.trials import STEPS, Trial


def clipped(scale):
    """ReLU networks whose weights are too large: at a usual rate, at a tiny one, and clipped."""
    recipe = Recipe.of({"activation": "relu", "init": "lecun_normal", "scale": scale})
    ways = {"free": (0.1, None), "small": (1e-4, None), "clip": (0.1, 1.0)}
    return tuple(
        Trial(name, recipe, eta, steps=2 * STEPS, seed=seed, clip=clip)
        for seed in range(4)
        for name, (eta, clip) in ways.items()
    )

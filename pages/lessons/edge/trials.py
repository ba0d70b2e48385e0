"""The short trainings of the lesson on the edge: a map of tanh networks."""

from vgcore.blocks import Recipe
from vgcore.studies.trials import Trial

MAP_STDS, MAP_DEPTHS, MAP_BIAS_STD = (
    (0.6, 0.8, 1.0, 1.15, 1.327, 1.6, 2.0, 2.5, 3.0),
    (5, 10, 20, 30, 50),
    0.05**0.5,
)
TIMES = (1, 2, 3, 4, 5, 6, 8, 10)
"""Multiples of xi that the line of the map may be at."""


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

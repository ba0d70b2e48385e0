"""The networks that lesson 7 lays beside the reader's, each computed once for all readers."""

from pages.lessons.network.rows import SIMULATED_DIGITS
from pages.ui.page import cached
from vgcore.blocks import Recipe
from vgcore.digits import load_digits
from vgcore.initialisers import DEFAULTS
from vgcore.studies.ways_out import RECIPES, scaled_skip, theory_factors, weight_theory
from vgcore.studies.weights import weight_profile

SIMULATED_SEEDS = 4
"""Random networks beside the reader's."""
CURES = RECIPES | {f"relu_{name.lower()}": DEFAULTS[name].recipe("relu") for name in ("PyTorch", "Keras")}
"""The networks of lesson 6, and ReLU as the two commonest frameworks make it."""


def simulated(own, shape):
    """The weights' gradients, measured and in theory, of random networks built as the reader says."""
    blocks_of_two = own.skip != "none"
    hidden = max(2, (shape.hidden + 1) // 2) if blocks_of_two else shape.hidden
    recipe = own.recipe(hidden)
    return cached(_simulated)(tuple(recipe.items()), hidden, shape.width)


def cures(shape):
    """The factors of delta and the weights' theory of all `CURES`, at the depth of a shape."""
    return cached(_cures)(shape.hidden, shape.width)


def _simulated(recipe, hidden, width):
    return weight_profile({**dict(recipe), "batch": SIMULATED_DIGITS}, hidden, width, SIMULATED_SEEDS)


def _cures(hidden, width):
    x, _ = load_digits(SIMULATED_DIGITS)
    found = {}
    for name, recipe in CURES.items():
        scaled = {"residual": scaled_skip(hidden)} if name == "relu_scaled_skip" else {}
        made = Recipe.of({**recipe, **scaled, "batch": SIMULATED_DIGITS}), hidden, width, x
        found[name] = theory_factors(*made), weight_theory(*made)
    return found

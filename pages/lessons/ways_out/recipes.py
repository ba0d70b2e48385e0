"""The networks of lesson 6, by the names that the words have for them."""

from vgcore.studies import ways_out

PROFILE_SEEDS, PROFILE_WIDTH, PROFILE_DIGITS = 8, 100, 250
"""Networks in a profile before training, neurons in a layer of theirs, and digits that they are shown."""
DEEP, DEEP_SEEDS = 50, 2
"""Hidden layers beyond which a profile takes seconds, and networks in it then."""
COMPARED_SHAPE = (50, PROFILE_WIDTH, 4)
"""Hidden layers, neurons in a layer and seeds of the networks that the experiments compare."""
BOOK, HE = ({**ways_out.RECIPES[name], "batch": PROFILE_DIGITS} for name in ("sigmoid", "relu_he"))
TRAPS = {
    "gelu": {"activation": "gelu", "init": "he_normal"},
    "selu": {"activation": "selu", "init": "lecun_normal"},
    "orthogonal": {"activation": "linear", "init": "orthogonal"},
}
LEVEL_ALPHA = ways_out.RECIPES["relu_scaled_skip"]["residual"]
"""Factor of the skipped blocks that keeps 50 of them about level: close to one over the root of 50."""
GROWING, BLOCKS = (
    {"activation": "tanh", "init": "lecun_normal", "residual": 1.0, "batch": 100},
    (10, 25, 50, 100, 200),
)
_BATCHES = {"relu_batch": 128, **dict.fromkeys(("tanh_lecun", "sigmoid_skip", "sigmoid_layer"), 500)}
RECIPES = {
    name: {**recipe, "batch": _BATCHES.get(name, PROFILE_DIGITS)} for name, recipe in ways_out.RECIPES.items()
}

"""The networks of lesson 6, by the names that the words have for them."""

import numpy as np

SEEDS, WIDTH = 8, 100
FEW = (50, WIDTH, 4)
"""The depth, the width and the seeds of what the experiments compare."""
DIGITS = {"batch": 250}
BOOK = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0, **DIGITS}
HE = {"activation": "relu", "init": "he_normal", **DIGITS}
TRAPS = {
    "gelu": {"activation": "gelu", "init": "he_normal"},
    "selu": {"activation": "selu", "init": "lecun_normal"},
    "orthogonal": {"activation": "linear", "init": "orthogonal"},
}
LUCKY = {
    "n30": ({**HE, "batch": 1}, 30),
    "n100": ({**HE, "batch": 1}, 100),
    "orthogonal": ({**TRAPS["orthogonal"], "batch": 1}, 100),
}
LUCK_SEEDS = 60
LEVEL_ALPHA = 0.14
"""Close to one over the root of 50."""
GROWING, BLOCKS = (
    {"activation": "tanh", "init": "lecun_normal", "residual": 1.0, "batch": 100},
    (10, 25, 50, 100, 200),
)
WEIGHT_STDS = tuple(np.linspace(0.5, 3.0, 26).tolist())
BIAS_STDS = tuple(np.linspace(0.0, 1.0, 21).tolist())
CURES = {
    "sigmoid": BOOK,
    "relu_lecun": {**HE, "init": "lecun_normal"},
    "relu_he": HE,
    "tanh_lecun": {"activation": "tanh", "init": "lecun_normal"},
    "relu_batch": {**HE, "norm": "batch", "batch": 128},
    "relu_layer": {**HE, "norm": "layer"},
    "sigmoid_skip": {"activation": "sigmoid", "init": "lecun_normal", "residual": 1.0},
    "sigmoid_layer": {"activation": "sigmoid", "init": "lecun_normal", "norm": "layer"},
    "relu_skip": {**HE, "residual": 1.0},
    "relu_scaled_skip": {**HE, "residual": LEVEL_ALPHA},
}

"""The networks of the lesson on the edge, and the planes that it looks at."""

import numpy as np

_HE, _TURNED = (
    {"activation": activation, "init": init, "batch": 1}
    for activation, init in (("relu", "he_normal"), ("linear", "orthogonal"))
)
LUCKY = {"n30": (_HE, 30), "n100": (_HE, 100), "orthogonal": (_TURNED, 100)}
"""Networks of 50 layers whose luck is compared, with their width."""
LUCK_SEEDS = 60
"""Networks of each design whose luck is drawn."""
WEIGHT_STDS = tuple(np.linspace(0.5, 3.0, 26).tolist())
BIAS_STDS = tuple(np.linspace(0.0, 1.0, 21).tolist())

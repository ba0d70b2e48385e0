import numpy as np

from vgcore import Chain
from vgcore.studies.scaling import scale_family

depth = 4
sampling = {"seed": 1, "weight_std": 1.0, "bias_std": 1.0, "activation": "sigmoid"}
by_hand = {"weights": {}, "biases": {}}
given = {"a0": 1.0, "y": 0.0, "cost": "quadratic"}
chain = Chain.random(depth, **sampling).replaced(**by_hand)
multiple, span = scale_family(chain, 10.0 ** np.linspace(-1.0, 1.0, 41), **given).flattest
print(span)

import numpy as np

from vgcore.studies.imbalance import balance_by_scale

depth = 10
activation = "sigmoid"
alike = {"seed": 1, "bias_std": 1.0, "a0": 1.0}
scales = np.geomspace(0.1, 30.0, 49)
scale, ratio = balance_by_scale(scales, depth, 2000, activation=activation, **alike).best
print(ratio)

import numpy as np

from vgcore.studies.imbalance import compare_activations

depth = 10
alike = {"seed": 1, "bias_std": 1.0, "a0": 1.0}
scales = np.geomspace(0.1, 30.0, 49)
print(compare_activations(["tanh"], scales, depth, 2000, **alike).balanced_of("tanh"))

import numpy as np

from vgcore import Network, load_digits
from vgcore.studies.matrix import spectra

hidden = 4
width = 30
sampling = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0}
network = Network.random([784, *[width] * hidden, 10], 0, **sampling)
factors = spectra(network, load_digits(1)[0]).factors[:-1]
print(np.median([singular_values[0] for singular_values in factors]))

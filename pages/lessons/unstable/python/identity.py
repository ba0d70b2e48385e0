import numpy as np

from vgcore import ACTIVATIONS

x = np.linspace(0.0, 1.0, 201)
sigma, errors = ACTIVATIONS["sigmoid"], []
for w1 in (0.5, 1.0):
    copy = 4.0 / w1 * (sigma.sigma(w1 * (x - 0.5)) - 0.5)
    errors.append(np.abs(copy - (x - 0.5)).max())
print(errors[0] / errors[1])

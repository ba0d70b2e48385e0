import math

from vgcore import Chain

sampling = {"seed": 1, "weight_std": 1.0, "bias_std": 1.0, "activation": "sigmoid"}
a0 = 1.0
chains = Chain.random(3, **sampling, chains=100_000)
between = chains.response(a0)[1] * chains.weights[2]  # σ′(z₁) w₂ σ′(z₂) w₃
print((abs(between).log10_abs < math.log10(1 / 16)).mean())

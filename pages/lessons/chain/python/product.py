import numpy as np

from vgcore import Chain, SignedLog

sampling = {"seed": 1, "weight_std": 1.0, "bias_std": 1.0, "activation": "sigmoid"}
a0 = 1.0
products = Chain.random(10, **sampling, chains=1000).response(a0)[-1]
median = np.quantile(products.log10_abs, 0.5, method="inverted_cdf")
print(SignedLog.from_log10(median))

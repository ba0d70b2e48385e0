import numpy as np

from vgcore.formats import rounded

rng = np.random.default_rng(0)
weights = rounded(rng.standard_normal(100_000), "bfloat16")
steps = 0.001 * weights * rng.choice([-1.0, 1.0], weights.size)  # ± 0.1%
print((rounded(weights + steps, "bfloat16") != weights).mean())

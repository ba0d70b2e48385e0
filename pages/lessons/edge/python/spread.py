import numpy as np

from vgcore.studies.ways_out import deep_profile

recipe = {"activation": "relu", "init": "he_normal", "batch": 1}
ratios = deep_profile(recipe, hidden=50, width=30, seeds=60).ratios
unlucky, lucky = np.quantile(ratios.log10_abs, (0.1, 0.9))
print(10.0 ** (lucky - unlucky))

import numpy as np

from vgcore.studies.learning import learn
from vgcore.studies.phase import phase_diagram

bias_std, recipe = 0.05**0.5, {"activation": "tanh", "init": "lecun_normal"}
stds, depths = (0.6, 0.8, 1.0, 1.15, 1.327, 1.6, 2.0, 2.5, 3.0), (5, 10, 20, 30, 50)
runs = [
    [learn({**recipe, "scale": std, "bias_std": bias_std}, 0.03, d, 50, 200) for std in stds] for d in depths
]
learned = np.array([[run.accuracy > 0.5 for run in row] for row in runs])
xi = phase_diagram("tanh", stds, (bias_std,)).xi[0]
fits = {k: (learned == (np.array(depths)[:, None] <= k * xi)).sum() for k in (1, 2, 3, 4, 5, 6, 8, 10)}
print(max(fits, key=fits.get))

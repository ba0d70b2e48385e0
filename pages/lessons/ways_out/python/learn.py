import numpy as np

from vgcore.studies.learning import learn

recipe = {"activation": "relu", "init": "he_normal", "norm": "batch"}
runs = [learn(recipe, eta=0.1, hidden=20, width=50, steps=200, seed=seed) for seed in range(6)]
print(np.median([run.accuracy for run in runs]))

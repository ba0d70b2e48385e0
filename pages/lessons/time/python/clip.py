import numpy as np

from vgcore.studies.learning import learn

recipe = {"activation": "relu", "init": "lecun_normal", "scale": 2.0}
runs = [learn(recipe, eta=0.1, hidden=20, width=50, steps=400, seed=seed, clip=1.0) for seed in range(4)]
print(np.median([run.accuracy for run in runs]))

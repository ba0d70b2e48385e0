import numpy as np

from vgcore.studies import waiting

trainings = [waiting.Training("relu", hidden=5, seed=seed) for seed in range(3)]
print(np.median([waiting.wait(each, limit=100_000).steps_to() or np.inf for each in trainings]))

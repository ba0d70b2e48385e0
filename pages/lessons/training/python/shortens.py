import numpy as np

from vgcore.studies import waiting

medians = {}
for way in ("as_it_is", "last_two_slow"):
    trainings = [waiting.Training(way, hidden=5, seed=seed) for seed in range(3)]
    medians[way] = np.median([waiting.wait(each, limit=100_000).steps_to() or np.inf for each in trainings])
print(medians["last_two_slow"] / medians["as_it_is"])

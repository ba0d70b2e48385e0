import numpy as np

from vgcore.studies.waits import long_runs

runs = long_runs()
steps, spread = runs[max(runs)].steps, runs[max(runs)].spreads[:, -2]
print(spread[np.searchsorted(steps, 1_000_000)] / spread[0])

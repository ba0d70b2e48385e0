import numpy as np

from vgcore.studies.luck import random_log_jacobians

hidden = 10
width = 30
logs = random_log_jacobians([width] * hidden, 1000, seed=1)  # ln |J v|²
worst, best = np.quantile(logs, (0.05, 0.95))
print(np.exp((best - worst) / 2.0))

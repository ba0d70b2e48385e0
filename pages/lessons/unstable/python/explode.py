from vgcore.studies.imbalance import random_log_ratios

depth = 10
alike = {"seed": 1, "bias_std": 1.0, "a0": 1.0}
ratios = random_log_ratios(depth, 20_000, weight_std=3.0, activation="linear", **alike)
print((ratios > 1.0).mean())  # ratios: log₁₀ |∂C/∂b₁| / |∂C/∂b_L|

from vgcore.studies.imbalance import balance_by_depth

depth = 10
sampling = {"seed": 1, "weight_std": 1.0, "bias_std": 1.0, "activation": "sigmoid", "a0": 1.0}
grown = balance_by_depth(depth, 20_000, **sampling)
print(grown.balanced_at(depth))

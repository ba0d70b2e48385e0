from vgcore.studies.paths import factors_by_width

sampling = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0}
factors = factors_by_width([1, 10, 100], networks=200, seed=0, **sampling)  # (|δ¹| / |δᴸ|)^(1/4)
print(factors.apart(-1))

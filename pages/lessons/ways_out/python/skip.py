from vgcore.studies.ways_out import deep_profile

recipe = {"activation": "relu", "init": "he_normal", "residual": 1.0, "batch": 250}
print(deep_profile(recipe, hidden=50, width=100, seeds=4).first_over_last)

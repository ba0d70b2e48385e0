from vgcore.studies.ways_out import deep_profile

recipe = {"activation": "gelu", "init": "he_normal"}
print(deep_profile(recipe, hidden=50, width=100, seeds=4).first_over_last)

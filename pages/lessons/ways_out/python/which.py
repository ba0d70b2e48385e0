from vgcore.studies.ways_out import RECIPES, deep_profile

BATCHES = {"relu_batch": 128, "tanh_lecun": 500, "sigmoid_skip": 500, "sigmoid_layer": 500}
level = 0
for name, recipe in RECIPES.items():
    recipe = {**recipe, "batch": BATCHES.get(name, 250)}
    level += 0.1 <= deep_profile(recipe, hidden=50, width=100, seeds=4).first_over_last <= 10.0
print(level)

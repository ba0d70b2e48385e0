import numpy as np

from vgcore import load_digits
from vgcore.blocks import Recipe
from vgcore.initialisers import DEFAULTS
from vgcore.studies.ways_out import RECIPES, scaled_skip, theory_factors

hidden = 8
width = 30
made = [{**recipe, "batch": 100} for recipe in RECIPES.values()]
made[list(RECIPES).index("relu_scaled_skip")]["residual"] = scaled_skip(hidden)
made += [DEFAULTS[framework].recipe("relu", batch=100) for framework in ("PyTorch", "Keras")]
x = load_digits(100)[0]
over_all = [np.prod(theory_factors(Recipe.of(recipe), hidden, width, x)) for recipe in made]
print(sum(0.1 <= factor <= 10.0 for factor in over_all))

from vgcore.initialisers import DEFAULTS
from vgcore.studies.weights import weight_profile

recipe = DEFAULTS["Keras"].recipe("relu", batch=250)
norms = weight_profile(recipe, hidden=50, width=100, seeds=4).norms
print((norms[:, 0] / norms[:, -1]).median())

import numpy as np

from vgcore.studies.matrix import square_form

sampling = {"depth": 4, "width": 3, "seed": 1, "activation": "sigmoid"}
form = square_form(**sampling)
pairs = zip(form.products, form.deltas, strict=True)  # Σ′ wᵀ Σ′ wᵀ … ∇C, δ = Σ′ wᵀ δ
print(max(np.abs(product - delta).max() for product, delta in pairs))

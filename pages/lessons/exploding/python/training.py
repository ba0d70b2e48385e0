from vgcore.studies.descent import descent_shares

shares = descent_shares(depth=4, chains=1000, seed=1, weight_std=1.0, eta=5.0, steps=500)
print(shares.exploding[-1])

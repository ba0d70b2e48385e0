from vgcore import Chain

depth = 4
sampling = {"seed": 1, "weight_std": 1.0, "bias_std": 1.0, "activation": "sigmoid"}
by_hand = {"weights": {}, "biases": {}}
given = {"a0": 1.0, "y": 0.0, "cost": "quadratic"}
chain = Chain.random(depth, **sampling).replaced(**by_hand)
upper = 3
gradient = chain.nabla_b(**given)
print(abs(gradient[upper - 1] / gradient[0]))

from vgcore import Chain

chain = Chain.centred([100.0] * 4, a0=1.0)
shifted = chain.replaced(biases={1: chain.biases[0] + 0.01})
print(abs(shifted.nabla_b(a0=1.0, y=0.0)[0] / chain.nabla_b(a0=1.0, y=0.0)[0]))

from vgcore import Chain

chain = Chain.centred([100.0] * 10, a0=1.0)
gradient = chain.nabla_b(a0=1.0, y=0.0)
print(abs(gradient[0] / gradient[9]))

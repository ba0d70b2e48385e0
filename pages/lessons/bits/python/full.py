from vgcore.studies.bits import first_flat, slope

z = first_flat("bfloat16")
assert slope("bfloat16", z) == 0.0
print(z)

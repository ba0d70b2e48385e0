from vgcore.studies.bits import lost

seen = lost("bfloat16", hidden=24)
print(abs(float(seen.norm[0] / seen.exact[0]) - 1.0))

from vgcore.studies.bits import train_in

brain, whole = (train_in(way, eta=0.001, steps=400).loss for way in ("bfloat16", "float32"))
print((brain[0] - brain[-1]) / (whole[0] - whole[-1]))

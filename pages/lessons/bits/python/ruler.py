from vgcore.studies.bits import walk

depth = 1
while walk("float16", w=1.0, b=0.0, depth=depth).seen[0] != 0.0:
    depth += 1
print(depth)

import math

weight = 100.0
# |w| e / (1 + e)² = 1, e = e^-z: e = r, 1/r
r = (weight - 2.0 + math.sqrt(weight**2 - 4.0 * weight)) / 2.0
print(2.0 * math.log(r) / weight)

import math

weight = 100.0
# |w| e / (1 + e)² = 1, where e stands for e^-z: the two roots are 1/r and r
r = (weight - 2.0 + math.sqrt(weight**2 - 4.0 * weight)) / 2.0
print(2.0 * math.log(r) / weight)

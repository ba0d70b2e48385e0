#!/usr/bin/env bash
# JAX on a CPU prints a subnormal number, and finds it equal to 0.
#
# Guessed: a float32 of 1e-39 is a small number: it is above 0, and twice it is 2e-39, as in numpy. At worst
# JAX takes it for 0 from the start.
# Seen: it is held and printed as 1e-39, and yet x == 0 is true, x > 0 is not, and 2 x is 0.0. abs(x) gives it
# back whole. A bfloat16 does the same; a float16 does not: its subnormals are numbers. So a gradient that
# one looks at is there, and a gradient that one counts is not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 ml_dtypes==0.6.0
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PROGRAM'
from importlib.metadata import version

import jax.numpy as jnp
import numpy as np

print("jax", version("jax"), "jaxlib", version("jaxlib"), "numpy", version("numpy"))
seen = {}
for name, x in (("float32", 1e-39), ("bfloat16", 1e-39), ("float16", 1e-7)):
    x = jnp.asarray(np.asarray(x).astype(jnp.dtype(name)))
    seen[name] = (float(x) > 0.0, bool(x == 0), bool(x > 0), float(x + x) == 0.0, float(abs(x)) > 0.0)
    print(f"{name}: printed {x}, x == 0 is {bool(x == 0)}, x > 0 is {bool(x > 0)}, x + x is {x + x}")
small = np.float32(1e-39)
print(f"numpy's float32: x == 0 is {small == 0}, x + x is {small + small}")
assert seen["float32"] == seen["bfloat16"] == (True, True, False, True, True), seen
assert seen["float16"] == (True, False, True, False, True), seen
assert small != 0 and small + small > 0
PROGRAM

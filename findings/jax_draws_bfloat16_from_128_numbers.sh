#!/usr/bin/env bash
# JAX draws bfloat16 weights from 128 numbers, and float8 weights from 8, or 4.
#
# Guessed: a layer whose weights are to be bfloat16 begins with normal numbers rounded to bfloat16, thousands
# of different ones, as far out as in float32, around 0.
# Seen: `jax.random.normal`, and so every normal initialiser of `jax.nn`, draws one of 2^7 uniform numbers and
# bends it: a million normal bfloat16 have 128 values, none above 2.6 and none nearer to 0 than 0.004, and
# their mean is -0.012. float16 has 1024, float8_e5m2 4, with 0.88 of He's std, float8_e4m3fn 8. A float32
# that is drawn and then rounded to bfloat16 has 3598.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet flax==0.12.8 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PROGRAM'
from importlib.metadata import version

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

print(*(f"{name} {version(name)}" for name in ("flax", "jax", "jaxlib")))
key, he = jax.random.key(0), jax.nn.initializers.he_normal()


def told(name, drawn):
    '''Print what numbers were drawn; return how many different ones they are, and the numbers.'''
    x = np.asarray(drawn).astype(float)
    different, far = len(np.unique(x)), (x.min(), x.max())
    print(f"{name:28} {different:6} different, {far[0]:.3f} to {far[1]:.3f}, ", end="")
    print(f"mean {x.mean():.4f}, std {x.std():.4f}, least size {abs(x).min():.5f}")
    return different, x


seen = {}
for name in ("float16", "bfloat16", "float8_e5m2", "float8_e4m3fn"):
    dtype = jnp.dtype(name)
    seen[name], x = told(name, jax.random.normal(key, (1000, 1000), dtype))
    seen[name, "rounded"], _ = told("  drawn in float32", jax.random.normal(key, (1000, 1000)).astype(dtype))
    if name == "bfloat16":
        assert x.max() < 2.6 and x.min() > -3 and x.mean() < -0.01 and abs(x).min() > 0.004, x
    if name != "float8_e4m3fn":
        weights = np.asarray(he(key, (1000, 1000), dtype)).astype(float)
        seen[name, "he"] = told("  he_normal, over He's std", weights * 500**0.5)[1].std()
layer = nnx.Linear(1000, 1000, param_dtype=jnp.bfloat16, rngs=nnx.Rngs(0))
seen["layer"], _ = told("nnx.Linear in bfloat16", layer.kernel[...])
counts = {"float16": 1024, "bfloat16": 128, "float8_e5m2": 4, "float8_e4m3fn": 8, "layer": 128}
assert counts.items() <= seen.items(), seen
assert seen["bfloat16", "rounded"] > 1000 and seen["float8_e5m2", "rounded"] > 50, seen
assert abs(seen["float16", "he"] - 1) < 0.01 and abs(seen["float8_e5m2", "he"] - 0.88) < 0.01, seen
PROGRAM

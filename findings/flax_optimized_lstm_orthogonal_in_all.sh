#!/usr/bin/env bash
# Flax NNX: OptimizedLSTMCell and GRUCell begin with recurrent weights that shrink what LSTMCell's keep.
#
# Guessed: `recurrent_kernel_init` is orthogonal in all of them, so each gate's own matrix keeps the length of
# the state, as in `LSTMCell` and in all three cells of the same names in Flax Linen.
# Seen: NNX draws the gates of OptimizedLSTMCell and GRUCell as one matrix, orthogonal only as a whole; the
# part of a gate multiplies a length by 1/2 in an LSTM's, by 1/sqrt(3) in a GRU's, in the root mean square.
# Keras' LSTM and GRU draw theirs so, too. The docstring of OptimizedLSTMCell has LSTMCell's equations, calls
# the parameters compatible and names initializers.orthogonal() as the default.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet flax==0.12.8 jax==0.10.2 keras==3.15.1 numpy==2.4.6
JAX_PLATFORMS=cpu KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PROGRAM'
from importlib.metadata import version

import jax
import jax.numpy as jnp
import keras
import numpy as np
from flax import linen, nnx

print(*(f"{name} {version(name)}" for name in ("flax", "jax", "keras")))
N = 100
GATES = {"LSTM": ("hi", "hf", "hg", "ho"), "GRU": ("hr", "hz", "hn")}


def of_linen(cell, names):
    '''Return the recurrent matrix of each gate of a new cell of Flax Linen.'''
    cell = cell(N)
    carry = cell.initialize_carry(jax.random.key(0), (1, N))
    weights = cell.init(jax.random.key(0), carry, jnp.ones((1, N)))
    return [weights["params"][name]["kernel"] for name in names]


def of_one(weights):
    '''Return the part of each gate of one matrix for all.'''
    return np.split(np.asarray(weights), weights.shape[1] // N, axis=1)


nnx_lstm = nnx.LSTMCell(N, N, rngs=nnx.Rngs(0))
cells = {
    "Linen LSTMCell": of_linen(linen.LSTMCell, GATES["LSTM"]),
    "Linen OptimizedLSTMCell": of_linen(linen.OptimizedLSTMCell, GATES["LSTM"]),
    "Linen GRUCell": of_linen(linen.GRUCell, GATES["GRU"]),
    "NNX LSTMCell": [getattr(nnx_lstm, name).kernel[...] for name in GATES["LSTM"]],
    "NNX OptimizedLSTMCell": of_one(nnx.OptimizedLSTMCell(N, N, rngs=nnx.Rngs(0)).dense_h.kernel[...]),
    "NNX GRUCell": of_one(nnx.GRUCell(N, N, rngs=nnx.Rngs(0)).dense_h.kernel[...]),
}
for layer in (keras.layers.LSTM(N), keras.layers.GRU(N)):
    layer.build((None, 1, N))
    cells[f"Keras {type(layer).__name__}"] = of_one(layer.cell.recurrent_kernel.numpy())
for name, gates in cells.items():
    singular = np.array([np.linalg.svd(np.asarray(gate), compute_uv=False) for gate in gates])
    seen = np.sqrt(np.mean(singular**2, axis=1))
    bounds = f"from {singular.min():.3f} to {singular.max():.3f}"
    print(f"{name:23} {len(gates)} gates, a length times", *seen.round(2), bounds)
    apart = name.startswith("Linen") or name == "NNX LSTMCell"
    assert np.allclose(seen, 1.0 if apart else len(gates) ** -0.5, atol=1e-4 if apart else 0.02), (name, seen)
    assert apart or singular.min() < 0.05
PROGRAM

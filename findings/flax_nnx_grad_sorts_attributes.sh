#!/usr/bin/env bash
# Flax NNX: nnx.grad and nnx.jit put the attributes of the caller's own model in alphabetical order.
#
# Guessed: a call that computes a gradient leaves the model as it was, so `vars(model)` keeps the order in
# which the layers were made, stem before body before head, and norms can be printed in that order.
# Seen: after one call of `nnx.grad` or `nnx.jit` on it, with no update in them, `vars(model)` is sorted by
# name; nnx.split and nnx.state leave it alone. Who wants the order of the layers notes it before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet flax==0.12.8 jax==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PROGRAM'
from importlib.metadata import version

import jax.numpy as jnp
from flax import nnx

print("flax", version("flax"), "jax", version("jax"))
MADE = ["stem", "body", "head"]


class Model(nnx.Module):
    def __init__(self):
        for name in MADE:
            setattr(self, name, nnx.Linear(3, 3, rngs=nnx.Rngs(0)))

    def __call__(self, x):
        return self.head(self.body(self.stem(x)))


def order(call):
    """Return the order of a new model's layers after a call."""
    model = Model()
    call(model)
    return [name for name in vars(model) if name in MADE]


x = jnp.ones((4, 3))
seen = {
    "no call": order(lambda model: None),
    "model(x)": order(lambda model: model(x)),
    "nnx.split": order(nnx.split),
    "nnx.state": order(nnx.state),
    "nnx.jit": order(lambda model: nnx.jit(lambda model: model(x))(model)),
    "nnx.grad": order(lambda model: nnx.grad(lambda model: model(x).sum())(model)),
}
for call, names in seen.items():
    print(f"{call:10}", *names)
assert all(seen[call] == MADE for call in ("no call", "model(x)", "nnx.split", "nnx.state"))
assert all(seen[call] == sorted(MADE) for call in ("nnx.jit", "nnx.grad"))
PROGRAM

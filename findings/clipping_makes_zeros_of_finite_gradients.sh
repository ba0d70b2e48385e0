#!/usr/bin/env bash
# PyTorch and Keras clip finite gradients to exact zeros, or to NaN.
#
# Guessed: clipping to norm 1 divides a gradient whose 100 entries are 3e19 by its norm, 3e20, which a float32
# holds with ease, and leaves 0.1 in each; or something is said.
# Seen: the squares overflow, so the norm is inf, and PyTorch's clip_grad_norm_ leaves exact zeros, Keras'
# clipnorm zeros too, and its global_clipnorm NaN; neither says a word. PyTorch's error_if_nonfinite=True,
# which is not the default, does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet torch==2.13.0 keras==3.15.1 numpy==2.4.6
KERAS_BACKEND=torch "$folder/venv/bin/python" -W error::UserWarning - <<'PROGRAM'
import math

import keras
import numpy as np
import torch

print("torch", torch.__version__, "keras", keras.__version__)
gradient = np.full(100, 3e19, np.float32)
print("norm in float64:", np.linalg.norm(gradient.astype(float)), "largest float32:", np.finfo(np.float32).max)

parameter = torch.nn.Parameter(torch.zeros(100))
parameter.grad = torch.tensor(gradient)
told = torch.nn.utils.clip_grad_norm_([parameter], 1.0).item()
left = {"clip_grad_norm_": parameter.grad[0].item()}
for name in ("clipnorm", "global_clipnorm"):
    optimiser, weights = keras.optimizers.SGD(1.0, **{name: 1.0}), keras.Variable(np.zeros(100))
    optimiser.apply([keras.ops.convert_to_tensor(gradient)], [weights])
    left[name] = -float(keras.ops.convert_to_numpy(weights)[0])
print("clip_grad_norm_ returns", told, "- what is left of each entry:", left)
assert told == math.inf and left["clip_grad_norm_"] == left["clipnorm"] == 0.0
assert math.isnan(left["global_clipnorm"])
PROGRAM

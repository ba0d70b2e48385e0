#!/usr/bin/env bash
# MLX's he_normal and he_uniform leave out He's factor 2.
#
# Guessed: `nn.init.he_normal()` has the std sqrt(2/fan_in) of the paper that its docstring cites, as the
# initialisers of this name in PyTorch, Keras and JAX have for ReLU, and 50 ReLU layers keep their gradient.
# Seen: the gain is 1 unless the call is told another, so the std is sqrt(1/fan_in), LeCun's; the gradient
# at the input of 50 ReLU layers is some 10^-8 of that at their end, and with gain=2**0.5 it is level.
# The docstring writes the gain into its formula, and names no value of it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet 'mlx[cpu]==0.32.4' numpy==2.4.6
"$folder/venv/bin/python" - <<'PROGRAM'
import math
from importlib.metadata import version

import mlx.core as mx
import mlx.nn as nn

print("mlx", version("mlx"))
WIDTH, DEPTH = 100, 50


def std_over_lecun(init, **gain):
    w = init(mx.zeros((2000, 500)), **gain)
    return mx.sqrt(mx.mean(w**2)).item() * 500**0.5


def factor(**gain):
    '''Return what the norm of the gradient is multiplied by a layer back, the mean of ln over 8 networks.'''
    logs = []
    for seed in range(8):
        mx.random.seed(seed)
        x = mx.random.normal((500, WIDTH))
        ws = [nn.init.he_normal()(mx.zeros((WIDTH, WIDTH)), **gain) for _ in range(DEPTH)]

        def out(x):
            for w in ws:
                x = nn.relu(x @ w.T)
            return x

        back = mx.random.normal((500, WIDTH))
        _, (delta,) = mx.vjp(out, [x], [back])
        logs.append(math.log((mx.linalg.norm(delta) / mx.linalg.norm(back)).item()) / DEPTH)
    return math.exp(sum(logs) / len(logs))


normal, uniform = std_over_lecun(nn.init.he_normal()), std_over_lecun(nn.init.he_uniform())
told = std_over_lecun(nn.init.he_normal(), gain=2**0.5)
plain, mended = factor(), factor(gain=2**0.5)
print(f"std * fan_in**0.5: he_normal {normal:.3f}, he_uniform {uniform:.3f}, with the gain {told:.3f}")
print(f"50 ReLU layers, a layer back: {plain:.3f}, so {plain**DEPTH:.0e} in all; with the gain {mended:.3f}")
assert abs(normal - 1) < 0.01 and abs(uniform - 1) < 0.01 and abs(told - 2**0.5) < 0.01
assert abs(plain - 0.5**0.5) < 0.03 and abs(mended - 1) < 0.04
PROGRAM

#!/usr/bin/env bash
# PyTorch's sigmoid passes a float16 gradient back with three roundings, a bfloat16 one with one.
#
# Guessed: on a CPU the backward of sigmoid, g (1 - a) a, is computed in float32 for both formats of 16 bits,
# and its result rounded once; so it is in bfloat16, and in the backward of tanh in both.
# Seen: in float16 every operation is rounded, (1 - a), g (1 - a) and the last, to the bit. Of small gradients
# it changes a tenth: where one rounding gives 0, three often do not, and the other way round.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PROGRAM'
import torch

print("torch", torch.__version__)
same = {}
for dtype in (torch.float16, torch.bfloat16):
    for name, slopes in (
        ("sigmoid", {"once": lambda g, a, r: g * (1 - a) * a, "thrice": lambda g, a, r: r(g * r(1 - a)) * a}),
        ("tanh", {"once": lambda g, a, r: g * (1 - a * a), "thrice": lambda g, a, r: g * r(1 - r(a * a))}),
    ):
        random = torch.Generator().manual_seed(0)
        g = (torch.randn(30_000, generator=random) * 2e-7).to(dtype)
        z = torch.randn(30_000, generator=random).to(dtype).requires_grad_()
        a = getattr(torch, name)(z)
        a.backward(g)
        for how, slope in slopes.items():
            seen = slope(g.float(), a.detach().float(), lambda x: x.to(dtype).float()).to(dtype)
            same[dtype, name, how] = (seen == z.grad).float().mean().item()
            print(f"{dtype} {name}: as if rounded {how}, {same[dtype, name, how]:.2%} are the same")
assert same[torch.float16, "sigmoid", "thrice"] == 1.0 > same[torch.float16, "sigmoid", "once"]
assert same[torch.bfloat16, "sigmoid", "once"] == same[torch.bfloat16, "tanh", "once"] == 1.0
assert same[torch.float16, "tanh", "once"] == 1.0
PROGRAM

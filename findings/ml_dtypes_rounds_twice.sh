#!/usr/bin/env bash
# ml_dtypes rounds a float64 to bfloat16, and to eight bits, twice: first to float32.
#
# Guessed: `x.astype(ml_dtypes.bfloat16)` is the nearest bfloat16 of a float64, as numpy's own
# `astype(np.float16)` is the nearest float16.
# Seen: 1 + 2^-8 + 2^-40 lies above the middle between 1 and 1 + 2^-7, and becomes 1: on the way to bfloat16
# it becomes the float32 1 + 2^-8, which is the middle, and the tie goes to the even 1. float8_e5m2 and
# float8_e4m3fn do the same, and so does a sum whose last bits have decided that it is no tie.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet ml_dtypes==0.6.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PROGRAM'
from importlib.metadata import version

import ml_dtypes
import numpy as np

print("ml_dtypes", version("ml_dtypes"), "numpy", version("numpy"))
wrong = []
for name, digits in (("float16", 10), ("bfloat16", 7), ("float8_e5m2", 2), ("float8_e4m3fn", 3)):
    gap = 2.0**-digits
    x = np.float64(1 + gap / 2 + 2.0**-40)
    seen = float(x.astype(getattr(ml_dtypes, name, name)))
    print(f"{name}: {float(x)!r} becomes {seen}; the nearest is {1 + gap}, and 1 is further off")
    wrong += [name] if seen != 1 + gap else []
assert wrong == ["bfloat16", "float8_e5m2", "float8_e4m3fn"], wrong
PROGRAM

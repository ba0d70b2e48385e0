#!/usr/bin/env bash
# MindSpore 2.10.0 takes NumPy 2, and then fails at x ** 2, but not in graph mode.
#
# Guessed: its metadata ask for numpy>=1.25.0 and pip installs NumPy 2 without a word, layers give their
# outputs, so all of MindSpore runs with NumPy 2.
# Seen: in its default mode, an operator that has a Python number beside a tensor, such as x ** 2, raises
# SystemError, for a part of it is compiled for NumPy 1. In graph mode, gradients and all run with NumPy 2;
# with NumPy 1.26 the default mode does, too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/program.py" <<'PROGRAM'
import os
import sys
from importlib.metadata import version

os.chdir(os.path.dirname(os.path.abspath(__file__)))
import mindspore
import numpy as np

model = mindspore.nn.Dense(3, 2)
x = mindspore.Tensor(np.ones((4, 3)), mindspore.float32)


def loss(x):
    return (model(x) ** 2).mean()


print("mindspore", version("mindspore"), "numpy", version("numpy"))
assert model(x).shape == (4, 2)
seen = []
for name in ("PYNATIVE_MODE", "GRAPH_MODE"):
    mindspore.set_context(mode=getattr(mindspore, name))
    try:
        gradients = mindspore.value_and_grad(loss, None, model.trainable_params())(x)[1]
        seen.append(f"{len(gradients)} gradients")
    except SystemError as error:
        seen.append("SystemError")
    print(f"{name:14}", seen[-1])
assert seen == sys.argv[1:], seen
PROGRAM
try() {
    numpy=$1
    shift
    python3 -m venv "$folder/$numpy"
    "$folder/$numpy/bin/python" -m pip install --quiet mindspore==2.10.0 "numpy==$numpy" scipy==1.15.3
    "$folder/$numpy/bin/python" "$folder/program.py" "$@" 2> /dev/null
}
try 2.4.6 SystemError "2 gradients"
try 1.26.4 "2 gradients" "2 gradients"

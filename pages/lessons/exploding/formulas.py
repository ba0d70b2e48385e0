"""The live formula of lesson 2, with this chain's own numbers."""

from pages.ui.numbers import latex
from pages.ui.tex import aligned, layers_shown


def centred(trace):
    """Return the biases that put every z_j at 0, as -w_j a_{j-1} and in numbers."""
    lines = []
    for layer in layers_shown(1, len(trace.zs), 1):
        if layer is None:
            lines.append(r"&\;\;\vdots")
            continue
        w, before, b = (trace.weights[layer - 1], trace.activations[layer - 1], trace.biases[layer - 1])
        symbol = rf"b_{{{layer}}} &= -w_{{{layer}}}\, a_{{{layer - 1}}}"
        lines.append(rf"{symbol} = -{latex(w)} \cdot {_bracketed(before)} = {latex(b)}")
    return aligned(*lines)


def _bracketed(value):
    return f"({latex(value)})" if value < 0 else latex(value)

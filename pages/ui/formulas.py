"""The live formulas, with this chain's own numbers, in lines that fit a phone."""

from pages.ui.numbers import latex
from pages.ui.theme import FACTOR, FAINT

_DOTS = r"\cdots"


def product(trace, now):
    """Return eq. (122), each factor over its value, the factor of layer `now` in its colour."""
    depth = len(trace.zs)
    terms = [_term(trace, layer, layer == now) for layer in _layers(1, depth, now)]
    terms.append(rf"\underset{{{latex(trace.slope.entry(0))}}}{{{_slope(depth)}}}")
    lines = [r" \cdot ".join(line) for line in _batches(terms, 3)]
    return _aligned(
        rf"{_partial(1)} &= {lines[0]}",
        *(rf"&\quad \cdot {line}" for line in lines[1:]),
        f"&= {latex(trace.nabla_b.entry(0))}",
    )


def compared(trace, upper):
    """Return dC/db_1 over dC/db_upper: the factors that both hold struck out."""
    depth = len(trace.zs)
    extra = r"\,".join([_prime(1), *(_factor(layer) for layer in range(2, upper)), f"w_{{{upper}}}"])
    common = [_prime(upper), *(_factor(layer) for layer in _layers(upper + 1, depth, depth)), _slope(depth)]
    struck = [_struck(factor) for factor in common]
    lines = [r"\; ".join(line) for line in _batches(struck, 4)]
    return _aligned(
        rf"{_partial(1)} &= {extra}",
        *(rf"&\quad {line}" for line in lines),
        f"&= {latex(trace.nabla_b.entry(0))}",
        rf"{_partial(upper)} &= {lines[0]}",
        *(rf"&\quad {line}" for line in lines[1:]),
        f"&= {latex(trace.nabla_b.entry(upper - 1))}",
    )


def centred(trace):
    """Return the biases that put every z_j at 0, as -w_j a_{j-1} and in numbers."""
    lines = []
    for layer in _layers(1, len(trace.zs), 1):
        if layer is None:
            lines.append(r"&\;\;\vdots")
            continue
        w, before, b = (trace.weights[layer - 1], trace.activations[layer - 1], trace.biases[layer - 1])
        symbol = rf"b_{{{layer}}} &= -w_{{{layer}}}\, a_{{{layer - 1}}}"
        lines.append(rf"{symbol} = -{latex(w)} \cdot {_bracketed(before)} = {latex(b)}")
    return _aligned(*lines)


def _bracketed(value):
    return f"({latex(value)})" if value < 0 else latex(value)


def _term(trace, layer, now):
    if layer is None:
        return _DOTS
    term = rf"\underset{{{latex(trace.term(layer))}}}{{{_factor(layer) if layer > 1 else _prime(1)}}}"
    return _coloured(term) if now else term


def _factor(layer):
    return _DOTS if layer is None else rf"w_{{{layer}}}\,{_prime(layer)}"


def _prime(layer):
    return rf"\sigma'(z_{{{layer}}})"


def _partial(layer):
    return rf"\frac{{\partial C}}{{\partial b_{{{layer}}}}}"


def _slope(depth):
    return rf"\tfrac{{\partial C}}{{\partial a_{{{depth}}}}}"


def _struck(tex):
    return tex if tex == _DOTS else rf"\textcolor{{{FAINT}}}{{\cancel{{{tex}}}}}"


def _coloured(tex):
    return rf"\textcolor{{{FACTOR}}}{{{tex}}}"


def _layers(first, last, now, most=6):
    """Return the layers to print; None stands for those left out."""
    layers = list(range(first, last + 1))
    if len(layers) <= most:
        return layers
    kept = sorted({first, first + 1, now, last - 1, last})
    layers = kept[:1]
    for layer in kept[1:]:
        layers += [layer] if layer == layers[-1] + 1 else [None, layer]
    return layers


def _batches(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def _aligned(*lines):
    return "$$\n\\begin{aligned}\n" + r" \\[4pt] ".join(lines) + "\n\\end{aligned}\n$$"

"""The live formulas, with this chain's own numbers, in lines that fit a phone."""

from pages.ui.numbers import latex
from pages.ui.tex import aligned, batches, layers_shown
from pages.ui.theme import FACTOR, FAINT

_DOTS = r"\cdots"


def product(trace, now):
    """Return eq. (122), each factor over its value, the factor of layer `now` in its colour."""
    depth = len(trace.zs)
    terms = [_term(trace, layer, layer == now) for layer in layers_shown(1, depth, now)]
    terms.append(rf"\underset{{{latex(trace.slope[0])}}}{{{_slope(depth)}}}")
    lines = [r" \cdot ".join(line) for line in batches(terms, 3)]
    return aligned(
        rf"{_partial(1)} &= {lines[0]}",
        *(rf"&\quad \cdot {line}" for line in lines[1:]),
        f"&= {latex(trace.nabla_b[0])}",
    )


def compared(trace, upper):
    """Return dC/db_1, dC/db_upper, the factors that both hold struck out, and the second over the first."""
    depth = len(trace.zs)
    extra = r"\,".join([_prime(1), *(_factor(layer) for layer in range(2, upper)), f"w_{{{upper}}}"])
    common = [
        _prime(upper),
        *(_factor(layer) for layer in layers_shown(upper + 1, depth, depth)),
        _slope(depth),
    ]
    struck = [_struck(factor) for factor in common]
    lines = [r"\; ".join(line) for line in batches(struck, 4)]
    return aligned(
        rf"{_partial(1)} &= {extra}",
        *(rf"&\quad {line}" for line in lines),
        f"&= {latex(trace.nabla_b[0])}",
        rf"{_partial(upper)} &= {lines[0]}",
        *(rf"&\quad {line}" for line in lines[1:]),
        f"&= {latex(trace.nabla_b[upper - 1])}",
        rf"\left|\frac{{\partial C / \partial b_{{{upper}}}}}{{\partial C / \partial b_1}}\right| &= "
        rf"\frac{{1}}{{\left|{extra}\right|}} = {latex(abs(1.0 / trace.ratio(1, upper)))}",
    )


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

"""The drawn network: its live values, and the expression of dC/db_1 under it."""

from html import escape

from pages.ui.numbers import number
from pages.ui.theme import FACTOR

_STYLE = f"""<style>
.vg-chain {{ display: flex; flex-wrap: wrap; row-gap: 1.4rem; margin: .3rem 0;
  font-size: .82rem; line-height: 1.35; font-variant-numeric: tabular-nums; }}
.vg-chain > div {{ display: grid; grid-template-columns: 2.7rem 4.4rem; justify-items: center; }}
.vg-chain > div > * {{ white-space: nowrap; }}
.vg-chain > .vg-end {{ grid-template-columns: 4.4rem; }}
.vg-chain .vg-arrow {{ align-self: center; width: 100%; border-top: 2px solid; opacity: .55;
  position: relative; }}
.vg-chain .vg-arrow::after {{ content: ""; position: absolute; right: 0; top: -5px; border-left: 8px solid;
  border-top: 4px solid transparent; border-bottom: 4px solid transparent; }}
.vg-chain .vg-neuron {{ width: 4.3rem; height: 4.3rem; border: 2px solid; border-radius: 50%;
  display: flex; flex-direction: column; align-items: center; justify-content: center; }}
.vg-chain .vg-plain {{ border-color: transparent; }}
.vg-chain .vg-factor {{ border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); width: 100%;
  text-align: center; padding-top: .25rem; margin-top: .45rem; font-size: .95rem; }}
.vg-chain .vg-small {{ font-size: .76rem; }}
.vg-chain b {{ font-weight: 600; }}
.vg-chain .vg-now, .vg-chain .vg-now .vg-neuron {{ color: {FACTOR}; font-weight: 650; }}
.vg-chain sub {{ font-size: .7em; }}
</style>"""


def chain(alt, now, trace):
    """Return the chain as HTML: a list of neurons that wraps where the screen ends.

    Parameters
    ----------
    alt : str, what a screen reader says before it reads the neurons
    now : int, the layer whose factor is under discussion
    trace : the values of one run of the chain, as `Chain.trace` returns them
    """
    depth = len(trace.zs)
    cells = [_input(trace)]
    cells += [_neuron(trace, layer, "vg-now" if layer == now else "") for layer in range(1, depth + 1)]
    cells.append(_cost(trace, depth))
    return f'{_STYLE}<div class="vg-chain" role="list" aria-label="{escape(alt)}">{"".join(cells)}</div>'


def _input(trace):
    return _cell(
        "vg-end",
        ("", ""),
        ("vg-neuron vg-plain", f"{_sub('a', 0)}<b>{number(trace.activations[0])}</b>"),
        ("", ""),
        ("vg-factor", f"{_partial('b', 1)} ="),
        ("", f"{number(trace.nabla_b.entry(0))} ="),
    )


def _neuron(trace, layer, name):
    j, times = layer - 1, "· " if layer > 1 else ""
    return _cell(
        name,
        ("", _sub("w", layer)),
        ("vg-small", f"{_sub('z', layer)} = {number(trace.zs[j])}"),
        ("vg-arrow", ""),
        ("vg-neuron", f"{_sub('a', layer)}<b>{number(trace.activations[layer])}</b>"),
        ("", number(trace.weights[j])),
        ("vg-small", f"{_sub('b', layer)} = {number(trace.biases[j])}"),
        ("vg-factor", times and f"{times}{_sub('w', layer)}"),
        ("vg-factor", f"{times}<i>σ</i>′({_sub('z', layer)})"),
        ("", times and f"{times}{number(trace.weights[j])}"),
        ("", f"{times}{number(trace.primes.entry(j))}"),
    )


def _cost(trace, depth):
    return _cell(
        "",
        ("", ""),
        ("", ""),
        ("vg-arrow", ""),
        ("vg-neuron vg-plain", f"<i>C</i><b>{number(trace.cost)}</b>"),
        ("", ""),
        ("", ""),
        ("vg-factor", ""),
        ("vg-factor", f"· {_partial('a', depth)}"),
        ("", ""),
        ("", f"· {number(trace.slope.entry(0))}"),
    )


def _cell(name, *spans):
    rows = "".join(
        f'<span class="{css}">{body or "&nbsp;" * (css != "vg-arrow")}</span>' for css, body in spans
    )
    return f'<div role="listitem" class="{name}">{rows}</div>'


def _sub(letter, index):
    return f"<span><i>{letter}</i><sub>{index}</sub></span>"


def _partial(letter, index):
    return f"∂<i>C</i>/∂{_sub(letter, index)}"

"""The drawn network: its live values, and the expression of dC/db_1 under it."""

from html import escape

from pages.ui.numbers import number
from pages.ui.theme import FACTOR

_STYLE = f"""<style>
ul.vg-chain {{ display: flex; flex-wrap: wrap; row-gap: 1.4rem; margin: .3rem 0; padding: 0; list-style: none;
  font-size: .82rem; line-height: 1.35; font-variant-numeric: tabular-nums; }}
.vg-chain > li {{ display: grid; grid-template-columns: 2.7rem 4.4rem; justify-items: center; margin: 0;
  padding: 0; font-size: inherit; }}
.vg-chain > li > * {{ white-space: nowrap; }}
.vg-chain > li > :empty::before {{ content: "\\a0"; }}
.vg-chain > li > :nth-child(3) {{ align-self: center; width: 100%; border-top: 2px solid; opacity: .55;
  position: relative; }}
.vg-chain > li > :nth-child(3)::before {{ content: ""; }}
.vg-chain > li > :nth-child(3)::after {{ content: ""; position: absolute; right: 0; top: -5px;
  border-left: 8px solid; border-top: 4px solid transparent; border-bottom: 4px solid transparent; }}
.vg-chain > li > :nth-child(4) {{ width: 4.3rem; height: 4.3rem; border: 2px solid; border-radius: 50%;
  display: flex; flex-direction: column; align-items: center; justify-content: center; }}
.vg-chain > li > :is(:nth-child(7), :nth-child(8)) {{ width: 100%; text-align: center; padding-top: .25rem;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: .45rem;
  font-size: .95rem; }}
.vg-chain > li > :is(:nth-child(2), :nth-child(6)) {{ font-size: .76rem; }}
.vg-chain > .vg-end > :nth-child(4) {{ border-color: transparent; }}
.vg-chain > .vg-end:first-child {{ grid-template-columns: 4.4rem; }}
.vg-chain > .vg-end:first-child > :nth-child(odd) {{ display: none; }}
.vg-chain b {{ font-weight: 600; }}
.vg-chain > .vg-now {{ color: {FACTOR}; font-weight: 650; }}
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
    return f'{_STYLE}<ul class="vg-chain" role="list" aria-label="{escape(alt)}">{"".join(cells)}</ul>'


def _input(trace):
    own = {
        4: f"<span>{_sub('a', 0)}</span><b>{number(trace.activations[0])}</b>",
        8: f"{_partial('b', 1)} =",
        10: f"{number(trace.nabla_b.entry(0))} =",
    }
    return _cell("vg-end", own)


def _neuron(trace, layer, name):
    j, times = layer - 1, "· " if layer > 1 else ""
    own = {
        1: _sub("w", layer),
        2: f"{_sub('z', layer)} = {number(trace.zs[j])}",
        4: f"<span>{_sub('a', layer)}</span><b>{number(trace.activations[layer])}</b>",
        5: number(trace.weights[j]),
        6: f"{_sub('b', layer)} = {number(trace.biases[j])}",
        7: times and f"{times}{_sub('w', layer)}",
        8: f"{times}<i>σ</i>′({_sub('z', layer)})",
        9: times and f"{times}{number(trace.weights[j])}",
        10: f"{times}{number(trace.primes.entry(j))}",
    }
    return _cell(name, own)


def _cost(trace, depth):
    own = {
        4: f"<i>C</i><b>{number(trace.cost)}</b>",
        8: f"· {_partial('a', depth)}",
        10: f"· {number(trace.slope.entry(0))}",
    }
    return _cell("vg-end", own)


def _cell(name, own):
    """Return a neuron of ten places in two columns, which the style tells apart by their number."""
    places = "".join(f"<span>{own.get(place, '')}</span>" for place in range(1, 11))
    return f'<li class="{name}">{places}</li>' if name else f"<li>{places}</li>"


def _sub(letter, index):
    return f"<i>{letter}</i><sub>{index}</sub>"


def _partial(letter, index):
    return f"∂<i>C</i>/∂{_sub(letter, index)}"

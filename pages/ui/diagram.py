"""The drawn network: its live values, and the expression of dC/db_1 under it."""

from html import escape

from pages.ui.numbers import number, subscripts
from pages.ui.theme import FACTOR

_STYLE = f"""<style>
ul.vg-chain {{ display: flex; flex-wrap: wrap; row-gap: 1.4rem; margin: .3rem 0; padding: 0; list-style: none;
  font-size: .82rem; line-height: 1.35; font-variant-numeric: tabular-nums; }}
.vg-chain > li {{ display: grid;
  grid-template: "w z" 1.2rem "to a" 4.4rem "n b" 1.2rem "fw f" auto "vw v" auto / 2.7rem 4.4rem;
  justify-items: center; margin: 0; padding: 0; font-size: inherit; }}
.vg-chain i {{ white-space: nowrap; font-style: normal; }}
.vg-chain .w {{ grid-area: w; }} .vg-chain .n {{ grid-area: n; }}
.vg-chain .z {{ grid-area: z; }} .vg-chain .a {{ grid-area: a; }} .vg-chain .b {{ grid-area: b; }}
.vg-chain .fw {{ grid-area: fw; }} .vg-chain .f {{ grid-area: f; }}
.vg-chain .vw {{ grid-area: vw; }} .vg-chain .v {{ grid-area: v; }}
.vg-chain > li::before {{ content: ""; grid-area: to; align-self: center; width: 100%; opacity: .55;
  border-top: 2px solid; }}
.vg-chain > li::after {{ content: ""; grid-area: to; place-self: center end; opacity: .55;
  border-left: 8px solid; border-top: 4px solid transparent; border-bottom: 4px solid transparent; }}
.vg-chain .a {{ width: 4.3rem; height: 4.3rem; border: 2px solid; border-radius: 50%;
  display: flex; flex-direction: column; align-items: center; justify-content: center; }}
.vg-chain :is(.f, .fw) {{ width: 100%; text-align: center; padding-top: .25rem; font-size: .95rem;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: .45rem; }}
.vg-chain :is(.z, .b) {{ font-size: .76rem; }}
.vg-chain .fw:empty::before, .vg-chain .f:empty::before {{ content: "\\a0"; }}
.vg-chain > .vg-end > .a {{ border-color: transparent; }}
.vg-chain > .vg-end:first-child {{ grid-template-columns: 0 4.4rem; }}
.vg-chain > .vg-end:first-child::before, .vg-chain > .vg-end:first-child::after {{ display: none; }}
.vg-chain b {{ font-weight: 600; }}
.vg-chain > .vg-now {{ color: {FACTOR}; font-weight: 650; }}
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
    return _cell(
        "vg-end",
        a=f"{_sub('a', 0)}<b>{number(trace.activations[0])}</b>",
        f=f"{_partial('b', 1)} =",
        v=f"{number(trace.nabla_b[0])} =",
    )


def _neuron(trace, layer, name):
    j, times = layer - 1, "· " if layer > 1 else ""
    return _cell(
        name,
        w=_sub("w", layer),
        z=f"{_sub('z', layer)} = {number(trace.zs[j])}",
        a=f"{_sub('a', layer)}<b>{number(trace.activations[layer])}</b>",
        n=number(trace.weights[j]),
        b=f"{_sub('b', layer)} = {number(trace.biases[j])}",
        fw=times and f"{times}{_sub('w', layer)}",
        f=f"{times}σ′({_sub('z', layer)})",
        vw=times and f"{times}{number(trace.weights[j])}",
        v=f"{times}{number(trace.primes[j])}",
    )


def _cost(trace, depth):
    return _cell(
        "vg-end",
        a=f"C<b>{number(trace.cost)}</b>",
        fw="",
        f=f"· {_partial('a', depth)}",
        v=f"· {number(trace.slope[0])}",
    )


def _cell(name, **places):
    """Return a neuron: the content of each of its places, whose names the style knows."""
    cells = "".join(f"<i class={place}>{content}</i>" for place, content in places.items())
    return f"<li class={name}>{cells}</li>" if name else f"<li>{cells}</li>"


def _sub(letter, index):
    return subscripts(f"{letter}_{index}")  # not in HTML: a chain of sixty neurons has four hundred


def _partial(letter, index):
    return f"∂C/∂{_sub(letter, index)}"

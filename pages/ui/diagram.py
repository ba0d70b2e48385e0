"""The drawn network: its live values, and the expression of dC/db_1 under it."""

from html import escape

from pages.ui.numbers import number, subscripts
from pages.ui.theme import FACTOR

_STYLE = f"""<style>
ul.vg-chain {{ --label: 1.2rem; display: flex; flex-wrap: wrap; row-gap: 1.4rem; margin: .3rem 0; padding: 0;
  list-style: none; font-size: .82rem; line-height: 1.35; font-variant-numeric: tabular-nums; }}
.vg-chain > li {{ display: grid;
  grid-template: "w z" var(--label) "to a" 4.4rem "n b" var(--label) "fw f" auto "vw v" auto / 2.7rem 4.4rem;
  align-content: start; justify-items: center; margin: 0; padding: 0; font-size: inherit; }}
ul.vg-tall {{ --label: 2.3rem; }}
.vg-chain i {{ white-space: nowrap; font-style: normal; text-align: center; }}
.vg-chain .w {{ grid-area: w; }} .vg-chain .n {{ grid-area: n; }}
.vg-chain .z {{ grid-area: z; }} .vg-chain .a {{ grid-area: a; }} .vg-chain .b {{ grid-area: b; }}
.vg-chain .fw {{ grid-area: fw; }} .vg-chain .f {{ grid-area: f; }}
.vg-chain .vw {{ grid-area: vw; }} .vg-chain .v {{ grid-area: v; }}
.vg-chain > li::before {{ content: ""; grid-area: to; align-self: center; width: 100%; opacity: .55;
  border-top: 2px solid; }}
.vg-chain > li::after {{ content: ""; grid-area: to; place-self: center end; opacity: .55;
  border-left: 8px solid; border-top: 4px solid transparent; border-bottom: 4px solid transparent; }}
.vg-chain .a {{ width: 4.3rem; height: 4.3rem; border: 2px solid; border-radius: 50%;
  display: flex; flex-direction: column; align-items: center; justify-content: center; line-height: 1.2; }}
.vg-chain :is(.f, .fw) {{ width: 100%; text-align: center; padding-top: .25rem; font-size: .95rem;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: .45rem; }}
.vg-chain :is(.z, .b) {{ font-size: .76rem; }}
.vg-chain :is(.w, .z) {{ align-self: end; }}
.vg-chain .fw:empty::before, .vg-chain .f:empty::before {{ content: "\\a0"; }}
.vg-chain > .vg-end:first-child > .a {{ border-color: transparent; }}
.vg-chain > .vg-end:last-child > .a {{ border-radius: .5rem; }}
.vg-chain > .vg-end:first-child {{ grid-template-columns: 0 4.4rem; }}
.vg-chain > .vg-end:first-child::before, .vg-chain > .vg-end:first-child::after {{ display: none; }}
.vg-chain b {{ font-weight: 600; }}
.vg-chain > .vg-now {{ color: {FACTOR}; font-weight: 650; }}
</style>"""


def chain(alt, now, trace, y):
    """Return the chain as HTML: a list of neurons that wraps where the screen ends.

    Parameters
    ----------
    alt : str, what a screen reader says before it reads the neurons
    now : int, the layer whose factor is under discussion
    trace : the values of one run of the chain, as `Chain.trace` returns them
    y : float, the target that the cost compares the last output with
    """
    depth = len(trace.zs)
    tall = " vg-tall" if any("×" in number(value) for value in (*trace.zs, *trace.biases)) else ""
    cells = [_input(trace)]
    cells += [_neuron(trace, layer, "vg-now" if layer == now else "") for layer in range(1, depth + 1)]
    cells.append(_cost(trace, depth, y))
    return f'{_STYLE}<ul class="vg-chain{tall}" role="list" aria-label="{escape(alt)}">{"".join(cells)}</ul>'


def _input(trace):
    return _cell(
        "vg-end",
        a=f"{_sub('a', 0)}<b>{_broken(trace.activations[0])}</b>",
        f=f"{_partial('b', 1)} =",
        v=f"{_broken(trace.nabla_b[0])} =",
    )


def _neuron(trace, layer, name):
    j, times = layer - 1, "· " if layer > 1 else ""
    return _cell(
        name,
        w=_sub("w", layer),
        z=_equation("z", layer, trace.zs[j]),
        a=f"{_sub('a', layer)}<b>{_broken(trace.activations[layer])}</b>",
        n=_broken(trace.weights[j]),
        b=_equation("b", layer, trace.biases[j]),
        fw=times and f"{times}{_sub('w', layer)}",
        f=f"{times}σ′({_sub('z', layer)})",
        vw=times and f"{times}{_broken(trace.weights[j])}",
        v=f"{times}{_broken(trace.primes[j])}",
    )


def _cost(trace, depth, y):
    return _cell(
        "vg-end",
        z=f"y = {number(y)}",
        a=f"C<b>{_broken(trace.cost)}</b>",
        fw="",
        f=f"· {_partial('a', depth)}",
        v=f"· {_broken(trace.slope[0])}",
    )


def _broken(value):
    """Return a number that is put in two lines before its power of ten."""
    return number(value).replace("\N{NO-BREAK SPACE}×", "<br/>\N{NO-BREAK SPACE}×")


def _equation(letter, layer, value):
    """Return a name and its value, which is put in a line of its own where it is long."""
    text = number(value)
    return f"{_sub(letter, layer)} = {'<br/>' if '×' in text else ''}{text}"


def _cell(name, **places):
    """Return a neuron: the content of each of its places, whose names the style knows."""
    cells = "".join(f"<i class={place}>{content}</i>" for place, content in places.items())
    return f"<li class={name}>{cells}</li>" if name else f"<li>{cells}</li>"


def _sub(letter, index):
    return subscripts(f"{letter}_{index}")  # not in HTML: a chain of sixty neurons has four hundred


def _partial(letter, index):
    return f"∂C/∂{_sub(letter, index)}"

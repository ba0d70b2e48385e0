"""The drawn network of any width, and eq. (124) under it, each matrix under the scalar it grew from."""

from html import escape

from pages.ui.numbers import number
from pages.ui.sketch import INK, address
from pages.ui.theme import CHAIN, FACTOR

_STYLE = f"""<style>
.vg-net, .vg-product {{ display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 0;
  margin: .4rem 0; font-size: .8rem; line-height: 1.3; font-variant-numeric: tabular-nums; }}
.vg-net > div {{ display: flex; flex-direction: column; align-items: center; gap: .25rem; }}
.vg-net .vg-neuron {{ width: 4.7rem; height: 2.8rem; border: 2px solid; border-radius: 1.4rem;
  font-size: .68rem; white-space: nowrap;
  display: flex; flex-direction: column; align-items: center; justify-content: center; }}
.vg-net .vg-lines {{ width: 1.9rem; align-self: stretch; padding-top: 1.3rem; }}
.vg-net .vg-lines img {{ width: 100%; height: 100%; min-height: 0; flex: 1; }}
.vg-product {{ align-items: flex-start; gap: .9rem .55rem; }}
.vg-product > div {{ display: flex; flex-direction: column; align-items: center; max-width: 100%; }}
.vg-product .vg-scalar {{ opacity: .75; }}
.vg-product .vg-grid {{ display: grid; gap: 1px; padding: .15rem .3rem; border: solid; border-width: 0 2px;
  border-radius: .35rem; max-width: 100%; overflow-x: auto; font-size: .7rem; }}
.vg-product .vg-grid span {{ padding: .1rem .22rem; text-align: right; white-space: nowrap; }}
.vg-net .vg-now .vg-neuron, .vg-product .vg-now .vg-grid {{ border-color: {FACTOR}; border-width: 3px; }}
.vg-now {{ font-weight: 650; }}
.vg-net sup, .vg-product sup, .vg-product sub {{ font-size: .7em; line-height: 0; }}
</style>"""


def network(alt, now, form):
    """Return the layers as HTML, each neuron with its output a and its delta, layer `now` in its colour.

    Parameters
    ----------
    alt : str, what a screen reader says first
    now : int, the layer under discussion
    form : the factors of eq. (124), as `matrix_form` returns them
    """
    depth = len(form.deltas)
    columns = [_column(form, layer, layer == now) for layer in range(1, depth + 1)]
    lines = [_lines(form.weights[layer], layer == now) for layer in range(1, depth)] + [""]
    drawn = "".join(part for pair in zip(columns, lines, strict=True) for part in pair)
    return f'{_STYLE}<div class="vg-net" role="list" aria-label="{escape(alt)}">{drawn}</div>'


def product(alt, now, form):
    """Return eq. (124) for layer `now` as HTML: over each matrix the scalar of eq. (121)."""
    depth = len(form.deltas)
    tiles = [_tile(f"∂C/∂b{_sub(now)} =", f"<i>δ</i>{_sup(now)} =", _vector(form.products[now - 1]))]
    for layer in range(now, depth + 1):
        slopes = _diagonal(form.slopes[layer - 1])
        name = "vg-now" if layer == now else ""
        tiles.append(_tile(f"<i>σ</i>′(z{_sub(layer)})", f"Σ′(z{_sup(layer)})", slopes, name))
        if layer < depth:
            turned = form.weights[layer].T.tolist()
            head = f"(w{_sup(layer + 1)})<sup>T</sup>"
            tiles.append(_tile(f"<i>w</i>{_sub(layer + 1)}", head, turned))
    tiles.append(_tile(f"∂C/∂a{_sub(depth)}", "∇<sub>a</sub>C", _vector(form.gradient)))
    label = f'role="list" aria-label="{escape(alt)}"'
    return f'{_STYLE}<div class="vg-product" {label}>{"".join(tiles)}</div>'


def _column(form, layer, now):
    neurons = "".join(
        f'<span class="vg-neuron"><span>a {number(a, 2)}</span><b>δ {number(delta, 2)}</b></span>'
        for a, delta in zip(form.activations[layer], form.deltas[layer - 1], strict=True)
    )
    return f'<div role="listitem" class="{"vg-now" if now else ""}"><span>{layer}</span>{neurons}</div>'


def _lines(weights, back):
    """The weights from one layer to the next, a line each, the bolder the larger."""
    after, before = weights.shape
    largest = abs(weights).max()
    lines = "".join(
        f'<line x1="0" y1="{(k + 0.5) / before:.4g}" x2="1" y2="{(j + 0.5) / after:.4g}"'
        f' stroke-width="{0.5 + 2.5 * abs(weights[j, k]) / largest:.2g}" vector-effect="non-scaling-stroke"/>'
        for j in range(after)
        for k in range(before)
    )
    drawn = address(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" preserveAspectRatio="none"'
        f' stroke="{FACTOR if back else INK}" stroke-opacity=".75">{lines}</svg>'
    )
    return f'<div class="vg-lines" aria-hidden="true"><img src="{drawn}" alt=""></div>'


def _tile(scalar, head, rows, name=""):
    width = max(abs(entry) for row in rows for entry in row if entry is not None)
    cells = "".join(_entry(entry, width) for row in rows for entry in row)
    grid = f'<div class="vg-grid" style="grid-template-columns: repeat({len(rows[0])}, auto)">{cells}</div>'
    heads = f'<span class="vg-scalar">{scalar}</span><span aria-hidden="true">↓</span><span>{head}</span>'
    return f'<div role="listitem" class="{name}">{heads}{grid}</div>'


def _entry(entry, largest):
    if entry is None:
        return "<span>·</span>"
    share = round(60 * abs(entry) / largest) if largest else 0
    tint = f"background: color-mix(in srgb, {CHAIN} {share}%, transparent)"
    return f'<span style="{tint}">{number(entry, 2)}</span>'


def _diagonal(slopes):
    return [[slope if i == j else None for j in range(len(slopes))] for i, slope in enumerate(slopes)]


def _vector(values):
    return [[value] for value in values]


def _sub(index):
    return f"<sub>{index}</sub>"


def _sup(index):
    return f"<sup>{index}</sup>"

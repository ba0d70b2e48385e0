"""The drawn network and its matrices: every number where it belongs."""

import re

import pytest

from pages.lessons.matrix import tiles
from pages.ui.numbers import number
from vgcore.studies.matrix import square_form


def _tiles(body):
    _, *grids = body[body.index("</style>") :].split('class="vg-grid"')
    return [re.findall(r"<span style=[^>]*>([^<]*)</span>", grid) for grid in grids]


@pytest.mark.parametrize(("width", "depth", "now"), [(1, 2, 1), (3, 4, 2), (6, 5, 5)])
def test_the_tiles_are_the_factors_from_the_layer_on(width, depth, now):
    form = square_form(depth, width, 1)
    first, *factors, last = _tiles(tiles.product("alt", now, form))
    assert first == [number(delta, 2) for delta in form.products[now - 1]]
    assert last == [number(slope, 2) for slope in form.gradient]
    assert len(factors) == 2 * (depth - now) + 1
    for layer in range(now, depth + 1):
        assert factors[2 * (layer - now)] == [number(slope, 2) for slope in form.slopes[layer - 1]]
        if layer < depth:
            turned = form.weights[layer].T.ravel()
            assert factors[2 * (layer - now) + 1] == [number(weight, 2) for weight in turned]


def test_every_neuron_shows_its_output_and_its_delta():
    form = square_form(4, 3, 1)
    body = tiles.network("the <alt>", 2, form)
    assert body.count("vg-neuron") - body[: body.index("</style>")].count("vg-neuron") == 12
    assert "the &lt;alt&gt;" in body
    for l in range(4):
        for a, delta in zip(form.activations[l + 1], form.deltas[l], strict=True):
            assert f"<span>a {number(a, 2)}</span><b>δ {number(delta, 2)}</b>" in body

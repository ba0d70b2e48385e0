"""The drawn chain: every live value of eq. (121) is in it."""

from html.parser import HTMLParser

import pytest

from pages.ui import diagram
from pages.ui.numbers import number
from vgcore import Chain


class _Text(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open, self.words = 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open += 1

    def handle_endtag(self, tag):
        self.open -= 1

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("depth", [1, 4, 60])
def test_every_value_is_drawn(depth):
    trace = Chain.random(depth, 3).trace(0.7, 1.0)
    drawn = _Text(diagram.chain("a chain", 1, trace, 1.0))
    text = "".join(drawn.words)
    assert drawn.open == 0
    for values in (
        trace.weights,
        trace.biases,
        trace.zs,
        trace.activations,
        trace.primes.to_float(),
        [trace.cost],
    ):
        assert all(number(value) in text for value in values)
    assert number(trace.nabla_b[0]) in text
    assert number(trace.slope[0]) in text
    assert "y = 1C" in text


def test_a_number_that_is_too_long_for_its_circle_stands_in_two_lines():
    trace = Chain([1.23e-5, 3.0], [2.34e-6, 0.5]).trace(0.7, 1.0)
    html = diagram.chain("a chain", 1, trace, 1.0)
    assert "b₁ = <br/>2.34\xa0×\xa010⁻⁶" in html
    assert "1.23<br/>\xa0×\xa010⁻⁵" in html
    assert 'class="vg-chain vg-tall"' in html


def test_one_neuron_is_under_discussion():
    html = diagram.chain('a "chain"', 2, Chain.random(4, 3).trace(0.7, 1.0), 1.0)
    assert html.count("class=vg-now") == 1
    assert "a &quot;chain&quot;" in html

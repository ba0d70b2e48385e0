"""The live formulas: every factor once, the elided ones as dots, every brace closed."""

import pytest

from pages.lessons.chain.formulas import compared, product
from vgcore import Chain


@pytest.fixture
def trace():
    return lambda depth: Chain.random(depth, 1).trace(1.0, 0.0)


@pytest.mark.parametrize("depth", [2, 3, 6, 7, 60])
def test_braces_are_closed(trace, depth):
    for tex in (
        product(trace(depth), 1),
        product(trace(depth), depth),
        compared(trace(depth), min(3, depth)),
    ):
        assert tex.count("{") == tex.count("}")
        assert tex.startswith("$$\n")


def test_short_chains_are_written_in_full(trace):
    tex = product(trace(4), 2)
    assert r"\cdots" not in tex
    assert all(rf"\sigma'(z_{{{layer}}})" in tex for layer in range(1, 5))
    assert r"-1.71\times 10^{-4}" in tex


def test_the_factor_under_discussion_is_always_written_and_alone_in_colour(trace):
    tex = product(trace(60), 33)
    assert tex.count(r"\cdots") == 2
    assert tex.count(r"\textcolor") == 1
    assert r"w_{33}" in tex


def test_common_factors_are_struck_out_in_both(trace):
    tex = compared(trace(4), 3)
    assert tex.count(r"\cancel{\sigma'(z_{3})}") == 2
    assert tex.count(r"\cancel{w_{4}\,\sigma'(z_{4})}") == 2
    assert tex.count("w_{3}") == 2  # in the gradient of b_1, and below the line of their ratio

"""The exercises of lesson 6: what is asked, and when an answer is right."""

from math import isnan, sqrt

from pages.lessons.ways_out.rows import ratio
from pages.ui.answers import Number, Setting
from pages.ui.numbers import number

ON, GROWTH, LARGER = 0.75, 2.0, 5.0
"""Mean of f'^2 of a recipe, growth over all blocks, and by what weights are multiplied."""
LEVEL, LEAST_HIDDEN = 2.0, 50
"""Largest ratio that is level, and least hidden layers."""


def on(**_):
    """The scale that keeps the gradient if three neurons in four are on."""
    return Number(1.0 / sqrt(ON), {}, rel=0.01)


def alpha(plain, **_):
    """The scale of what blocks add that lets the gradient no more than double."""
    blocks = plain.hidden
    doubled = GROWTH ** (2.0 / blocks)
    return Number(sqrt(doubled - 1.0), {"blocks": blocks, "doubled": number(doubled, 4)})


def larger(**_):
    """What becomes of the gradient of weights before a normalisation that are made five times as large."""
    return Number(1.0 / LARGER, {})


def tanh(plain, own, **_):
    """A deep tanh network that is level."""
    share = ratio(own)
    if plain.activation != "tanh" or plain.hidden < LEAST_HIDDEN:
        return Setting(False, {}, "other")
    if isnan(share.log10_abs):
        return Setting(False, {}, "dead")
    return Setting(1.0 / LEVEL <= share <= LEVEL, {"ratio": number(share)})


EXERCISES = (on, alpha, larger, tanh)

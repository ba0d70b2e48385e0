"""The exercises of lesson 2: what is asked, and when an answer is right."""

from pages.ui.answers import Number, Setting
from pages.ui.numbers import number
from vgcore.studies.window import window_width

MILLION, LARGEST = 1e6, 8.0
"""Ratio of first to last gradient that is to be found, and the largest weight that it may take."""


def least(**_):
    """The least weight with which a factor can be 1."""
    return Number(4.0, {}, rel=1e-3)


def climb(chosen, **_):
    """How many times larger the first gradient is than the last."""
    slots = {"weight": number(chosen.weight), "depth": chosen.depth, "steps": chosen.depth - 1}
    slots["factor"] = number(_quarter(chosen))
    return Number(_quarter(chosen) ** (chosen.depth - 1), slots)


def wide(chosen, **_):
    """How wide the window of the reader's weight is."""
    weight = chosen.weight
    slots = {"weight": number(weight), "half": number(float(window_width(weight)) / 2.0)}
    kind = "window" if weight > 4.0 else "none"
    return Number(float(window_width(weight)), slots, off=1e-3, kind=kind)


def exact(chosen, **_):
    """How exact the first bias must be for the last weighted input to stay within 1 of 0."""
    steps = chosen.depth - 1
    slots = {"weight": number(chosen.weight), "depth": chosen.depth, "steps": steps}
    slots["factor"] = number(_quarter(chosen))
    return Number(_quarter(chosen) ** -steps, slots)


def million(chosen, **_):
    """An explosion by a million with small weights."""
    ratio = _quarter(chosen) ** (chosen.depth - 1)
    slots = {"weight": number(chosen.weight), "depth": chosen.depth, "ratio": number(ratio)}
    return Setting(ratio >= MILLION and chosen.weight <= LARGEST, slots)


def _quarter(chosen):
    return chosen.weight / 4.0


EXERCISES = (climb, least, wide, exact, million)

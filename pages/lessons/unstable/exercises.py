"""The exercises of lesson 3: what is asked, and when an answer is right."""

from math import sqrt

from pages.ui.answers import Number, Setting
from pages.ui.numbers import number, percent
from vgcore.studies.window import widest_window

STEEP, ERROR, BALANCED, LEAST_DEPTH = 5.0, 1e-3, 0.1, 3
"""Factor of a steep activation, error of a copy, and least share in balance with the least layers for it."""


def drift(chosen, grown, **_):
    """Where theory has the mean of the log ratio at the reader's depth."""
    if grown.theory is None:
        return None
    steps, mean = chosen.depth - 1, grown.theory.mean
    slots = {"depth": chosen.depth, "steps": steps, "mean": number(mean, 4)}
    return Number(steps * mean, slots, off=0.01, steps=steps)


def widest(**_):
    """How wide the widest window is."""
    weight, width = widest_window()
    return Number(width, {"weight": number(weight)}, rel=0.01)


def copy(**_):
    """The weight with which the identity neuron is off by a thousandth."""
    w1 = sqrt(96.0 * ERROR)
    return Number(w1, {"w2": number(4.0 / w1)})


def steep(chosen, **_):
    """How far one deviation is from balance if factors of 5 and of 1/5 are equally likely."""
    steps = chosen.depth - 1
    slots = {"depth": chosen.depth, "steps": steps, "root": number(sqrt(steps))}
    return Number(STEEP ** sqrt(steps), slots, rel=0.03)


def balanced(chosen, grown, **_):
    """Settings with which one chain in ten is in balance."""
    share = grown.balanced_at(chosen.depth)
    slots = {"depth": chosen.depth, "share": percent(share)}
    return Setting(share >= BALANCED and chosen.depth >= LEAST_DEPTH, slots)


EXERCISES = (drift, widest, copy, steep, balanced)

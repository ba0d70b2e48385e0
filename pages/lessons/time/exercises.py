"""The exercises of the lesson through time: what is asked, and when an answer is right."""

from math import ceil, log, sqrt

from pages.ui.answers import Number
from pages.ui.numbers import number

FIRST, SECOND = 30.0, 40.0
"""Lengths of the two parts of the gradient that is clipped by hand."""
LEFT, HALF, ROWS = 0.1, 0.5, 28
"""Shares left after all rows, and rows read."""
GATE, THOUSANDTH = 0.9, 1e-3
"""Where a gate stands, and what is left of the gradient."""


def gain(**_):
    """The gain with which a linear recurrent network loses nine tenths over a digit."""
    return Number(LEFT ** (1.0 / (ROWS - 1)), {}, rel=0.005)


def steps(**_):
    """After how many steps a gate at 0.9 has left a thousandth."""
    taken = log(THOUSANDTH) / log(GATE)
    return Number(taken, {"whole": ceil(taken)}, off=1.0)


def clipped(**_):
    """How long the first layer's part of a clipped gradient is."""
    return Number(FIRST / sqrt(FIRST**2 + SECOND**2), {})


def opened(**_):
    """What is added in a forget gate that leaves half of the gradient over a digit."""
    gate = HALF ** (1.0 / (ROWS - 1))
    return Number(log(gate / (1.0 - gate)), {"gate": number(gate, 4)})


EXERCISES = (gain, opened, steps, clipped)

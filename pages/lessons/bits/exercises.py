"""The exercises of the lesson in few bits: what is asked, and when an answer is right."""

from math import ceil, log, log2

from pages.ui.answers import Number, Setting
from pages.ui.numbers import number
from vgcore import FORMATS

POWER, LOST = 16, 1e-9
"""Power of 2 of a loss scale, and a gradient that float16 loses."""
LEAST_DEPTH = 40
"""Layers that the gradient is to come through."""


def layers(walked, **_):
    """How many layers a loss scale buys, at the factor of the chain above."""
    factor = float((walked.exact[0] / walked.exact[1]).to_float())
    if factor >= 1.0:
        return None
    return Number(POWER * log(2.0) / log(1.0 / factor), {"power": POWER, "factor": number(factor)}, off=0.5)


def scale(**_):
    """The smallest power of 2 that lifts a gradient to the normal numbers of float16."""
    normal = FORMATS["float16"].normal
    slots = {"lost": number(LOST), "normal": number(normal), "times": number(normal / LOST)}
    return Number(float(ceil(log2(normal / LOST))), slots, rel=0.0)


def full(**_):
    """The z from which on a float16 sigmoid is 1."""
    ulp = FORMATS["float16"].ulp
    return Number(log(4.0 / ulp), {"gap": number(ulp / 2.0), "half": number(ulp / 4.0)}, rel=0.005)


def moves(**_):
    """The step that moves every bfloat16 weight, if it points away from 0."""
    ulp = FORMATS["bfloat16"].ulp
    return Number(ulp / 2.0, {"ulp": number(ulp)})


def alive(walked, chosen, **_):
    """A deep chain whose gradient float16 keeps."""
    if chosen.format != "float16" or chosen.depth < LEAST_DEPTH:
        return Setting(False, {"least": LEAST_DEPTH}, "other")
    return Setting(not walked.zeros, {"zeros": walked.zeros, "least": LEAST_DEPTH})


EXERCISES = (layers, scale, full, moves, alive)

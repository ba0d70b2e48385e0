"""The exercises of lesson 1: what is asked, and when an answer is right."""

from math import ceil, log

from pages.ui.answers import Number, Setting
from pages.ui.numbers import number, subscripts
from vgcore import ACTIVATIONS

FALL, MILLIONTH, TWICE = -0.01, 1e-6, 2.0
"""Change of the cost, size of the product, and factor that are asked for."""
OUTPUT = 0.9
"""Output of the neuron whose factor is asked for."""


def factor(trace, layer, **_):
    """The factor of a sigmoid neuron from its weight, which is the reader's, and its output."""
    layer = max(layer, 2)
    weight, prime = float(trace.weights[layer - 1]), OUTPUT * (1.0 - OUTPUT)
    slots = {"layer": layer, "weight": number(weight), "output": number(OUTPUT), "prime": number(prime)}
    return Number(weight * prime, slots, off=1e-9)


def step(trace, **_):
    """How far b_1 has to move for the cost to fall by a little."""
    gradient = trace.nabla_b[0]
    if gradient.sign == 0 or gradient.log10_abs < -250.0:
        return None
    return Number(FALL / float(gradient.to_float()), {"gradient": number(gradient)})


def doubled(trace, **_):
    """How many times smaller the bound of a quarter per layer is for a chain twice as long."""
    depth = len(trace.zs)
    return Number(4.0**depth, {"depth": depth, "twice": 2 * depth})


def millionth(trace, layer, **_):
    """How many factors of one size make a millionth."""
    layer = max(layer, 2)
    size = float(abs(trace.term(layer)).to_float())
    if not 0.0 < size < 0.999:
        return None
    ratio = log(MILLIONTH) / log(size)
    slots = {"layer": layer, "size": number(size), "ratio": number(ratio)}
    slots |= {"log": number(log(size)), "asked": number(log(MILLIONTH))}
    return Number(float(ceil(ratio)), slots, off=1.0)


def faster(trace, chosen, **_):
    """Weights and biases with which the first layer learns faster than a later one."""
    upper = min(3, len(trace.zs))
    ratio = abs(trace.ratio(1, upper))
    activation = ACTIVATIONS[chosen.activation]
    z, slope = (float(value) for value in activation.steepest())
    weight = TWICE / slope
    b1, b2 = z - chosen.a0, z - weight * float(activation.sigma(z))
    typed = f"w1=1, b1={b1:.4g}, w2={weight:.4g}, b2={b2:.4g}"
    slots = {"upper": subscripts(f"_{upper}"), "ratio": number(ratio), "steepest": number(z)}
    slots["typed"] = f"{typed}, w3={weight:.4g}" if upper == 3 else typed
    return Setting(bool(ratio > 1.0), slots)


EXERCISES = (factor, doubled, millionth, step, faster)

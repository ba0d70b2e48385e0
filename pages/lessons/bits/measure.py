"""What the lesson in few bits measures, each measurement once for all readers."""

from functools import partial

from pages.lessons.bits import rows, trainings
from pages.ui import runs
from pages.ui.page import cached
from pages.ui.pool import Room
from vgcore import FORMATS
from vgcore.studies import bits

_ROOM = Room(16e6, 8e6)  # the digits, and the signals of a hundred neurons forward and back

first_zero, moved = cached(bits.first_zero), cached(bits.moved)


def walk(chosen):
    """The gradient of the reader's chain in the chosen format, layer by layer."""
    return cached(bits.walk)(*chosen.of, chosen.depth)


def first_zeros(chosen):
    """The first depth at which the gradient of such a chain is 0, by format."""
    return {name: first_zero(name, chosen.w, chosen.b) for name in FORMATS}


def ends_of_slope(name):
    """The z below and above 0 at which the slope of a sigmoid is first exactly 0."""
    return tuple(cached(bits.first_flat)(name, side=side) for side in (-1, 1))


def slopes():
    """The slope of a sigmoid over z, by format."""
    return {name: cached(bits.slope)(name, rows.Z) for name in rows.DRAWN}


def slope(own):
    """The slope of the reader's neuron in the chosen format."""
    return float(cached(bits.slope)(own.full_format, own.z))


def lost(name, hidden, power=0):
    """What a format leaves of the gradient of a network on the digits."""
    return cached(bits.lost)(name, hidden, 2.0**power)


def compared(own):
    """The same by format, of the reader's network."""
    return {name: lost(name, own.deep, own.power) for name in rows.COMPARED}


def shares_moved():
    """The share of the weights that steps of several sizes move, by format."""
    return {name: moved(name, tuple(rows.STEPS.tolist())) for name in rows.STEPPED}


def trained(page, eta, answer):
    """Train in every way at one rate, and show the losses so far."""
    settings = trainings.all_ways(eta)
    body = partial(page.figure, rows.trained, answer=answer)
    steps = len(settings) * trainings.STEPS
    runs.live(page, "trained", trainings.run, settings, steps, _ROOM, lambda *seen: body(*seen, eta))

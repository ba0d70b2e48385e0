"""What lesson 4 measures of the reader's design."""

import numpy as np

from pages.lessons.matrix import rows
from pages.ui import runs
from pages.ui.page import cached
from pages.ui.pool import Room
from vgcore.studies.designs import BLOCK, design, digit_sizes, in_theory


def seed_by_seed(page, chosen):
    """Show the speeds of a design, seed by seed where that takes long."""

    def show(measured, complete):
        page.figure(rows.design_speeds, measured)

    runs.live(page, "design_speeds", _measure, chosen, chosen.seeds, _room(chosen), show)


def theory(chosen):
    """Return a design for what theory says of it, without samples."""
    return cached(in_theory)(chosen.hidden, chosen.width, chosen.digits, chosen.measure, **chosen.sampling)


def _measure(chosen, on_step):
    return design(**vars(chosen), on_seed=on_step, on_block=on_step)


def _room(chosen):
    """The memory that the digits take, and within a seed a network, its activations and its slopes."""
    sizes = np.array(digit_sizes(chosen.hidden, chosen.width))
    numbers = sizes[1:] @ sizes[:-1] + 2 * sizes.sum() * min(chosen.digits, BLOCK)
    return Room(16e6 + 8.0 * float(numbers), 16e6)

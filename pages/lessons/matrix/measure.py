"""What lesson 4 measures of the reader's design."""

import numpy as np

from pages.lessons.matrix import rows
from pages.ui import runs
from pages.ui.page import cached
from pages.ui.pool import Room
from vgcore.studies.designs import design, design_spectra, digit_sizes, in_theory, most_at_once
from vgcore.studies.paths import factors_by_width


def seed_by_seed(page, chosen):
    """Show the speeds of a design, seed by seed where that takes long."""

    def show(measured, complete):
        page.figure(rows.design_speeds, measured)

    runs.live(page, "design_speeds", _measure, chosen, chosen.seeds, _room(chosen), show)


def theory(chosen):
    """Return a design for what theory says of it, without samples."""
    return cached(in_theory)(chosen.hidden, chosen.width, chosen.digits, chosen.measure, **chosen.sampling)


def spectra(chosen):
    """Return the spectra of one network of a design, or None where a number in them outgrows all floats."""
    try:
        return cached(design_spectra)(theory(chosen).sizes, rows.SPECTRA_SEED, **chosen.sampling)
    except ValueError:
        return None


def factors(chosen):
    """Return the factor of a layer in random networks of several widths, sampled as the design is."""
    widths, networks, seed = rows.WIDTHS, rows.NETWORKS, rows.PATHS_SEED
    return cached(factors_by_width)(widths, networks, seed, **chosen.sampling)


def _measure(chosen, on_step):
    return design(**vars(chosen), on_seed=on_step, on_block=on_step)


def _room(chosen):
    """The memory that the digits take, and within a seed a network as it is sampled and as it is run.

    Its activations and its slopes are those of as many digits as a pass is shown.
    """
    sizes = np.array(digit_sizes(chosen.hidden, chosen.width))
    weights, itemsize = sizes[1:] @ sizes[:-1], np.dtype(theory(chosen).wide.dtype).itemsize
    shown = min(chosen.digits, most_at_once(chosen.hidden + 1, chosen.width, itemsize))
    return Room(16e6 + float((8 + itemsize) * weights + 2 * itemsize * sizes.sum() * shown), 16e6)

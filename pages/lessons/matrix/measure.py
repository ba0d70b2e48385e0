"""What lesson 4 measures of the reader's design."""

from dataclasses import replace

from pages.lessons.matrix import rows
from pages.ui import runs
from pages.ui.page import cached
from vgcore.studies.designs import design

READERS = 8
"""So many designs are measured at once: a small one waits for no large one."""


def seed_by_seed(page, chosen):
    """Show the speeds of a design, seed by seed where that takes long."""

    def show(measured, complete):
        page.figure(rows.design_speeds, measured)

    runs.live(page, "design_speeds", _measure, chosen, chosen.seeds, show, READERS)


def theory(chosen):
    """Return a design for what theory says of it; its speeds are those of one network and one digit."""
    return cached(design)(**vars(replace(chosen, seeds=1, digits=1)))


def _measure(chosen, on_seed):
    return design(**vars(chosen), on_seed=on_seed)

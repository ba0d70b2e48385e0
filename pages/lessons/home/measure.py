"""What the home page measures."""

from pages.ui.pool import Room
from vgcore.studies.designs import design

DEPTHS = (4, 1, 2, 3, 5, 6, 7, 8, 9, 10)
SHAPE = {"width": 30, "seeds": 20}
"""The book's width; its deepest network comes first."""
ROOM = Room(24e6, 16e6)


def by_depth(depths, on_step):
    """Measure networks of several numbers of hidden layers, one after the other; `on_step` hears of each."""
    measured = []
    for hidden in depths:
        measured.append(design(hidden=hidden, **SHAPE))
        on_step(len(measured), tuple(measured))
    return tuple(measured)

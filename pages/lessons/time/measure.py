"""What the lesson through time measures, each measurement once for all readers."""

from pages.lessons.time.rows import ADDED
from pages.ui import trainings
from pages.ui.page import cached
from vgcore.cells import MADE_BY
from vgcore.studies.recurrent import recurrent_profile
from vgcore.studies.trials import run

FEW = {"seeds": 3, "digits": 100}
"""Networks that are read with, and digits."""
_read = cached(recurrent_profile)


def reading(made_by="Keras", gain=1.0, forget_bias=1.0):
    """The profiles through time of a plain recurrent network, an LSTM and a GRU."""
    gated = (_read(cell, forget_bias=forget_bias, made_by=made_by, **FEW) for cell in ("lstm", "gru"))
    return _read("rnn", gain, made_by=made_by, **FEW), *gated


def by_bias():
    """The profiles of an LSTM as each framework makes it, by what is added in its forget gate."""
    return {
        name: [_read("lstm", forget_bias=added, made_by=name, **FEW) for added in ADDED] for name in MADE_BY
    }


def trained(page, function, trials, *data, **options):
    """Train what `trials` lists, and show it; see `pages.ui.trainings`."""
    trainings.shown(page, run, trials, function, *data, **options)

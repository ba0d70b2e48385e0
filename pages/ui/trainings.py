"""Short trainings on the screen, with what they have come to so far."""

from functools import partial

from pages.ui import runs
from pages.ui.pool import Room

_ROOM = Room(48e6, 16e6)  # the digits, and at a training's end the signals of all in its widest network


def shown(page, run, trials, function, *data, show=None, **options):
    """Run trials and show by a function of `rows` the results so far, and whether these are all.

    Parameters
    ----------
    page : Page
    run : function of (trials, on_step) that returns the results
    trials : tuple of what is trained
    function : of (results, complete, *data)
    show : what shows it; None is `page.figure`, which is also given `options`
    """
    body = partial(show or page.figure, function, **options)
    name = function.__name__
    runs.live(page, name, run, trials, len(trials), _ROOM, lambda *seen: body(*seen, *data))

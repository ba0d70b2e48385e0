"""The exercises of lesson 5: what is asked, and when an answer is right."""

from math import log, sqrt

from pages.lessons.training.controls import ALL_DIGITS
from pages.lessons.training.rows import ratio_at_end
from pages.ui.answers import Number, Setting
from pages.ui.numbers import number, percent

DELTAS = (0.3, -0.1)
"""The two errors of which both measures are asked for."""
STEPS_OF_FOUR, FACTOR, DEEP_BY = 8000, 3.0, 7
"""A wait, what each further layer multiplies it by, and the hidden layers that are asked about."""
LEVEL, DEEP, NOTHING = 2.0, 4, 0.2
"""Largest ratio that is level, least hidden layers, and accuracy below which nothing is learned."""
LEARNED = 0.9
"""Accuracy above which a network has learned."""


def cancel(**_):
    """How many times larger the root mean square of two errors is than the norm of their mean."""
    one, other = DELTAS
    return Number(sqrt((one**2 + other**2) / 2.0) / ((one + other) / 2.0), {})


def deeper(**_):
    """The wait of a deeper network, if each further layer multiplies it alike."""
    further = DEEP_BY - DEEP
    slots = {"factor": number(FACTOR), "steps": STEPS_OF_FOUR, "deep": DEEP_BY, "further": further}
    return Number(STEPS_OF_FOUR * FACTOR**further, slots)


def shrink(asked, **_):
    """What the L2 term alone leaves of a weight after the first of the runs."""
    settings = asked[0].settings
    digits = ALL_DIGITS - settings.held
    kept = 1.0 - settings.eta * settings.lmbda / digits
    slots = {
        "eta": number(settings.eta),
        "lmbda": number(settings.lmbda),
        "count": settings.steps,
        "digits": digits,
        "kept": number(kept, 5),
    }
    return Number(kept**settings.steps, slots, rel=0.01, off=1e-9)


def level(asked, **_):
    """A run whose layers end about equally fast by the book's measure, and which has learned nothing."""
    ended = [run for run in _ended(asked) if run.settings.hidden >= DEEP]
    ratios = [ratio_at_end(run.history) for run in ended]
    alive = [(run, ratio) for run, ratio in zip(ended, ratios, strict=True) if ratio]
    if not alive:
        return Setting(False, {}, "none")
    run, ratio = min(alive, key=lambda one: (one[0].history.accuracy[-1] >= NOTHING, abs(log(one[1]))))
    accuracy = run.history.accuracy[-1]
    slots = {"ratio": number(ratio), "accuracy": percent(accuracy)}
    return Setting(bool(accuracy < NOTHING and 1.0 / LEVEL <= ratio <= LEVEL), slots)


def learns(asked, **_):
    """A run of a deep enough sigmoid network that learns."""
    ours = [run for run in _ended(asked) if run.settings.activation == "sigmoid"]
    best = max((run.history.accuracy[-1] for run in ours if run.settings.hidden >= DEEP), default=None)
    if best is None:
        return Setting(False, {}, "none")
    return Setting(bool(best > LEARNED), {"best": percent(best)})


def _ended(asked):
    return [run for run in asked if run.done.is_set() and run.history is not None]


EXERCISES = (cancel, deeper, shrink, level, learns)

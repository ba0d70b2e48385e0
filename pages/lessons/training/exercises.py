"""The exercises of lesson 5: what is asked, and when an answer is right."""

from math import log, sqrt

from pages.lessons.training.rows import ratio_at
from pages.ui.answers import Number, Setting
from pages.ui.numbers import number, percent

TRAINED_DIGITS, SHARE = 1000.0, 0.1
"""Digits that a run trains on, and share of them that each digit has."""
DELTAS = (0.3, -0.1)
"""The two errors of which both measures are asked for."""
LEVEL, DEEP, NOTHING = 2.0, 4, 0.2
"""Largest ratio that is level, least hidden layers, and accuracy below which nothing is learned."""
LEARNED, LEAST_HIDDEN = 0.9, 2
"""Accuracy above which a network has learned, and its least hidden layers."""


def cancel(**_):
    """How many times larger the root mean square of two errors is than the norm of their mean."""
    one, other = DELTAS
    return Number(sqrt((one**2 + other**2) / 2.0) / ((one + other) / 2.0), {})


def bias(**_):
    """The bias with which a sigmoid says one in ten whatever comes in."""
    return Number(log(SHARE / (1.0 - SHARE)), {})


def shrink(asked, **_):
    """What the L2 term alone leaves of a weight after the first of the runs."""
    settings = asked[0].settings
    kept = 1.0 - settings.eta * settings.lmbda / TRAINED_DIGITS
    slots = {
        "eta": number(settings.eta),
        "lmbda": number(settings.lmbda),
        "epochs": settings.epochs,
        "kept": number(kept, 5),
    }
    return Number(kept**settings.epochs, slots, rel=0.01, off=1e-9)


def level(asked, **_):
    """A run whose layers end about equally fast by the book's measure, and which has learned nothing."""
    ended = [run for run in _ended(asked) if run.settings.hidden >= DEEP]
    ratios = [ratio_at(run.history, run.history.epochs - 1) for run in ended]
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
    best = max(
        (run.history.accuracy[-1] for run in ours if run.settings.hidden >= LEAST_HIDDEN), default=None
    )
    if best is None:
        return Setting(False, {}, "none")
    return Setting(bool(best > LEARNED), {"best": percent(best)})


def _ended(asked):
    return [run for run in asked if run.done.is_set() and run.history is not None]


EXERCISES = (cancel, bias, shrink, level, learns)

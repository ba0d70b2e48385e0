"""The rows, slots and cases of the figures of the lesson through time."""

import numpy as np

from pages.ui.data import Rows, Word, log10
from pages.ui.numbers import number, percent
from pages.ui.series import marks, names
from vgcore import ACTIVATIONS
from vgcore.studies.recurrent import ROWS
from vgcore.studies.trials import of
from vgcore.studies.trials import shares as shares_of
from vgcore.studies.ways_out import LEVEL_WITHIN

ADDED = (-1.0, 0.0, 1.0, 2.0, 3.0)
"""What is added in the forget gate, where the LSTM is drawn by it."""
SHUT = 2.0
"""Least that is added in a gate which is called open."""
ASKED_SCALE = 2.0
"""Scale of the weights that the question on clipping is asked of."""


def gate(time):
    """What a forget gate lets through that sees nothing but what is added in it."""
    f = float(ACTIVATIONS["sigmoid"].sigma(np.array(time.forget_bias)))
    slots = {"bias": number(time.forget_bias), "open": number(f), "steps": ROWS - 1}
    return Rows({}, {**slots, "left": number(f ** (ROWS - 1))})


def through_time(rnn, lstm, gru, time):
    """The gradient at every row read, of a plain recurrent network and of two with gates."""
    cells = {"rnn": rnn, "lstm": lstm, "gru": gru}
    steps = np.arange(1, rnn.shape[1] + 1)
    series, slots = {}, {"gain": number(time.gain), "bias": number(time.forget_bias)}
    slots |= {"made_by": time.made_by, "control": Word("controls.forget_bias")}
    for name, rms in cells.items():
        log = log10(rms / rms[:, -1:])
        series[name] = {"row": steps, "log10_ratio": np.median(log, axis=0)}
        series[f"{name}_range"] = {"row": steps, "low": log.min(axis=0), "high": log.max(axis=0)}
        slots[f"{name}_ratio"] = number(first_over_last(rms))
    series |= names({name: series[name] for name in cells}, "row", "log10_ratio")
    best = max(cells, key=lambda name: first_over_last(cells[name]))
    grows = best == "rnn" and first_over_last(rnn) > LEVEL_WITHIN
    shut = ("shut",) if best == "rnn" and not grows and time.forget_bias < SHUT else ()
    return Rows(series, slots, "explodes" if grows else best, shut)


def by_bias(profiles):
    """What an LSTM leaves at the first row, by what is added in its forget gate, and the gate alone."""
    added = np.array(ADDED)
    left = {name.lower(): [first_over_last(rms) for rms in each] for name, each in profiles.items()}
    logs = {name: np.log10(each) for name, each in left.items()}
    logs["alone"] = (ROWS - 1) * np.log10(ACTIVATIONS["sigmoid"].sigma(added))
    series = {name: {"bias": added, "log10_ratio": log} for name, log in logs.items()}
    at = {f"at_{bias:g}": 10.0 ** logs["keras"][ADDED.index(bias)] for bias in (0.0, 1.0)}
    at["torch_at_0"] = 10.0 ** logs["pytorch"][ADDED.index(0.0)]
    return Rows(series, {**{name: number(each) for name, each in at.items()}, "steps": ROWS - 1})


def first_over_last(rms):
    """The gradient at the first row over that at the last, the median over the networks."""
    return float(np.median(rms[:, 0] / rms[:, -1]))


def clipping(results, complete):
    """The share of the digits that each network reads, with and without clipping, one mark per start."""
    shares = shares_of(results)
    clip, free = of("clip", results), of("free", results)
    gone = sum(not np.isfinite(each.accuracy) for each in free)
    slots = {"done": len(results), "gone": gone, "free": len(free)}
    asked = complete and results[0].trial.recipe.scale == ASKED_SCALE
    answer = float(np.median(shares["clip"])) if asked and shares.get("clip") else None
    if not clip or not shares["clip"]:
        return Rows(marks(shares), slots, "running")
    slots |= {
        "share": percent(np.median(shares["clip"])),
        "clipped": percent(np.median([each.clipped for each in clip])),
        "ratio": number(float(np.median([each.ratio for each in clip]))),
    }
    notes = ["clipped"]
    if shares["small"]:
        slots["small"] = percent(np.median(shares["small"]))
        notes.append("small")
    notes += [] if all(shares.values()) else ["empty"]
    finding = "mends" if slots["gone"] == len(free) else ""
    return Rows(marks(shares), slots, finding, tuple(notes), answer=answer)


def reached(rnn, lstm, gru):
    """What the lesson comes to, as Keras makes its layers."""
    cells = {"rnn": rnn, "lstm": lstm}
    return Rows({}, {f"{name}_ratio": number(first_over_last(rms)) for name, rms in cells.items()})

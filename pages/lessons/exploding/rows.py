"""The rows, slots and cases of the figures of lesson 2."""

import numpy as np

from pages.ui.data import Rows, family
from pages.ui.numbers import number, percent
from vgcore.studies.window import window_width

LOG10_SHIFTS = np.linspace(-8.0, 0.0, 41)
SHIFTS = 10.0**LOG10_SHIFTS
WEIGHTS = tuple(np.arange(5.0, 201.0, 5.0).tolist())
INPUTS = tuple((0.5 + np.sinh(np.linspace(-5.0, 5.0, 121)) / np.sinh(5.0) / 2.0).tolist())
"""Weights and inputs a that the factor is drawn at; these are dense around 1/2, where its peak is."""
SHOWN = -2.0
"""log10 of the shift at which the slider stands at first."""


def gradient_by_layer(trace):
    """The gradient of every layer."""
    layers = np.arange(1, len(trace.zs) + 1)
    finding = "level" if _is_1(trace.term(2)) else "climbs" if trace.term(2) > 1.0 else "falls"
    series = {"chain": {"layer": layers, "log10_abs": trace.nabla_b.log10_abs}}
    return Rows(series, {"factor": number(trace.term(2))}, finding)


def gradient_by_shift(shifted, trace):
    """The gradient of every layer as the first bias is shifted; `trace` is the chain before that."""
    series = family(shifted.layers, "log10_shift", LOG10_SHIFTS, shifted.nabla_b)
    grows = trace.term(2) > 1.0 and not _is_1(trace.term(2))
    notes = ("grows",) if grows else ()
    kept = shifted.nabla_b[0] / trace.nabla_b[0]
    shown = np.abs(LOG10_SHIFTS - SHOWN).argmin()
    slots = {
        "factor": number(trace.term(2)),
        "shift": number(SHIFTS[shown]),
        "kept": number(abs(kept[shown])),
    }
    halved = kept.log10_abs < np.log10(0.5)
    if not halved.any():
        return Rows(series, slots, notes=(*notes, "firm"))
    return Rows(series, {**slots, "least": number(SHIFTS[halved.argmax()])}, notes=(*notes, "halved"))


def factor_by_input(factors, weight, width):
    """The factor over the input, for several weights; the window is that of the reader's weight."""
    rows = {"weight": np.array(WEIGHTS)[:, None], "input": INPUTS, "factor": factors}
    slots = {"weight": number(weight), "half": number(width / 2.0)}
    note = "window" if width > 0.0 else "point" if weight == 4.0 else "none"
    return Rows({"family": rows, "one": {"factor": 1.0}}, slots, notes=(note,))


def chains_trained(run):
    """The shares of chains that have learned, and that have had a factor above 1, step by step."""
    steps = np.arange(len(run.learned))
    series = {
        "learned": {"step": steps, "share": run.learned},
        "exploding": {"step": steps, "share": run.exploding},
        "learned_end": {"step": steps[-1], "share": run.learned[-1]},
        "exploding_end": {"step": steps[-1], "share": run.exploding[-1]},
    }
    slots = {"learned": percent(run.learned[-1]), "exploding": percent(run.exploding[-1])}
    slots["ahead"] = percent(run.ahead[-1])
    notes = ("before",) if run.exploding[0] > 0.0 else ()
    return Rows(series, slots, notes=notes, guess={"share": float})


def reached(trace):
    """What the lesson comes to on this chain."""
    factor, ratio = trace.term(2), trace.ratio(1, len(trace.zs))
    width = window_width(float(trace.weights[1]))
    slots = {"weight": number(trace.weights[1]), "factor": number(factor), "depth": len(trace.zs)}
    slots |= {"times": number(ratio), "width": number(width)}
    note = "level" if _is_1(factor) else "grows" if factor > 1.0 else "falls"
    return Rows({}, slots, notes=(note,))


def _is_1(factor):
    return abs(float(factor.log10_abs)) < 1e-12

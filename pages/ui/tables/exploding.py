"""The rows of lesson 2."""

import numpy as np

from pages.ui.tables import scrubbed


def shifts(family):
    """Return the series of `gradient_by_shift`."""
    return scrubbed(
        family,
        "log10_shift",
        family.log10_shifts,
        np.isin(np.round(family.log10_shifts, 6), (-8.0, -2.0, 0.0)),
    )


def by_layer(trace):
    """Return the series of `gradient_by_layer`."""
    return {"chain": {"layer": np.arange(1, len(trace.zs) + 1), "log10_abs": trace.nabla_b.log10_abs}}


def half(width):
    """Return how far a window reaches to each side."""
    return width / 2.0


def windows(family):
    """Return the series of `factor_by_input`."""
    rows = {"weight": family.weights, "a": family.a, "factor": family.factor}
    return {"family": rows, "one": {"factor": 1.0}}


def descent(run):
    """Return the series of `chains_trained`."""
    steps = np.arange(len(run.learned))
    return {
        "learned": {"step": steps, "share": run.learned},
        "exploding": {"step": steps, "share": run.exploding},
    }

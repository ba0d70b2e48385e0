"""The rows of lesson 3."""

import numpy as np

from pages.ui.numbers import number, percent


def scales(scales, own):
    """Return the series of `ratio_by_scale`; `own` is the reader's scale, drawn where it is on the line."""
    best, ratio = scales.best
    at = np.interp(np.log10(own), np.log10(scales.weight_stds), scales.median)
    return {
        "scales": {"weight_std": scales.weight_stds, "log10_ratio": scales.median},
        "best": {"weight_std": best, "log10_ratio": ratio.log10_abs},
        "own": {"weight_std": own, "log10_ratio": at},
        "level": {"log10_ratio": 0.0},
    }


def best(scales):
    """Return the slots of `ratio_by_scale`: the best scale and the ratio there, dashes where all are 0."""
    scale, ratio = scales.best
    return {"best": number(scale), "ratio": number(ratio)} if ratio.sign else {"best": "–", "ratio": "0"}


def balanced(grown, factors, depth):
    """Return the series of `balanced_by_depth`; a share of 0 has no place on its axis."""
    share = np.where(grown.within > 0.0, grown.within, np.nan)[:, 1:]
    factors = np.array([f"× {factor:g}" for factor in factors])[:, None]
    return {
        "chains": {"layer": grown.layers[1:], "factor": factors, "share": share},
        "now": {"layer": depth, "factor": factors, "share": share[:, depth - 2 : depth - 1]},
        "ends": {"layer": grown.layers[1:]},
    }


def spread(found):
    """Return the series of `ratio_spread`."""
    return {
        "chains": {"lower": found.lower, "upper": found.upper, "share": found.share},
        "theory": {"lower": (found.lower + found.upper) / 2.0, "share": found.theory},
        "even": {"lower": 0.0},
    }


def grown(grown):
    """Return the series of `spread_by_depth`, the bands one standard deviation wide on each side."""
    series = {"chains": _band(grown.layers, grown.mean, grown.std)}
    if grown.theory is None:
        return {**series, "theory": _band(grown.layers[:1], np.nan, np.nan)}
    steps = grown.layers - 1.0
    return {
        **series,
        "theory": _band(grown.layers, steps * grown.theory.mean, np.sqrt(steps) * grown.theory.std),
    }


def per_layer(grown):
    """Return the slots of `spread_by_depth`: what theory says of a layer, or a dash."""
    if grown.theory is None:
        return {"mean": "–", "std": "–"}
    return {"mean": number(grown.theory.mean), "std": number(grown.theory.std)}


def window_widths(windows):
    """Return the series of `window_widths`; windows without end are not drawn."""
    w, width = windows.widest
    return {
        "width": {"w": windows.w, "width": windows.width},
        "chance": {"w": windows.w, "width": windows.chance},
        "widest": {"w": w, "width": width},
    }


def widest(windows):
    """Return the slots of `window_widths`."""
    w, width = windows.widest
    return {"name": windows.activation, "w": number(w, 4), "width": number(width, 4)}


def window_region(windows):
    """Return the series of `window_region`; weights without a window have no place in it."""
    some = windows.width > 0.0
    return {"window": {"w": windows.w[some], "half": windows.width[some] / 2.0}}


def others(rows):
    """Return the table of the activations."""
    ratios = [number(rows.ratio.entry(index)) for index in range(len(rows.names))]
    best = ["–" if ratio == "0" else number(scale) for scale, ratio in zip(rows.best, ratios, strict=True)]
    return {
        "name": rows.names,
        "steepest": [number(value) for value in rows.steepest],
        "best": best,
        "ratio": ratios,
        "balanced": [percent(value) for value in rows.balanced],
    }


def identity(neuron):
    """Return the series of `identity_copy`."""
    return {"x": {"x": neuron.x, "y": neuron.x}, "copy": {"x": neuron.x, "y": neuron.copy}}


def identity_errors(curve, neuron):
    """Return the series of `identity_error`."""
    return {
        "best": {"w1": curve.w1, "error": curve.error},
        "own": {"w1": neuron.w1, "error": neuron.error},
    }


def _band(layers, mean, std):
    return {"layer": layers, "mean": mean, "low": mean - std, "high": mean + std}

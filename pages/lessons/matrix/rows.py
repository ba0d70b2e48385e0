"""The rows, slots and cases of the figures of lesson 4."""

import numpy as np

from pages.ui.data import Rows, log10
from pages.ui.numbers import number, percent

SCALES = tuple(np.geomspace(0.1, 100.0, 49).tolist())
WIDTHS = (5, 8, 12, 20, 30, 50, 80, 130, 200, 300)


def same(form, layer):
    """The table of delta by both ways, a row a neuron of the layer."""
    product, delta = form.products[layer - 1], form.deltas[layer - 1]
    return {
        "neuron": [str(j) for j in range(1, len(delta) + 1)],
        "product": [number(value, 6) for value in product],
        "backpropagation": [number(value, 6) for value in delta],
        "difference": [number(value) for value in product - delta],
    }


def design_speeds(measured):
    """The speeds of the reader's networks as log10, so that a layer that is dead has no place."""
    samples = measured.samples
    layers, log = samples.layers, log10(samples.speeds)
    hidden, printed = layers[:-1], measured.printed
    series = {
        "networks": {"layer": layers, "low": log.min(axis=0), "high": log.max(axis=0)},
        "median": {"layer": layers, "log10_speed": log10(samples.median)},
        "theory": {"layer": hidden, "log10_speed": log10(measured.theory)},
    }
    notes = []
    if printed:
        series["printed"] = {"layer": hidden[: len(printed)], "log10_speed": log10(printed)}
        notes.append("printed")
    if not samples.speeds.all():
        notes.append("zero")
    slots = {"seeds": len(samples.seeds), "root_chi": number(measured.root_chi)}
    slots["theory"] = number(1.0 / measured.root_chi) if measured.root_chi else number(np.inf)
    if hidden.size < 2:
        return Rows(series, slots, "one_layer", tuple(notes))
    if not samples.median.all():
        return Rows(series, slots, "dead", tuple(notes))
    slots |= {"ratio": number(samples.last_over_first), "step": number(samples.ratio_per_layer)}
    finding = "vanishes" if samples.last_over_first >= 1.0 else "explodes"
    return Rows(series, slots, finding, (*notes, "measured"))


def factor_spectrum(spectra, guess=None):
    """The singular values of every factor; one of 0 has no place on the axis."""
    layers, factors = np.arange(1, len(spectra.factors)), spectra.factors[:-1]
    low, middle, high = (
        _positive([pick(values) for values in factors]) for pick in (np.min, np.median, np.max)
    )
    series = {
        "range": {"layer": layers, "low": low, "high": high},
        "largest": {"layer": layers, "value": high},
        "median": {"layer": layers, "value": middle},
        "slope": {"layer": layers, "value": _positive(spectra.largest_slope[:-1])},
        "level": {"value": 1.0},
    }
    if guess:
        series["guess"] = {"value": guess}
    largest = np.array([values[0] for values in factors])
    shrinking = int((largest < 1.0).sum())
    finding = "all" if shrinking == len(largest) else "some" if shrinking else "none"
    zero = any(values.min() == 0.0 for values in factors)
    return Rows(series, {"shrinking": shrinking, "factors": len(largest)}, finding, ("zero",) if zero else ())


def product_spectrum(spectra):
    """The singular values of the product from each layer to the output, as log10."""
    pairs = [(layer, value) for layer, values in enumerate(spectra.products, 1) for value in values]
    layers, values = np.array(pairs).T
    series = {
        "values": {"layer": layers, "log10_value": log10(values)},
        "largest": {
            "layer": np.arange(1, len(spectra.products) + 1),
            "log10_value": log10([values[0] for values in spectra.products]),
        },
    }
    if not np.isfinite(spectra.condition):
        return Rows(series, notes=("singular",))
    return Rows(series, {"condition": number(spectra.condition)}, notes=("condition",))


def chi_by_scale(curve, measured, guess=None):
    """The factor of theory against the scale of the weights, its edge, and the reader's network."""
    series = {
        "theory": {"weight_std": curve.weight_stds, "root_chi": _positive(curve.root_chi)},
        "own": {"weight_std": measured.weight_std, "root_chi": _positive([measured.root_chi])},
        "level": {"root_chi": 1.0},
    }
    if guess:
        series["guess"] = {"weight_std": guess, "root_chi": 1.0}
    slots = {"own": number(measured.weight_std), "root_chi": number(measured.root_chi)}
    if not np.isfinite(curve.edge):
        return Rows(series, slots, "no_edge")
    series["edge"] = {"weight_std": curve.edge, "root_chi": 1.0}
    finding = "vanishes" if measured.root_chi < 0.995 else "explodes" if measured.root_chi > 1.005 else "edge"
    return Rows(series, {**slots, "edge": number(curve.edge)}, finding)


def luck_spread(sampled):
    """How ln |J v|^2 is spread over random networks, the law over simulation."""
    middle = (sampled.lower + sampled.upper) / 2.0
    series = {
        "networks": {"lower": sampled.lower, "upper": sampled.upper, "share": sampled.share},
        "theory": {"lower": middle, "share": sampled.theory},
    }
    slots = {"law_mean": number(sampled.law.mean), "law_variance": number(sampled.law.variance)}
    slots |= {"mean": number(sampled.mean), "variance": number(sampled.variance)}
    slots["dead"] = percent(sampled.dead)
    if sampled.dead == 1.0:
        return Rows(series, slots, "dead")
    return Rows(series, slots, "spread", ("measured", *(("zero",) if sampled.dead else ())))


def luck_by_width(by_width, sampled, hidden, width):
    """The variance of ln |J v|^2 against the widths, the law over simulation."""
    series = {
        "networks": {
            "width": by_width.widths,
            "inverse": by_width.inverse,
            "variance": _positive(by_width.variance),
        },
        "law": {"inverse": by_width.inverse, "variance": by_width.theory},
        "own": {"width": width, "inverse": hidden / width, "variance": _positive([sampled.variance])},
    }
    return Rows(series, {"hidden": hidden, "width": width}, notes=("own",) if sampled.variance > 0.0 else ())


def _positive(values):
    values = np.asarray(values, float)
    return np.where(values > 0.0, values, np.nan)

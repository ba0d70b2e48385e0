"""The rows, slots and cases of the figures of lesson 4."""

import numpy as np

from pages.ui.data import Name, Rows, log10, positive, some
from pages.ui.numbers import number, percent
from vgcore import SignedLog

SPECTRA_SEED = 0
WIDTHS, WIDTH_NAMES, NETWORKS, PATHS_SEED = (1, 10, 100), ("one", "ten", "hundred"), 200, 0
"""Widths of the networks whose factor of a layer is compared, their names, their number and seed."""
BARS, HIGH = 40, 0.9
"""Bars of their histograms, and how high the highest is of a row."""
MOST_MARKS = 60
"""Most layers that are marked in a drawing, where more would lie on each other."""


def same(form, layer):
    """The table of delta by both ways, one row per neuron of the layer."""
    product, delta = form.products[layer - 1], form.deltas[layer - 1]
    return {
        "neuron": [str(j) for j in range(1, len(delta) + 1)],
        "product": [number(value, 6) for value in product],
        "backpropagation": [number(value, 6) for value in delta],
        "difference": [number(value) for value in product - delta],
    }


def design_speeds(measured):
    """The speed of every layer of a design: several seeds, their median, theory, and the printed values."""
    samples = measured.samples
    at = some(samples.layers.size, MOST_MARKS)
    layers, log = samples.layers[at], log10(samples.speeds)[:, at]
    hidden = samples.layers[:-1]
    series = {
        "seeds": {"layer": layers, "low": log.min(axis=0), "high": log.max(axis=0)},
        "median": {"layer": layers, "log10_speed": log10(samples.median)[at]},
        "printed": {"layer": hidden[: len(measured.printed)], "log10_speed": log10(measured.printed)},
    }
    root_chi = measured.root_chi_here
    slots = {"seeds": len(samples.seeds), "root_chi": number(root_chi), "theory": number(1.0 / root_chi)}
    notes = ["several" if len(samples.seeds) > 1 else "single"]
    finding = _speeds_finding(samples)
    if finding == "one":
        notes.append("second")
    elif finding != "dead":
        ratio = samples.last_over_first
        slots |= {"ratio": number(ratio), "inverse": number(1.0 / ratio)}
        slots |= {"step": number(samples.ratio_per_layer)}
        notes.append("step")
        if measured.theory is None:
            slots["rms"] = Name("rms")
            notes.append("by_digit")
        else:
            within = some(hidden.size, MOST_MARKS)
            series["theory"] = {"layer": hidden[within], "log10_speed": log10(measured.theory)[within]}
            notes += ["theory", "step_theory"]
    if measured.printed:
        notes.append("printed")
    if not samples.speeds.sign.all():
        notes.append("zero")
    return Rows(series, slots, finding, tuple(notes))


def factor_spectrum(spectra):
    """The singular values of every factor; one of 0 has no place on its axis."""
    factors, slopes = spectra.factors[:-1], spectra.largest_slope[:-1]
    low, middle, high = (np.array([pick(each) for each in factors]) for pick in (np.min, np.median, np.max))
    at = some(len(factors), MOST_MARKS)
    layers = at + 1
    series = {
        "level": {"singular_value": 1.0},
        "range": {"layer": layers, "low": positive(low)[at], "high": positive(high)[at]},
        "largest": {"layer": layers, "singular_value": positive(high)[at]},
        "median": {"layer": layers, "singular_value": positive(middle)[at]},
        "slope": {"layer": layers, "singular_value": positive(slopes)[at]},
    }
    longer, shorter = high > 1.0 + 1e-9, high < 1.0 - 1e-9
    either = "mixed" if longer.any() else "keeps"
    finding = "" if shorter.all() else "lengthens" if longer.all() else either
    notes = _zero(low.all() and slopes.all())
    return Rows(series, finding=finding, notes=notes, guess={"singular_value": float})


def product_spectrum(spectra):
    """All singular values of the product, by the layer it begins at, in powers of ten."""
    products = spectra.products
    at = some(len(products), MOST_MARKS)
    layers, drawn = at + 1, [products[l] for l in at]
    together = np.concatenate([log10(values) for values in drawn])
    series = {
        "values": {
            "layer": np.repeat(layers, [len(values) for values in drawn]),
            "log10_value": together,
        },
        "largest": {"layer": layers, "log10_value": np.array([log10(values[0]) for values in drawn])},
    }
    first, last = (_log10_condition(products[end]) for end in (0, -1))
    apart = ("apart",) if 1e-6 < first < np.inf and first > last else ()
    slots = {"condition": number(SignedLog.from_log10(first))} if np.isfinite(first) else {}
    return Rows(series, slots, _product_finding(spectra), (*apart, *_zero(np.isfinite(together).all())))


def factors_of_widths(factors):
    """How the factor of a layer is spread over random networks, by their width, and its theory."""
    alive = np.isfinite(factors.log10)
    if not alive.any():
        return Rows({}, finding="dead")
    low, high = factors.log10[alive].min(), factors.log10[alive].max()
    edges = np.linspace(low, max(high, low + 0.1), BARS + 1)
    series = {}
    for base, (name, logs) in enumerate(zip(WIDTH_NAMES[::-1], factors.log10[::-1], strict=True)):
        share = np.histogram(logs[np.isfinite(logs)], edges)[0] / logs.size
        height = base + HIGH * share / (share.max() or 1.0)
        bars = {"lower": edges[:-1], "upper": edges[1:], "base": base, "top": height, "share": share}
        series |= {name: bars, f"{name}_name": {"base": base}}
    if factors.theory[-1]:
        series["theory"] = {"lower": np.log10(factors.theory[-1])}
    slots = {f"{name}_apart": number(factors.apart(place)) for place, name in enumerate(WIDTH_NAMES)}
    slots |= {"networks": factors.log10.shape[1], "theory": number(factors.theory[-1])}
    lost = 1.0 - alive[0].mean()
    notes = ("lost",) if lost else ()
    return Rows(series, {**slots, "lost": percent(lost)}, notes=notes)


def reached(form, measured):
    """What the lesson comes to on the small network and on the reader's design."""
    hidden, factor = len(measured.sizes) - 2, measured.root_chi_here
    slots = {"difference": number(form.difference), "hidden": hidden, "factor": number(factor)}
    if hidden == 1:
        return Rows({}, slots, notes=("one",))
    product = measured.first_over_last
    slots["product"] = number(product)
    return Rows({}, slots, notes=("edge" if 0.5 <= product <= 2.0 else "product",))


def _speeds_finding(samples):
    if not samples.median.sign.all():
        return "dead"
    if samples.layers.size < 3:
        return "one"
    ratio = samples.last_over_first
    return "" if ratio >= 2.0 else "falls" if ratio <= 0.5 else "level"


def _product_finding(spectra):
    """Which headline the product from layer 1 has: a 0 in it may be a loss, or smaller than any float."""
    first, kept = spectra.products[0], min(map(np.count_nonzero, spectra.factors))
    if not kept:
        return "dead"
    if len(first) == 1:
        return "single"
    return "lost" if kept < len(first) else "" if first[-1].sign else "tiny"


def _log10_condition(values):
    """Return log10 of the largest over the smallest, which as a number might overflow; inf over 0."""
    return float(log10(values[0] / values[-1])) if values[0].sign else np.inf


def _zero(none_is_zero):
    return () if none_is_zero else ("zero",)

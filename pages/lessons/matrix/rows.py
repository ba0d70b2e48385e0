"""The rows, slots and cases of the figures of lesson 4."""

import numpy as np

from pages.ui.data import Name, Rows, log10, positive, some
from pages.ui.numbers import number, percent
from vgcore import SignedLog
from vgcore.studies.edge import field_curve

SPECTRA_SEED = 0
WEIGHT_STDS = tuple(np.geomspace(0.1, 100.0, 49).tolist())
"""Scales sigma_w of the weights that the curve of chi_1 is drawn at."""
WIDTHS = (5, 8, 12, 20, 30, 50, 80, 130, 200, 300)
"""Neurons in a layer of the networks whose luck is drawn by width."""
NETWORKS, NETWORKS_A_WIDTH, LUCK_SEED = 1000, 500, 1
"""Networks whose luck is drawn at the reader's width, and at each of the others; the seed of all."""
MOST_MARKS = 60
"""Most layers that are marked in a drawing, where more would lie on each other."""
LEAST_ALIVE = 0.1
"""Least share of networks that let something through from which these say much of luck."""


def same(form, layer):
    """The table of delta by both ways, one row per neuron of the layer."""
    product, delta = form.products[layer - 1], form.deltas[layer - 1]
    return {
        "neuron": [str(j) for j in range(1, len(delta) + 1)],
        "difference": [number(value) for value in product - delta],
        "product": [number(value, 6) for value in product],
        "backpropagation": [number(value, 6) for value in delta],
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


def chi_by_scale(curve, measured, activation):
    """The root of chi_1 against sigma_w, with the edge, the guess of it, and the reader's design."""
    own = measured.root_chi
    series = {
        "level": {"root_chi": 1.0},
        "theory": {"weight_std": curve.sigma_ws, "root_chi": curve.root_chi},
        "edge": {"weight_std": curve.edge, "root_chi": 1.0},
        "own": {"weight_std": measured.sigma_w, "root_chi": own},
    }
    slots = {"edge": number(curve.edge), "own": number(measured.sigma_w), "root_chi": number(own)}
    finding = "edge" if abs(own - 1.0) < 1e-3 else "explodes" if own > 1.0 else ""
    notes = ("sigmoid",) if activation == "sigmoid" else ()
    return Rows(series, slots, finding, notes, guess={"weight_std": float, "root_chi": 1.0})


def luck_spread(luck):
    """How ln |J v|^2 is spread over random ReLU networks, with the law's curve."""
    series = {
        "networks": {"lower": luck.lower, "upper": luck.upper, "share": luck.share},
        "theory": {"lower": (luck.lower + luck.upper) / 2.0, "share": luck.theory},
    }
    slots = {
        "ratio": number(luck.ratio),
        "law_mean": number(luck.law.mean),
        "law_variance": number(luck.law.variance),
        "mean": number(luck.mean),
        "variance": number(luck.variance),
        "dead": percent(luck.dead),
        "alive": percent(1.0 - luck.dead),
    }
    if luck.dead == 1.0:
        return Rows(series, slots, "dead", ("law",))
    wider = ("wider",) if luck.variance > 1.05 * luck.law.variance else ()
    lost = ("lost",) if luck.dead else ()
    finding = "few" if 1.0 - luck.dead < LEAST_ALIVE else "" if np.isfinite(luck.ratio) else "nothing"
    return Rows(series, slots, finding, ("measured", "law", *wider, *lost))


def luck_by_width(by_width, luck, hidden, width):
    """The variance of ln |J v|^2 against the widths; a variance of 0 has no place on its axis."""
    own = positive([luck.variance])
    place = {"width": by_width.widths, "inverse": by_width.inverse}
    series = {
        "networks": {**place, "variance": positive(by_width.variance)},
        "law": {**place, "variance": by_width.theory},
        "own": {"width": width, "inverse": hidden / width, "variance": own},
    }
    return Rows(series, notes=("own_width",) if np.isfinite(own).all() else ())


def path():
    """The factor of a layer by the scale of the weights, and 1, at which the gradient keeps its size."""
    scales = np.geomspace(0.1, 100.0, 13)
    curve = field_curve("sigmoid", tuple(scales.tolist()), 1.0)
    x = np.log10(scales)
    series = {"line": {"x": x, "y": log10(curve.root_chi)}, "other": {"x": x[[0, -1]], "y": np.zeros(2)}}
    own = curve.root_chi[np.argmin(abs(x))]
    return Rows(series, {"factor": number(own), "edge": number(curve.edge, 2)})


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

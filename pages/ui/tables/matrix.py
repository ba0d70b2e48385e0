"""The rows of lesson 4."""

import numpy as np

from pages.ui.numbers import number, percent
from pages.ui.tables import log10


def speeds(found):
    """Return the series of `design_speeds`: log10, so that a layer that is dead has no place."""
    layers, log = found.samples.layers, log10(found.samples.speeds)
    hidden = layers[:-1]
    return {
        "seeds": {"layer": layers, "low": log.min(axis=0), "high": log.max(axis=0)},
        "median": {"layer": layers, "log10_speed": log10(found.samples.median)},
        "theory": {"layer": hidden, "log10_speed": log10(found.theory)},
        "printed": {"layer": hidden[: len(found.printed)], "log10_speed": log10(found.printed)},
    }


def theory(found):
    """Return the slots of `design_speeds`."""
    return {"seeds": len(found.samples.seeds), "root_chi": number(found.root_chi)}


def ratios(found):
    """Return the slots of what the chart says, a dash where there is one hidden layer or a dead one."""
    if found.samples.layers.size < 3 or not found.samples.median.all():
        return {"ratio": "–", "step": "–", "theory": number(1.0 / found.root_chi)}
    samples = found.samples
    return {
        "ratio": number(samples.last_over_first),
        "step": number(samples.ratio_per_layer),
        "theory": number(1.0 / found.root_chi),
    }


def same(form, layer):
    """Return the table of delta by both ways, a row a neuron of the layer."""
    product, delta = form.products[layer - 1], form.deltas[layer - 1]
    return {
        "neuron": [str(j) for j in range(1, len(delta) + 1)],
        "product": [number(value, 6) for value in product],
        "backpropagation": [number(value, 6) for value in delta],
        "difference": [number(value) for value in product - delta],
    }


def factors(values):
    """Return the series of `factor_spectrum`; a singular value of 0 has no place on its axis."""
    layers = np.arange(1, len(values.factors))
    low, middle, high = (
        _positive([pick(found) for found in values.factors[:-1]]) for pick in (np.min, np.median, np.max)
    )
    return {
        "range": {"layer": layers, "low": low, "high": high},
        "largest": {"layer": layers, "value": high},
        "median": {"layer": layers, "value": middle},
        "slope": {"layer": layers, "value": _positive(values.largest_slope[:-1])},
    }


def products(values):
    """Return the series of `product_spectrum`: log10 of all singular values, by the layer they start at."""
    pairs = [(layer, value) for layer, found in enumerate(values.products, 1) for value in found]
    layers, found = np.array(pairs).T
    return {
        "values": {"layer": layers, "log10_value": log10(found)},
        "largest": {
            "layer": np.arange(1, len(values.products) + 1),
            "log10_value": log10([found[0] for found in values.products]),
        },
    }


def spread(values):
    """Return the slots of `product_spectrum`."""
    return {"condition": number(values.condition) if np.isfinite(values.condition) else "∞"}


def scales(curve, found):
    """Return the series of `chi_by_scale`."""
    return {
        "theory": {"weight_std": curve.weight_stds, "root_chi": curve.root_chi},
        "edge": {"weight_std": curve.edge, "root_chi": 1.0},
        "own": {"weight_std": found.weight_std, "root_chi": found.root_chi},
        "level": {"root_chi": 1.0},
    }


def edge(curve, found):
    """Return the slots of `chi_by_scale`."""
    own, root_chi = number(found.weight_std), number(found.root_chi)
    return {"edge": number(curve.edge), "own": own, "root_chi": root_chi}


def luck(drawn):
    """Return the series of `luck_spread`."""
    return {
        "networks": {"lower": drawn.lower, "upper": drawn.upper, "share": drawn.share},
        "theory": {"lower": (drawn.lower + drawn.upper) / 2.0, "share": drawn.theory},
    }


def law(drawn):
    """Return the slots of `luck_spread`."""
    law = {"law_mean": number(drawn.law.mean), "law_variance": number(drawn.law.variance)}
    return {
        **law,
        "mean": number(drawn.mean),
        "variance": number(drawn.variance),
        "dead": percent(drawn.dead),
    }


def widths(by_width, drawn, hidden, width):
    """Return the series of `luck_by_width`."""
    return {
        "networks": {"inverse": by_width.inverse, "variance": _positive(by_width.variance)},
        "law": {"inverse": by_width.inverse, "variance": by_width.theory},
        "own": {"inverse": hidden / width, "variance": _positive([drawn.variance])},
    }


def _positive(values):
    values = np.asarray(values, float)
    return np.where(values > 0.0, values, np.nan)

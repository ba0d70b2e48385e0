"""The rows of lesson 1."""

import numpy as np

from pages.ui.numbers import number, percent, subscripts
from pages.ui.tables import scrubbed


def family(family):
    """Return the series of `gradient_by_scale`; layers without a gradient still have their place."""
    grey = np.isclose(family.log10_scales * 2.0 % 1.0, 0.0)
    return scrubbed(family, "log10_scale", family.log10_scales, grey)


def flattest(family):
    """Return the slots of the flattest line of a family."""
    scale, span = family.flattest
    return {"scale": number(scale), "span": number(span)}


def links(links):
    """Return the series of `nudge_links`."""
    count, names = len(links), [subscripts(link.name) for link in links]
    predicted, actual = zip(*(link.log10_sizes for link in links), strict=True)
    order = {"link": np.arange(1, count + 1), "links": count, "name": names}
    return {
        "predicted": {**order, "log10_abs": predicted, "change": [float(link.predicted) for link in links]},
        "actual": {**order, "log10_abs": actual, "change": [float(link.actual) for link in links]},
    }


def links_side_by_side(links):
    """Return the table of the links: what moves, as predicted, in fact, and the gap between the two."""
    return {
        "name": [subscripts(link.name) for link in links],
        "predicted": [number(link.predicted) for link in links],
        "actual": [number(link.actual) for link in links],
        "gap": [percent(link.gap) for link in links],
    }


def gaps(steps, links, now, link):
    """Return the series of `nudge_gap`; a gap of zero has no place on its axis."""
    gaps, gap = (np.where(link.gap == 0, np.nan, link.gap) for link in (links, link))
    return {"gap": {"delta_b": steps, "gap": gaps}, "now": {"delta_b": now, "gap": gap}}


def slopes(curve, trace, layer):
    """Return the series of `sigma_prime`."""
    z, _, slope = curve
    zs = np.where(_outside(curve, trace), np.nan, trace.zs)
    neurons = {"layer": np.arange(1, len(zs) + 1), "z": zs, "slope": trace.primes.to_float()}
    now = {column: values[layer - 1] for column, values in neurons.items()}
    return {
        "curve": {"z": z, "slope": slope},
        "chain": neurons,
        "now": {**now, "name": subscripts(f"z_{layer}")},
    }


def neuron(curve, trace, layer):
    """Return the slots of the key of `sigma_prime`."""
    outside = int(_outside(curve, trace).sum())
    return {"layer": layer, "prime": number(trace.prime(layer)), "outside": outside}


def products(products, response, layer):
    """Return the series of `product_by_depth`."""
    own = {"layer": np.arange(1, len(response.sign) + 1), "log10_abs": response.log10_abs}
    return {
        "chains": {
            "layer": products.layers,
            "log10_abs": products.median,
            "low": products.low,
            "high": products.high,
        },
        "bound": {"layer": products.layers, "log10_abs": products.quarter},
        "chain": own,
        "now": {column: values[layer - 1] for column, values in own.items()},
    }


def ratios(counted):
    """Return the series of `ratio_histogram`."""
    return {
        "chains": {"log10_ratio": counted.lower, "upper": counted.upper, "share": counted.share},
        "book": {"log10_ratio": counted.book},
        "median": {"log10_ratio": counted.median},
    }


def claims(counted):
    """Return the slots of the audit: the shares with their errors, the median, the share of zeros."""
    shares = {
        "weight": counted.weight_below_one,
        "factor": counted.factor_below_quarter,
        "ratio": counted.ratio_below_sixteenth,
    }
    errors = {f"{name}_error": percent(counted.standard_error(share), 2) for name, share in shares.items()}
    texts = {name: percent(share) for name, share in {**shares, "zero": counted.zero}.items()}
    return {**texts, **errors, "median": number(counted.median_ratio)}


def _outside(curve, trace):
    """Which neurons are not on the curve: beyond its ends, or an output with an activation of its own."""
    own = np.arange(len(trace.zs)) == (-1 if trace.one_activation else len(trace.zs) - 1)
    return own | (trace.zs < curve[0][0]) | (trace.zs > curve[0][-1])

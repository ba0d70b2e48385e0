"""From what a computation returns to the rows that a chart draws."""

import numpy as np
import pandas as pd

from pages.ui.numbers import number, percent, subscripts


def tidy(series):
    """Return one table of all series, a row a point, the column `series` naming where it belongs.

    Parameters
    ----------
    series : dict of name to dict of column to array or scalar
        The columns of one series broadcast against each other. Rows with a number that is not
        finite are left out: no logarithm of zero reaches an axis. Numbers that float32 holds
        exactly are sent as float32.
    """
    table = pd.concat([_table(name, columns) for name, columns in series.items()], ignore_index=True)
    for column in table.select_dtypes("float64"):
        with np.errstate(over="ignore"):
            small = table[column].to_numpy(np.float32)
        if np.array_equal(small, table[column], equal_nan=True):
            table[column] = small
    return table.astype({"series": "category"})


def speeds(samples, printed):
    """Return the series of `layer_speeds`; `printed` holds those of the hidden layers."""
    return {
        "seeds": {"seed": samples.seeds, "layer": samples.layers, "speed": samples.speeds},
        "median": {"layer": samples.layers, "speed": samples.median},
        "printed": {"layer": samples.layers[:-1], "speed": printed},
    }


def family(family):
    """Return the series of `gradient_by_scale`; layers without a gradient still have their place."""
    grey = np.isclose(family.log10_scales * 2.0 % 1.0, 0.0)
    return _scrubbed(family, "log10_scale", family.log10_scales, grey)


def shifts(family):
    """Return the series of `gradient_by_shift`."""
    return _scrubbed(
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
    return {"family": rows, "one": {"factor": 1.0}, "limits": {"factor": [0.0, family.factor.max()]}}


def descent(run):
    """Return the series of `chains_trained`."""
    steps = np.arange(len(run.learned))
    return {
        "learned": {"step": steps, "share": run.learned},
        "exploding": {"step": steps, "share": run.exploding},
    }


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
    return {"window": {"w": windows.w[some], "half": half(windows.width[some])}}


def others(rows):
    """Return the table of the activations."""
    ratios = [number(rows.ratio.entry(index)) for index in range(len(rows.names))]
    best = ["–" if ratio == "0" else number(scale) for scale, ratio in zip(rows.best, ratios, strict=True)]
    return pd.DataFrame(
        {
            "name": rows.names,
            "steepest": [number(value) for value in rows.steepest],
            "best": best,
            "ratio": ratios,
            "balanced": [percent(value) for value in rows.balanced],
        }
    )


def identity(neuron):
    """Return the series of `identity_copy`."""
    return {"x": {"x": neuron.x, "y": neuron.x}, "copy": {"x": neuron.x, "y": neuron.copy}}


def identity_errors(curve, neuron):
    """Return the series of `identity_error`."""
    return {
        "best": {"w1": curve.w1, "error": curve.error},
        "own": {"w1": neuron.w1, "error": neuron.error},
    }


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
    return pd.DataFrame(
        {
            "name": [subscripts(link.name) for link in links],
            "predicted": [number(link.predicted) for link in links],
            "actual": [number(link.actual) for link in links],
            "gap": [percent(link.gap) for link in links],
        }
    )


def gaps(steps, gaps, now, gap):
    """Return the series of `nudge_gap`; a gap of zero has no place on its axis."""
    gaps, gap = (np.where(value == 0, np.nan, value) for value in (gaps, gap))
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


def _band(layers, mean, std):
    return {"layer": layers, "mean": mean, "low": mean - std, "high": mean + std}


def _scrubbed(family, scrubbed, values, grey):
    columns = {
        "layer": family.layers,
        scrubbed: np.round(values, 10),
        "log10_abs": family.nabla_b.log10_abs,
        "sign": family.nabla_b.sign,
        "grey": grey,
    }
    return {"family": columns, "readout": {"text": ""}, "ends": {"layer": family.layers}}


def _outside(curve, trace):
    """Which neurons are not on the curve: beyond its ends, or an output with an activation of its own."""
    own = np.arange(len(trace.zs)) == (-1 if trace.one_activation else len(trace.zs) - 1)
    return own | (trace.zs < curve[0][0]) | (trace.zs > curve[0][-1])


def _table(name, columns):
    arrays = np.broadcast_arrays(*(np.asarray(column) for column in columns.values()))
    table = pd.DataFrame({column: array.ravel() for column, array in zip(columns, arrays, strict=True)})
    table = table[np.isfinite(table.select_dtypes("number")).all(axis=1)]
    table.insert(0, "series", name)
    return table

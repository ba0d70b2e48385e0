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
        finite are left out: no logarithm of zero reaches an axis.
    """
    return pd.concat([_table(name, columns) for name, columns in series.items()], ignore_index=True)


def speeds(samples, printed):
    """Return the series of `layer_speeds`; `printed` holds those of the hidden layers."""
    return {
        "seeds": {"seed": samples.seeds, "layer": samples.layers, "speed": samples.speeds},
        "median": {"layer": samples.layers, "speed": samples.median},
        "printed": {"layer": samples.layers[:-1], "speed": printed},
    }


def family(family):
    """Return the series of `gradient_by_scale`; the readout is a text, drawn once."""
    columns = {"layer": family.layers, "step": family.steps, "log10_abs": family.nabla_b.log10_abs}
    return {"family": {**columns, "sign": family.nabla_b.sign.astype(np.int8)}, "readout": {"step": 0}}


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
    """Return the series of `sigma_prime`; a neuron off the curve's end is not drawn."""
    z, _, slope = curve
    zs = np.where((trace.zs >= z[0]) & (trace.zs <= z[-1]), trace.zs, np.nan)
    neurons = {"layer": np.arange(1, len(zs) + 1), "z": zs, "slope": trace.primes.to_float()}
    now = {column: values[layer - 1] for column, values in neurons.items()}
    return {
        "curve": {"z": z, "slope": slope},
        "chain": neurons,
        "now": {**now, "name": subscripts(f"z_{layer}")},
    }


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
    """Return the slots of the audit's table."""
    shares = {
        "weight": counted.weight_below_one,
        "factor": counted.factor_below_quarter,
        "ratio": counted.ratio_below_sixteenth,
    }
    errors = {f"{name}_error": percent(counted.standard_error(share), 2) for name, share in shares.items()}
    return {name: percent(share) for name, share in shares.items()} | errors


def _table(name, columns):
    arrays = np.broadcast_arrays(*(np.asarray(column) for column in columns.values()))
    table = pd.DataFrame({column: array.ravel() for column, array in zip(columns, arrays, strict=True)})
    numbers = table.select_dtypes("number")
    table = table[np.isfinite(numbers).all(axis=1)]
    table = table.astype(dict.fromkeys(table.select_dtypes("int64"), np.int16))
    table.insert(0, "series", name)
    return table

"""From what a computation returns to the rows that a chart draws."""

import numpy as np
import pandas as pd


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


def scrubbed(family, name, values, grey):
    layers = family.layers.astype(np.int16)
    columns = {
        "layer": layers,
        name: np.round(values, 10),
        "log10_abs": family.nabla_b.log10_abs,
        "sign": family.nabla_b.sign,
        "grey": grey,
    }
    return {"family": columns, "readout": {"layer": layers[0]}, "ends": {"layer": layers[[0, -1]]}}


def _table(name, columns):
    arrays = np.broadcast_arrays(*(np.asarray(column) for column in columns.values()))
    table = pd.DataFrame({column: array.ravel() for column, array in zip(columns, arrays, strict=True)})
    table = table[np.isfinite(table.select_dtypes("number")).all(axis=1)]
    table.insert(0, "series", name)
    return table

"""What is between a computation and a chart: rows, and their table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

MOST_POINTS = 200
"""Most layers that are drawn of a line, of which no screen shows more."""


class Text:
    """A text whose language is not known yet, in a column or a slot; `Words.said` says it."""


@dataclass(frozen=True)
class Word(Text):
    """A short text of the lesson, by its key, with its slots."""

    key: str
    slots: dict = field(default_factory=dict, hash=False)

    def said(self, words):
        return words(self.key, **self.slots)


@dataclass(frozen=True)
class Name(Text):
    """What an activation, a cost and the like is called, or the identifier itself."""

    identifier: str

    def said(self, words):
        return words.get(f"names.{self.identifier}") or self.identifier


@dataclass(frozen=True)
class Listed(Text):
    """Several texts as one, as a sentence lists them."""

    texts: Sequence

    def said(self, words):
        return words.joined("list", self.texts) if self.texts else ""


class Rows(NamedTuple):
    """What a figure is made of, besides its words.

    Attributes
    ----------
    series : dict of name to dict of column to array or scalar, as `tidy` takes it
    slots : dict of the slots of its words, among them any `Text`
    finding : str, which of its headlines holds: `headline.finding`; "" where there is one for all cases
    notes : tuple of str, the sentences that hold besides its reading
    options : tuple of what its drawing takes; where one changes, the browser draws a new chart
    answer : float, what is right of the question that was asked, where the rows alone know it, or None
    guess : dict, where a guess is drawn: of column to a value, or to the function that places the guess
    """

    series: dict
    slots: dict = {}  # noqa: RUF012 - read only
    finding: str = ""
    notes: tuple = ()
    options: tuple = ()
    answer: float | None = None
    guess: dict = {}  # noqa: RUF012 - read only


def tidy(series):
    """Return one Arrow table of all series, one row per point; the column `series` names where it belongs.

    Parameters
    ----------
    series : dict of name to dict of column to array or scalar
        The columns of one series broadcast against each other. Rows with a number that is not
        finite are left out: no logarithm of zero reaches an axis. Numbers are sent in the smallest
        type that holds all of an integer, and seven digits of any other.
    """
    import pyarrow as pa  # here and below, not above: where nothing is drawn yet, nothing waits for it

    parts = [_rows(columns) for columns in series.values()]
    counts = [len(next(iter(part.values()))) for part in parts]
    names = dict.fromkeys(name for part in parts for name in part)
    indices = np.repeat(np.arange(len(parts), dtype=np.int8), counts)
    table = {"series": pa.DictionaryArray.from_arrays(indices, list(series))}
    for name in names:
        absent = np.repeat([name not in part for part in parts], counts)
        values = np.concatenate(
            [part.get(name, np.zeros(count, bool)) for part, count in zip(parts, counts, strict=True)]
        )
        table[name] = _compact(pa.array(_smallest(values), mask=absent))
    return pa.table(table)


def said(values, words):
    """Return a column, or one value, in which every `Text` is said in a language."""
    if isinstance(values, Text):
        return words.said(values)
    array = np.asarray(values)
    if array.dtype.kind != "O":
        return values
    return np.array([words.said(each) for each in array.flat], object).reshape(array.shape)


def texts(columns):
    """Return the Arrow table of columns of texts."""
    import pyarrow as pa

    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def one_line(text, most):
    """Return one line of a text in which nothing is hidden: no control character, no change of direction."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def family(layers, name, values, nabla_b):
    """Return the series of a drawing made by `parts.scrubbed`: gradients (L, S) of a family of chains.

    Parameters
    ----------
    layers : array (L,)
    name, values : str and array (S,), what the family is scrubbed by
    nabla_b : SignedLog (L, S)
    """
    layers = layers.astype(np.int16).reshape(-1)
    columns = {
        "layer": layers[:, None],
        name: values,
        "log10_abs": nabla_b.log10_abs,
        "sign": nabla_b.sign.astype(np.int8),
    }
    return {"family": columns, "readout": {"layer": layers[0]}, "ends": {"layer": layers[[0, -1]]}}


def some(count, most=MOST_POINTS):
    """Return the indices of at most so many of `count` points in a row, both ends among them."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)


def log10(values):
    """Return log10 of values, or of a SignedLog; that of 0 is -inf, and `tidy` leaves its row out."""
    if hasattr(values, "log10_abs"):
        return values.log10_abs
    with np.errstate(divide="ignore"):
        return np.log10(values)


def positive(values):
    """Return values for a log axis: those that are not positive become nan, whose rows `tidy` leaves out."""
    values = np.asarray(values, float)
    return np.where(values > 0.0, values, np.nan)


def _rows(columns):
    arrays = np.broadcast_arrays(*(np.asarray(column) for column in columns.values()))
    rows = {name: array.ravel() for name, array in zip(columns, arrays, strict=True)}
    rows = {name: array.astype(object) if array.dtype.kind in "US" else array for name, array in rows.items()}
    finite = [np.isfinite(array) for array in rows.values() if array.dtype.kind == "f"]
    kept = np.logical_and.reduce(finite) if finite else slice(None)
    return {name: array[kept] for name, array in rows.items()}


def _compact(column):
    """Return a long column of few different numbers as these numbers, and which of them each row has."""
    import pyarrow as pa

    if not pa.types.is_floating(column.type) or len(column) < 500:
        return column
    encoded = column.dictionary_encode()
    if len(encoded.dictionary) > 127:
        return column
    return pa.DictionaryArray.from_arrays(encoded.indices.cast(pa.int8()), encoded.dictionary)


def _smallest(values):
    """Return the numbers in the smallest of a few types that holds them."""
    small = {"i": (np.int8, np.int16, np.int32), "f": (np.float32,)}.get(values.dtype.kind, ())
    for dtype in small:
        with np.errstate(over="ignore", under="ignore"):
            cast = values.astype(dtype)
        if (np.abs(cast - values) <= 1e-7 * np.abs(values)).all():
            return cast
    return values

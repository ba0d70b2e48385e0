"""The gradient norms in a text."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vgcore.norms.table import COLUMNS, Norms, Problem

MOST_BYTES = 200_000

_CELLS = 250_000  # steps times layers: a short text could ask for a table that fills the memory
_MISSING = {"none", "null", "na", "n/a", "-"}
_WRAPPED = re.compile(r"(?:\b\w{1,9}\.)?\b(?:tensor|array|float\d*)\(([^][(),]+)(?:,[^][()]*)?\)", re.I)
_BRACKETS = " ()[]{}'\""
_CUT = re.compile(r"[:=\s](?=[^:=\s]*$)")
_COMMA = re.compile(r"(?:[^,;|]*[\s:=])?[-+]?(\d+),\d+(?:e[-+]?\d+)?", re.I)
_SET = re.compile(r"[:=]\s")
_NUMBER = r"(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan|inf)"
# A name may hold whole numbers ("layer 3", "kernel:0"), but another norm must not get lost in it.
_NORM_INSIDE = re.compile(
    rf"(?<!\S)(?!\d+(?!\S)){_NUMBER}(?!\S)|[:=](?:\s+{_NUMBER}(?!\S)|{_NUMBER}\s)", re.I
)


class _Row(NamedTuple):
    """A norm, and the line that it was read from."""

    line: int
    text: str
    norm: float
    name: str | None = None
    step: float | None = None
    weight_norm: float = np.nan
    zeros: float = np.nan
    delta: float = np.nan
    shape: str = ""


def read_norms(text):
    """Read the gradient norms of the layers of a network.

    Each line of the text is one of these:

    - CSV under a header, with the columns in any order and only grad_norm needed::

          step,layer,shape,grad_norm,weight_norm,zeros
          0,fc1.weight,100x784,0.0123,8.1,0.25

    - the same without a header, all six columns or step, layer and grad_norm;
    - a name and a norm: `fc1: 0.0123`, also with `=`, a comma or a space between; or several, as in a
      dictionary or a list of pairs;
    - numbers alone, one or more, with or without brackets. Where there are two on every line, or three,
      and all but the last are whole and count up from line to line, they are the layer and its norm, or
      the step, the layer and its norm. Several lines such as 0,5 among lines without a comma are not
      guessed at: whoever writes a decimal comma must write a point.

    Semicolons, tabs and | are as good as commas, and so are spaces under a header that has them.
    `tensor(0.0123)` is as good as its number, and what follows a # is not read. Where no step is given and
    the names come round in the same order, each round is a step: 0, 1, ...

    Parameters
    ----------
    text : str, at most 200 kB

    Returns
    -------
    Norms

    Raises
    ------
    ValueError
        If text is no str, or is longer. Nothing that stands in it raises an error: what cannot be read is
        among the problems, and the rest is used.
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a str, not {text!r}")
    size = len(text.encode(errors="replace"))
    if size > MOST_BYTES:
        raise ValueError(f"text must have at most {MOST_BYTES} bytes, not {size}: send fewer steps")
    lines, read = [], []
    for number, said in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = _WRAPPED.sub(r"\1", said.split("#")[0])
        if line.strip():
            read.append(line)
            lines.append((number, said.strip(), [field.strip() for field in re.split("[,;\t|]", line)]))
    counting = _counting([_words(fields) for _, _, fields in lines])
    doubtful = _decimal_commas(read) if counting is None else [False] * len(read)
    rows, problems, header = [], [], None
    for (number, said, fields), doubt in zip(lines, doubtful, strict=True):
        if len(fields) == 1 and (header or set(fields[0].lower().split()) <= set(COLUMNS)):
            fields = fields[0].split()
        found, reasons = [], []
        columns = [field.strip("\"'").lower() for field in fields]
        if "grad_norm" in columns and not any(map(_is_value, fields)):
            header = columns
            if len(set(header)) < len(header) or not set(header) <= set(COLUMNS):
                reasons = ["column"]
        elif doubt:
            reasons = ["comma"]
        elif columns := header or _columns(fields):
            found, reasons = _cells(columns, fields)
        elif counting and all(map(_is_value, _words(fields))):
            found, reasons = _cells(counting, _words(fields))
        else:
            found, reasons = _pairs(fields)
        rows += [_Row(number, said, **row) for row in found]
        problems += [Problem(number, said, reason) for reason in reasons]
    return _table(_stepped(rows), problems)


def _decimal_commas(lines):
    """Which lines have commas that may well be decimal points; none where a comma elsewhere parts numbers."""
    found = [_commas(line) for line in lines]
    whole = [int(number) for numbers in found for number in numbers]
    counted = len(whole) > 2 and all(other == one + 1 for one, other in pairwise(whole))
    parted = any("," in line and not numbers for line, numbers in zip(lines, found, strict=True))
    return [bool(numbers) and len(whole) > 1 and not counted and not parted for numbers in found]


def _commas(line):
    """Return what stands before each comma of a line, if every one of them may be a decimal comma."""
    line = line.strip().removesuffix(",")
    one = _COMMA.fullmatch(line)
    parts = [line] if one else [part for part in re.split(r"[\s;|]+", line) if part]
    found = [_COMMA.fullmatch(part) for part in parts]
    return [match[1] for match in found] if all(found) else []


def _number(text):
    """Return the number that a text is, or None."""
    try:
        return None if "_" in text else float(text.strip(_BRACKETS)) + 0.0  # so that -0 is 0
    except ValueError:
        return None


def _columns(fields):
    """Return the columns of a row that has no header, or None if it is no such row."""
    named = fields[1:3] if len(fields) == 6 else fields[1:2]
    if len(fields) not in (3, 6) or _number(fields[0]) is None or all(map(_is_value, named)):
        return None
    return COLUMNS[:6] if len(fields) == 6 else ("step", "layer", "grad_norm")


def _words(fields):
    return [word for field in fields for word in field.split() if word.strip(_BRACKETS)]


def _counting(lines):
    """Return the columns of the lines of numbers, if all but the last of each count up, or None."""
    lines = [words for words in lines if words and all(map(_is_value, words))]
    columns = ("step", "layer", "grad_norm")[-len(lines[0]) :] if lines else ()
    if len(lines) < 3 or len(columns) < 2 or any(len(words) != len(columns) for words in lines):
        return None
    counts = [tuple(_number(word) for word in words[:-1]) for words in lines]
    if not all(number is not None and number.is_integer() for count in counts for number in count):
        return None
    rising = all(one < other or other == counts[0] for one, other in pairwise(counts))
    return columns if rising and counts[0] < counts[1] else None


_BOUNDS = (
    ("step", -1e300, 1e300),
    ("weight_norm", 0.0, np.inf),
    ("zeros", 0.0, 1.0),
    ("delta", 0.0, np.inf),
)


def _cells(columns, fields):
    """Return the row under some columns, in a list, and what is wrong with it."""
    if len(fields) != len(columns):
        return [], ["fields"]
    cells = dict(zip(columns, fields, strict=True))
    norm = _number(cells["grad_norm"])
    if norm is None or norm < 0.0:
        return [], ["number" if norm is None else "negative"]
    row = {"norm": norm, "name": _name(cells.get("layer", "")), "shape": cells.get("shape", "").strip("\"'")}
    reasons = []
    for column, low, high in _BOUNDS:
        value = _number(cells.get(column, ""))
        if value is not None and (low <= value <= high or (np.isnan(value) and column != "step")):
            row[column] = value
        elif cells.get(column):
            reasons.append(column)
    return [] if "step" in reasons else [row], reasons


def _pairs(fields):
    """Return the rows of a line of norms, with names or without, and what is wrong with it."""
    fields = [field for field in fields if field.strip(_BRACKETS)]
    words = _words(fields)
    names, values = fields[::2], fields[1::2]
    if all(map(_is_value, words)):
        pairs = [("", word) for word in words]
    elif len(names) == len(values) and all(map(_is_value, values)) and not any(map(_SET.search, names)):
        pairs = list(zip(names, values, strict=True))
    else:
        pairs = [_CUT.split(field, 1) for field in fields]
    if not all(len(pair) == 2 and _is_name(pair[0]) and _is_value(pair[1]) for pair in pairs):
        return [], ["line"]
    rows, reasons = [], []
    for name, value in pairs:
        norm = _number(value)
        if norm is None or norm < 0.0:
            reasons.append("number" if norm is None else "negative")
        else:
            rows.append({"norm": norm, "name": _name(name)})
    return rows, sorted(set(reasons))


def _is_value(text):
    return _number(text) is not None or text.strip(_BRACKETS).lower() in _MISSING


def _is_name(text):
    return not _NORM_INSIDE.search(text) and text.count(")") <= text.count("(")


def _name(text):
    """Return a name without its quotes and what opens the list that it stands in, or None for none."""
    text = text.strip(" :=\t")
    if sum(map(text.count, "([{")) > sum(map(text.count, ")]}")):
        text = text.lstrip("([{ ")
    return text.strip("\"'") or None


def _stepped(rows):
    """Give every row a step: 0, or the round of the names where none is given."""
    names = [row.name for row in rows]
    rounds = names.index(names[0], 1) if names[:1] and names[0] in names[1:] else 1
    around = all(name == names[k % rounds] for k, name in enumerate(names))
    if (
        rounds == 1
        or not around
        or len(set(names[:rounds])) < rounds
        or any(row.step is not None for row in rows)
    ):
        rounds = len(rows)
    return [row._replace(step=k // rounds) if row.step is None else row for k, row in enumerate(rows)]


def _table(rows, problems):
    """Lay the rows out by step and layer."""
    steps, layers, seen, cells, shapes = {}, {}, Counter(), [], []
    for row in rows:
        seen[row.step, row.name] += 1
        layer = row.name, seen[row.step, row.name]
        size = (len(steps) + (row.step not in steps)) * (len(layers) + (layer not in layers))
        if size > _CELLS:
            problems.append(Problem(row.line, row.text, "table"))
            continue
        if layer not in layers:
            shapes.append(row.shape)
        cells.append((steps.setdefault(row.step, len(steps)), layers.setdefault(layer, len(layers)), row))
    table = np.full((4, len(steps), len(layers)), np.nan)
    given = np.zeros(table.shape[1:], bool)
    for step, layer, row in cells:
        table[:, step, layer] = row.norm, row.weight_norm, row.zeros, row.delta
        given[step, layer] = True
    names = {}
    for name, k in layers:
        name = str(k) if name is None else name if k == 1 else f"{name} ({k})"
        while name in names:
            name += " (2)"
        names[name] = None
    whole = [int(step) if float(step).is_integer() else step for step in steps]
    return Norms(
        list(names), whole, *table, given, shapes, sorted(problems, key=lambda problem: problem.line)
    )

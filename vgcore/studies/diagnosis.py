"""What the gradient norms of a network's layers say: read from a text, then judged."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vgcore.checks import list_of, real_array, whole_number

COLUMNS = ("step", "layer", "shape", "grad_norm", "weight_norm", "zeros")
MOST_BYTES = 200_000
FEWEST = 4  # layers: fewer are not judged

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

# At the end of a word ("layernorm", not "enormous"), and at the beginning ("emb1", not "member").
_NORM = re.compile("norm(s|ali[sz]ation)?(?![a-z])")
_EMBEDDING = re.compile("(?<![a-z])emb|embed")

_FITTED = 500  # layers; a line through more of them costs their square and says no more
_WALK = 2.82  # standard deviations, sqrt(6/5) for a walk times 2.58 for 1 in 100
_DRIFT = 3.5  # at least: in deep networks luck drifts down, too
_LEVEL = 2.0  # powers of ten: where a layer in line is further off the line, it does not describe them all
_OUT_OF_LINE = (1.5, 2.5)  # powers of ten: nearer than the first is in line, beyond the second is not


class Problem(NamedTuple):
    """A line of which something could not be read.

    Attributes
    ----------
    line : int, from 1
    text : str, the line
    reason : str
        "line", it has none of the forms; "comma", which may be a point or may part two numbers; "fields",
        more or fewer than in the header; "column", a name in the header that is unknown or there twice;
        "number" and "negative", no norm; "step", no number, and so its norm is left out; "weight_norm" and
        "zeros", not what such a column holds, though the norm is read; "table", so many steps and layers
        that they cannot be one network's.
    """

    line: int
    text: str
    reason: str


class Norms(NamedTuple):
    """The norms in a text: S steps of L layers, both in the order in which they first come.

    Attributes
    ----------
    names : list of str
        A layer without a name has its number, from 1; the second "w" of a step is "w (2)".
    steps : list of int, or of float where they are not whole
    norms, weights, zeros : arrays (S, L)
        Of the gradient, of the weights, and the share of the gradient's entries that are exactly 0; nan
        where the text has none.
    given : array of bool (S, L), where the text has a norm of the gradient, be it nan
    shapes : list of str, "" where the text has none
    problems : list of Problem, by their lines
    """

    names: list
    steps: list
    norms: np.ndarray
    weights: np.ndarray
    zeros: np.ndarray
    given: np.ndarray
    shapes: list
    problems: list

    def over_weights(self, step, layers):
        """Return the norms of some layers' gradients over those of their weights.

        A plain step changes a layer by the learning rate times that, for its size.

        Parameters
        ----------
        step : int, which of the S
        layers : array of int

        Returns
        -------
        array, as long as layers; nan where a norm is missing, 0 or infinite
        """
        norms, weights = self.norms[step, layers], self.weights[step, layers]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = norms / weights
        return np.where(np.isfinite(ratio) & (ratio > 0.0), ratio, np.nan)


class Diagnosis(NamedTuple):
    """What the norms of L layers say.

    Attributes
    ----------
    kind : str
        "dead", at least two neighbouring layers are exactly 0; else "outlier", single layers are out of
        line, or exactly 0; else the trend.
    factor : float
        The factor a layer, towards the input, of those in line: below 1 the gradient vanishes. nan if
        there are not two of them.
    interval : tuple of two floats, around the factor; from 0 to inf if there are not four layers in line
    first_over_last : float, factor to the power of L - 1
    layers : tuple of int, the indices of what the kind is about; of a trend, of the layers in line
    names : tuple of str, theirs
    trend : str
        Of the layers in line: "vanishing" or "exploding" if the first is off the last by more than a
        factor of 10 and the interval excludes 1; "level" if it is off by less, and no layer is 100
        times off the line; "unclear" if neither, if fewer than 4 are in line, or if neighbours typically
        differ by a factor of 10.
    not_finite : tuple of int, the indices of the layers that are nan or infinite
    line : array (L,), the norm of each layer if all were in line
    """

    kind: str
    factor: float
    interval: tuple
    first_over_last: float
    layers: tuple
    names: tuple
    trend: str
    not_finite: tuple
    line: np.ndarray


def diagnose(norms, names=None):
    """Judge the norms of the gradient from the first layer to the last.

    The slope of the line through log10 of the norms is Theil and Sen's: the median of the slopes of all
    pairs of layers. Sen's own interval takes what is off the line for independent, but luck adds up from
    layer to layer: it is a random walk. Its steps, the changes between neighbours, say how far the slope of
    such a walk strays: the interval is as wide as that, and wider where few layers make the steps uncertain.
    It misses the factor of a walk in about 1 network of 100. Of healthy networks, ReLU with He's weights,
    30 to 300 wide and 5 to 100 deep, 1 of 120 is called sick, on average over widths and depths. Luck leans
    down, and most where layers are narrow: of those 30 wide, 1 of 30 at 60 deep and 1 of 12 at 100, whose
    gradient typically falls a hundredfold by luck alone; of those 50 wide and 100 deep, 1 of 26.

    A layer is out of line if it is on one side of both its neighbours and of the median of the seven around
    it, the slope of these taken out, by more than five times what neighbours typically differ by, but no
    less than 30 and no more than 300 times: 3.5 powers of ten are found, on a bent profile, too. None is
    where the layers cannot be compared, for neighbours typically differ tenfold.

    Parameters
    ----------
    norms : array (L,), at least 0; any unit
        nan and infinite layers are left out of the fit.
    names : sequence of L str, or None for the numbers from 1

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If norms is no series of real numbers of at least 0, is empty, or has not as many names.

    Source: Sen (1968), "Estimates of the regression coefficient based on Kendall's tau", for the slope.
    """
    norms = real_array("norms", norms, (1,)).astype(float)
    if norms.size == 0:
        raise ValueError(f"norms must hold a number for every layer, not {norms.tolist()}")
    if (norms < 0.0).any():
        raise ValueError(f"norms must be at least 0, not {norms[norms < 0.0][0]}")
    names = [str(l + 1) for l in range(norms.size)] if names is None else list_of("str", "names", names)
    if len(names) != norms.size:
        raise ValueError(f"names must be as many as the {norms.size} norms, not {len(names)}: {names!r}")
    finite, zero = np.isfinite(norms), norms == 0.0
    pairs = zero[:-1] & zero[1:]
    dead = np.append(pairs, False) | np.append(False, pairs)
    alive = np.flatnonzero(finite & ~zero)
    log = np.log10(norms[alive])
    out, scatter = _out_of_line(alive, log)
    line, slope, ends = _fit(alive[~out], log[~out], norms.size)
    trend = _trend(slope, ends, norms.size, scatter) if (~out).sum() >= FEWEST else "unclear"
    if trend == "level" and (np.abs(log - line[alive])[~out] > _LEVEL).any():
        trend = "unclear"
    single = zero.copy()
    single[alive[out]] = True
    kind, layers = trend, alive[~out]
    if dead.any():
        kind, layers = "dead", np.flatnonzero(dead)
    elif single.any():
        kind, layers = "outlier", np.flatnonzero(single)
    with np.errstate(over="ignore", under="ignore"):
        low, high, factor, whole = 10.0 ** -np.array([ends[1], ends[0], slope, slope * (norms.size - 1.0)])
        line = 10.0**line
    return Diagnosis(
        kind,
        float(factor),
        (float(low), float(high)),
        float(whole),
        tuple(layers.tolist()),
        tuple(names[l] for l in layers),
        trend,
        tuple(np.flatnonzero(~finite).tolist()),
        line,
    )


def _spread(count):
    """Return the indices of at most `_FITTED` of so many layers."""
    return np.linspace(0, count - 1, min(count, _FITTED)).round().astype(int)


def _slopes(x, y):
    """Return the slopes from every point to every other, (..., n, n - 1)."""
    count = x.shape[-1]
    others = ~np.eye(count, dtype=bool)
    dy, dx = ((each[..., None, :] - each[..., None])[..., others] for each in (y, x))
    return (dy / dx).reshape(*x.shape, count - 1)


def _fit(x, y, depth):
    """Return the line at all layers, its slope, and the interval of the slope."""
    if len(x) < 2:
        return np.full(depth, np.nan), np.nan, (np.nan, np.nan)
    few = _spread(len(x))
    slope, span = np.median(_slopes(x[few], y[few])), x[-1] - x[0]
    step = (np.square(np.diff(y - slope * x)).sum() / span) ** 0.5
    reach = np.inf
    if len(x) >= FEWEST:
        reach = max(_WALK * (1.0 + 2.0 / (len(x) - 3.5)), _DRIFT) * step / span**0.5
    return np.median(y - slope * x) + slope * np.arange(depth), slope, (slope - reach, slope + reach)


def _out_of_line(x, y):
    """Return which points are out of line, and by how much neighbours among the others typically differ."""
    count, around = len(x), min(7, len(x))
    if count < FEWEST:
        return np.zeros(count, bool), np.inf
    own = np.arange(count)
    near = np.clip(own - around // 2, 0, count - around)[:, None] + np.arange(around)
    # Siegel's repeated median: where a single one of four points is off, Theil and Sen's is off too.
    slope = np.median(np.median(_slopes(x[near], y[near]), axis=2), axis=1)
    others = np.array([np.append(2, own[:-1]), np.append(own[1:], count - 3)])
    middle = np.median(y[near] - slope[:, None] * x[near], axis=1)
    above = y - slope * x - [*(y[others] - slope * x[others]), middle]
    one_side = (above > 0.0).all(axis=0) | (above < 0.0).all(axis=0)
    off = np.where(one_side, np.abs(above).min(axis=0), 0.0)
    rest = np.delete(y - np.median(slope) * x, off.argmax())
    scatter = 1.48 * np.median(np.abs(np.diff(rest)))
    return (off > np.clip(5.0 * scatter, *_OUT_OF_LINE)) & (scatter < 1.0), scatter


def _trend(slope, ends, depth, scatter):
    if abs(slope) * (depth - 1) <= 1.0:
        return "level" if scatter < 1.0 else "unclear"
    if ends[0] <= 0.0 <= ends[1]:
        return "unclear"
    return "vanishing" if slope > 0.0 else "exploding"


def compared(read, step):
    """Return which layers of a step to diagnose, so that like is compared with like.

    Its weights; but its biases, whose gradient is the error itself, where the weights leave it unclear
    and the biases vanish or explode; and all where there are no weights.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps

    Returns
    -------
    array of int, indices of layers

    Raises
    ------
    ValueError
        If step is no index of the steps.
    """
    if whole_number("step", step, 0) >= len(read.steps):
        raise ValueError(f"step must be the index of one of the {len(read.steps)} steps, not {step}")
    layers = np.flatnonzero(read.given[step])
    kind = np.array(kinds(read.names, read.shapes))[layers]
    weights, biases = layers[kind == "weight"], layers[kind == "bias"]
    if not weights.size:
        return layers
    of_weights, of_biases = (
        diagnose(read.norms[step, own]).kind if own.size else "" for own in (weights, biases)
    )
    return biases if of_weights == "unclear" and of_biases in ("vanishing", "exploding") else weights


def kinds(names, shapes=None):
    """Say of each layer what its numbers are, by the names that PyTorch, Keras and JAX give them.

    Parameters
    ----------
    names : sequence of str
    shapes : sequence of str such as "100x784", or None
        What is called a weight but has one dimension only is a normalisation's.

    Returns
    -------
    list of str: "norm", "bias", "embedding" or "weight"

    Raises
    ------
    ValueError
        If names is no sequence, or shapes are not as many.
    """
    names = list_of("str", "names", names)
    shapes = [""] * len(names) if shapes is None else list_of("str", "shapes", shapes)
    if len(shapes) != len(names):
        raise ValueError(f"shapes must be as many as the {len(names)} names, not {len(shapes)}: {shapes!r}")
    names = [str(name).lower() for name in names]
    beside_w = "w" in names  # where there is none, b may be the layer after a
    return [
        "weight" if name == "b" and not beside_w else _kind(name, str(shape))
        for name, shape in zip(names, shapes, strict=True)
    ]


def _kind(name, shape):
    parts = [part for part in re.split("[^a-z]+", name) if part] or [""]
    if _NORM.search(name) or {"ln", "bn", "gn"} & set(parts) or parts[-1] in ("gamma", "beta", "scale"):
        return "norm"
    if {"bias", "biases"} & set(parts) or parts[-1] == "b":
        return "bias"
    if _EMBEDDING.search(name) or {"wte", "wpe"} & set(parts):
        return "embedding"
    return "norm" if parts[-1] == "weight" and shape.isdecimal() else "weight"


class _Row(NamedTuple):
    """A norm, and the line that it was read from."""

    line: int
    text: str
    norm: float
    name: str | None = None
    step: float | None = None
    weight_norm: float = np.nan
    zeros: float = np.nan
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
    return COLUMNS if len(fields) == 6 else ("step", "layer", "grad_norm")


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
    for column, low, high in (("step", -1e300, 1e300), ("weight_norm", 0.0, np.inf), ("zeros", 0.0, 1.0)):
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
    table = np.full((3, len(steps), len(layers)), np.nan)
    given = np.zeros(table.shape[1:], bool)
    for step, layer, row in cells:
        table[:, step, layer] = row.norm, row.weight_norm, row.zeros
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


def diagnose_step(read, step):
    """Judge one of the steps of what was read.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps

    Returns
    -------
    array of int, the layers that `compared` has for it
    Diagnosis of these

    Raises
    ------
    ValueError
        If step is no index of the steps.
    """
    layers = compared(read, step)
    return layers, diagnose(read.norms[step, layers], [read.names[l] for l in layers])

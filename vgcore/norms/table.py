"""What was read of a text: the norms by step and layer, what was left out, and whether it can be judged."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vgcore.norms.kinds import kinds
from vgcore.norms.labels import KNOWN, sensible, strong, words_of
from vgcore.norms.values import Num, decimals

COLUMNS = ("step", "layer", "shape", "grad_norm", "weight_norm", "zeros", "delta")
FAILURES = ("line", "several", "comma", "fields", "header", "number", "negative", "abridged", "step", "table")
ORDERLY = (
    *("metric", "total", "none", "column", "other", "rank", "bins", "remark"),
    *("weight_norm", "zeros"),
)
REFUSALS = ("nothing", "whole", "signed", "quantity", "ask", "unread", "kind")
USABLE = ("norm", "grad", "", "rms", "std", "absmean", "mean", "estimate")

_MOST = 0.1  # of the lines with a number: where more could not be read, nothing is judged
_CELLS = 250_000  # steps times layers: a short text could ask for a table that fills the memory
_ROUNDED = 6  # decimals: who prints no more may have rounded 0.0


class LeftOut(NamedTuple):
    """A line of which something was not used.

    Attributes
    ----------
    line : int, from 1
    text : str, the line, or what of it was left out
    reason : str
        One of `FAILURES`, it could not be read: "line", it has none of the forms; "several", numbers without
        a name for each; "comma", which may be a point or may part two numbers; "fields", more or fewer than
        in the header; "header", a header that is not understood, and what stands under it; "number" and
        "negative", no norm; "abridged", a tensor of which dots stand for a part; "step", no number, and so
        its norm is left out; "table", so many steps and layers that they cannot be one network's.
        Or of `ORDERLY`: "metric", a number of the run; "total", of the whole network; "none", no gradient;
        "column", of a table, that is not needed; "other", named unlike the layers; "rank", of another
        process; "bins" of a histogram; "remark"; "weight_norm" and "zeros", not what such a column holds.
    """

    line: int
    text: str
    reason: str


class Note(NamedTuple):
    """A remark about what was read: what, how many it is about, and a word or name to it."""

    what: str
    count: int = 0
    named: str = ""


class Row(NamedTuple):
    """A number of a layer, as a form yields it.

    Attributes
    ----------
    line : int, and said : str, where it was read
    name : str, of the layer, or "" for a number without one
    quantity : str, as a `Label` has it
    value : Num, or None where it is missing
    step : float, or None where it is not said
    shape : str
    part : int, a number that rises where a number of the run parts the rows
    """

    line: int
    said: str
    name: str
    quantity: str
    value: float | None
    step: float | None = None
    shape: str = ""
    part: int = 0


class Norms(NamedTuple):
    """The norms in a text: S steps of L layers, the layers from the first to the last.

    Attributes
    ----------
    names : list of str
        A layer without a name has its number, from 1; the second "w" of a step is "w (2)".
    steps : list of int, or of float where they are not whole
    norms, weights, zeros, deltas : arrays (S, L)
        Of the gradient, of the weights, the share of the gradient's entries that are exactly 0, and the norm
        of the gradient at the layer's output; nan where the text has none.
    given : array of bool (S, L), where the text has a norm of the gradient, be it nan
    shapes : list of str, "" where the text has none
    left_out : list of LeftOut, by their lines
    form : str, the name of the form that most of it has
    quantity : str, what was taken for the norm: "norm", "rms", "std", "absmean", "mean" or "estimate"
    resolution : array (S, L)
        Where a number reads 0.0000 it is not zero but less than half of its last digit, which is this; there
        norms is nan and given is False. 0 elsewhere.
    notes : list of Note
    readings : tuple of str, the forms that the text may have, if there are several: the one taken is first
    refused : str, why there is no verdict, one of `REFUSALS`, or ""
    """

    names: list
    steps: list
    norms: np.ndarray
    weights: np.ndarray
    zeros: np.ndarray
    deltas: np.ndarray
    given: np.ndarray
    shapes: list
    left_out: list
    form: str = ""
    quantity: str = ""
    resolution: np.ndarray | None = None
    notes: tuple = ()
    readings: tuple = ()
    refused: str = ""

    @property
    def problems(self):
        """The lines of which something could not be read, as far as that is no order of things."""
        return [each for each in self.left_out if each.reason not in ORDERLY]

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


def laid_out(rows, left, form, readings=(), numbered=0, refused="", marks=None, ran=False):
    """Lay rows out by step and layer.

    Parameters
    ----------
    rows : list of Row
    left : list of LeftOut
    form : str
    readings : tuple of str
    numbered : int, how many lines of the text hold a number
    refused : str, why there can be no verdict, if that is known
    ran : bool, whether there are numbers of the run, but for the steps
    marks : dict, the steps that were said between the rows: the part before which -> step

    Returns
    -------
    Norms
    """
    left, notes = list(left), []
    whole = [row for row in rows if not row.name and row.quantity != "bare"]
    left += [LeftOut(row.line, row.said, "total") for row in whole]
    rows = _layers(_unprefixed([row for row in rows if row.name or row.quantity == "bare"]), left, ran)
    nones = {row.name for row in rows if row.value is None} - {
        row.name for row in rows if row.value is not None
    }
    if nones:
        notes.append(Note("none", len(nones), min(nones)))
    left += [LeftOut(row.line, row.said, "none") for row in rows if row.value is None]
    rows = [row for row in rows if row.value is not None]
    rows, quantity, refusal = _quantity(rows, left, notes)
    refused = refused or refusal
    steps, layers, rows = _stepped(rows, left, notes, marks or {})
    read = _filled(rows, steps, layers)
    return finished(steps, layers, read, left, form, quantity, notes, readings, numbered, refused)


class Filled(NamedTuple):
    """What stands in the cells, layers in the order of the text: four tables, as in `Norms`, and the rest."""

    tables: tuple
    given: np.ndarray
    resolution: np.ndarray
    shapes: list


def finished(steps, layers, read, left, form, quantity, notes, readings=(), numbered=0, refused=""):
    """Put the layers in order, and say whether enough was read for a verdict.

    Parameters
    ----------
    steps : list of float
    layers : list of (name, which of this name), in the order of the text
    read : Filled
    left, form, quantity, notes, readings, refused : as `Norms` has them
    numbered : int, how many lines of the text hold a number

    Returns
    -------
    Norms
    """
    names, order = _ordered(layers, notes)
    left = sorted(dict.fromkeys(left))
    if not names and not refused:
        refused = "whole" if any(each.reason == "total" for each in left) else "nothing"
    if small := int((read.resolution > 0.0).sum()):
        notes.append(Note("small", small, f"{read.resolution.max():.3g}"))
    moved = order != list(range(len(order)))
    tables = [table.T[order].T if moved and table.strides[0] else table for table in read.tables]
    given, resolution = (
        each.T[order].T if moved and each.strides[0] else each for each in (read.given, read.resolution)
    )
    shapes = [read.shapes[l] for l in order]
    failed = [each for each in left if each.reason in FAILURES]
    if not refused and names:
        refused = _doubt(failed, names, shapes, numbered)
    if names and not given.any() and not refused:
        refused = "nothing"
    return Norms(
        names,
        [int(step) if float(step).is_integer() else step for step in steps],
        *tables,
        given,
        shapes,
        left,
        form if names else "",
        quantity,
        resolution,
        tuple(notes),
        readings,
        refused,
    )


def _doubt(failed, names, shapes, numbered):
    """Return why too much was not read for a verdict, or ""."""
    lines = {each.line for each in failed}
    if len(lines) > _MOST * max(numbered, len(lines), 1):
        return "unread"
    lost = {name for each in failed for name in re.findall(r"[\w./:\[\]-]+", each.text) if strong(name)}
    lost -= set(names)
    if lost and set(kinds(lost)) - set(kinds(names, shapes)):
        return "kind"
    return ""


def _unprefixed(rows):
    """Take away what all names begin or end with, if it says what the number is: norm/, /norm."""
    names = {row.name for row in rows if row.name}
    for pattern in (r"(?:l2_?)?norms?[/:]", r"grads?[_/:]"):
        if len(names) > 1 and all(re.match(pattern, name, re.I) for name in names):
            rows = [row._replace(name=re.sub(rf"^{pattern}", "", row.name, flags=re.I)) for row in rows]
            names = {row.name for row in rows}
    if len(names) > 1 and all(re.search(r".[./](?:norms?|grads?|gradients?)$", name, re.I) for name in names):
        rows = [row._replace(name=re.sub(r"[./]\w+$", "", row.name)) for row in rows]
    return rows


def _layers(rows, left, ran):
    """Return the rows of what is named as layers are, and leave the others out."""
    names = dict.fromkeys(row.name for row in rows if row.name)
    sure = {name for name in names if strong(name)}
    metrics = ran or any(each.reason == "total" for each in left)
    if len(sure) < 3 and len(sure) * 2 < len(names) and not metrics:
        return rows
    fine = {name for name in names if sensible(name) or (sure and re.search(r"[\W_0-9]", name))}
    like = {_skeleton(name) for name in fine}
    fine |= {name for name in names if _skeleton(name) in like}
    counts = all(isinstance(row.value, Num) and row.value.raw.isdecimal() for row in rows)
    if metrics and not sure and counts and any(row.name for row in rows):
        fine = set()  # a configuration
    elif metrics and not fine:
        fine = {name for name in names if re.search("[0-9]", name)}
    left += [LeftOut(row.line, row.said, "other") for row in rows if row.name and row.name not in fine]
    return [row for row in rows if not row.name or row.name in fine]


def _skeleton(name):
    return re.sub("[0-9]+", "#", name)


def _quantity(rows, left, notes):
    """Return the rows with one quantity for the norm, its name, and why there is none."""
    by_name = {}
    for row in rows:
        by_name.setdefault(row.quantity, set()).add(row.name)
    layers = {row.name for row in rows}
    negative = {
        row.quantity for row in rows if row.value < 0.0 and row.quantity in ("", "grad", "mean", "bare")
    }
    usable = [q for q in ("bare", *USABLE) if q in by_name and q not in negative]
    enough = [q for q in usable if 2 * len(by_name[q]) >= len(layers)]
    chosen = (enough or usable or [None])[0]
    if chosen is None:
        reason = "signed" if negative else "quantity" if rows else ""
        told = [row for row in rows if row.value < 0.0] if negative else rows
        left += [LeftOut(row.line, row.said, "negative" if negative else "column") for row in told]
        return [], "", reason
    unsaid = {"", "grad", "bare", "norm"}
    same = {q for q in unsaid if q in by_name and q not in negative} if chosen in unsaid else {chosen}
    kept, beside = [], Counter()
    for row in rows:
        if row.quantity in same:
            if row.value < 0.0:
                left.append(LeftOut(row.line, row.said, "negative"))
            else:
                kept.append(row._replace(quantity="norm"))
        elif row.quantity in ("weight", "zeros", "delta"):
            high = 1.0 if row.quantity == "zeros" else np.inf
            if 0.0 <= row.value <= high or np.isnan(row.value):
                kept.append(row)
            else:
                left.append(LeftOut(row.line, row.said, {"weight": "weight_norm"}.get(row.quantity, "zeros")))
        else:
            beside[row.quantity] += 1
    if beside:
        notes.append(Note("beside", beside.total(), ", ".join(beside)))
    if any(each.reason == "bins" for each in left) or chosen == "estimate":
        notes.append(Note("bins"))
    name = "norm" if chosen in unsaid else chosen
    if name != "norm":
        notes.append(Note("quantity", 0, name))
    return kept, name, ""


def _stepped(rows, left, notes, marks):
    """Return the steps, the layers, and the rows with the index of both."""
    if rows and all(row.step is None for row in rows):
        rows = _marked(_rounds(rows, notes), marks)
    else:
        rows = [row._replace(step=0.0) if row.step is None else row for row in rows]
        rows = _apart(rows)
    steps, layers, seen, found, most = {}, {}, Counter(), [], max(_CELLS, 20 * len(rows))
    for row in rows:
        seen[row.step, row.name, row.quantity] += 1
        layer = row.name, seen[row.step, row.name, row.quantity]
        size = (len(steps) + (row.step not in steps)) * (len(layers) + (layer not in layers))
        if size > most:
            left.append(LeftOut(row.line, row.said, "table"))
            continue
        found.append((steps.setdefault(row.step, len(steps)), layers.setdefault(layer, len(layers)), row))
    return list(steps), list(layers), found


def _apart(rows):
    """Number the steps anew where a counter starts again: batches of several epochs."""
    said = [row.step for row in rows]
    if all(one <= other for one, other in pairwise(said)):
        return rows
    seen, again = set(), False
    for row in rows:
        key = row.step, row.name, row.quantity, row.part
        again = again or key in seen
        seen.add(key)
    blocks = [step for step, before in zip(said, [None, *said[:-1]], strict=True) if step != before]
    if len(blocks) == len(set(blocks)) or (not again and len({row.part for row in rows}) < 2):
        return rows
    count, before, numbered = -1, None, []
    for row in rows:
        count += row.step != before
        before = row.step
        numbered.append(row._replace(step=float(count)))
    return numbered


# What a module or a parameter is, not which: several layers have it.
_NO_NAME = re.compile(
    r"weights?|bias(?:es)?|kernel|gamma|beta|scale|embeddings?|[A-Z][A-Za-z]*(?:[123][dD])?(?:[./](?:weight|bias|kernel))?"
)


def _rounds(rows, notes):
    """Give every row a step: the round of the names."""
    keys = [(row.name, row.quantity) for row in rows]
    if not any(row.name for row in rows):
        return [row._replace(step=0.0) for row in rows]
    rounds, seen, count = [], set(), 0
    for key, _row in zip(keys, rows, strict=True):
        if key in seen:
            count, seen = count + 1, set()
        seen.add(key)
        rounds.append(count)
    found = [set() for _ in range(count + 1)]
    for name, k in zip(keys, rounds, strict=True):
        found[k].add(name)
    alike = all(len(one & other) * 2 >= min(len(one), len(other)) for one, other in pairwise(found))
    usual = max(map(len, found), default=1)
    short = sum(len(each) * 2 < usual for each in found[:-1])
    again = any(one == other for one, other in pairwise(keys))
    classes = all(set(words_of(row.name)) & KNOWN for row in rows)
    several = len(set(keys)) > 1 or classes
    parted = all(rows[k].part > rows[k - 1].part for k in range(1, len(rows)) if rounds[k] > rounds[k - 1])
    if count and not parted and all(_NO_NAME.fullmatch(row.name) for row in rows):
        short = len(found)
    if count and (not alike or short > len(found) / 4 or (again and several)):
        notes.append(Note("twice", len(keys) - len(set(keys))))
        return [row._replace(step=0.0) for row in rows]
    return [row._replace(step=float(k)) for row, k in zip(rows, rounds, strict=True)]


def _marked(rows, marks):
    """Give the rounds the steps that were said before them, if all were, and they rise."""
    first = {}
    for row in rows:
        first.setdefault(row.step, row.part)
    said, before = {}, -1
    for step, part in first.items():
        near = [marks[p] for p in range(part, before, -1) if p in marks]
        if not near:
            return rows
        said[step], before = float(near[0]), part
    if any(b <= a for a, b in pairwise(said.values())):
        return rows
    return [row._replace(step=said[row.step]) for row in rows]


def _filled(rows, steps, layers):
    table = np.full((4, len(steps), len(layers)), np.nan)
    given = np.zeros(table.shape[1:], bool)
    resolution = np.zeros(table.shape[1:])
    shapes = [""] * len(layers)
    place = {"norm": 0, "weight": 1, "zeros": 2, "delta": 3}
    rounded = rounded_to([row.value for _, _, row in rows if row.quantity == "norm"])
    for step, layer, row in rows:
        shapes[layer] = shapes[layer] or row.shape
        table[place[row.quantity], step, layer] = row.value
        if row.quantity == "norm":
            given[step, layer] = True
            if row.value == 0.0 and (half := half_of_last(row.value, rounded)):
                given[step, layer], resolution[step, layer] = False, half
                table[0, step, layer] = np.nan
    return Filled(tuple(table), given, resolution, shapes)


def half_of_last(zero, rounded):
    """Return what a number that reads 0.0000 is less than, or 0 where it is exactly 0."""
    after, exponent = decimals(zero)
    if exponent or after <= 0:
        return 0.0
    after = after if after > 1 else rounded
    return 0.5 * 10.0**-after if after else 0.0


def rounded_to(values):
    """Return the decimals that all numbers are rounded to, or 0: where they are, 0.0 may be no zero."""
    some = [value for value in values if isinstance(value, Num) and value > 0.0 and np.isfinite(value)]
    most = 0
    for value in some:
        most = max(most, decimals(value)[0])
        if most > _ROUNDED:
            return 0
    return most if len(some) > 1 and most > 1 else 0


# ---- order ----------------------------------------------------------------------------------------------


def _ordered(layers, notes):
    """Return the names, and the order in which the layers stand: numbers rise, whatever the text did."""
    names = [name or str(k) for k, (name, _) in enumerate(layers, 1)]
    order = list(range(len(names)))
    if any(name for name, _ in layers):
        order = _natural(names, notes)
    counts = [count for _, count in layers]
    unique = {}
    for k in order:
        name = names[k] if counts[k] == 1 or not layers[k][0] else f"{names[k]} ({counts[k]})"
        while name in unique:
            name += " (2)"
        unique[name] = None
    return list(unique), order


def _numbers(name):
    return tuple(int(digits[:18]) for digits in re.findall("[0-9]+", re.sub(r":0$", "", name)))


def _natural(names, notes):
    groups = {}
    for k, name in enumerate(names):
        groups.setdefault(_skeleton(name), []).append((_numbers(name), k))
    groups = [[number for number, _ in group] for group in groups.values() if len(group) > 1]
    pairs = [(one, other) for group in groups for one, other in pairwise(group) if one != other]
    falls = sum(one > other for one, other in pairs)
    order = list(range(len(names)))
    if pairs and falls == len(pairs):
        notes.append(Note("turned"))
        order.reverse()
    elif falls:
        notes.append(Note("sorted"))
        order = _by_numbers(names)
    return _weights_first(order, names)


def _by_numbers(names):
    """Return the order by numbers: at each place of a name, words as they come, numbers as they rise."""
    split = [re.findall(r"([^0-9]*)([0-9]+|$)", name) for name in names]
    keys = [()] * len(names)
    pending = [(list(range(len(names))), 0)]
    while pending:
        members, depth = pending.pop()
        words, spans = {}, {}
        for k in members:
            word, digits = split[k][depth] if depth < len(split[k]) else ("", "")
            words.setdefault(word, len(words))
            if digits:
                spans.setdefault(word, []).append(int(digits[:18]))
        first = dict(words)
        for word, own in spans.items():
            for other in spans:
                if (
                    words[other] < words[word]
                    and min(own) <= max(spans[other])
                    and min(spans[other]) <= max(own)
                ):
                    first[word] = min(first[word], first[other])
        children = {}
        for k in members:
            word, digits = split[k][depth] if depth < len(split[k]) else ("", "")
            number = int(digits[:18]) if digits else -1
            keys[k] += (first[word], number, words[word])
            children.setdefault((word, number), []).append(k)
        pending += [(own, depth + 1) for own in children.values() if len(own) > 1 and depth < 40]
    return sorted(range(len(names)), key=lambda k: (keys[k], k))


def _weights_first(order, names):
    """Put the bias behind the weight of the same layer."""
    late, found = {"bias", "biases", "b", "beta"}, []
    for k in order:
        stem, _, leaf = names[k].rpartition(next((c for c in "/._" if c in names[k][-10:]), "/"))
        if found and found[-1][0] == stem and stem:
            found[-1][1].append((leaf.split(":")[0].lower() in late, k))
        else:
            found.append((stem, [(leaf.split(":")[0].lower() in late, k)]))
    return [k for _, own in found for _, k in sorted(own, key=lambda each: each[0])]

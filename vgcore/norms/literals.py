"""Dictionaries and lists, JSON or Python: the path is the name."""

from itertools import pairwise

from vgcore.norms.columns import Header, column, take_cells
from vgcore.norms.labels import labelled, sensible, strong
from vgcore.norms.values import Dots, Num, Pairs, Tensor, entries, norm_of, number


def literal_matches(reader, at):
    """A line in which a mapping, or a list of names with numbers, stands."""
    statement = reader.statement(at)
    for _, (_, value) in statement.groups:
        if isinstance(value, Pairs) or (isinstance(value, list) and value and _named_list(value)):
            return statement
        if isinstance(value, tuple) and len(value) == 2 and _named_list([value]):
            return statement
    return None


def _named_list(value):
    return all(
        isinstance(each, Pairs)
        or (isinstance(each, (tuple, list)) and len(each) > 1 and isinstance(each[0], str))
        for each in value
    )


def mapping(reader, at, statement):
    items, _ = reader.items(at)
    head, step = "", None
    for item in items:
        if isinstance(item.value, tuple) and _named_list([item.value]):
            item = item._replace(value=[item.value])
        if isinstance(item.value, (Pairs, list)) and item.kind == "group":
            label = labelled(item.label)
            if label.name and label.known and sensible(label.name):
                head = label.name
            _value(reader, statement.line, (head,) if head else (), item.value, step)
            continue
        label = labelled(item.label)
        if label.metric and item.value is not None:
            reader.run(statement.line, label.metric, item.value)
            if label.metric in ("step", "epoch"):
                step = float(item.value)
    return at + statement.lines


def _value(reader, line, path, value, step):
    """Take what a mapping or a list holds: the path is the name."""
    if isinstance(value, Pairs):
        _mapping(reader, line, path, value, step)
    elif isinstance(value, list) and all(isinstance(each, Pairs) for each in value) and value:
        for each in value:
            reader.part += 1
            _mapping(reader, line, path[:0], each, step)
    else:
        for each in value:
            if isinstance(each, Pairs):
                _mapping(reader, line, path, each, step)
            elif isinstance(each, (tuple, list)) and len(each) > 1 and isinstance(each[0], str):
                _leaf(reader, line, (*path, each[0]), each[-1], step)


def _mapping(reader, line, path, pairs, step):
    keys = [key.raw if isinstance(key, Num) else str(key) for key, _ in pairs]
    columns = [column(key) for key in keys]
    kinds = {c.kind: value for c, (_, value) in zip(columns, pairs, strict=True)}
    if any(isinstance(value, Pairs) for _, value in pairs) and not isinstance(kinds.get("layer"), str):
        kinds = {}
    if isinstance(kinds.get("layer"), str) and "value" in kinds:
        _record(reader, line, columns, [value for _, value in pairs])
        return
    if isinstance(kinds.get("layer"), list) and "value" in kinds:
        lists = [value for _, value in pairs]
        size = len(kinds["layer"])
        if all(isinstance(each, list) and len(each) == size for each in lists):
            for row in zip(*lists, strict=True):
                _record(reader, line, columns, list(row))
            return
    if {"bins"} <= set(keys) and {"values", "counts"} & set(keys):
        _histogram(reader, line, path, dict(pairs))
        return
    own = step
    for c, (_, value) in zip(columns, pairs, strict=True):
        value = number(value) if isinstance(value, str) and value else value
        if isinstance(value, float) and c.kind in ("step", "epoch") and (c.kind == "step" or own is None):
            own = float(value)
    for key, (_, value) in zip(keys, pairs, strict=True):
        _leaf(reader, line, (*path, key), value, own)


def _record(reader, line, columns, values):
    cells = [_cell(value) for value in values]
    form = "long"
    take_cells(reader, line, Header(form, ",", columns, []), cells)


def _cell(value):
    if isinstance(value, Num):
        return value.raw
    if isinstance(value, (list, tuple)):
        try:
            return "x".join(str(int(side)) for side in entries(value))
        except ValueError:
            return "?"
    return "" if value is None else str(value)


def _histogram(reader, line, path, found):
    """Estimate a norm from the bins of a histogram: each entry stands in the middle of its bin."""
    counts = found.get("values", found.get("counts"))
    name = labelled("/".join(path)).name
    try:
        edges, counts = entries(found["bins"]), entries(counts)
    except ValueError:
        edges, counts = [], []
    if not name or len(edges) != len(counts) + 1:
        reader.leave(line, "bins", "/".join(path) or line.said)
        return
    square = sum(c * (0.5 * (a + b)) ** 2 for c, (a, b) in zip(counts, pairwise(edges), strict=True))
    reader.add(line, name, "estimate", Num(repr(float(square) ** 0.5)))


def _leaf(reader, line, path, value, step):
    if isinstance(value, Pairs):
        _mapping(reader, line, path, value, step)
        return
    text = "/".join(part.strip() for part in path)
    said = f"{text}: {_short(value)}"
    if isinstance(value, str):
        value = number(value) if value else value
        if value is None:
            return
        if isinstance(value, str):
            return
    if isinstance(value, bool):
        return
    label = labelled(text)
    last = labelled(path[-1]) if len(path) > 1 else NO_LABEL
    if len(path) > 1 and last.quantity and not last.name and not last.metric:
        stem = labelled("/".join(path[:-1]))
        label = label._replace(name=stem.name or "/".join(path[:-1]), quantity=last.quantity, metric="")
    elif len(path) > 1 and last.metric and not strong(text):
        label = label._replace(metric=last.metric)
    if label.metric:
        if not isinstance(value, (list, tuple)):
            reader.run(line, "other", value, said)
        return
    if label.quantity == "shape":
        return
    if isinstance(value, (list, tuple)) and value and not isinstance(value, Pairs):
        if all(isinstance(each, Pairs) for each in value):
            for each in value:
                reader.part += 1
                _mapping(reader, line, (), each, None)
            return
        if not label.name:
            if label.quantity:
                take_list(reader, line, value)
            return
        take_array(reader, line, label, value, step)
        return
    if isinstance(value, Dots):
        reader.leave(line, "abridged", said)
        return
    if isinstance(value, (list, tuple)):
        return
    if label.total or not label.name:
        reader.leave(line, "total", said)
        reader.part += 1
        return
    if value is not None and not isinstance(value, float):
        return
    reader.add(line._replace(said=said), label.name, label.quantity, value, step, label.shape)


def _short(value):
    return (
        value.raw
        if isinstance(value, Num)
        else "..."
        if isinstance(value, (list, tuple, Dots))
        else str(value)
    )


NO_LABEL = labelled("")


def take_array(reader, line, label, value, step):
    """Take an array of a layer: its norm, or where it holds a number a step, each of these."""
    try:
        numbers = entries(value)
    except ValueError:
        reader.leave(line, "abridged" if dotted(value) else "line", f"{label.name}: ...")
        return
    flat = all(isinstance(each, Num) for each in value) and not isinstance(value, Tensor)
    if len(numbers) == 1:
        reader.add(line, label.name, label.quantity, numbers[0], step, label.shape)
    elif flat and min(numbers) >= 0.0 and step is None:
        for k, each in enumerate(numbers):
            reader.add(line, label.name, label.quantity, each, float(k), label.shape)
    else:
        reader.add(line, label.name, "norm", norm_of(value), step, label.shape)


def dotted(value):
    if isinstance(value, (list, tuple)):
        return any(dotted(each) for each in value)
    return isinstance(value, Dots)


def take_list(reader, line, value):
    try:
        numbers = entries(value)
    except ValueError:
        reader.leave(line, "abridged" if dotted(value) else "line")
        return
    reader.bare.append((line, numbers, True, reader.form, reader.part))

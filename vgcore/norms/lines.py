"""Lines with names and numbers, and blocks of lines under the name of a layer."""

import re
from itertools import pairwise

from vgcore.norms.labels import labelled, sensible, strong
from vgcore.norms.literals import NO_LABEL, take_array, take_list
from vgcore.norms.text import Line
from vgcore.norms.values import Num, number


def line_matches(reader, at):
    statement, (items, _) = reader.statement(at), reader.items(at)
    if items and all(
        not said_of(item.label) and item.kind in ("number", "missing", "group", "comma") for item in items
    ):
        return None
    return statement


def said_of(label):
    return label.strip(" \t,;|:=()[]{}'\"<>") if re.search(r"[^\W_]|[‖∇|]", label) else ""


def line_(reader, at, statement):
    """Take the numbers of a line by their labels; a line without any may be the heading of what follows."""
    line, (items, _) = statement.line, reader.items(at)
    indent = len(line.text) - len(line.text.lstrip())
    if not items:
        label = labelled(line.text) if len(line.text) < 200 else NO_LABEL
        opens = line.text.rstrip().endswith(":")
        params = label.quantity == "weight" and not reader.stack
        if label.quantity and not label.name and opens and not params:
            reader.aspect = line.text.strip(" :"), indent
        elif params and opens:
            label = NO_LABEL._replace(name=line.text.strip(" :"))
        if (
            (
                label.name
                and not label.metric
                and (line.text.rstrip().endswith(":") or " " not in line.text.strip())
            )
            and label.known
            and (sensible(label.name) or line.text.rstrip().endswith(":"))
        ):
            reader.stack = [each for each in reader.stack if each[0] < indent] + [(indent, label.name)]
            reader.heading, reader.under = "/".join(name for _, name in reader.stack), 0
        return at + statement.lines
    if re.fullmatch(r"\s*\+[0-9]+ \.\.\..*", line.text):
        reader.leave(line, "abridged")
        return at + statement.lines
    rows, runs, shape, step, name, failed = [], [], "", None, "", ""
    carried = f"{reader.aspect[0]} " if reader.aspect[0] and indent > reader.aspect[1] else ""
    if not carried:
        reader.aspect = "", 0
    items, lead = _lead(items)
    for k, item in enumerate(items):
        said = carried + item.label if not said_of(item.label) or carried else item.label
        label, carried = labelled(said), ""
        nothing = not said_of(item.label) and k > 0 and not (k == 1 and shape)
        if item.kind == "comma":
            if not (label.metric or (runs and not label.name)):
                failed = failed or "comma"
            continue
        if item.kind == "percent" and label.quantity != "zeros":
            continue
        if item.kind == "unit":
            runs.append(("other", item.value))
            continue
        if label.metric:
            if item.kind != "group":
                runs.append((label.metric, item.value))
            continue
        if (
            nothing
            and item.kind == "group"
            and isinstance(item.value, list)
            and not rows
            and len(item.value) > 1
        ):
            nothing = False
        if nothing and not (items[k - 1].kind == "group" and said):
            # Without a word: a second number is the end of a range or of a table that has lost its header.
            if rows and not failed:
                failed = "several"
            continue
        value = item.value
        if item.kind == "group":
            bare_next = k + 1 < len(items) and not said_of(items[k + 1].label)
            tuple_ = isinstance(value, tuple) and (k + 1 < len(items) or label.quantity == "shape")
            listed_ = isinstance(value, list) and label.name and bare_next
            if not (tuple_ or listed_) and label.name and _sides(value):
                reader.leave(line, "remark")
                return at + statement.lines
            if (tuple_ or listed_) and all(_side(each) for each in value):
                shape = "x".join(str(int(each)) for each in value)
                carried = "" if label.quantity == "shape" and not label.name else item.label + " "
                continue
            if isinstance(value, (list, tuple)):
                if label.name and not label.total:
                    rows.append((label, value))
                    name = label.name
                elif label.quantity or not said_of(item.label):
                    rows.append((label, value))
                continue
        if label.quantity == "shape":
            continue
        if label.name and not label.known and not (k and strong(label.name)):
            failed = failed or "line"
            continue
        if value is not None and item.kind == "percent":
            value = Num(value.raw, value / 100.0)
        rows.append((label, value))
        name = name or (label.name if not label.total else "")
        shape = shape or label.shape
    for kind, value in runs:
        if kind in ("step", "epoch") and value is not None and (kind == "step" or step is None):
            step = float(value)
    reader.ran = reader.ran or any(kind == "other" for kind, _ in runs)
    if failed and any(number(str(v)) is not None for _, v in rows) and failed == "several" and not name:
        failed = "line"
    if failed:
        reader.leave(line, failed)
        return at + statement.lines
    if not rows:
        for kind, value in runs or [("other", None)]:
            reader.run(line, kind, value)
        if not runs and all(item.kind == "percent" for item in items):
            reader.left[-1] = reader.left[-1]._replace(reason="remark")
        return at + statement.lines
    before = len(reader.rows)
    _take(reader, line, rows, name, step if name else None, shape)
    if lead is not None:
        reader.leads.append((before, len(reader.rows), lead))
    if runs and not name:
        for kind, value in runs:
            reader.run(line, kind, value)
    return at + statement.lines


def _sides(value):
    """Whether a value is a shape."""
    return isinstance(value, (tuple, list)) and bool(value) and all(_side(each) for each in value)


def _lead(items):
    """Return the items of a line without a whole number that stands before its name, and that number."""
    first = items[0]
    if (
        len(items) < 2
        or said_of(first.label)
        or first.kind not in ("number", "group")
        or not said_of(items[1].label)
    ):
        return items, None
    value = first.value
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return (items[1:], value) if _side(value) else (items, None)


def led(reader):
    """Take the whole numbers that stand before the names: they count the lines, or they are the steps."""
    leads = [lead for _, _, lead in reader.leads]
    if not leads:
        return
    counts = len(leads) > 1 and all(b - a == 1.0 or b <= 1.0 < a for a, b in pairwise(leads))
    rises = all(a <= b for a, b in pairwise(leads))
    for start, end, lead in reader.leads:
        for k in range(start, end):
            row = reader.rows[k]
            if not counts and rises and row.step is None:
                reader.rows[k] = row._replace(step=float(lead))
            elif not counts and not rises:
                reader.leave(Line(row.line, row.said, ""), "several")


_LEAVES = {"bias", "biases", "kernel", "gamma", "beta", "scale", "embedding", "b"}


def parented(reader):
    """Name the weights of layers whose biases stand beside them under the name of the layer."""
    for k, row in enumerate(reader.rows):
        if row.name in reader.parents and row.quantity in ("weight", "", "grad", "norm"):
            quantity = "" if row.quantity == "weight" else row.quantity
            reader.rows[k] = row._replace(name=f"{row.name}.weight", quantity=quantity)


def _side(value):
    return isinstance(value, Num) and value.raw.isdecimal()


def _take(reader, line, rows, name, step, shape):
    leaves = [label.name.lower() in _LEAVES for label, _ in rows if label.name]
    if (
        name
        and not all(leaves)
        and len({label.name for label, _ in rows if label.name and not label.total}) == 1
    ):
        reader.heading, reader.under, reader.stack = "", 0, []
    heading = reader.heading
    if leaves and any(leaves) and not heading and not all(leaves) and name.lower() not in _LEAVES:
        heading = name
    last = subject = ""
    for label, value in rows:
        own = label.name
        if label.subject:
            subject = label.subject if label.quantity == "other" else ""
        if label.total:
            reader.leave(line, "total")
            continue
        if not own:
            own = last or name or heading
            if own == heading and heading:
                reader.under += 1
        elif own.lower() in _LEAVES and heading:
            reader.parents.add(heading)
            reader.under += 1
            own = f"{heading}.{own}"
            reader.add(line, own, label.quantity, value, step, shape)
            continue
        last = own or last
        quantity = label.quantity
        if subject in ("weight", "other") and quantity not in ("", "weight", "zeros", "shape", "delta"):
            quantity = "other"  # weight mean 0.1 std 0.2: the std is the weight's, too
        if isinstance(value, (list, tuple)):
            if label.name:
                take_array(reader, line, label, value, step)
            else:
                take_list(reader, line, value)
            continue
        if not own and quantity == "weight" and not re.search("norm", line.text, re.I):
            own, quantity = "weight", ""
        if not own:
            reader.leave(line, "total")
            reader.part += 1
            continue
        reader.add(line, own, quantity, value, step, shape)

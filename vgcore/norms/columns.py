"""The columns of tables: what they are by their headers, and the rows under them."""

import csv
import re
from typing import NamedTuple

from vgcore.norms.labels import labelled, sensible, strong
from vgcore.norms.text import NUMBERED
from vgcore.norms.values import missing, number


class Column(NamedTuple):
    """A column of a table, by its header.

    Attributes
    ----------
    kind : str
        "layer", "shape", "step", "epoch", "value" of a layer that another column names, "param", a column a
        layer, "at", a column a step, "metric", "total", "index", or "unknown".
    name : str, of the layer
    quantity : str
    step : float, of a column a step
    """

    kind: str
    name: str = ""
    quantity: str = ""
    step: float = 0.0


class Header(NamedTuple):
    """A line that names columns.

    Attributes
    ----------
    form : str, the name of the form; "" where it is not understood
    separator : str, " " for any spaces
    columns : list of Column
    cells : list of str
    """

    form: str
    separator: str
    columns: list
    cells: list


LAYER_HEADERS = {
    *(
        "layer",
        "layers",
        "name",
        "names",
        "param",
        "parameter",
        "parameters",
        "module",
        "modules",
        "variable",
    ),
    *("variables", "tensor", "tensors", "key", "tag", "path", "layer_name", "param_name", "parameter_name"),
    *(
        "layer name",
        "param name",
        "parameter name",
        "layername",
        "paramname",
        "module_name",
        "metric",
        "block",
    ),
    *("variable_name", "tensor_name", "weight_name", "full_name", "layer_id", "layer_idx", "layer_index"),
}

_INDEX = {"", "index", "idx", "#", "no", "no.", "nr", "unnamed: 0", "row", "id"}

_VALUE = {"value", "values", "scalar", "y", "magnitude", "size_of_gradient"}


def split(text, separator):
    """Return the cells of a line."""
    text = text.strip("\r\n")
    if separator == " ":
        text = re.sub(r"(?<=[0-9]),\s+(?=[0-9]+\))", ",", text.strip())
        wide = re.split(r"\s{2,}|\t", text)
        return (
            wide if len(wide) > 1 and not any(NUMBERED.search(c) and " " in c for c in wide) else text.split()
        )
    if separator == "|":
        text = text.strip().strip("|")
    if '"' in text:
        try:
            return [
                cell.strip() for cell in next(csv.reader([text], delimiter=separator, skipinitialspace=True))
            ]
        except (csv.Error, StopIteration):
            pass
    cells = text.split(separator)
    if len(cells) > 1 and separator in ",;" and "(" in text:
        cells = re.split(rf"{separator}(?![^()]*\))", text)
    return [cell.strip().strip("'`*").strip() for cell in cells]


def column(cell, numbered=False):
    """Return what a column is, by its header."""
    cell = cell.strip(" \"'`*")
    low = cell.lower()
    if low in _INDEX:
        return Column("index")
    if low in LAYER_HEADERS:
        return Column("layer")
    if low in _VALUE:
        return Column("value")
    if re.fullmatch(r"l2[ _]norm", low):
        return Column("value", quantity="norm")
    if number(cell) is not None:
        return Column("at", step=float(number(cell)))
    if at := re.fullmatch(r"(?:step|epoch|iter(?:ation)?|it|ep)[\s_=:-]*([0-9]+)", low):
        return Column("at", step=float(at[1]))
    label = labelled(cell)
    if label.metric:
        return Column(label.metric if label.metric in ("step", "epoch") else "metric")
    if label.total:
        return Column("total")
    if not label.name:
        if label.quantity == "shape":
            return Column("shape")
        return Column("value", quantity=label.quantity) if label.quantity else Column("unknown")
    return Column("param", label.name, label.quantity)


def fits(header, cells):
    """Whether a line of words has numbers where the header has values."""
    kinds = {"wide": ("param",), "pivot": ("at",)}.get(header.form, ("value",))
    values = [cell for c, cell in zip(header.columns, cells, strict=True) if c.kind in kinds]
    return all(number(cell) is not None or missing(cell) for cell in values)


def take_cells(reader, line, header, cells):
    step = epoch = None
    name = shape = None
    for c, cell in zip(header.columns, cells, strict=True):
        if c.kind in ("step", "epoch"):
            value = number(cell)
            if value is None or not abs(value) <= 1e300:
                if cell and not missing(cell):
                    reader.leave(line, "step")
                    return
                continue
            if c.kind == "step":
                step = float(value) if step is None else step
            else:
                epoch = float(value)
        elif c.kind == "layer":
            name = cell.strip("\"'")
        elif c.kind == "shape":
            shape = shape_of(cell)
    step = epoch if step is None else step
    if header.form == "whole":
        reader.leave(line, "total")
        return
    quantity = ""
    if name is not None:
        label = labelled(name)
        if label.metric or (label.total and not label.name):
            reader.leave(line, "metric" if label.metric else "total")
            return
        if not name:
            reader.leave(line, "line")
            return
        # Names stand in a column of their own: they are taken as they are, but for the quantity before them.
        if label.quantity and label.name and strong(label.name):
            name, quantity = label.name, label.quantity
    found = False
    for c, cell in zip(header.columns, cells, strict=True):
        if c.kind not in ("value", "param", "at"):
            continue
        if c.kind == "param" and (header.form != "wide" or not sensible(c.name)):
            continue
        if c.kind == "at" and header.form != "pivot":
            continue
        value = number(cell)
        if value is None and not missing(cell):
            ok = c.kind == "value" and c.quantity in ("weight", "zeros", "delta")
            reader.leave(line, {"weight": "weight_norm"}.get(c.quantity, "zeros") if ok else "number")
            continue
        if c.kind == "param":
            if value is not None:
                reader.add(line, c.name, c.quantity, value, step)
            continue
        if value is None and (c.quantity in ("weight", "zeros", "delta") or c.kind == "at"):
            continue
        at = c.step if c.kind == "at" else step
        own = quantity if c.quantity in ("", "norm", "grad") and quantity else c.quantity
        if not found or value is not None:
            reader.add(line, name, own, value, at, shape or "")
        found = True


def shape_of(cell):
    sides = re.findall("[0-9]+", cell)
    return "x".join(sides)

"""The forms in which people have gradient norms: a name, an example, when each matches, what it yields."""

import csv
import re
from collections import Counter
from itertools import pairwise
from textwrap import fill, indent
from typing import NamedTuple

from vgcore.checks import one_of
from vgcore.norms.table import LeftOut, Row, laid_out
from vgcore.norms.text import (
    _NUMBERED,
    _OPEN,
    _RULE,
    _TOKEN,
    Dots,
    Line,
    Num,
    Pairs,
    Tensor,
    entries,
    holds_data,
    items_of,
    labelled,
    lines_of,
    literal,
    matching,
    missing,
    norm_of,
    number,
    sensible,
    strong,
)

MOST_BYTES = 200_000
LARGEST_FILE = 5_000_000


class Form(NamedTuple):
    """A form of text.

    Attributes
    ----------
    name : str, as `--form` takes it
    about : str, one line of what it is
    example : str
    matches : function of a `Reader` and the index of a line; what it found there, or None
    read : function of a `Reader`, that index and what was found; gives rows to the reader, and returns the
        index of the next line
    """

    name: str
    about: str
    example: str
    matches: object
    read: object


class Statement(NamedTuple):
    """A line with what stands in its brackets, which may end on another line."""

    line: Line
    text: str
    groups: list
    lines: int


class Reader:
    """The lines of a text, and what was read of them so far."""

    def __init__(self, text):
        self.lines, others = lines_of(text)
        self.rows, self.bare, self.forms = [], [], {}
        self.left = [LeftOut(line.number, line.said, "rank") for line in others]
        self.heading, self.under, self.aspect, self.part, self.form = "", 0, ("", 0), 0, ""
        self.leads, self.stack, self.parents, self.ran = [], [], set(), False
        self.whole = "\n".join(line.text for line in self.lines)
        self.starts, at = [], 0
        for line in self.lines:
            self.starts.append(at)
            at += len(line.text) + 1
        self.ends = matching(self.whole)
        self.budget = 4 * len(self.whole) + 1000
        self.headers, self.marks, self.kept = {}, {}, (-1, None, None)

    def add(self, line, name, quantity, value, step=None, shape=""):
        """Take a number of a layer."""
        self.rows.append(Row(line.number, line.said, name, quantity, value, step, shape, self.part))
        self.forms[self.form] = self.forms.get(self.form, 0) + 1

    def leave(self, line, reason, text=None):
        """Leave a line out, or a text of it."""
        self.left.append(LeftOut(line.number, line.said if text is None else text, reason))

    def run(self, line, kind, value, text=None):
        """Take a number of the run: it parts the rows, and may say the step."""
        self.part += 1
        if kind in ("step", "epoch") and isinstance(value, float) and abs(value) <= 1e300:
            self.marks[self.part] = value
        else:
            self.ran = True
        self.leave(line, "metric", text)

    def statement(self, at):
        """Return the statement that begins with a line."""
        if self.kept[0] != at:
            found = self._statement(at)
            self.kept = at, found, items_of(found.text, found.groups)
        return self.kept[1]

    def items(self, at):
        """Return the labelled values of the statement that begins with a line, and what is behind them."""
        self.statement(at)
        return self.kept[2]

    def _statement(self, at):
        line, start = self.lines[at], self.starts[at]
        groups, until, tries, pos = [], at, 8, 0
        if not any(char in line.text for char in "[({"):
            return Statement(line, line.text, [], 1)
        while tries and (found := _OPEN.search(line.text, pos)):
            bracket, pos = start + found.end() - 1, found.end()
            end = self.ends.get(bracket)
            before = line.text[found.start() - 1 : found.start()]
            if end is None or (before and (before.isalnum() or before in "_])'\"")):
                continue
            far = end >= start + len(line.text)
            source = self.whole[start + found.start() : end + 1]
            if far:
                self.budget -= len(source)
                if self.budget < 0:
                    continue
            if not far and self.whole[end + 1 : end + 2] in list("[.'(_"):
                continue
            value = _data(source, self.whole[bracket])
            if value is None:
                tries -= 1
                continue
            groups.append((found.start(), (end + 1 - start, value)))
            pos = end + 1 - start
            if far:
                while until + 1 < len(self.lines) and self.starts[until + 1] <= end:
                    until += 1
                break
        last = self.starts[until] + len(self.lines[until].text)
        return Statement(line, self.whole[start:last], groups, until - at + 1)


def _data(source, bracket):
    """Return what a literal holds, if it holds numbers; a single one in round brackets is a remark."""
    value = literal(source)
    if value is None or not isinstance(value, (list, tuple)):
        return value if isinstance(value, Num) and source[0] != "(" else None
    if bracket == "(" and source[0] == "(" and isinstance(value, tuple) and not holds_data(value):
        return None
    return value if holds_data(value) or (isinstance(value, Pairs) and value) else None


def read_norms(text, form=None):
    if not isinstance(text, str):
        raise ValueError(f"text must be a str, not {text!r}")
    if form is not None:
        one_of("form", form, {each.name: each for each in FORMS})
    reader = Reader(text)
    forms = [_UNKNOWN, *(each for each in FORMS if form in (None, each.name))]
    if form is not None and forms[1].read is _bare:
        forms += _AT_LEAST
    at = 0
    while at < len(reader.lines):
        if not reader.lines[at].text.strip():
            if reader.under:
                reader.heading, reader.under = "", 0
            at += 1
            continue
        for each in forms:
            found = each.matches(reader, at)
            if found is not None:
                reader.form = each.name
                at = each.read(reader, at, found)
                break
        else:
            if _NUMBERED.search(reader.lines[at].text):
                reader.leave(reader.lines[at], "line")
            at += 1
    _led(reader)
    _parented(reader)
    readings, refused = _numbers(reader, form)
    numbered = sum(bool(_NUMBERED.search(line.text)) for line in reader.lines)
    said = max(reader.forms, key=reader.forms.get, default="")
    return laid_out(reader.rows, reader.left, said, readings, numbered, refused, reader.marks, reader.ran)


def listed():
    """Return the forms with their examples, as a text."""
    return "\n".join(
        fill(f"{each.name}: {each.about}", 80) + "\n" + indent(each.example, "    ") for each in FORMS
    )


# ---- tables ---------------------------------------------------------------------------------------------


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


_LAYER = {
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
            wide
            if len(wide) > 1 and not any(_NUMBERED.search(c) and " " in c for c in wide)
            else text.split()
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
    if low in _LAYER:
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


_ENDS = re.compile(r"(?:^|[\s:=,;|])(?:[0-9]*\.[0-9]+|[0-9.]+e[-+]?[0-9]+)[\s|]*$", re.I)  # no header ends so


def _header(reader, at):
    """Return the header that a line is, or None."""
    if at in reader.headers:
        return reader.headers[at]
    reader.headers[at] = found = _find_header(reader, at)
    return found


def _find_header(reader, at):
    text = reader.lines[at].text
    if (
        len(text) < 3
        or _RULE.fullmatch(text)
        or not re.search(r"[,;|\t]|\S\s+\S", text)
        or re.search(r"(?:^|[:=])\s*[{\[]", text)
    ):
        return None
    if _ENDS.search(text):
        return None
    if sum(map(text.count, "([{")) != sum(map(text.count, ")]}")):
        return None
    near = (line.text for line in reader.lines[at + 1 : at + 8])
    below = [line for line in near if line.strip() and not _RULE.fullmatch(line)][:5]
    for separator in ("\t", "|", ";", ",", " "):
        if separator != " " and separator not in text:
            continue
        cells, unders = split(text, separator), [split(line, separator) for line in below]
        counts = (len(cells), len(cells) + 1) if separator == " " else (len(cells),)
        under = next((each for each in unders if len(each) in counts), None)
        if under is None:
            continue
        lead = separator == " " and len(under) == len(cells) + 1
        if (len(cells) < 2 and not lead) or len(cells) != len(under) - lead:
            continue
        if not any(number(cell) is not None or missing(cell) for cell in under):
            continue
        columns = [column(cell) for cell in cells]
        if lead:
            cells, columns = ["", *cells], [Column("index"), *columns]
        said = [c.step for c in columns if c.kind == "at"]
        if said and (columns[0].kind not in ("layer", "index") or any(c.kind == "param" for c in columns)):
            continue
        if any(a >= b for a, b in pairwise(said)):
            continue
        if any(_numbered(c, k) for c, k in zip(cells, columns, strict=True)):
            continue
        if said and (under[0].lower() in _LAYER or number(under[0]) is not None):
            continue
        if separator == " " and re.search(r"[:=](?:\s|$)", f"{text}\n{below}"):
            continue
        rows = _sample(reader, at, separator, len(cells))
        columns = _apart(_by_content(columns, rows), cells)
        form = _table_form(columns, separator)
        if not form and (separator == " " or not _tabular(cells, rows, separator)):
            continue
        return Header(form, separator, columns, cells)
    return None


def _numbered(cell, c):
    """Whether a header has a number that is no part of a name: then it is none."""
    found = None if c.kind == "at" else _TOKEN.search(cell)
    return bool(found) and not (strong(c.name) and (found["number"] or "").isdecimal())


def _tabular(cells, rows, separator):
    """Whether under what is not understood there is a table, not lines with a comma each."""
    if len(rows) == 1 and len(cells) == 2 and separator == ",":
        return number(rows[0][0]) is not None
    return any(sum(number(cell) is not None for cell in row) > 0 for row in rows)


def _sample(reader, at, separator, count):
    found = []
    for line in reader.lines[at + 1 : at + 12]:
        cells = split(line.text, separator) if line.text.strip() and not _RULE.fullmatch(line.text) else []
        if len(cells) == count:
            found.append(cells)
    return found


def _by_content(columns, rows):
    """Find the column that holds names, where no header says so."""
    if any(c.kind == "layer" for c in columns) or not rows:
        return columns
    for k, c in enumerate(columns):
        if c.kind in ("unknown", "index", "param", "metric", "value") and all(
            number(row[k]) is None and strong(row[k]) for row in rows
        ):
            return [*columns[:k], Column("layer"), *columns[k + 1 :]]
    return columns


def _apart(columns, cells):
    """Give columns of several runs, which would have the same names, the whole of their headers."""
    seen = [(c.kind, c.name, c.quantity) for c in columns]
    return [
        c._replace(name=cell) if c.kind == "param" and seen.count(key) > 1 else c
        for c, cell, key in zip(columns, cells, seen, strict=True)
    ]


def _table_form(columns, separator):
    kinds = [c.kind for c in columns]
    if kinds.count("layer") == 1:
        if "value" in kinds:
            return {"|": "markdown", " ": "frame"}.get(separator, "long")
        return "pivot" if "at" in kinds else ""
    if "layer" in kinds:
        return ""
    params = [c for c in columns if c.kind == "param"]
    fine = [c for c in params if sensible(c.name)]
    if fine and (len(fine) * 2 >= len(params)):
        return "wide"
    if not params and "unknown" not in kinds and set(kinds) & {"value", "total"}:
        return "whole"
    if not params and "unknown" not in kinds and set(kinds) <= {"metric", "step", "epoch", "index"}:
        return "whole"
    return ""


def _table_matches(*names):
    def matches(reader, at):
        header = _header(reader, at)
        return header if header is not None and header.form in names else None

    return matches


def _table(reader, at, header):
    """Read the lines under a header, up to the next; what stands between them is read as lines."""
    line = reader.lines[at]
    for cell, c in zip(header.cells, header.columns, strict=True):
        if c.kind in ("metric", "total", "unknown") and cell:
            reader.leave(line, {"unknown": "column"}.get(c.kind, c.kind), cell)
            reader.ran = reader.ran or c.kind == "metric"
        if c.kind == "param" and (header.form != "wide" or not sensible(c.name)):
            reader.leave(line, "column", cell)
    form, at = reader.form, at + 1
    count = len(header.columns)
    while at < len(reader.lines):
        line = reader.lines[at]
        if not line.text.strip() or _RULE.fullmatch(line.text):
            at += 1
            continue
        cells = split(line.text, header.separator)
        if [cell.strip("\"'") for cell in cells] == header.cells:
            at += 1
            continue
        other = _header(reader, at)
        if other is not None and other.cells != header.cells:
            return at
        if len(cells) == count and (header.separator != " " or _fits(header, cells)):
            if header.form:
                _cells(reader, line, header, cells)
            elif any(number(cell) is not None for cell in cells):
                reader.leave(line, "header")
            at += 1
            continue
        numbers = sum(number(cell) is not None for cell in cells)
        if (len(cells) > 1 and numbers * 2 > len(cells)) or (numbers and header.separator == " "):
            reader.leave(line, "fields" if header.form else "header")
            at += 1
            continue
        reader.form = "lines"
        before = len(reader.rows), len(reader.left)
        used = _line(reader, at, reader.statement(at))
        if len(cells) > 1 and header.separator != " " and len(reader.rows) > before[0]:
            del reader.rows[before[0] :], reader.left[before[1] :]
            reader.leads = [each for each in reader.leads if each[0] < before[0]]
            reader.leave(line, "fields" if header.form else "header")
        reader.form, at = form, used
    return at


def _fits(header, cells):
    """Whether a line of words has numbers where the header has values."""
    kinds = {"wide": ("param",), "pivot": ("at",)}.get(header.form, ("value",))
    values = [cell for c, cell in zip(header.columns, cells, strict=True) if c.kind in kinds]
    return all(number(cell) is not None or missing(cell) for cell in values)


def _cells(reader, line, header, cells):
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
            shape = _shape(cell)
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


def _shape(cell):
    sides = re.findall("[0-9]+", cell)
    return "x".join(sides)


def _columns_match(reader, at):
    """A row of our own columns without the header: step, layer, norm; or all of them."""
    text = reader.lines[at].text
    for separator in ",;\t|":
        if separator not in text:
            continue
        cells = split(text, separator)
        named = cells[1:3] if len(cells) in (6, 7) else cells[1:2]
        if (
            len(cells) in (3, 6, 7)
            and number(cells[0]) is not None
            and any(number(cell) is None and re.search("[A-Za-z_]", cell) for cell in named)
        ) or (len(cells) in (6, 7) and reader.forms.get("columns")):
            if labelled(cells[1]).metric or re.search("[:=]", text):
                return None
            last = cells[2] if len(cells) == 3 else cells[3]
            if number(last) is not None or missing(last):
                return cells
    return None


_OWN = [Column("step"), Column("layer"), Column("shape"), Column("value", quantity="norm")]
_OWN += [
    Column("value", quantity="weight"),
    Column("value", quantity="zeros"),
    Column("value", quantity="delta"),
]


def _columns(reader, at, cells):
    own = _OWN[: len(cells)] if len(cells) > 3 else [_OWN[0], _OWN[1], _OWN[3]]
    _cells(reader, reader.lines[at], Header("columns", ",", own, []), cells)
    return at + 1


# ---- dictionaries and lists -----------------------------------------------------------------------------


def _literal_matches(reader, at):
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


def _literal(reader, at, statement):
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
    keys = [str(key) for key, _ in pairs]
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
        if isinstance(value, float) and c.kind in ("step", "epoch") and (c.kind == "step" or own is None):
            own = float(value)
    for key, (_, value) in zip(keys, pairs, strict=True):
        _leaf(reader, line, (*path, key), value, own)


def _record(reader, line, columns, values):
    cells = [_cell(value) for value in values]
    form = "long"
    _cells(reader, line, Header(form, ",", columns, []), cells)


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
    last = labelled(path[-1]) if len(path) > 1 else Label_none
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
                _take_list(reader, line, value)
            return
        _array(reader, line, label, value, step)
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


Label_none = labelled("")


def _array(reader, line, label, value, step):
    """Take an array of a layer: its norm, or where it holds a number a step, each of these."""
    try:
        numbers = entries(value)
    except ValueError:
        reader.leave(line, "abridged" if _dotted(value) else "line", f"{label.name}: ...")
        return
    flat = all(isinstance(each, Num) for each in value) and not isinstance(value, Tensor)
    if len(numbers) == 1:
        reader.add(line, label.name, label.quantity, numbers[0], step, label.shape)
    elif flat and min(numbers) >= 0.0 and step is None:
        for k, each in enumerate(numbers):
            reader.add(line, label.name, label.quantity, each, float(k), label.shape)
    else:
        reader.add(line, label.name, "norm", norm_of(value), step, label.shape)


def _dotted(value):
    if isinstance(value, (list, tuple)):
        return any(_dotted(each) for each in value)
    return isinstance(value, Dots)


def _take_list(reader, line, value):
    try:
        numbers = entries(value)
    except ValueError:
        reader.leave(line, "abridged" if _dotted(value) else "line")
        return
    reader.bare.append((line, numbers, True, reader.form, reader.part))


# ---- lines ----------------------------------------------------------------------------------------------


def _line_matches(reader, at):
    statement, (items, _) = reader.statement(at), reader.items(at)
    if items and all(
        not _said(item.label) and item.kind in ("number", "missing", "group", "comma") for item in items
    ):
        return None
    return statement


def _said(label):
    return label.strip(" \t,;|:=()[]{}'\"<>") if re.search(r"[^\W_]|[‖∇|]", label) else ""


def _line(reader, at, statement):
    """Take the numbers of a line by their labels; a line without any may be the heading of what follows."""
    line, (items, _) = statement.line, reader.items(at)
    indent = len(line.text) - len(line.text.lstrip())
    if not items:
        label = labelled(line.text) if len(line.text) < 200 else Label_none
        opens = line.text.rstrip().endswith(":")
        params = label.quantity == "weight" and not reader.stack
        if label.quantity and not label.name and opens and not params:
            reader.aspect = line.text.strip(" :"), indent
        elif params and opens:
            label = Label_none._replace(name=line.text.strip(" :"))
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
        said = carried + item.label if not _said(item.label) or carried else item.label
        label, carried = labelled(said), ""
        nothing = not _said(item.label) and k > 0 and not (k == 1 and shape)
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
            bare_next = k + 1 < len(items) and not _said(items[k + 1].label)
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
                elif label.quantity or not _said(item.label):
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
        or _said(first.label)
        or first.kind not in ("number", "group")
        or not _said(items[1].label)
    ):
        return items, None
    value = first.value
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return (items[1:], value) if _side(value) else (items, None)


def _led(reader):
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


def _parented(reader):
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
                _array(reader, line, label, value, step)
            else:
                _take_list(reader, line, value)
            continue
        if not own and quantity == "weight" and not re.search("norm", line.text, re.I):
            own, quantity = "weight", ""
        if not own:
            reader.leave(line, "total")
            reader.part += 1
            continue
        reader.add(line, own, quantity, value, step, shape)


# ---- numbers --------------------------------------------------------------------------------------------


def _bare_matches(reader, at):
    items, behind = reader.items(at)
    return (reader.statement(at), items, behind) if items else None


def _bare(reader, at, found):
    statement, items, behind = found
    numbers, bracketed, line = [], False, statement.line
    bare = statement.text
    whole = sum(map(bare.count, "([{")) == sum(map(bare.count, ")]}"))
    if not whole or re.search(r"[^\W_]", re.sub(r"\([^()]*\)|\[[^][]*\]", "", behind)):
        reader.leave(line, "line")
        return at + statement.lines
    if any(item.kind == "comma" for item in items):
        reader.bare.append((line, _commas(statement.text), False, reader.form, reader.part))
        return at + statement.lines
    for item in items:
        if isinstance(item.value, Num):
            numbers.append(item.value)
        elif isinstance(item.value, (list, tuple)):
            bracketed = True
            if _dotted(item.value):
                reader.leave(line, "abridged")
            elif nested := _nested(item.value):
                for each in nested:
                    reader.bare.append((line, each, True, reader.form, reader.part))
            else:
                numbers += [each for each in item.value if isinstance(each, Num)]
                if len(numbers) < len(item.value):
                    reader.leave(line, "number")
        else:
            reader.leave(line, "number")
    if numbers:
        reader.bare.append((line, numbers, bracketed, reader.form, reader.part))
    return at + statement.lines


def _nested(value):
    """Return the rows of a list of lists of numbers, or a row that is the norm of a tensor; else nothing."""
    try:
        numbers = entries(value)
    except ValueError:
        return []
    if min(numbers, default=0.0) < 0.0:
        return [[norm_of(value)]]
    inner = [each for each in value if isinstance(each, (list, tuple))]
    return [entries(each) for each in inner] if inner and len(inner) == len(value) else []


def _commas(text):
    """Return the numbers of a line that has commas between digits, or the text if they may be decimals."""
    parts = [part for part in re.split(r"[\s;|]+", text.strip().strip("[](){}").removesuffix(",")) if part]
    sure = any(part.count(",") > 1 for part in parts) or text.strip()[:1] in "[({"
    sure = sure or any(re.search(r"\.[0-9]*,|,[0-9]*\.", part) for part in parts)
    numbers = [number(each) for each in re.split(r"[,\s;|]+", text.strip(" \t,;|[](){}"))]
    if all(each is not None for each in numbers) and sure:
        return numbers
    return [text]


def _numbers(reader, form):
    """Take the numbers without names; return the forms that they may have, and why there is no verdict."""
    bare, named = reader.bare, any(row.name for row in reader.rows)
    doubtful = [each for each in bare if isinstance(each[1][0], str)]
    bare = [each for each in bare if not isinstance(each[1][0], str)]
    if doubtful:
        pairs = [re.split("[,]", each[1][0].strip()) for each in doubtful]
        split_ = [[number(part) for part in pair] for pair in pairs]
        clear = all(len(pair) == 2 and None not in pair for pair in split_) and not bare
        firsts = [pair[0] for pair in split_] if clear else []
        if clear and len(firsts) > 2 and _counting(firsts):
            bare = [(each[0], pair, False, *each[3:]) for each, pair in zip(doubtful, split_, strict=True)]
        elif len(doubtful) == 1 and not bare and not named and clear:
            bare = [(doubtful[0][0], split_[0], False, *doubtful[0][3:])]
        else:
            for each in doubtful:
                reader.leave(each[0], "comma")
    if named:
        for line, *_ in bare:
            reader.leave(line, "line")
        return (), ""
    return _nameless(reader, bare, form)


def _counting(numbers):
    whole = [n for n in numbers if isinstance(n, Num) and n.raw.lstrip("-").isdecimal()]
    if len(whole) != len(numbers) or len(whole) < 3:
        return False
    rises = [a < b for a, b in pairwise(whole)]
    return all(rises) or (not any(rises) and len(set(whole)) == len(whole))


_CLOCK = 1e8  # seconds: what is larger, and rises, is the time of the day


def _come_round(numbers):
    """Whether the numbers of layers come round, as they do where several steps stand in a text."""
    period = numbers.index(numbers[0], 1) if numbers[0] in numbers[1:] else 0
    return (
        period > 2
        and len(numbers) % period == 0
        and numbers == numbers[:period] * (len(numbers) // period)
        and (_counting(numbers[:period]))
    )


def _nameless(reader, bare, form):
    if not bare:
        return (), ""
    width, many = Counter(len(numbers) for _, numbers, *_ in bare).most_common(1)[0]
    if width > 1 and len(bare) > many > 0.6 * len(bare):
        for each in bare:
            if len(each[1]) != width:
                reader.leave(each[0], "fields")
        bare = [each for each in bare if len(each[1]) == width]
    elif many < len(bare):
        width = 0
    firsts = [numbers[0] for _, numbers, *_ in bare]
    bracketed = all(each[2] for each in bare)
    readings, taken, refused = (), "list", ""
    if len(bare) > 1 and width == 3 and min(firsts) > _CLOCK and firsts == sorted(firsts):
        taken = "steps"
    elif len(bare) > 1 and width == 2 and _counting(firsts):
        gaps = {abs(b - a) for a, b in pairwise(firsts)}
        layers = min(firsts) in (0.0, 1.0) and max(gaps) <= 3
        readings = ("layers", "steps") if layers else ("steps", "layers")
    elif len(bare) > 2 and width == 3 and not bracketed and _triples([numbers for _, numbers, *_ in bare]):
        taken = "triples"
    elif len(bare) > 2 and width == 2 and not bracketed and _come_round(firsts):
        taken = "layers"
    elif len(bare) > 1 and width != 1:
        readings = ("rows", "list")
        if not bracketed or _counting(firsts):
            refused = "ask"
    taken = readings[0] if readings else taken
    if form in ("list", "layers", "steps", "rows"):
        taken, refused = form, ""
        readings = (form, *(each for each in readings if each != form)) if form in readings else readings
    for k, (line, numbers, _, _, part) in enumerate(bare):
        reader.part, reader.form = part, "layers" if taken == "triples" else taken
        if taken in ("layers", "steps", "triples") and len(numbers) < (3 if taken == "triples" else 2):
            reader.leave(line, "fields")
        elif taken == "steps":
            reader.leave(line, "total")
        elif taken == "layers":
            reader.add(line, f"{numbers[0]:g}", "norm", numbers[-1])
        elif taken == "triples":
            reader.add(line, f"{numbers[1]:g}", "norm", numbers[2], float(numbers[0]))
        else:
            for each in numbers:
                reader.add(line, "", "bare", each, float(k) if taken == "rows" else 0.0)
    if taken == "steps":
        refused = "whole"
    return readings, refused


def _triples(rows):
    counts = [tuple(row[:2]) for row in rows]
    whole = all(isinstance(n, Num) and n.raw.isdecimal() for count in counts for n in count)
    return whole and all(a < b or b == counts[0] for a, b in pairwise(counts)) and counts[0] < counts[1]


# ---- the list -------------------------------------------------------------------------------------------


def _with(name):
    """Whether the numbers without names have a form is seen when all are there."""
    return lambda reader, at: None


FORMS = [
    Form(
        "long",
        "a table with a row for every layer: CSV, with commas, semicolons or tabs",
        "step,layer,shape,grad_norm,weight_norm,zeros\n0,fc1.weight,100x784,0.0123,8.1,0.25\n"
        "0,fc2.weight,100x100,0.0456,8.3,0\n",
        _table_matches("long"),
        _table,
    ),
    Form(
        "wide",
        "a table with a column for every layer and a row for every step, as Lightning and W&B save it",
        "epoch,step,grad_2.0_norm/fc1.weight,grad_2.0_norm/fc2.weight,train_loss\n0,4,1.1e-07,0.0018,1.11\n"
        "0,9,1.2e-07,0.0019,1.09\n",
        _table_matches("wide"),
        _table,
    ),
    Form(
        "pivot",
        "a table with a row for every layer and a column for every step",
        "layer,0,100\nfc1.weight,1.1e-07,1.2e-07\nfc2.weight,0.0018,0.0019\n",
        _table_matches("pivot"),
        _table,
    ),
    Form(
        "markdown",
        "a table in markdown, or in boxes",
        "| layer | shape | grad norm |\n|---|---|---|\n| fc1.weight | (6, 5) | 3.6e-07 |\n"
        "| fc2.weight | (6, 6) | 1.4e-06 |\n",
        _table_matches("markdown"),
        _table,
    ),
    Form(
        "frame",
        "a data frame, as it is printed",
        "        layer     grad_norm\n0  fc1.weight  3.600000e-07\n1  fc2.weight  1.400000e-06\n",
        _table_matches("frame"),
        _table,
    ),
    Form(
        "whole",
        "a table with one number for the whole network: when, not where",
        "Wall time,Step,Value\n1795958068.4,4,1.1e-07\n1795958069.2,9,8.9e-08\n",
        _table_matches("whole"),
        _table,
    ),
    Form(
        "columns",
        "rows of step, layer and norm, or of all our columns, without a header",
        "0,fc1.weight,0.0123\n0,fc2.weight,0.0456\n",
        _columns_match,
        _columns,
    ),
    Form(
        "dict",
        "a dictionary, flat or nested, JSON or Python; JSON lines; lists of records or of pairs",
        "{'params': {'Dense_0': {'kernel': Array(4.6e-06, dtype=float32)},\n"
        "            'Dense_1': {'kernel': Array(2.9e-05, dtype=float32)}}}\n",
        _literal_matches,
        _literal,
    ),
    Form(
        "lines",
        "a line for every layer, or a block of lines under its name, with whatever a logger puts before",
        "2026-11-29 13:20:35,926 [INFO] fc1.weight grad norm: 3.6e-07\n"
        "2026-11-29 13:20:35,926 [INFO] fc2.weight grad norm: 1.4e-06\n",
        _line_matches,
        _line,
    ),
    Form("list", "numbers alone, a layer each", "[1.2e-06, 8.9e-06, 7.1e-05]\n", _bare_matches, _bare),
    Form(
        "layers",
        "the number of a layer and its norm",
        "1 1.2e-06\n2 8.9e-06\n3 7.1e-05\n",
        _bare_matches,
        _bare,
    ),
    Form(
        "steps",
        "a step and the norm of the whole network: when, not where",
        "100 0.91\n200 1.78\n300 4.82\n",
        _bare_matches,
        _bare,
    ),
    Form(
        "rows",
        "a row for every step, a number for every layer",
        "[1.2e-06, 8.9e-06]\n[1.3e-06, 9.1e-06]\n",
        _bare_matches,
        _bare,
    ),
]
read_norms.__doc__ = f"""Read the gradient norms of the layers of a network.

The text may have several of these forms, and numbers of the run between them, which are no layers:

{listed()}
What all lines begin with (date, time, logger, rank) is no data, nor is the word for the quantity part of a
name. Where no step is given and the names come round, each round is a step: 0, 1, ... Names with numbers
stand in the order of these.

Parameters
----------
text : str
form : str, the name of one of `FORMS`, where the text could have several; or None

Returns
-------
Norms

Raises
------
ValueError
    If text is no str, or form is no form. Nothing that stands in the text raises an error: what cannot be
    read is left out, and where that is too much, `refused` says why there is no verdict.
"""

_UNKNOWN = Form("", "a table with a header that is not understood", "", _table_matches(""), _table)
_AT_LEAST = [each for each in FORMS if each.name in ("dict", "lines")]

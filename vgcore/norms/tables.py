"""Tables: with a row, or a column, for every layer; CSV, markdown, printed data frames."""

import re
from itertools import pairwise

from vgcore.norms.columns import LAYER_HEADERS, Column, Header, column, fits, split, take_cells
from vgcore.norms.labels import labelled, sensible, strong
from vgcore.norms.lines import line_
from vgcore.norms.literals import literal_matches, mapping
from vgcore.norms.text import RULE, TOKEN
from vgcore.norms.values import missing, number

_ENDS = re.compile(r"(?:^|[\s:=,;|])(?:[0-9]*\.[0-9]+|[0-9.]+e[-+]?[0-9]+)[\s|]*$", re.I)  # no header ends so


def header_of(reader, at):
    """Return the header that a line is, or None."""
    if at in reader.headers:
        return reader.headers[at]
    reader.headers[at] = found = _find_header(reader, at)
    return found


def _find_header(reader, at):
    text = reader.lines[at].text
    if (
        len(text) < 3
        or RULE.fullmatch(text)
        or not re.search(r"[,;|\t]|\S\s+\S", text)
        or re.search(r"(?:^|[:=])\s*[{\[]", text)
    ):
        return None
    if _ENDS.search(text):
        return None
    if sum(map(text.count, "([{")) != sum(map(text.count, ")]}")):
        return None
    after = (line.text for line in reader.lines[at + 1 : at + 8])
    below = [line for line in after if line.strip() and not RULE.fullmatch(line)][:5]
    for separator in ("\t", "|", ";", ",", " "):
        if separator != " " and separator not in text:
            continue
        cells, unders = split(text, separator), [split(line, separator) for line in below]
        counts = (len(cells), len(cells) + 1) if separator == " " else (len(cells),)
        near = unders[:1] if separator == " " else unders  # words may be as many by chance
        under = next((each for each in near if len(each) in counts), None)
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
        if said and (under[0].lower() in LAYER_HEADERS or number(under[0]) is not None):
            continue
        if separator == " " and re.search(r"[:=](?:\s|$)", f"{text}\n{below}"):
            continue
        rows = _sample(reader, at, separator, len(cells))
        columns = _apart(_by_content(columns, rows), cells)
        form = _table_form(columns, separator)
        if not form and (separator == " " or not _tabular(cells, rows, separator)):
            continue
        header = Header(form, separator, columns, cells)
        if separator != " " or fits(header, under):
            return header
    return None


def _numbered(cell, c):
    """Whether a header has a number that is no part of a name: then it is none."""
    found = None if c.kind == "at" else TOKEN.search(cell)
    return bool(found) and not (strong(c.name) and (found["number"] or "").isdecimal())


def _tabular(cells, rows, separator):
    """Whether under what is not understood there is a table, not lines with a comma each."""
    if len(rows) == 1 and len(cells) == 2 and separator == ",":
        return number(rows[0][0]) is not None
    return any(sum(number(cell) is not None for cell in row) > 0 for row in rows)


def _sample(reader, at, separator, count):
    found = []
    for line in reader.lines[at + 1 : at + 12]:
        cells = split(line.text, separator) if line.text.strip() and not RULE.fullmatch(line.text) else []
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
    words = separator == " " and ("unknown" in kinds or len(fine) < 2)  # two words a line are no table
    if fine and len(fine) * 2 >= len(params) and not words:
        return "wide"
    if not params and "unknown" not in kinds and set(kinds) & {"value", "total"}:
        return "whole"
    if not params and "unknown" not in kinds and set(kinds) <= {"metric", "step", "epoch", "index"}:
        return "whole"
    return ""


def table_matches(*names):
    def matches(reader, at):
        header = header_of(reader, at)
        return header if header is not None and header.form in names else None

    return matches


def table(reader, at, header):
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
        if not line.text.strip() or RULE.fullmatch(line.text):
            at += 1
            continue
        cells = split(line.text, header.separator)
        if [cell.strip("\"'") for cell in cells] == header.cells:
            at += 1
            continue
        other = header_of(reader, at)
        if other is not None and other.cells != header.cells:
            return at
        if len(cells) == count and (header.separator != " " or fits(header, cells)):
            if header.form:
                take_cells(reader, line, header, cells)
            elif any(number(cell) is not None for cell in cells):
                reader.leave(line, "header")
            at += 1
            continue
        numbers = sum(number(cell) is not None for cell in cells)
        if (len(cells) > 1 and numbers * 2 > len(cells)) or (numbers and header.separator == " "):
            reader.leave(line, "fields" if header.form else "header")
            at += 1
            continue
        if (statement := literal_matches(reader, at)) is not None:  # what a trainer logs between the rows
            reader.form = "dict"
            reader.form, at = form, mapping(reader, at, statement)
            continue
        reader.form = "lines"
        before = len(reader.rows), len(reader.left)
        used = line_(reader, at, reader.statement(at))
        if len(cells) > 1 and header.separator != " " and len(reader.rows) > before[0]:
            del reader.rows[before[0] :], reader.left[before[1] :]
            reader.leads = [each for each in reader.leads if each[0] < before[0]]
            reader.leave(line, "fields" if header.form else "header")
        reader.form, at = form, used
    return at


def columns_match(reader, at):
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


def own_columns(reader, at, cells):
    own = _OWN[: len(cells)] if len(cells) > 3 else [_OWN[0], _OWN[1], _OWN[3]]
    take_cells(reader, reader.lines[at], Header("columns", ",", own, []), cells)
    return at + 1

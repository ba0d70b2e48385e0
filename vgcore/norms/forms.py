"""The forms in which people have gradient norms: a name, an example, when each matches, what it yields."""

from textwrap import fill, indent
from typing import NamedTuple

from vgcore.checks import one_of
from vgcore.norms.lines import led, line_, line_matches, parented
from vgcore.norms.literals import literal_matches, mapping
from vgcore.norms.numbers import bare_matches, bare_numbers, without_names
from vgcore.norms.reader import Reader
from vgcore.norms.table import laid_out
from vgcore.norms.tables import columns_match, own_columns, table, table_matches
from vgcore.norms.text import NUMBERED
from vgcore.norms.values import number

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


def read_norms(text, form=None):
    if not isinstance(text, str):
        raise ValueError(f"text must be a str, not {text!r}")
    if form is not None:
        one_of("form", form, {each.name: each for each in FORMS})
    reader = Reader(text)
    forms = [_UNKNOWN, *(each for each in FORMS if form in (None, each.name))]
    if form is not None and forms[1].read is bare_numbers:
        forms += _AT_LEAST
    at = 0
    while at < len(reader.lines):
        line = reader.lines[at]
        if form in (None, "list") and (values := _plain(line.text)):
            reader.bare.append((line, values, False, "list", reader.part))
            at += 1
            continue
        if not reader.holds(at):
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
            if NUMBERED.search(reader.lines[at].text):
                reader.leave(reader.lines[at], "line")
            at += 1
    led(reader)
    parented(reader)
    readings, refused = without_names(reader, form)
    numbered = sum(bool(NUMBERED.search(line.text)) for line in reader.lines)
    said = max(reader.forms, key=reader.forms.get, default="")
    return laid_out(reader.rows, reader.left, said, readings, numbered, refused, reader.marks, reader.ran)


def _plain(text):
    """Return the numbers of a line that has nothing else: one, or so many that it is no header; for speed."""
    words = [text] if len(text) < 40 else text.split()
    values = [number(word) for word in words] if len(words) == 1 or len(words) > 50 else [None]
    return values if None not in values else None


def listed():
    """Return the forms with their examples, as a text."""
    return "\n".join(
        fill(f"{each.name}: {each.about}", 80) + "\n" + indent(each.example, "    ") for each in FORMS
    )


FORMS = [
    Form(
        "long",
        "a table with a row for every layer: CSV, with commas, semicolons or tabs",
        "step,layer,shape,grad_norm,weight_norm,zeros\n0,fc1.weight,100x784,0.0123,8.1,0.25\n"
        "0,fc2.weight,100x100,0.0456,8.3,0\n",
        table_matches("long"),
        table,
    ),
    Form(
        "wide",
        "a table with a column for every layer and a row for every step, as Lightning and W&B save it",
        "epoch,step,grad_2.0_norm/fc1.weight,grad_2.0_norm/fc2.weight,train_loss\n0,4,1.1e-07,0.0018,1.11\n"
        "0,9,1.2e-07,0.0019,1.09\n",
        table_matches("wide"),
        table,
    ),
    Form(
        "pivot",
        "a table with a row for every layer and a column for every step",
        "layer,0,100\nfc1.weight,1.1e-07,1.2e-07\nfc2.weight,0.0018,0.0019\n",
        table_matches("pivot"),
        table,
    ),
    Form(
        "markdown",
        "a table in markdown, or in boxes",
        "| layer | shape | grad norm |\n|---|---|---|\n| fc1.weight | (6, 5) | 3.6e-07 |\n"
        "| fc2.weight | (6, 6) | 1.4e-06 |\n",
        table_matches("markdown"),
        table,
    ),
    Form(
        "frame",
        "a data frame, as it is printed",
        "        layer     grad_norm\n0  fc1.weight  3.600000e-07\n1  fc2.weight  1.400000e-06\n",
        table_matches("frame"),
        table,
    ),
    Form(
        "whole",
        "a table with one number for the whole network: when, not where",
        "Wall time,Step,Value\n1795958068.4,4,1.1e-07\n1795958069.2,9,8.9e-08\n",
        table_matches("whole"),
        table,
    ),
    Form(
        "columns",
        "rows of step, layer and norm, or of all our columns, without a header",
        "0,fc1.weight,0.0123\n0,fc2.weight,0.0456\n",
        columns_match,
        own_columns,
    ),
    Form(
        "dict",
        "a dictionary, flat or nested, JSON or Python; JSON lines; lists of records or of pairs",
        "{'params': {'Dense_0': {'kernel': Array(4.6e-06, dtype=float32)},\n"
        "            'Dense_1': {'kernel': Array(2.9e-05, dtype=float32)}}}\n",
        literal_matches,
        mapping,
    ),
    Form(
        "lines",
        "a line for every layer, or a block of lines under its name, with whatever a logger puts before",
        "2026-11-29 13:20:35,926 [INFO] fc1.weight grad norm: 3.6e-07\n"
        "2026-11-29 13:20:35,926 [INFO] fc2.weight grad norm: 1.4e-06\n",
        line_matches,
        line_,
    ),
    Form("list", "numbers alone, a layer each", "[1.2e-06, 8.9e-06, 7.1e-05]\n", bare_matches, bare_numbers),
    Form(
        "layers",
        "the number of a layer and its norm",
        "1 1.2e-06\n2 8.9e-06\n3 7.1e-05\n",
        bare_matches,
        bare_numbers,
    ),
    Form(
        "steps",
        "a step and the norm of the whole network: when, not where",
        "100 0.91\n200 1.78\n300 4.82\n",
        bare_matches,
        bare_numbers,
    ),
    Form(
        "rows",
        "a row for every step, a number for every layer",
        "[1.2e-06, 8.9e-06]\n[1.3e-06, 9.1e-06]\n",
        bare_matches,
        bare_numbers,
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

_UNKNOWN = Form("", "a table with a header that is not understood", "", table_matches(""), table)

_AT_LEAST = [each for each in FORMS if each.name in ("dict", "lines")]

"""Gradient norms from files of any size: plain CSV at speed, event files, and all else as text."""

import csv
import re
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from vgcore.norms.forms import read_norms
from vgcore.norms.labels import labelled, sensible, strong
from vgcore.norms.reader import Reader
from vgcore.norms.table import USABLE, Filled, LeftOut, Note, finished, half_of_last, rounded_to
from vgcore.norms.tables import header_of
from vgcore.norms.text import NUMBERED
from vgcore.norms.values import Num

_LARGE = 2_000_000  # bytes: to import pandas costs more than it saves in smaller files

_CHUNK = 1 << 23  # characters that are taken apart at once
_LINES = 12  # of the beginning: among these the header must stand
_SAMPLES = 20_000  # numbers that are looked at for how many decimals they have
_MIXED = 10_000  # lines of other kinds between the rows, at most

_NONE = "-nan"  # what stands for an empty cell: a nan whose sign tells it from one that was printed


class _Slow(Exception):
    """The file is no plain table: it is read as any text."""


def read_file(path, form=None):
    """Read the norms in a file, or in the event files of a folder.

    Parameters
    ----------
    path : str or Path
    form : str, as `read_norms` has it, or None

    Returns
    -------
    Norms

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If event files are there and the package `tensorboard` is not, or form is no form.
    """
    path = Path(path)
    events = event_files(path)
    if events:
        return read_norms_of_events(events)
    with open(path, "rb") as file:
        utf16 = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    if form is None and not utf16:
        try:
            return _read_table(path)
        except _Slow:
            pass
    return read_norms(decoded(path.read_bytes()), form)


def read_data(data, form=None):
    """Read the norms in the bytes of a file, as `read_file` does."""
    if len(data) < _LARGE:
        return read_norms(decoded(data), form)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "norms"
        path.write_bytes(data)
        return read_file(path, form)


def decoded(said):
    """Return the text of bytes; UTF-16 is what a redirection gives in Windows' PowerShell."""
    # A byte that is not UTF-8 stays one, or the text would be longer than it is.
    utf16 = said[:2] in (b"\xff\xfe", b"\xfe\xff")
    return said.decode("utf-16", "replace") if utf16 else said.decode(errors="surrogateescape")


def _read_table(path):
    """Return what a file of plain CSV holds, long or wide; _Slow if it is anything else."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
        table, number, rest = _begun(list(islice(file, _LINES)))
        table.pandas = _pandas(path)
        if table.pandas and table.whole(path, number):
            return table.done()
        while chunk := file.read(_CHUNK):
            lines, _, left = (rest + chunk).rpartition("\n")
            number += table.take(lines, number) if lines else 0
            rest = left
    if rest.strip():
        table.take(rest.rstrip("\n"), number)
    return table.done()


def _pandas(path):
    """Return the package pandas for a large file, where it is installed: it reads several times as fast."""
    if path.stat().st_size < _LARGE:
        return None
    try:
        import pandas
    except ImportError:
        return None
    return pandas


def _begun(first):
    """Return an empty table with the header of the first lines, its first row's number, and the rest."""
    reader = Reader("".join(first))
    at = next((k for k in range(len(reader.lines)) if header_of(reader, k) is not None), None)
    header = None if at is None else header_of(reader, at)
    if header is None or header.form not in ("long", "wide") or header.separator not in ",;\t":
        raise _Slow
    before = first[:at]
    if any(NUMBERED.search(line) and not line.startswith("#") for line in before):
        raise _Slow
    table = (_Long if header.form == "long" else _Wide)(header, reader.lines[at])
    return table, at + 2, "".join(first[at + 1 :])


class _Spelled:
    """The cells of a text as they are spelled, taken apart only when they are asked for."""

    def __init__(self, source, skipped, separator):
        self.source, self.skipped, self.separator, self.kept = source, skipped, separator, None

    def lines(self):
        """Return the lines of the text, or of the file that it is."""
        if self.kept is None:
            text = (
                self.source if isinstance(self.source, str) else self.source.read_text(encoding="utf-8-sig")
            )
            self.kept = text.split("\n")[self.skipped :]
        return self.kept

    def rows(self):
        """Yield the cells of each line."""
        if isinstance(self.source, str) or self.kept is not None:
            yield from (line.split(self.separator) for line in self.lines())
            return
        with open(self.source, encoding="utf-8-sig") as file:
            yield from (line.rstrip("\n").split(self.separator) for line in islice(file, self.skipped, None))

    def cell(self, row, k):
        """Return a cell."""
        return self.lines()[row].split(self.separator)[k]


class _Table:
    """The rows of a plain table, taken chunk by chunk."""

    def __init__(self, header, line):
        self.header, self.line, self.count = header, line, 0
        self.left, self.notes, self.mixed, self.zeros = [], [], [], {}
        self.samples, self.fine = [], False
        named = {"metric": "metric", "total": "total", "unknown": "column"}
        for cell, c in zip(header.cells, header.columns, strict=True):
            other = c.kind == "param" and (header.form != "wide" or not sensible(c.name))
            if (c.kind in named or other) and cell:
                self.left.append(LeftOut(line.number, cell, named.get(c.kind, "column")))
        kinds = [c.kind for c in header.columns]
        self.pandas = None
        self.step = next((kinds.index(kind) for kind in ("step", "epoch") if kind in kinds), None)
        self.layer, self.numeric, self.spelled = None, [] if self.step is None else [self.step], []

    def whole(self, path, number):
        """Take all lines of a file from one on, if all are rows; return whether they are."""
        separator, wanted = self.header.separator.encode(), len(self.header.columns) - 1
        rows = commas = 0
        with open(path, "rb") as file:
            for _ in range(number - 1):
                file.readline()
            begin, last = file.tell(), b"\n"
            while chunk := file.read(_CHUNK):
                rows, commas, last = rows + chunk.count(b"\n"), commas + chunk.count(separator), chunk[-1:]
            file.seek(begin)
            rows += last != b"\n"
            some = file.read(_CHUNK >> 6).decode().split("\n")
            if commas != rows * wanted or some[0].count(separator.decode()) != wanted:
                return False
            file.seek(begin)
            cells = self.by_pandas(file)
        if cells is None or len(next(iter(cells[0].values()))) != rows:
            return False
        self.count = rows
        self.sample(some[:-1] or some)
        self.rows(cells, _Spelled(path, number - 1, self.header.separator))
        return True

    def sample(self, lines):
        """Look at how many decimals some numbers have: where all have few, 0.0 may be a rounded number."""
        if not self.fine and len(self.samples) < _SAMPLES:
            cells = [line.split(self.header.separator) for line in lines]
            self.samples += [Num(line[k]) for line in cells for k in self.spelled if line[k].strip()][
                :_SAMPLES
            ]
            self.fine = rounded_to(self.samples) == 0 and len(self.samples) > 1

    def take(self, text, number):
        """Take the lines of a text, of which the first has a number; return how many they are."""
        if not text.isascii() or '"' in text or "(" in text:
            raise _Slow
        separator, wanted = self.header.separator, len(self.header.columns) - 1
        count = text.count("\n") + 1
        even = text.count(separator) == count * wanted and text.partition("\n")[0].count(separator) == wanted
        cells = self.cells(text) if even else None
        if cells is None:
            lines = text.split("\n")
            fits = [line.count(separator) == wanted for line in lines]
            self.mixed += [
                (number + k, line) for k, (line, fit) in enumerate(zip(lines, fits, strict=True)) if not fit
            ]
            if len(self.mixed) > _MIXED:
                raise _Slow
            text = "\n".join(line for line, fit in zip(lines, fits, strict=True) if fit)
            cells = self.cells(text) if text else None
        if cells is not None:
            self.count += text.count("\n") + 1
            self.sample(text.split("\n", 50)[:50])
            self.rows(cells, _Spelled(text, 0, separator))
        return count

    def split(self, text):
        """Return all the cells of a text in a row, empty ones marked."""
        separator = self.header.separator
        text = text.replace("\n", separator)
        double, marked = separator * 2, f"{separator}{_NONE}{separator}"
        text = f"{separator}{text}{separator}".replace(double, marked).replace(double, marked)
        return text[1:-1].split(separator)

    def cells(self, text):
        """Return the columns of numbers as an array each, an empty cell as a nan with a sign, and the names.

        None if a line has too many cells; _Slow if a cell of a column of numbers holds none.
        """
        if self.pandas and (found := self.by_pandas(StringIO(text))):
            return found
        cells, width = self.split(text), len(self.header.columns)
        if len(cells) % width:
            return None
        try:
            found = {k: np.array(list(map(float, cells[k::width]))) for k in self.numeric}
        except ValueError:
            if any(line.count(self.header.separator) != width - 1 for line in text.split("\n")):
                return None
            raise _Slow from None
        return found, None if self.layer is None else cells[self.layer :: width]

    def by_pandas(self, file):
        """Do what `cells` does, by pandas, several times as fast; None where a cell is no number to it."""
        types = dict.fromkeys(self.numeric, float) | ({} if self.layer is None else {self.layer: "category"})
        try:
            frame = self.pandas.read_csv(
                file,
                sep=self.header.separator,
                header=None,
                usecols=list(types),
                dtype=types,
                keep_default_na=False,
                na_values={k: [""] for k in self.numeric},
                skip_blank_lines=False,
                quoting=csv.QUOTE_NONE,
            )
        except ValueError:  # pandas' own error of parsing is one, too
            return None
        if self.layer is None:
            table = np.array(frame.to_numpy().T)
            table[np.isnan(table)] = -np.nan
            return dict(zip(sorted(self.numeric), table, strict=True)), None
        found = {k: frame[k].to_numpy(copy=True) for k in self.numeric}
        for values in found.values():
            values[np.isnan(values)] = -np.nan
        names = frame[self.layer].cat
        return found, (names.codes.to_numpy(), names.categories.to_numpy(dtype=object).tolist())

    def zeros_of(self, values, k, spelled):
        """Return how the zeros of a column are spelled that may be none, by their rows."""
        cells = ((int(row), spelled.cell(row, k)) for row in np.flatnonzero(values == 0.0))
        return {row: cell for row, cell in cells if "." in cell}

    def others(self):
        """Return what stands between the rows, read as lines: only numbers of the run may."""
        lines = [(number, line) for number, line in self.mixed if line.strip()]
        if not lines:
            return 0
        read = read_norms("\n".join(line for _, line in lines))
        if read.names or read.readings:
            raise _Slow
        for each in read.left_out:
            number, text = lines[min(each.line, len(lines)) - 1]
            if text.strip().split(self.header.separator) != self.header.cells:
                self.left.append(LeftOut(number, text.strip(), each.reason))
        return sum(bool(NUMBERED.search(line)) for _, line in lines)

    def steps_of(self, steps):
        """Refuse steps that do not rise: which rounds they are, only the whole text says."""
        if not (np.isfinite(steps).all() and (np.diff(steps) >= 0.0).all()):
            raise _Slow
        return steps

    def chosen(self, quantities, tables):
        """Return which of the tables has the norms, by their quantities."""
        for quantity in USABLE:
            if quantity not in quantities:
                continue
            lowest = np.nanmin(tables[quantity], initial=0.0)
            if lowest < 0.0:
                raise _Slow
            if quantity in ("norm", "grad", "", "rms", "std", "absmean", "mean"):
                return quantity
        raise _Slow


class _Long(_Table):
    """A row for every layer."""

    def __init__(self, header, line):
        super().__init__(header, line)
        kinds = [c.kind for c in header.columns]
        if self.step is None or kinds.count("layer") != 1:
            raise _Slow
        self.layer = kinds.index("layer")
        self.shape = kinds.index("shape") if "shape" in kinds else None
        self.values = {}
        for k, c in enumerate(header.columns):
            if c.kind == "value" and self.values.setdefault(c.quantity, k) != k:
                raise _Slow
        self.layers, self.shapes, self.parts = {}, [], []
        self.numeric += [k for k in self.values.values() if k not in self.numeric]
        self.spelled = [k for q, k in self.values.items() if q not in ("weight", "zeros", "delta")]

    def rows(self, cells, spelled):
        found, named = cells
        codes, names = named if isinstance(named, tuple) else (None, list(dict.fromkeys(named)))
        if new := [name for name in names if name not in self.layers]:
            self.meet(set(new), spelled)
        if codes is None:
            layers = np.array(list(map(self.layers.__getitem__, named)))
        else:
            layers = np.array([self.layers[name] for name in names])[codes]
        steps = found[self.step]
        for quantity, k in self.values.items():
            if k in self.spelled:
                for row, text in self.zeros_of(found[k], k, spelled).items():
                    self.zeros[quantity, steps[row], layers[row]] = text
        self.parts.append((steps, layers, {quantity: found[k] for quantity, k in self.values.items()}))

    def meet(self, new, spelled):
        """Take names that were not there before, in the order of the text, with their shapes."""
        for cells in spelled.rows():
            name, shape = cells[self.layer], "" if self.shape is None else cells[self.shape]
            if name in new:
                new.discard(name)
                label = labelled(name)
                renamed = label.name != name and label.quantity and strong(label.name)
                strange = not name or name != name.strip() or '"' in name or not name.isascii()
                if label.metric or label.total or renamed or strange:
                    raise _Slow
                self.layers[name] = len(self.layers)
                self.shapes.append("x".join(re.findall("[0-9]+", shape)))
                if not new:
                    break

    def done(self):
        numbered = self.count + self.others()
        if not self.parts:
            raise _Slow
        steps = self.steps_of(np.concatenate([part[0] for part in self.parts]))
        layers = np.concatenate([part[1] for part in self.parts])
        first = np.concatenate([[True], np.diff(steps) > 0.0])
        at, steps = np.cumsum(first) - 1, steps[first]
        cells = at * len(self.layers) + layers
        if np.bincount(cells).max() > 1:
            raise _Slow  # a name twice in a step
        tables = {}
        for quantity in self.values:
            values = np.concatenate([part[2].pop(quantity) for part in self.parts])
            table = np.full(len(steps) * len(self.layers), -np.nan)
            table[cells] = values
            tables[quantity] = table.reshape(len(steps), len(self.layers))
        rows = {float(step): k for k, step in enumerate(steps)}
        zeros = {(q, rows[float(s)], l): spelled for (q, s, l), spelled in self.zeros.items()}
        return _assembled(self, list(self.layers), self.shapes, steps, tables, zeros, numbered, "long")


class _Wide(_Table):
    """A column for every layer."""

    def __init__(self, header, line):
        super().__init__(header, line)
        self.columns = {}
        for k, c in enumerate(header.columns):
            if (
                c.kind == "param"
                and sensible(c.name)
                and self.columns.setdefault((c.quantity, c.name), k) != k
            ):
                raise _Slow
        self.parts = []
        self.spelled = sorted(self.columns.values())
        self.numeric += [k for k in self.spelled if k not in self.numeric]

    def rows(self, cells, spelled):
        found, _ = cells
        done, chosen = sum(len(part[0]) for part in self.parts), sorted(self.columns.values())
        for k in chosen:
            for row, text in self.zeros_of(found[k], k, spelled).items():
                self.zeros[done + row, k] = text
        table = np.stack([found[k] for k in chosen]).T
        self.parts.append((np.arange(len(table)) + done if self.step is None else found[self.step], table))

    def done(self):
        numbered = self.count + self.others()
        if not self.parts:
            raise _Slow
        steps = np.concatenate([part[0] for part in self.parts])
        table = self.parts[0][1] if len(self.parts) == 1 else np.concatenate([part[1] for part in self.parts])
        self.parts = []
        empty = np.signbit(table) & np.isnan(table)
        some = ~empty.all(axis=1)
        if self.step is None:
            steps = np.cumsum(some) - 1.0
        steps, table = self.steps_of(steps[some]), table if some.all() else table.T[:, some].T
        if (np.diff(steps) == 0.0).any() or not len(steps):
            raise _Slow
        place = {k: at for at, k in enumerate(sorted(self.columns.values()))}
        names = list(dict.fromkeys(name for _, name in self.columns))
        quantities, tables = dict.fromkeys(quantity for quantity, _ in self.columns), {}
        whole = len(quantities) == 1
        zeros, rows = {}, np.cumsum(some) - 1
        for quantity in quantities:
            own = [place.get(self.columns.get((quantity, name))) for name in names]
            if whole and own == list(range(table.shape[1])):
                tables[quantity] = table
                continue
            tables[quantity] = np.full((len(steps), len(names)), -np.nan)
            for l, k in enumerate(own):
                if k is not None:
                    tables[quantity][:, l] = table[:, k]
        where = (
            {k: (quantity, names.index(name)) for (quantity, name), k in self.columns.items()}
            if self.zeros
            else {}
        )
        for (row, k), spelled in self.zeros.items():
            if k in where and some[row]:
                zeros[where[k][0], int(rows[row]), where[k][1]] = spelled
        return _assembled(self, names, [""] * len(names), steps, tables, zeros, numbered, "wide")


def _assembled(table, names, shapes, steps, tables, zeros, numbered, form):
    """Return the norms of a plain table."""
    chosen = table.chosen(tables, tables)
    norms, notes = tables[chosen], table.notes
    counted = {
        q: int((~(np.isnan(t) & np.signbit(t))).any(axis=0).sum()) for q, t in tables.items() if q in USABLE
    }
    if counted[chosen] * 2 < len(names):
        raise _Slow
    unsaid = ("", "grad", "norm")
    if chosen in unsaid and sum(q in tables for q in unsaid) > 1:
        raise _Slow
    given = ~(np.isnan(norms) & np.signbit(norms))
    none = ~given.any(axis=0)
    if none.any():
        raise _Slow
    resolution = np.broadcast_to(0.0, norms.shape)
    if zeros:
        rounded = 0 if table.fine else rounded_to(table.samples)
        halves = {
            key: half_of_last(Num(spelled), rounded) for key, spelled in zeros.items() if key[0] == chosen
        }
        if any(halves.values()):
            resolution, given = np.zeros(norms.shape), given.copy()
            for (_, s, l), half in halves.items():
                if half:
                    resolution[s, l], norms[s, l], given[s, l] = half, np.nan, False
    none = np.broadcast_to(np.nan, norms.shape)
    beside = {}
    for quantity in ("weight", "zeros", "delta"):
        values = tables.get(quantity, none)
        with np.errstate(invalid="ignore"):
            if (values < 0.0).any() or (quantity == "zeros" and (values > 1.0).any()):
                raise _Slow
        beside[quantity] = values
    others = [quantity for quantity in tables if quantity not in (chosen, *beside)]
    if others:
        count = sum(int((~(np.isnan(t) & np.signbit(t))).sum()) for t in map(tables.get, others))
        notes.append(Note("beside", count, ", ".join(others)))
    if chosen not in unsaid:
        notes.append(Note("quantity", 0, chosen))
    read = Filled((norms, *beside.values()), given, resolution, shapes)
    quantity = "norm" if chosen in unsaid else chosen
    layers = [(name, 1) for name in names]
    return finished(list(steps.tolist()), layers, read, table.left, form, quantity, notes, numbered=numbered)


# ---- TensorBoard ----------------------------------------------------------------------------------------


def event_files(path):
    """Return the event files that a path is, or that stand in its folder, by their names."""
    if path.is_dir():
        return sorted(each for each in path.rglob("*tfevents*") if each.is_file())
    return [path] if "tfevents" in path.name else []


def read_norms_of_events(files):
    """Read the norms in TensorBoard's event files: of a histogram the root of the sum of its squares.

    Parameters
    ----------
    files : list of Path

    Returns
    -------
    Norms

    Raises
    ------
    ValueError
        If the package `tensorboard` is not installed.
    """
    try:
        from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
        from tensorboard.util.tensor_util import make_ndarray
    except ImportError:
        raise ValueError(
            "event files are read by the package tensorboard: pip install tensorboard, or save CSV"
        ) from None
    rows = []
    for file in files:
        for event in LegacyEventFileLoader(str(file)).Load():  # the other one makes bins of histograms
            for value in event.summary.value:
                rows += _summary(value, event.step, make_ndarray)
    return of_tags(rows)


def _summary(value, step, make_ndarray):
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return [(step, value.tag, value.simple_value, "scalar")]
    if kind == "histo":
        return [(step, value.tag, value.histo.sum_squares**0.5, "histogram")]
    if kind == "tensor":
        array = make_ndarray(value.tensor)
        if array.size == 1 and array.dtype.kind in "fiu":
            return [(step, value.tag, float(array.reshape(())), "scalar")]
        if array.ndim == 2 and array.shape[1] == 3 and array.dtype.kind == "f":  # bins: left, right, count
            middle = 0.5 * (array[:, 0] + array[:, 1])
            return [(step, value.tag, float((array[:, 2] * middle**2).sum() ** 0.5), "bins")]
    return []


def of_tags(rows):
    """Lay out (step, tag, value, "scalar", "histogram" or "bins") as a table of steps, tags and values."""
    kinds = {tag: kind for _, tag, _, kind in rows}
    own = [row for row in rows if row[3] == "scalar" or _of_gradients(row[1])]
    text = "step,tag,value\n" + "\n".join(f'{step},"{tag}",{value!r}' for step, tag, value, _ in own)
    read = read_norms(text)
    notes = read.notes
    if any(kinds[tag] == "bins" for _, tag, _, _ in own):
        notes = (*notes, Note("bins"))
    if any(kinds[tag] == "histogram" for _, tag, _, _ in own):
        notes = (*notes, Note("squares"))
    left = [
        LeftOut(0, f"{step} {tag}", each.reason) for each, (step, tag, _, _) in _lines(read.left_out, own)
    ]
    return read._replace(form="events", notes=notes, left_out=left)


def _lines(left, rows):
    return ((each, rows[each.line - 2]) for each in left if 0 <= each.line - 2 < len(rows))


def _of_gradients(tag):
    return bool(re.search(r"grad", tag, re.I))

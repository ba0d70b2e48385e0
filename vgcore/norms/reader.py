"""The lines of a text as its forms are given them, and what they have read so far."""

import re
from typing import NamedTuple

from vgcore.norms.table import LeftOut, Row
from vgcore.norms.text import OPEN, Line, items_of, lines_of
from vgcore.norms.values import Num, Pairs, holds_data, literal, matching

_WORD = re.compile(r"\w")


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

    def holds(self, at):
        """Whether a line has a letter or a digit, or opens a bracket that ends."""
        text, start = self.lines[at].text, self.starts[at]
        return bool(_WORD.search(text)) or any(
            start + k in self.ends for k, c in enumerate(text) if c in "[({"
        )

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
        while tries and (found := OPEN.search(line.text, pos)):
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

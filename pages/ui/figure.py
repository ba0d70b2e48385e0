"""A figure: its headline and reading, then its drawing. The rows' function has the name of all three.

A spec holds no data. It is compiled once a process and a language; the rows arrive with each run, one
table whose first column names the series, and so the layer of the drawing, where a row belongs.
"""

import json
import re
from dataclasses import dataclass
from functools import cache

import pandas  # noqa: F401 - whole: Altair fails on one that another page's thread has half imported

from pages.lessons import module_of
from pages.ui.data import said, tidy
from pages.ui.words import Words

HEIGHT = 225
_SERIES = re.compile(r"datum\.series == '(\w+)'")
_COLUMN = re.compile(r"datum\.(\w+)")


def guessed(rows, guess):
    """Return the rows of a figure with the reader's guess, if there is one and a place for it."""
    if guess is None or not rows.guess:
        return rows
    place = {column: at(guess) if callable(at) else at for column, at in rows.guess.items()}
    return rows._replace(series={**rows.series, "guess": place})


def text(words, name, rows, answer=None):
    """Return the headline and the reading of a figure, with the sentences that hold besides."""
    told = f"{answer(rows.answer)} " if answer and rows.answer is not None else ""
    slots = {"answer": told, **rows.slots}
    headline = words(f"{name}.headline{'.' if rows.finding else ''}{rows.finding}", **slots)
    sentences = [words(name, **slots)] if words.get(name) else []
    sentences += [words(f"{name}.{note}", **slots) for note in rows.notes]
    return f"**{headline}**\n\n{words.joined('sentences', sentences) if sentences else ''}".strip()


def table(words, name, rows):
    """Return the rows of a figure, their columns and series named in the reader's language."""
    called = Names(words, name)
    series = {
        called.series(series): {column: said(values, words) for column, values in columns.items()}
        for series, columns in rows.series.items()
    }
    rows = tidy(series)
    return rows.rename_columns([called.column(column) for column in rows.column_names])


@cache
def spec(lesson, name, lang, options=()):
    """Return the Vega-Lite spec of a figure, without data; `options` are those that its drawing takes."""
    words = Words(lesson, lang)
    draw = getattr(module_of(lesson, "draw"), name)
    drawing = draw(lambda key: words(f"{name}.{key}"), *options)
    whole = drawing.to_dict(validate=False)  # which takes as long as all the rest, and the tests do it
    compiled = {key: part for key, part in whole.items() if key not in ("data", "datasets")}
    compiled = _translated(_said_once(compiled), Names(words, name))
    compiled["config"] = {**compiled.get("config", {}), "mark": {"aria": False}}  # `alt` tells of the whole
    return compiled if "vconcat" in compiled else {"height": HEIGHT, **compiled}


def sliders(spec):
    """Return the sliders under a drawing, which the browser alone moves: name to (lowest, highest) value."""
    bound = {each["name"]: each.get("bind") for each in spec.get("params", ())}
    return {
        name: (bind["min"], bind["max"])
        for name, bind in bound.items()
        if isinstance(bind, dict) and bind.get("input") == "range"
    }


def started(spec, places):
    """Return a spec whose sliders stand at some places."""
    params = [
        {**each, "value": places[each["name"]]} if each["name"] in places else each
        for each in spec.get("params", ())
    ]
    return {**spec, "params": params} if places else spec


def _said_once(view, said=None):
    """Return a view in which each property of a shared axis is said by one layer only."""
    if "vconcat" in view:
        return {**view, "vconcat": [_said_once(part) for part in view["vconcat"]]}
    said, encoding = {} if said is None else said, dict(view.get("encoding", {}))
    for channel in {"x", "y"} & encoding.keys():
        axis = {key: encoding[channel][key] for key in ("axis", "scale") if key in encoding[channel]}
        if axis == said.get(channel):
            encoding[channel] = {key: part for key, part in encoding[channel].items() if key not in axis}
        elif axis:
            said.setdefault(channel, axis)
    view = {**view, "encoding": encoding} if encoding else view
    return {**view, "layer": [_said_once(part, said) for part in view["layer"]]} if "layer" in view else view


@dataclass(frozen=True)
class Names:
    """What the columns and the series of a figure are called in a language."""

    words: Words
    figure: str

    def column(self, column):
        return self.words.get(f"{self.figure}.column.{column}", f"column.{column}") or column

    def series(self, series):
        return self.words.get(f"{self.figure}.series.{series}", f"series.{series}") or series


def _translated(part, called):
    """Return a part of a spec in which the columns and the series are called as in the table."""
    if isinstance(part, list):
        return [_translated(each, called) for each in part]
    if isinstance(part, str):
        part = _SERIES.sub(lambda m: f"datum.series == {_quoted(called.series(m[1]))}", part)
        return _COLUMN.sub(lambda m: f"datum[{_quoted(called.column(m[1]))}]", part)
    if not isinstance(part, dict):
        return part
    translate = {"field": _columns, "groupby": _columns, "as": _columns, "labelExpr": lambda own, _: own}
    return {key: translate.get(key, _translated)(value, called) for key, value in part.items()}


def _quoted(name):
    """Return a name as it stands in an expression of Vega's, whatever marks it has."""
    return json.dumps(name, ensure_ascii=False)


def _columns(value, called):
    if isinstance(value, str):
        return called.column(value)
    return [_columns(each, called) for each in value] if isinstance(value, list) else value

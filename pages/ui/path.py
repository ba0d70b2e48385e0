"""The lessons as a path: the question of each, a picture of what it finds, and the way in."""

from base64 import b64encode
from html import escape

import streamlit as st

from pages.ui.theme import CHAIN, FAINT
from pages.ui.words import Words, minutes

_STYLE = """<style>
.vg-step { display: grid; grid-template-columns: 12.5rem 1fr; gap: .2rem 1.5rem; margin-top: 1.2rem; }
.vg-step h3 { grid-column: 1 / -1; margin: 0; padding: 0; }
.vg-step figure { margin: .3rem 0 0; }
.vg-step img { display: block; width: 100%; max-width: 16rem; }
.vg-step figcaption, .vg-step .needs { font-size: .8rem; line-height: 1.35; opacity: .8; }
.vg-step p { margin: 0 0 .4rem; }
@media (max-width: 640px) { .vg-step { grid-template-columns: 1fr; } }
</style>"""
_WIDTH, _HEIGHT, _ROOM = 200.0, 100.0, 8.0
_MAIN, _OTHER = f'stroke="{CHAIN}" stroke-width="2"', f'stroke="{FAINT}" stroke-dasharray="4 3"'
MOST_POINTS = 20


def steps(names, lang):
    """Return those of some lessons that are steps of the path: those that have words for it."""
    return [name for name in names if Words(name, lang).get("path")]


def show(page, names, rows_of):
    """Show the path.

    Parameters
    ----------
    page : Page
    names : of the lessons, in reading order
    rows_of : function of the name of a lesson that returns the rows of its picture
    """
    style = _STYLE
    for name in steps(names, page.lang):
        st.html(style + _step(page, Words(name, page.lang), rows_of(name), minutes(name)))
        style = ""
        page.way_to(name, ":material/arrow_forward:")


def _step(page, words, rows, count):
    question, caption, needs = (escape(words(f"path.{key}")) for key in ("question", "alt", "needs"))
    return (
        f'<section class="vg-step"><h3>{question}</h3>'
        f'<figure><img src="{_address(picture(rows.series))}" alt="">'
        f"<figcaption>{caption}</figcaption></figure>"
        f"<div><p>{escape(words('path', **rows.slots))}</p>"
        f'<div class="needs">{escape(page.word("path.minutes", count=count))} · {needs}</div></div></section>'
    )


def picture(series):
    """Return a picture of some lines as SVG: `line` with its points, all others dashed.

    Parameters
    ----------
    series : dict of name to the columns `x` and `y` of a line; all share one scale
    """
    xs, ys = ([value for line in series.values() for value in line[axis]] for axis in "xy")
    across, up = _scale(xs, _WIDTH), _scale(ys, _HEIGHT)
    drawn = ""
    for name, line in reversed(series.items()):
        places = [(across(x), _HEIGHT - up(y)) for x, y in zip(line["x"], line["y"], strict=True)]
        points, main = " ".join(f"{x:.1f},{y:.1f}" for x, y in places), name == "line"
        drawn += f'<polyline points="{points}" fill="none" {_MAIN if main else _OTHER}/>'
        if main and len(places) <= MOST_POINTS:
            drawn += "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{CHAIN}"/>' for x, y in places)
    axes = f'<path d="M1 0V{_HEIGHT - 1:g}H{_WIDTH:g}" fill="none" stroke="{FAINT}"/>'
    size = f'width="{_WIDTH:g}" height="{_HEIGHT:g}" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{axes}{drawn}</svg>'


def _address(svg):
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"  # as markup it would be taken out


def _scale(values, length):
    low, span = float(min(values)), float(max(values) - min(values)) or 1.0
    return lambda value: _ROOM + (float(value) - low) / span * (length - 2.0 * _ROOM)

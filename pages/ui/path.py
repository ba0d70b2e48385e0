"""The lessons as a path: the question of each, what the reader does there, and the way in."""

from html import escape

import streamlit as st

from pages.ui.words import Words, minutes

_STYLE = """<style>
.vg-step { margin-top: 1rem; }
.vg-step h3 { margin: 0; padding: 0; }
.vg-step p { margin: .2rem 0; }
.vg-step .needs { font-size: .875rem; opacity: .8; }
</style>"""


def steps(names, lang):
    """Return those of some lessons that are steps of the path: those that have words for it."""
    return [name for name in names if Words(name, lang).get("path")]


def show(page, names):
    """Show the path: of lessons, whose names are given in reading order, and how far the reader is."""
    style = _STYLE
    for name in steps(names, page.lang):
        st.html(style + _step(page, name))
        style = ""
        page.way_to(name, ":material/arrow_forward:")


def _step(page, name):
    words, (known, count) = Words(name, page.lang), page.progress(name)
    question, does, needs = (escape(words(key)) for key in ("path.question", "path", "path.needs"))
    notes = [escape(page.word("path.minutes", count=minutes(name))), needs]
    if known:
        notes.append(f"<b>✓ {escape(page.word('path.known', known=known, count=count))}</b>")
    return (
        f'<section class="vg-step"><h3>{question}</h3><p>{does}</p>'
        f'<p class="needs">{" · ".join(notes)}</p></section>'
    )

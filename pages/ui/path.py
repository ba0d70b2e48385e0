"""The lessons as a path: the question of each, what the reader does there, and the way in."""

from html import escape

import streamlit as st

from pages.ui.words import Words, minutes

_STYLE = """<style>
.vg-path { margin: 1.2rem 0 0; font-size: .875rem; font-weight: 600; opacity: .8;
  border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.vg-step { margin-top: 1rem; }
.vg-step h3 { margin: 0; padding: 0; }
.vg-step p { margin: .2rem 0; }
.vg-step .needs { font-size: .875rem; opacity: .8; }
</style>"""


def steps(names, lang):
    """Return those of some lessons that are steps of the path: those that have words for it."""
    return [name for name in names if Words(name, lang).get("path")]


def show(page, groups):
    """Show the path of some groups of lessons: each has a name, and its lessons in reading order."""
    start = _STYLE
    for group, names in groups.items():
        start += f'<p class="vg-path">{escape(page.word(f"menu.{group}"))}</p>'
        for name in steps(names, page.lang):
            st.html(start + _step(page, name))
            page.way_to(name, ":material/arrow_forward:")
            start = ""


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

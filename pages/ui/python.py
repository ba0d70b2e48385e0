"""What an experiment computes as lines of Python, and a lesson as a notebook of its prose and these lines.

The lines of an experiment are a program in its lesson's folder `python`, named like it. What the reader
sets stands there on lines of its own, `name = value`.
"""

import re
from contextlib import contextmanager
from functools import cache, partial

import streamlit as st

from pages.ui.words import LESSONS

_LINK = re.compile(r'\[([^\]]*)\]\((?!https?:)[^)"]*(?:"[^"]*")?\)')
_COLOUR = re.compile(r":\w+\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")


def lines(lesson, name, settings):
    """Return the lines of an experiment; of a dict of settings those that have a line there are filled in."""
    text = _program(lesson, name)
    for setting, value in settings.items():
        line = f"{setting} = {value!r}"
        text = re.sub(rf"^{setting} = .*$", lambda _, line=line: line, text, flags=re.MULTILINE)
    return text


@cache
def _program(lesson, name):
    return (LESSONS / lesson / "python" / f"{name}.py").read_text(encoding="utf-8").strip()


def show(page, text):
    """Show lines of Python behind their title, to be copied."""
    with st.expander(page.word("python.label"), icon=":material/code:"):
        st.code(text, language="python", wrap_lines=True)


class Notebook:
    """A lesson to take home: what it says, in order, and the lines of its experiments."""

    def __init__(self):
        self._cells = {}  # a part of the page that runs again says nothing twice
        self._open = True

    @contextmanager
    def closed(self):
        """Add nothing for a while."""
        self._open = False
        try:
            yield
        finally:
            self._open = True

    def say(self, text):
        """Add prose, without what works only on the page."""
        if self._open:
            self._cells[_COLOUR.sub(r"\1", _LINK.sub(r"\1", text))] = "markdown"

    def code(self, text):
        """Add lines of Python."""
        self._cells[text] = "code"

    @property
    def has_code(self):
        """Whether there is anything to run."""
        return "code" in self._cells.values()

    def text(self, first):
        """Return the notebook as the text of an ipynb file, which begins with `first`."""
        import nbformat.v4 as v4  # not above: hardly any reader needs it

        given = {first: "markdown", **self._cells}
        made = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
        cells = [made[kind](text, id=f"cell-{place}") for place, (text, kind) in enumerate(given.items())]
        python = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        return v4.writes(v4.new_notebook(cells=cells, metadata=python))


def offer(page):
    """Show the button that downloads the lesson as a notebook, where it has anything to run."""
    if not page.notebook.has_code:
        return
    st.download_button(
        page.word("python.notebook"),
        partial(page.notebook.text, page.word("python.first")),
        f"{page.name}.ipynb",
        "application/x-ipynb+json",
        key=page.key("notebook"),
        on_click="ignore",
        icon=":material/download:",
        help=page.word("python.notebook.help"),
    )

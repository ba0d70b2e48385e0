"""The prose of the pages: markdown in keyed sections, one file a page and a language."""

import re
from functools import cache
from pathlib import Path

_PAGES = Path(__file__).parent.parent
_KEY = re.compile(r"^<!-- (\S+) -->$", re.MULTILINE)
_SLOT = re.compile(r"\{\{([\w.]+)\}\}")


def section(stem, lang, key, **values):
    """Return one section, its slots {{name}} filled with `values` and {{eq.N}} with equation N.

    Raises
    ------
    KeyError
        If there is no such section, or a slot has no value.
    """
    formulas = sections("equations")

    def fill(match):
        name = match[1]
        return formulas[name.removeprefix("eq.")] if name.startswith("eq.") else str(values[name])

    return _SLOT.sub(fill, sections(f"{stem}.{lang}")[key])


@cache
def sections(name):
    """Return the sections of a file of pages/, by key and in order."""
    parts = _KEY.split((_PAGES / f"{name}.md").read_text(encoding="utf-8"))
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2], strict=True)}

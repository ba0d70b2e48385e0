"""The words of the app: one file a language in each lesson's folder, and one for what all lessons share.

A file is markdown. A heading of the first rank opens a section, such as a figure; the list below it has
its short texts, one a line; what follows is its prose. {{name}} is a slot, {{eq.N}} equation N.
"""

import re
from functools import cache, reduce
from pathlib import Path

from pages.ui import terms
from pages.ui.data import Text

UI = Path(__file__).parent
LESSONS = UI.parent / "lessons"
GLOSSARY = "glossary"
UNLINKED = ("title", "sources", "path")
"""Sections that only name things, or stand on another page."""
WORDS_A_MINUTE, MINUTES_A_QUESTION = 150, 1.5
_HEADING = re.compile(r"^# (\S+)$", re.MULTILINE)
_SHORT = re.compile(r"- ([\w.]+): (.+)")
_OF_A_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_SLOT = re.compile(r"\{\{([\w.]+)\}\}")
_STRAY = re.compile(r"(?<=[。，；：？！”）]\*\*) ")
_FORMULA = re.compile(
    r":color\[[^$]?\$[^$]+\$[^$\]]*\]|\$\$.*?\$\$"
    r"|([(（“‘《]?)(\$[^$\n]+\$)((?:[,.;!?)，。；：、！？）”’》…]|:(?!\w+\[))*)",
    re.DOTALL,
)
"""A formula with the marks at its sides, unless it stands apart or has been seen to. The colon that a colour
begins with is no mark."""


def languages():
    """Return the languages there are, by their own names; English, which is complete, comes first."""
    named = sorted((path.stem for path in UI.glob("*.md")), key=lambda lang: (lang != "en", lang))
    return {lang: read(UI / f"{lang}.md")["language.own_name"] for lang in named}


class Words:
    """The words of a lesson in one language; what the lesson does not say itself, all lessons share.

    Parameters
    ----------
    lesson : str, its folder
    lang : str, a language of `languages()`
    """

    def __init__(self, lesson, lang):
        self._own, self._shared = _lesson(lesson, lang), read(UI / f"{lang}.md")
        self.where = f"pages/lessons/{lesson}/{lang}.md"

    def __call__(self, key, /, **slots):
        """Return a text, its slots filled.

        Raises
        ------
        KeyError
            If there is no such text, or a slot has no value.
        """
        text = self.get(key)
        if text is None:
            raise KeyError(f"{self.where} has no {key!r}")
        return _set(fill(text, {name: self.said(value) for name, value in slots.items()}))

    def said(self, value):
        """Return the text that a `Text` stands for, and any other value as it is."""
        return value.said(self) if isinstance(value, Text) else value

    def joined(self, how, texts):
        """Return several texts as one, set as the language sets a `list` or `sentences`."""
        said = map(self.said, texts)
        return reduce(lambda before, after: self(f"joined.{how}", before=before, after=after), said)

    def get(self, *keys):
        """Return the first of several texts that there is, its slots unfilled, or None."""
        texts = (self._own.get(key, self._shared.get(key)) for key in keys)
        return next((text for text in texts if text is not None), None)


@cache
def _lesson(lesson, lang):
    """Return the texts of a lesson; in its prose the first mention of each term leads to the glossary."""
    path = LESSONS / lesson / f"{lang}.md"
    if lesson == GLOSSARY:
        return read(path)
    glossary = read(LESSONS / GLOSSARY / f"{lang}.md")
    spelled = {
        key.removesuffix(".spelled"): text.split("; ")
        for key, text in glossary.items()
        if key.endswith(".spelled")
    }
    meanings = {term: terms.meaning(glossary[f"{term}.name"], glossary[term]) for term in spelled}
    named = [
        section for section in _HEADING.findall(path.read_text(encoding="utf-8")) if section not in UNLINKED
    ]
    prose = {section: read(path)[section] for section in named}
    return read(path) | terms.link(prose, spelled, f"{GLOSSARY}?lang={lang}", meanings)


def _set(text):
    """Return a text as a printer would set it.

    No line begins with a mark that follows a formula, or ends with the bracket before one.

    Browsers break a line beside a formula whatever stands there. A colour of no name is a span without one,
    which `pages.ui.chrome` keeps in a line. And after a Chinese mark at the end of what is bold stands the
    narrowest space, as there must be one for markdown and should be none for the reader.
    """

    def keep(match):
        before, formula, after = match.groups()
        whole = formula and (before or after) and formula.count("[") == formula.count("]")
        return f":color[{match[0]}]" if whole else match[0]

    return _STRAY.sub("\N{HAIR SPACE}", _FORMULA.sub(keep, text))


@cache
def headings(lesson, lang):
    """Return the headings that the sections of a lesson open with, by section, in reading order."""
    own = read(LESSONS / lesson / f"{lang}.md")
    if any(key.startswith("exercise.") for key in own):
        own = {**own, "exercises": read(UI / f"{lang}.md")["exercises"]}
    found = {key: _OF_A_SECTION.search(text) for key, text in own.items()}
    return {section: match[1] for section, match in found.items() if match}


@cache
def questions(lesson):
    """Return the experiments of a lesson, by name, in reading order."""
    names = (
        key.removesuffix(".question") for key in read(LESSONS / lesson / "en.md") if key.endswith(".question")
    )
    return [name for name in names if name != "path"]


@cache
def minutes(lesson):
    """Return how long a lesson takes, to five minutes: its English words, read slowly, and its questions."""
    texts = read(LESSONS / lesson / "en.md")
    prose = [text for key, text in texts.items() if "." not in key and key not in ("path", "sources")]
    words = sum(len(text.split()) for text in prose)
    return max(5, 5 * round((words / WORDS_A_MINUTE + len(questions(lesson)) * MINUTES_A_QUESTION) / 5))


def fill(text, slots):
    """Return a text with its slots and its equations filled; raise KeyError if a slot has no value."""

    def value(match):
        prefix, _, name = match[1].partition(".")
        return read(LESSONS / "equations.md")[name] if prefix == "eq" else str(slots[match[1]])

    return _SLOT.sub(value, text)


@cache
def read(path):
    """Return the texts of a file by key: `section` for prose, `section.name` for a short text.

    Raises
    ------
    ValueError
        If a key stands there twice.
    """
    parts = _HEADING.split(path.read_text(encoding="utf-8"))
    texts = {}
    for section, body in zip(parts[1::2], parts[2::2], strict=True):
        lines = body.strip("\n").split("\n")
        while lines and (short := _SHORT.fullmatch(lines[0])):
            _add(texts, f"{section}.{short[1]}", short[2], path)
            lines.pop(0)
        _add(texts, section, "\n".join(lines).strip(), path)
    return texts


def _add(texts, key, text, path):
    if key in texts:
        raise ValueError(f"{path} has {key!r} twice")
    texts[key] = text

"""The numbers of record: `python -m tests.support.numbers` writes those that the screens have now."""

import json
import re

import pytest

from pages.lessons import LESSONS
from pages.ui.words import Words
from tests.support import ROOT
from tests.support.pages import NUMBER, complete, healthy, open_page

SLOT = re.compile(r"\{\{(\w+)\}\}")
RECORD = ROOT / "tests/numbers_on_screen.json"
TRAINED = {
    "training": ("wait", "closes", "shortens", "race", "helps"),
    "ways_out": ("learn", "which"),
    "edge": ("map",),
    "time": ("clip",),
    "bits": ("train",),
}
"""Experiments that train a hundred networks, which takes minutes; tests shorten them."""
SECTIONS, SLOTS = {"joined", "lesson", "read"}, {"answer", "place", "title", "what"}
"""Those that are filled with sentences of the words, or with how far trainings are."""
ROUNDING = re.compile(r"−?\d[.\d]* × 10⁻¹[⁴⁵⁶⁷⁸⁹]|0")
"""Such as the difference of two ways to one number: processors differ in it."""


def on_screen(lesson):
    """The numbers of a lesson's untouched screen in English, its experiments answered, once it has settled.

    Returns
    -------
    dict of section, such as a figure, to dict of slot to text
        What is shown and is no slot, as in a drawn network or a table, is `elsewhere`.
    """
    app, slots, say = open_page(lesson, "en"), {}, Words.__call__
    long = {f"{lesson}_{name}_skip" for name in TRAINED.get(lesson, ())}
    for toggle in app.toggle:
        toggle.set_value(toggle.key not in long)
    app = complete(healthy(app.run()))

    def record(words, key, /, **given):
        section = key.partition(".")[0]
        for slot in given.keys() & set(SLOT.findall(words.get(key))) - SLOTS:
            text = _plain(given[slot])
            if section not in SECTIONS and NUMBER.search(text) and not ROUNDING.fullmatch(text):
                slots.setdefault(section, {}).setdefault(slot, {})[text] = True
        return say(words, key, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Words, "__call__", record)
        app = healthy(app.run())
    found = {name: {slot: "; ".join(each[slot]) for slot in sorted(each)} for name, each in slots.items()}
    known = _numbers([str(found), *(path.read_text("utf-8") for path in _sources(lesson))])
    return {**found, "elsewhere": {"numbers": "; ".join(sorted(_numbers(_shown(app)) - known))}}


def _shown(app):
    """Every text that a page shows, of its drawn networks and its tables too."""
    yield from (element.value for element in app.markdown)
    yield from (
        re.sub(r"<style>.*?</style>|<[^>]+>", " ", html.proto.body, flags=re.DOTALL)
        for html in app.get("html")
    )
    yield from (str(cell) for table in app.dataframe for row in table.value.values.tolist() for cell in row)


def _sources(lesson):
    """The files whose own numbers, such as years and page numbers, are no result."""
    folder = ROOT / "pages/lessons"
    return folder / lesson / "en.md", folder / "equations.md", ROOT / "pages/ui/en.md"


def _numbers(texts):
    found = {found.rstrip(",") for text in texts for found in NUMBER.findall(_plain(text))}
    return {number for number in found if not ROUNDING.fullmatch(number)}


def _plain(text):
    return str(text).replace("\xa0", " ")


def main():
    record = {lesson: on_screen(lesson) for lesson in LESSONS}
    RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

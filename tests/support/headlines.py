"""Whether a headline holds for what is drawn."""

import math
import re

import pytest

from pages.ui.words import languages, read
from tests.support import ROOT

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


def holds(lesson, name, cases, rows_of, claims):
    """Assert that a figure's headline, one of `claims`, holds in all cases, and that each comes up."""
    seen = set()
    for case in cases:
        rows = rows_of(case)
        assert claims[rows.finding](rows, case), f"{name}: {rows.finding!r} at {case}"
        seen.add(rows.finding)
    for lang in languages():
        texts = read(ROOT / "pages" / "lessons" / lesson / f"{lang}.md")
        keys = {key for key in texts if re.match(rf"{name}\.headline(\.|$)", key)}
        assert keys == {f"{name}.headline{'.' if each else ''}{each}" for each in seen}


def value(text):
    """Return the number that a text such as 1.23 × 10⁻⁷ or 91.6% says."""
    share = 100.0 if text.endswith("%") else 1.0
    return float(text.rstrip("%").replace("\xa0×\xa010", "e").replace("∞", "inf").translate(RAISED)) / share


def log10(text):
    """Return the log10 of the number that a text says, which no float64 need hold."""
    mantissa, _, exponent = text.partition("\xa0×\xa010")
    return math.log10(value(mantissa)) + int(exponent.translate(RAISED) or "0")


def says(rows, slot, number):
    """Whether a slot says a number, as three digits can."""
    return value(rows.slots[slot]) == pytest.approx(number, rel=6e-3)

"""Guesses: what they stand for, and which is nearest to the answer."""

import re

import pytest

from pages.lessons import LESSONS
from pages.ui.experiment import nearest, size
from tests.support import ROOT
from vgcore import SignedLog


@pytest.mark.parametrize(
    ("guess", "value"),
    [
        ("2", 2.0),
        ("1/16", 1 / 16),
        ("10⁻¹⁰", 1e-10),
        ("10³", 1e3),
        ("≤ 10⁻¹²", 1e-12),
        ("0.1%", 1e-3),
        ("0", 0.0),
    ],
)
def test_a_guess_stands_for_a_number(guess, value):
    assert size(guess) == pytest.approx(value, rel=1e-15)


def test_every_guess_of_every_page_stands_for_a_number():
    for script in LESSONS.values():
        text = (ROOT / script).read_text("utf-8")
        for guesses in re.findall(r"@page\.experiment\(\s*\"\w+\",\s*\(([^)]*)\)", text):
            for guess in re.findall(r'"([^"]+)"', guesses):
                assert size(guess) >= 0.0


@pytest.mark.parametrize(
    ("value", "guess"),
    [
        (0.00123, "10⁻³"),
        (-0.02, "10⁻²"),
        (0.0, "≤ 10⁻⁶"),
        (1e-30, "≤ 10⁻⁶"),
        (SignedLog.from_log10(-361.6), "≤ 10⁻⁶"),
        (float("inf"), "10⁻²"),
    ],
)
def test_the_nearest_guess_is_the_one_with_the_nearest_power_of_ten(value, guess):
    assert nearest(("10⁻²", "10⁻³", "≤ 10⁻⁶"), value) == guess


def test_a_guess_of_nothing_is_right_where_there_is_nothing():
    assert nearest(("10%", "1%", "0%"), 0.0) == "0%"
    assert nearest(("10%", "1%", "0%"), 0.002) == "1%"

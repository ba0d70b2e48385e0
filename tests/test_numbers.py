"""Numbers on the screen: never rounded to zero, never a NaN."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.numbers import latex, number, percent, subscripts
from vgcore import SignedLog


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (0.25, "0.25"),
        (0.1003, "0.100"),
        (-1.0312, "−1.03"),
        (0.00123, "0.00123"),
        (0.000123456, "1.23 × 10⁻⁴"),
        (9.999e-7, "1.00 × 10⁻⁶"),
        (1e-6, "1 × 10⁻⁶"),
        (99.96, "100"),
        (12345.6, "12346"),
        (1234567.0, "1.23 × 10⁶"),
        (float("inf"), "∞"),
        (SignedLog(-1.0, -361.6), "−2.51 × 10⁻³⁶²"),
        (SignedLog(1.0, 400.5), "3.16 × 10⁴⁰⁰"),
        (SignedLog(0.0, float("-inf")), "0"),
        (SignedLog(1.0, float("-inf")), "0"),
        (1.0 / SignedLog(0.0, float("-inf")), "∞"),
    ],
)
def test_number(value, text):
    assert number(value).replace("\N{NO-BREAK SPACE}", " ") == text


def test_no_line_ends_within_a_number():
    assert not re.search(r"[ \t\n]", number(1.234e-7))


def test_latex_and_percent_and_subscripts():
    assert latex(-1.71e-4) == r"-1.71\times 10^{-4}"
    assert percent(0.91642) == "91.6%"
    assert percent(0.0000123) == "0.00123%"
    assert subscripts("Δa_12") == "Δa₁₂"
    assert subscripts("ΔC") == "ΔC"


def test_nan_is_refused():
    with pytest.raises(ValueError, match="nan"):
        number(float("nan"))


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool))
def test_no_number_but_zero_is_shown_as_zero(value):
    text = number(value)
    assert any(digit in text.split("×")[0] for digit in "123456789")
    assert text.startswith("−") == (value < 0)

"""What an exercise asks for, and how an answer to it is read and judged."""

import re
import unicodedata
from math import isfinite, sqrt
from typing import NamedTuple

LONGEST_ANSWER = 60
"""Most characters of an answer."""
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LEVEL = str.maketrans(_RAISED, "0123456789+-")
_MEANT = str.maketrans({**dict.fromkeys("−–—", "-"), **dict.fromkeys("×x·⋅", "*"), "÷": "/", "⁄": "/"})
_SEVERAL = re.compile(r"[\d½¼¾⅓⅔⅕-⅞]\s*[½¼¾⅓⅔⅕-⅞]|\d\s+(?!\d{3}(?!\d))\d")
"""Two numbers in a row, such as 1 1/2: no product is meant."""
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_TERM = re.compile(
    r"(?P<root>√?)(?P<base>[0-9]+\.?[0-9]*|\.[0-9]+)(?:e(?P<tens>[+-]?[0-9]+))?(?:\^(?P<power>[+-]?[0-9]+))?"
)


class Number(NamedTuple):
    """A number is asked for.

    Attributes
    ----------
    answer : float, what is right
    slots : dict, those of the exercise's words
    rel, off : float, by which share of the answer, or by how much, another one may differ and is right
    kind : str, which of several hints holds; "" for the only one
    """

    answer: float
    slots: dict
    rel: float = 0.02
    off: float = 0.0
    kind: str = ""

    def takes(self, value):
        """Whether a number is right."""
        tolerance = max(self.rel * abs(self.answer), self.off)
        return abs(value - self.answer) <= tolerance * (1.0 + 1e-9)

    def judged(self, value):
        """Return "right", or in which way a number is not: "sign", "inverse", "large" or "small"."""
        if self.takes(value):
            return "right"
        if self.takes(-value):
            return "sign"
        if value and self.takes(1.0 / value):
            return "inverse"
        return "large" if abs(value) > abs(self.answer) else "small"


class Setting(NamedTuple):
    """A setting of the page above is asked for.

    Attributes
    ----------
    found : bool, whether the page is set so now
    slots : dict, those of the exercise's words, which say how the page is set now
    kind : str, as of a number
    """

    found: bool
    slots: dict
    kind: str = ""


def read(text):
    """Return the number that a reader has typed, or None if it is not one.

    It may be a product or a quotient, have powers and roots, be a percentage, and be typed with the
    digits and marks of a Chinese keyboard: 0.25, 1/4, 2.5e-1, 1.2 × 10⁻³, 4^-4, √2, 25 %.
    """
    if len(text) > LONGEST_ANSWER or _SEVERAL.search(text):
        return None
    text = re.sub(f"[{_RAISED}]+", lambda raised: "^" + raised[0].translate(_LEVEL), text)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower().translate(_MEANT)
    text = text.replace("**", "^").lstrip("≈~=").rstrip("。.")
    text = re.sub(r"\^\(([+-]?\d+)\)", r"^\1", text)
    text = _THOUSANDS.sub(lambda grouped: grouped[0].replace(",", ""), text).replace(",", ".")
    minus, share = text.startswith("-"), text.endswith("%")
    try:
        value = _product(text.removeprefix("-" if minus else "+").removesuffix("%"))
    except (ArithmeticError, ValueError):
        return None
    value = value / 100.0 if share else value
    return (-value if minus else value) if isfinite(value) else None


def _product(text):
    value = 1.0
    for operator, term in re.findall(r"(^|[*/])([^*/]*)", text):
        value = value / _value(term) if operator == "/" else value * _value(term)
    return value


def _value(text):
    parts = _TERM.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is no number")
    base = float(f"{parts['base']}e{parts['tens'] or 0}")
    return (sqrt(base) if parts["root"] else base) ** int(parts["power"] or 1)

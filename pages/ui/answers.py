"""What an exercise asks for, and how an answer to it is read and judged."""

import re
import unicodedata
from contextlib import contextmanager
from math import isfinite, sqrt
from typing import NamedTuple

LONGEST_ANSWER = 60
"""Most characters of an answer."""
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LEVEL = str.maketrans(_RAISED, "0123456789+-")
_MEANT = str.maketrans({**dict.fromkeys("−–—", "-"), **dict.fromkeys("×x·⋅", "*"), "÷": "/"})
_SEVERAL = re.compile(r"[\d½¼¾⅓⅔⅕-⅞]\s*[½¼¾⅓⅔⅕-⅞]|\d\s+(?!\d{3}(?!\d))\d")
"""Two numbers in a row, such as 1 1/2: no product is meant."""
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?")
_DEEPEST = 10
"""Most brackets, roots and powers within each other."""


class Number(NamedTuple):
    """A number is asked for.

    Attributes
    ----------
    answer : float, what is right
    slots : dict, those of the exercise's words
    rel, off : float, by which share of the answer, or by how much, another one may differ and is right
    kind : str, which of several hints holds; "" for the only one
    steps : int, of how many equal steps the answer is the sum, 0 if of none: they are easily miscounted
    """

    answer: float
    slots: dict
    rel: float = 0.02
    off: float = 0.0
    kind: str = ""
    steps: int = 0

    def takes(self, value):
        """Whether a number is right."""
        tolerance = max(self.rel * abs(self.answer), self.off)
        return abs(value - self.answer) <= tolerance * (1.0 + 1e-9)

    def judged(self, value):
        """Return what is to say of a number, as keys of words; "right" alone is right.

        It is "sign" or "inverse" where a number is right but for that, and "side" where it lies on the other
        side of 0. Below 0 "large" and "small" would be misread: there it is "far" from 0 or "near" to it.
        Where one step more or less would be right, it is "count", too.
        """
        if self.takes(value):
            return ("right",)
        if self.takes(-value):
            return ("sign",)
        if value and self.takes(1.0 / value):
            return ("inverse",)
        if value * self.answer < 0.0:
            return ("side",)
        sizes = ("far", "near") if self.answer < 0.0 else ("large", "small")
        size = sizes[abs(value) < abs(self.answer)]
        return (size, "count") if self._miscounted(value) else (size,)

    def _miscounted(self, value):
        counts = {self.steps - 1, self.steps + 1} - {0} if self.steps else ()
        return any(self.takes(value * self.steps / count) for count in counts)


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

    It may have the four operations, powers, roots and brackets, be a percentage, and be typed with the digits
    and marks of a Chinese keyboard: 0.25, 1/4, 2.5e-1, 1.2 × 10⁻³, sqrt(4/3), √2, 10^(-1/27), 25 %.
    """
    if len(text) > LONGEST_ANSWER or _SEVERAL.search(text):
        return None
    text = re.sub(f"[{_RAISED}]+", lambda raised: f"^({raised[0].translate(_LEVEL)})", text)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    text = re.sub(r"(\d+)⁄(\d+)", r"(\1/\2)", text).translate(_MEANT)  # ½ is one number
    text = text.replace("**", "^").lstrip("≈~=").rstrip("。.")
    text = _THOUSANDS.sub(lambda grouped: grouped[0].replace(",", ""), text).replace(",", ".")
    share = text.endswith("%")
    try:
        value = _Reader(text.removesuffix("%")).all()
    except (ArithmeticError, ValueError):
        return None
    value = value / 100.0 if share else value
    return value if isfinite(value) else None


class _Reader:
    """Reads a text from left to right by a small grammar: a function a rule, and nothing else is run.

    sum     = ["+" | "-"] product {("+" | "-") product}
    product = power {("*" | "/") power}
    power   = root ["^" ["+" | "-"] power]
    root    = ("√" | "sqrt") root | "(" sum ")" | number
    """

    def __init__(self, text):
        self.text, self.at, self.depth = text, 0, 0

    def all(self):
        value = self.sum()
        if self.at < len(self.text):
            raise ValueError(f"{self.text[self.at :]!r} is too much")
        return value

    def sum(self):
        value = self.signed(self.product)
        while mark := self.taken("+", "-"):
            value = value + self.product() if mark == "+" else value - self.product()
        return value

    def product(self):
        value = self.power()
        while mark := self.taken("*", "/"):
            value = value * self.power() if mark == "*" else value / self.power()
        return value

    def power(self):
        base = self.root()
        if not self.taken("^"):
            return base
        with self.deeper():
            value = base ** self.signed(self.power)
        if isinstance(value, complex):
            raise ValueError(f"no real number is a root of {base}")
        return value

    def root(self):
        if self.taken("√", "sqrt"):
            with self.deeper():
                return sqrt(self.root())
        if self.taken("("):
            with self.deeper():
                value = self.sum()
            if not self.taken(")"):
                raise ValueError("a bracket is open")
            return value
        number = _NUMBER.match(self.text, self.at)
        if number is None:
            raise ValueError(f"{self.text[self.at :]!r} is no number")
        self.at = number.end()
        return float(number[0])

    def signed(self, rule):
        return -rule() if self.taken("+", "-") == "-" else rule()

    def taken(self, *marks):
        """The one of some marks that comes next, which is then behind us; None if none does."""
        mark = next((mark for mark in marks if self.text.startswith(mark, self.at)), None)
        self.at += len(mark or "")
        return mark

    @contextmanager
    def deeper(self):
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError(f"{self.text!r} has more than {_DEEPEST} brackets in each other")
        yield
        self.depth -= 1

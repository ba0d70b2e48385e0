"""The sketch of a skip connection."""

from pages.ui.sketch import arrow, box, knot, sketch, text
from pages.ui.theme import CHAIN, FACTOR, THEORY

_MAIN, _AROUND, _BACK = 95.0, 30.0, 140.0
"""Heights of the way through the block, of the way around it, and of the gradient's way back."""


def skip(words):
    """Return a block with a skip as HTML; `words` is a function of the name of a word."""
    return sketch(
        words("sketch.alt"),
        640,
        165,
        text(20, _MAIN, "h", CHAIN),
        arrow((35, _MAIN), (110, _MAIN)),
        box(150, _MAIN, "W", 80),
        arrow((190, _MAIN), (225, _MAIN)),
        box(255, _MAIN, "f", 60),
        arrow((285, _MAIN), (320, _MAIN)),
        box(360, _MAIN, "V", 80),
        arrow((400, _MAIN), (435, _MAIN)),
        knot(450, _MAIN, "α", FACTOR),
        arrow((463, _MAIN), (517, _MAIN)),
        knot(532, _MAIN, "+"),
        arrow((547, _MAIN), (600, _MAIN), color=CHAIN),
        text(620, _MAIN, "h′", CHAIN),
        arrow((65, _MAIN), (65, _AROUND), (532, _AROUND), (532, _MAIN - 14), color=THEORY),
        text(300, _AROUND - 14, words("sketch.around"), THEORY),
        arrow((532, _BACK), (65, _BACK), dashed=True),
        text(300, _BACK + 14, words("sketch.back")),
    )

"""The sketch of a gate."""

from pages.ui.sketch import arrow, box, knot, sketch, text
from pages.ui.theme import CHAIN, FACTOR

_WAY, _BELOW, _BACK = 40.0, 120.0, 12.0
"""Heights of the way of the state, of what acts on it, and of the gradient's way back."""


def gate(words, shown):
    """Return one step of an LSTM as HTML.

    Parameters
    ----------
    words : function of the name of a word, such as `gate.forget`
    shown : str, where the gate stands
    """
    return sketch(
        words("gate.alt"),
        600,
        150,
        text(35, _WAY + 8, "c", CHAIN),
        text(35, _WAY + 30, words("gate.old")),
        arrow((55, _WAY + 8), (187, _WAY + 8), color=CHAIN),
        knot(200, _WAY + 8, "×", FACTOR),
        arrow((213, _WAY + 8), (387, _WAY + 8), color=CHAIN),
        knot(400, _WAY + 8, "+"),
        arrow((413, _WAY + 8), (540, _WAY + 8), color=CHAIN),
        text(560, _WAY + 8, "c", CHAIN),
        text(560, _WAY + 30, words("gate.new")),
        box(200, _BELOW, f"{words('gate.forget')} f = {shown}", 190, color=FACTOR),
        arrow((200, _BELOW - 18), (200, _WAY + 21), color=FACTOR),
        box(400, _BELOW, f"{words('gate.write')}  i · g", 150),
        arrow((400, _BELOW - 18), (400, _WAY + 21)),
        arrow((540, _BACK), (55, _BACK), dashed=True),
        text(480, _BACK + 14, words("gate.back")),
    )

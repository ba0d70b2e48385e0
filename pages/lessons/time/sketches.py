"""The sketches of a network in time, and of a gate."""

from itertools import pairwise

from pages.ui.numbers import subscripts
from pages.ui.sketch import arrow, box, knot, sketch, text
from pages.ui.theme import CHAIN, FACTOR

_WAY, _BELOW, _BACK = 48.0, 120.0, 12.0
"""Heights of the way of the state, of what acts on it, and of the gradient's way back."""

_FIRST, _APART, _STATE, _ROW = 30.0, 88.0, 70.0, 140.0
"""Where the first state stands, how far the next is from it, and the heights of states and rows.

As narrow as can be: on a phone the letters shrink with the drawing.
"""


def unrolled(words):
    """Return a recurrent network that reads a digit row by row, unrolled in time, as HTML.

    Parameters
    ----------
    words : function of the name of a word, such as `unrolled.row`
    """
    steps = ("1", "2", "3", "", "28")
    places = [_FIRST + _APART * place for place in range(len(steps))]
    parts = []
    for step, x in zip(steps, places, strict=True):
        if step:
            parts += [box(x, _STATE, subscripts(f"h_{step}"), 50, color=CHAIN), text(x, _ROW, step)]
            parts.append(arrow((x, _ROW - 16), (x, _STATE + 18)))
        else:
            parts.append(text(x, _STATE, "…"))
    for before, x in pairwise(places):
        parts += [
            arrow((before + 27, _STATE), (x - 27, _STATE), color=CHAIN),
            text((before + x) / 2, 50, "W"),
        ]
    end, cost = places[-1], places[-1] + 70
    parts += [
        arrow((end + 27, _STATE), (cost - 10, _STATE)),
        text(cost, _STATE, "C"),
        arrow((cost, _BACK), (_FIRST, _BACK), dashed=True),
        text(cost, _BACK + 16, words("gate.back"), anchor="end"),
        text((_FIRST + end) / 2, _ROW + 28, words("unrolled.row")),
    ]
    return sketch(words("unrolled.alt"), 465, 182, *parts)


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
        text(540, _BACK + 15, words("gate.back"), anchor="end"),
    )

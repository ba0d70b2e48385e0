"""What the first screen draws, of what it measures."""

from base64 import b64encode

import numpy as np

from pages.ui.data import Rows
from pages.ui.numbers import number, percent

HEAVIEST = 3
"""How many of a neuron's lines are drawn."""
FULL = 1.6
"""A dot is full where a gradient is so many times the typical one of the strongest layer."""


def drawing(passed):
    """Return what is drawn of a network: bytes as text, and how strong the gradient of each layer is.

    The area of a dot is the size of a gradient, so its radius goes with the root.
    """
    typical = [float(np.sqrt((delta**2).mean())) for delta in passed.deltas[:-1]]
    most = max(typical)
    return {
        "activations": [_bytes(a / max(a.max(), 1.0)) for a in passed.activations],
        "deltas": [_bytes(np.sqrt(abs(delta) / (FULL * most))) for delta in passed.deltas[:-1]],
        "lines": [_text(each) for each in _heaviest(passed)],
        "strengths": [*(round((each / most) ** 0.5, 3) for each in typical), 1.0],
        "shares": [percent(each / most, 2) for each in typical],
    }


def picture(passed):
    """Return the digit as bytes, and which one it is."""
    return {"pixels": _bytes(passed.pixels), "label": passed.label}


def last_over_first(passed):
    """How many times as fast as the first hidden layer the last one moves."""
    first, last = passed.speeds[0], passed.speeds[-2]
    if len(passed.speeds) == 2:
        return Rows({}, finding="one")
    ratio = float(last / first)
    return Rows(
        {},
        {"times": number(float(f"{ratio:.2g}") if ratio >= 1e4 else ratio)},
        "more" if ratio > 1.0 else "less",
    )


def digits_right(share, guessed, progress):
    """How many digits a trained network has right; where that is not known yet, how far the trainings are."""
    if share is None:
        return Rows({}, dict(zip(("trained", "networks"), progress, strict=True)), "waiting")
    return Rows({}, {"count": round(1000.0 * share)}, "guessing" if share <= guessed else "learned")


def _heaviest(passed):
    """Yield by layer where the heaviest lines of each neuron come from: of layer 1, which inked pixels."""
    ink = passed.pixels > 0.0
    carried = abs(passed.network.weights[0][:, ink] * passed.pixels[ink])
    for sizes in (carried, *map(abs, passed.network.weights[1:])):
        yield np.argsort(-sizes, axis=1)[:, :HEAVIEST].ravel()


def _bytes(levels):
    return _text(np.round(255.0 * np.clip(levels, 0.0, 1.0)))


def _text(values):
    return b64encode(values.astype(np.uint8).tobytes()).decode()

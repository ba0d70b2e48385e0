"""The drawings of the lesson through time."""

import altair as alt

from pages.ui.parts import dots, named, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT


def through_time(text):
    """The gradient at every row, of three recurrent networks."""
    ticks = {"values": [1, *range(4, 29, 4)], "format": "d"}
    x = x_axis("row:Q", text("x"), scale=alt.Scale(zero=False, nice=False), **ticks)
    y = y_axis("log10_ratio:Q", text("y"))
    layers = []
    for name, color in {"rnn": FACTOR, "gru": FAINT, "lstm": CHAIN}.items():
        band = series(f"{name}_range").mark_area(color=color, opacity=0.15)
        layers.append(band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q"))
        layers.append(series(name).mark_line(color=color, strokeWidth=2.5).encode(x=x, y=y))
        layers.append(named(f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color))
    return alt.layer(*layers)


def by_bias(text):
    """What an LSTM leaves at the first row, by what is added in its forget gate."""
    x = x_axis("bias:Q", text("x"), values=[-1, 0, 1, 2, 3], format="d")
    y = y_axis("log10_ratio:Q", text("y"))
    layers = []
    for name, color in {"keras": CHAIN, "pytorch": FACTOR, "alone": FAINT}.items():
        dash = {"strokeDash": [6, 3]} if name == "alone" else {"point": {"color": color, "size": 60}}
        layers.append(series(name).mark_line(color=color, strokeWidth=2.5, **dash).encode(x=x, y=y))
    return alt.layer(*layers)


def clipping(text):
    """The share of the digits that is read after training, a mark a start, with and without clipping."""
    return dots(text)

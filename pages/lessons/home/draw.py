"""The drawing of the home page."""

import altair as alt

from pages.ui.parts import LOG, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT


def layer_speeds(text):
    """The speed of every layer before training: seeds, their median, and the printed values."""
    x = x_axis("layer:O", text("x"))
    y = y_axis("speed:Q", text("y"), **LOG)
    seeds = series("networks").mark_tick(color=FAINT, opacity=0.6, thickness=1.5, width=34).encode(x=x, y=y)
    median = series("median").mark_tick(color=CHAIN, thickness=4, width=34).encode(x=x, y=y)
    line = series("median").mark_line(color=CHAIN, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y)
    printed = series("printed").mark_point(shape="diamond", size=140, color=FACTOR, strokeWidth=2.5)
    tooltip = [alt.Tooltip("speed:Q", format=".3g"), alt.Tooltip("layer:O")]
    return alt.layer(seeds, line, median, printed.encode(x=x, y=y, tooltip=tooltip))

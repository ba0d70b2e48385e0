"""The drawing of the home page."""

import altair as alt

from pages.ui.parts import LOG, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT


def layer_speeds(text):
    """The speed of every layer before training, at a depth that a slider chooses, and the printed values."""
    slider = alt.binding_range(min=1, max=10, step=1, name=text("slider"))
    x = x_axis("layer:O", text("x"), scale=alt.Scale(domain=list(range(1, 12))))
    y = y_axis("speed:Q", text("y"), **LOG, titleY=-32)  # room for the readout
    limits = series("networks").transform_aggregate(low="min(speed)", high="max(speed)")
    limits = limits.mark_rule(opacity=0).encode(y=alt.Y("low:Q"), y2="high:Q")
    seeds = _chosen("networks").mark_tick(color=FAINT, opacity=0.6, thickness=1.5, width=34).encode(x=x, y=y)
    median = _chosen("median").mark_tick(color=CHAIN, thickness=4, width=34).encode(x=x, y=y)
    line = _chosen("median").mark_line(color=CHAIN, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y)
    printed = _chosen("printed").mark_point(shape="diamond", size=140, color=FACTOR, strokeWidth=2.5)
    tooltip = [alt.Tooltip("speed:Q", format=".3g"), alt.Tooltip("layer:O")]
    ratio = "format(datum.ratio, ',.3~r')"
    readout = (
        _chosen("ratio")
        .transform_calculate(text=f"datum.hidden == 1 ? '{text('alone')}' : '{text('readout')}' + {ratio}")
        .mark_text(align="right", baseline="bottom", fontSize=15, fontWeight=600, color=CHAIN)
        .encode(x=alt.value("width"), y=alt.value(-8), text="text:N")
    )
    layers = (limits, seeds, line, median, printed.encode(x=x, y=y, tooltip=tooltip), readout)
    chosen = alt.param(name="hidden", value=4, bind=slider)
    return alt.layer(*layers).add_params(chosen).properties(height=270)


def _chosen(name):
    return series(name).transform_filter("datum.hidden == hidden")

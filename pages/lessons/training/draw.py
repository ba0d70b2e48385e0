"""The drawings of lesson 5."""

from bisect import bisect_right

import altair as alt

from pages.ui.parts import ROWS, at, guess, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY

BY_LAYER = alt.Color("layer:Q", scale=alt.Scale(range=[FACTOR, CHAIN]), legend=None)
BY_RUN = alt.Color(
    "run:N", scale=alt.Scale(range=[CHAIN, FACTOR, THEORY, FAINT, "#CC79A7", "#E69F00"]), sort=None
)
ABOVE = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -10}
LABEL_ROOM = 44
"""Pixels at the left of a drawing that are kept free for the labels of its y axis."""
FIRST_SHOWN = 60
"""Epoch at which the slider stands at first."""
INSIDE = {"labelAlign": "left", "labelPadding": -4, "labelBaseline": "middle", "ticks": False, **ABOVE}
"""Labels inside a drawing, so that drawings below each other begin at one line."""


def mean_speeds(text):
    """The speed of every hidden layer by epoch: the norm of the mean."""
    return _curves(text)


def rms_speeds(text):
    """The speed of every hidden layer by epoch: the root mean square."""
    return _curves(text)


def rest_speeds(text):
    """The speed of every hidden layer by epoch, with and without the mean error of each output."""
    x, y = x_axis("epoch:Q", text("x"), tickMinStep=1, format="d"), y_axis("log10_speed:Q", text("y"))
    faint = series("with_layers").mark_line(opacity=0.7, strokeDash=[4, 3]).encode(x=x, y=y, color=BY_LAYER)
    names = series("with_names").mark_text(align="left", dx=5).encode(text="layer:Q", color=BY_LAYER)
    bundle = series("names").mark_text(align="left", baseline="bottom", dx=5, fontWeight=600, color=CHAIN)
    bundle = bundle.encode(x=x, y=y, text="layers:N")
    return alt.layer(faint, names.encode(x=x, y=y), _lines(x, y), bundle)


def epochs_scrubbed(text, kept):
    """One epoch of a run, scrubbed in the browser: speeds, each neuron, the outputs, and the accuracy.

    The slider runs over all epochs; what is drawn is the last one kept, of those in `kept`.
    """
    nearest = [kept[bisect_right(kept, epoch) - 1] for epoch in range(kept[-1] + 1)]
    slider = alt.binding_range(min=0, max=max(kept[-1], 1), step=1, name=text("slider"))
    now = series("now").transform_filter("datum.epoch == shown")
    epoch, share = f"'{text('epoch')} ' + datum.epoch", "format(datum.accuracy, '.1%')"
    readout = (
        now.transform_calculate(text=f"{epoch} + ' · {text('accuracy')} ' + {share}")
        .mark_text(align="right", dx=-4, fontSize=14, fontWeight=600, color=CHAIN)
        .encode(x=alt.value("width"), y=alt.value(-10), text="text:N")
    )
    x = _inside(alt.X, "epoch:Q", text("x"), margin=LABEL_ROOM, tickMinStep=1, format="d")
    y = _inside(alt.Y, "log10_speed:Q", text("y"), **INSIDE)
    lines = series("curves").mark_line(strokeWidth=1.5).encode(x=x, y=y, color=BY_LAYER, detail="layer:O")
    cursor = now.mark_rule(strokeWidth=2, color=CHAIN)
    cursor = cursor.encode(x=at("concat_0_x", "epoch"), y=alt.value(0), y2=alt.value("height"))
    neurons = series("neurons")
    limits = (
        neurons.transform_aggregate(
            first="min(neuron)", last="max(neuron)", low="min(log10_delta)", high="max(log10_delta)"
        )
        .mark_rect(opacity=0)
        .encode(
            x=_inside(alt.X, "first:Q", text("neuron"), margin=LABEL_ROOM),
            x2="last:Q",
            y=_inside(alt.Y, "low:Q", text("delta"), **INSIDE),
            y2="high:Q",
        )
    )
    dots = (
        neurons.transform_filter("datum.epoch == shown")
        .mark_point(filled=True, size=22, opacity=1, aria=False)
        .encode(
            x=at("concat_1_x", "neuron"),
            y=at("concat_1_y", "log10_delta"),
            color=at("color", "layer"),
            key="neuron:Q",
        )
    )
    digit = x_axis("digit:O", text("digit"), scale=alt.Scale(paddingOuter=1))
    share = _inside(alt.Y, "share:Q", text("share"), format=".0%", **INSIDE)
    outputs = series("outputs")
    tallest = outputs.transform_aggregate(share="max(share)").mark_rule(opacity=0)
    tallest = tallest.encode(y=share, y2=alt.datum(0))
    bars = outputs.transform_filter("datum.epoch == shown")
    bars = bars.mark_rule(color=CHAIN, opacity=0.55, strokeWidth=20).encode(
        x=alt.value(alt.expr("scale('concat_2_x', datum.digit) + bandwidth('concat_2_x') / 2")),
        y=at("concat_2_y", "share"),
        y2=alt.value(alt.expr("scale('concat_2_y', 0)")),
        key="digit:O",
    )
    ticks = series("digits").mark_tick(color=FACTOR, thickness=3, width=20).encode(x=digit, y=share)
    return (
        alt.vconcat(
            alt.layer(lines, cursor, readout).properties(height=160),
            alt.layer(limits, dots).properties(height=120),
            alt.layer(tallest, bars, ticks).properties(height=120),
            data=ROWS,
            spacing=36,
        )
        .resolve_scale(color="shared")
        .add_params(
            alt.param(name="scrubbed", value=min(FIRST_SHOWN, kept[-1]), bind=slider),
            alt.param(name="nearest", value=nearest),
            alt.param(name="shown", expr="nearest[min(scrubbed, length(nearest) - 1)]"),
        )
    )


def ratio_by_epoch(text):
    """The last hidden layer's speed over the first's by epoch, a colour a run, a dash a measure."""
    x, y = x_axis("epoch:Q", text("x"), tickMinStep=1, format="d"), y_axis("log10_ratio:Q", text("y"))
    top = {"orient": "top", "columns": 1, "labelLimit": 320}
    dash = alt.StrokeDash("measure:N", sort=None, legend=alt.Legend(title=None, **top))
    color = BY_RUN.legend(title=None, **top)
    level = series("level").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    lines = series("runs").mark_line().encode(x=x, y=y, color=color, strokeDash=dash)
    off = alt.expr("datum.log10_ratio > 1.5 ? 22 : datum.log10_ratio > 0 ? 12 : -14")  # between the runs
    return alt.layer(level, lines, guess(x, y, dy=off))


def accuracy_by_epoch(text):
    """The share of digits read rightly by epoch, a colour a run."""
    x = x_axis("epoch:Q", text("x"), tickMinStep=1, format="d")
    y = y_axis("accuracy:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    color = BY_RUN.legend(title=None, orient="top", columns=1, labelLimit=320)
    chance = series("chance").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    return alt.layer(chance, series("runs").mark_line(strokeWidth=2.5).encode(x=x, y=y, color=color))


def speed_and_accuracy(text):
    """The accuracy against the speed of the first layer, a path a run, epoch by epoch."""
    x, y = x_axis("log10_speed:Q", text("x")), y_axis("accuracy:Q", text("y"), format="%")
    color = BY_RUN.legend(title=None, orient="top", columns=1, labelLimit=360, symbolSize=40)
    path = series("runs").mark_line(strokeWidth=2, point=True).encode(x=x, y=y, color=color, order="epoch:Q")
    at_the_left = {"align": "left", "dx": alt.expr("6 - width")}  # where no run goes
    return alt.layer(path, guess(y=y, **at_the_left)).properties(height=300)


def _curves(text):
    x, y = x_axis("epoch:Q", text("x"), tickMinStep=1, format="d"), y_axis("log10_speed:Q", text("y"))
    names = series("names").mark_text(align="left", dx=5, fontWeight=600)
    return alt.layer(_lines(x, y), names.encode(x=x, y=y, text="layer:Q", color=BY_LAYER))


def _lines(x, y):
    return series("layers").mark_line(strokeWidth=2).encode(x=x, y=y, color=BY_LAYER, detail="layer:O")


def _inside(channel, field, title, margin=None, **axis):
    """An axis whose labels take no room beside the drawing; an x axis begins after a margin."""
    scale = {"nice": False, "zero": False, **({} if margin is None else {"rangeMin": margin})}
    return channel(field, axis=alt.Axis(title=title, labelAngle=0, **axis), scale=alt.Scale(**scale))

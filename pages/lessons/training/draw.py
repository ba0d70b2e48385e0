"""The drawings of lesson 5."""

import math

import altair as alt

from pages.ui.parts import LOG, POWERS, ROWS, at, guess, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY

BY_LAYER = alt.Color("layer:Q", scale=alt.Scale(range=[FACTOR, CHAIN]), legend=None)
BY_DEPTH = alt.Color("hidden:Q", scale=alt.Scale(range=[CHAIN, FACTOR]), legend=None)
RUNS = [CHAIN, FACTOR, THEORY, FAINT, "#CC79A7", "#E69F00"]
BY_RUN = alt.Color("run:N", scale=alt.Scale(range=RUNS), sort=None)
ABOVE = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -10}
HEIGHT, A_NAME = 225, 22
"""Pixels of height that a drawing has, and that a name in a legend takes besides."""
LABEL_ROOM = 44
"""Pixels at the left of a drawing that are kept free for the labels of its y axis."""
FIRST_SHOWN = 60
"""Step at which the slider stands at first, or at the last one kept before it."""
INSIDE = {"labelAlign": "left", "labelPadding": -4, "labelBaseline": "middle", "ticks": False, **ABOVE}
"""Labels inside a drawing, so that drawings below each other begin at one line."""
DECADES = [0, *(10**n for n in range(6))]
NUMBERS = {
    "labelExpr": "format(pow(10, datum.value), '.1~g')",
    "values": [n + math.log10(times) for n in range(-3, 3) for times in (1, 2, 5)],
}
"""An axis of logarithms that is labelled with numbers, for what stays within a power of ten or two."""


def rms_speeds(text, log):
    """The speed of every hidden layer by step: the root mean square."""
    return _curves(text, log)


def mean_speeds(text, log):
    """The speed of every hidden layer by step: the norm of the mean."""
    return _curves(text, log)


def rest_speeds(text):
    """The speed of every hidden layer by step, with and without the mean error of each output."""
    x, y = _steps(text), y_axis("log10_speed:Q", text("y"), **POWERS)
    faint = series("with_layers").mark_line(opacity=0.7, strokeDash=[4, 3]).encode(x=x, y=y, color=BY_LAYER)
    names = series("with_names").mark_text(align="left", dx=5).encode(text="layer:Q", color=BY_LAYER)
    bundle = series("names").mark_text(align="left", baseline="bottom", dx=5, fontWeight=600, color=CHAIN)
    bundle = bundle.encode(x=x, y=y, text="layers:N")
    return alt.layer(faint, names.encode(x=x, y=y), _lines(x, y), bundle)


def steps_scrubbed(text, kept):
    """One look at a run, scrubbed in the browser: speeds, each neuron, the outputs, and the accuracy.

    The slider goes from look to look of those that are kept.
    """
    start = max(look for look, step in enumerate(kept) if step <= FIRST_SHOWN)
    slider = alt.binding_range(min=0, max=max(len(kept) - 1, 1), step=1, name=text("slider"))
    now = series("now").transform_filter("datum.step == shown")
    before, _, after = text("step").partition("#")
    step = f"'{before}' + format(datum.step, ',d') + '{after}'"
    share = "format(datum.accuracy, '.1%')"
    readout = (
        now.transform_calculate(text=f"{step} + ' · {text('accuracy')} ' + {share}")
        .mark_text(align="right", dx=-4, fontSize=14, fontWeight=600, color=CHAIN)
        .encode(x=alt.value("width"), y=alt.value(-10), text="text:N")
    )
    x = _inside(alt.X, "step:Q", text("x"), margin=LABEL_ROOM, tickMinStep=1, format=",d")
    y = _inside(alt.Y, "log10_speed:Q", text("y"), **INSIDE, **POWERS)
    lines = series("curves").mark_line(strokeWidth=1.5).encode(x=x, y=y, color=BY_LAYER, detail="layer:O")
    cursor = now.mark_rule(strokeWidth=2, color=CHAIN)
    cursor = cursor.encode(x=at("concat_0_x", "step"), y=alt.value(0), y2=alt.value("height"))
    neurons = series("neurons")
    limits = (
        neurons.transform_aggregate(
            first="min(neuron)", last="max(neuron)", low="min(log10_delta)", high="max(log10_delta)"
        )
        .mark_rect(opacity=0)
        .encode(
            x=_inside(alt.X, "first:Q", text("neuron"), margin=LABEL_ROOM),
            x2="last:Q",
            y=_inside(alt.Y, "low:Q", text("delta"), **INSIDE, **POWERS),
            y2="high:Q",
        )
    )
    dots = (
        neurons.transform_filter("datum.step == shown")
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
    bars = outputs.transform_filter("datum.step == shown")
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
            alt.param(name="scrubbed", value=start, bind=slider),
            alt.param(name="kept", value=list(kept)),
            alt.param(name="shown", expr="kept[min(scrubbed, length(kept) - 1)]"),
        )
    )


def ratio_by_step(text):
    """The last hidden layer's speed over the first's by step, a colour a run, a dash a measure."""
    x, y = _steps(text), y_axis("log10_ratio:Q", text("y"), **POWERS)
    top = {"orient": "top", "columns": 2, "labelLimit": 320}
    dash = alt.StrokeDash("measure:N", sort=None, legend=alt.Legend(title=None, **top))
    color = BY_RUN.legend(title=None, **top)
    level = series("level").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    lines = series("runs").mark_line().encode(x=x, y=y, color=color, strokeDash=dash)
    return alt.layer(level, lines).properties(height=HEIGHT + 2 * A_NAME)


def accuracy_by_step(text, log, runs, parted):
    """The share of digits read rightly by step, a colour a run, a dash for digits held out."""
    x, y = _steps(text, log), _right(text)
    top = {"orient": "top", "columns": 1, "labelLimit": 320}
    color = BY_RUN.legend(title=None, **top)
    dash = alt.StrokeDash("which:N", sort=None, legend=alt.Legend(title=None, **top) if parted else None)
    chance = series("chance").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    lines = series("runs").mark_line(strokeWidth=2.5).encode(x=x, y=y, color=color, strokeDash=dash)
    return alt.layer(chance, lines).properties(height=HEIGHT + A_NAME * (runs + 2 * parted))


def waits(text):
    """The share of digits read rightly by step, a line a depth, whose number stands at its end."""
    x, y = _log_steps(text), _right(text)
    half = series("half").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    lines = series("runs").mark_line(strokeWidth=2).encode(x=x, y=y, color=BY_DEPTH, detail="hidden:O")
    names = series("names").mark_text(align="left", dx=5, fontWeight=600)
    names = names.encode(x=x, y=y, text="hidden:Q", color=BY_DEPTH)
    return alt.layer(half, lines, names, guess(x, y))


def wait_by_depth(text):
    """The steps to half of the digits by depth, measured and on a line through them."""
    x = x_axis("hidden:Q", text("x"), scale=alt.Scale(domain=[1, 10]), tickMinStep=1, format="d")
    y = y_axis("steps:Q", text("y"), **LOG)
    line = series("line").mark_line(color=THEORY, strokeDash=[4, 3], strokeWidth=2).encode(x=x, y=y)
    measured = series("measured").mark_point(filled=True, size=80, color=CHAIN, opacity=1).encode(x=x, y=y)
    return alt.layer(line, measured)


def gap(text):
    """The last hidden layer's speed over the first's by step, by both measures, and the digits right."""
    x, y = _steps(text), y_axis("log10_ratio:Q", text("y"), **POWERS)
    dash = alt.StrokeDash(
        "measure:N", sort=None, legend=alt.Legend(title=None, orient="top", columns=1, labelLimit=320)
    )
    level = series("level").mark_rule(color=FAINT, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    lines = series("lines").mark_line(strokeWidth=2, color=CHAIN).encode(x=x, y=y, strokeDash=dash)
    dots = series("right").mark_point(filled=True, size=60, color=FACTOR, opacity=1).encode(x=x, y=y)
    right = series("right").mark_text(baseline="bottom", dy=-7, fontWeight=600, color=FACTOR)
    right = right.encode(x=x, y=y, text=alt.Text("right:Q", format=".0%"))
    return alt.layer(level, lines, dots, right).properties(height=HEIGHT + 2 * A_NAME)


def spreads(text):
    """How far each layer's outputs differ from digit to digit, by step."""
    return _curves(text, log=False)


def doors(text):
    """The same of the last hidden layer, a line a depth, on a log axis of steps."""
    x, y = _log_steps(text), y_axis("log10_spread:Q", text("y"), **POWERS)
    lines = series("lines").mark_line(strokeWidth=2).encode(x=x, y=y, color=BY_DEPTH, detail="hidden:O")
    names = series("names").mark_text(align="left", dx=5, fontWeight=600)
    return alt.layer(lines, names.encode(x=x, y=y, text="hidden:Q", color=BY_DEPTH))


def ways(text):
    """The steps to half of the digits: a row a way, a dot a start, a bar for the median."""
    return _strip(text, HEIGHT + 4 * A_NAME)


def cures(text):
    """The same of what helps."""
    return _strip(text, HEIGHT)


def races(text):
    """The steps to half of the digits by the strength of the L2 term, a line a depth."""
    x = x_axis(
        "lmbda:Q",
        text("x"),
        scale=alt.Scale(type="symlog", constant=0.1, domain=[0, 5]),
        values=[0, 0.3, 0.5, 1, 2, 5],
        format="~g",
    )
    y = y_axis("steps:Q", text("y"), **LOG)
    top = alt.Legend(title=text("depth"), orient="top", labelLimit=320)
    color = alt.Color("hidden:N", scale=alt.Scale(range=RUNS), sort="descending", legend=top)
    lines = series("lines").mark_line(point={"size": 60}, strokeWidth=2).encode(x=x, y=y, color=color)
    never = series("never").mark_point(shape="cross", angle=45, size=140, strokeWidth=2.5)
    return alt.layer(lines, never.encode(x=x, y=y, color=color)).properties(height=HEIGHT + A_NAME)


def shrinking(text):
    """The norm of every layer's weights by step."""
    return _curves(text, log=False, axis=NUMBERS)


def stopped(text):
    """The share of digits read rightly by step, a line a lambda, and a mark where a rule would stop."""
    x, y = _log_steps(text), _right(text)
    color = BY_RUN.legend(title=None, orient="top", columns=3, labelLimit=320)
    lines = series("runs").mark_line(strokeWidth=2).encode(x=x, y=y, color=color)
    marks = series("marks").mark_point(shape="triangle-up", filled=True, size=160, opacity=1)
    return alt.layer(lines, marks.encode(x=x, y=y, color=color)).properties(height=HEIGHT + 2 * A_NAME)


def _strip(text, height):
    x = x_axis("steps:Q", text("x"), **{**LOG, "scale": alt.Scale(type="log", domain=[100, 100_000])})
    y = alt.Y("way:N", sort=None, axis=alt.Axis(title=text("y"), labelLimit=190, **ABOVE))
    asked = series("asked").mark_point(opacity=0).encode(y=y)
    dots = series("starts").mark_point(filled=True, size=45, color=CHAIN, opacity=0.7).encode(x=x, y=y)
    never = series("never").mark_point(shape="triangle-right", size=60, color=FAINT).encode(x=x, y=y)
    medians = series("medians").mark_tick(color=FACTOR, thickness=3, size=18).encode(x=x, y=y)
    return alt.layer(asked, dots, never, medians).properties(height=height)


def _curves(text, log, axis=POWERS):
    x, y = _steps(text, log), y_axis("log10_speed:Q", text("y"), **axis)
    names = series("names").mark_text(align="left", dx=5, fontWeight=600)
    return alt.layer(_lines(x, y), names.encode(x=x, y=y, text="layer:Q", color=BY_LAYER))


def _lines(x, y):
    return series("layers").mark_line(strokeWidth=2).encode(x=x, y=y, color=BY_LAYER, detail="layer:O")


def _steps(text, log=False):
    """The axis of steps, on which the logarithmic one has a place for 0, too."""
    scale = {"scale": alt.Scale(type="symlog", constant=1), "values": DECADES} if log else {"tickMinStep": 1}
    return x_axis("step:Q", text("x"), format=",d", **scale)


def _log_steps(text):
    return x_axis("step:Q", text("x"), **LOG)


def _right(text):
    return y_axis("accuracy:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")


def _inside(channel, field, title, margin=None, **axis):
    """An axis whose labels take no room beside the drawing; an x axis begins after a margin."""
    scale = {"nice": False, "zero": False, **({} if margin is None else {"rangeMin": margin})}
    return channel(field, axis=alt.Axis(title=title, labelAngle=0, **axis), scale=alt.Scale(**scale))

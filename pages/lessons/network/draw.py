"""The drawings of lesson 7."""

import altair as alt

from pages.ui.parts import POWERS, layer_axis, series, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, GUESS, THEORY

ROLES = (CHAIN, GUESS, "#E69F00", "#56B4E9", "#0072B2", FACTOR, THEORY, FAINT)
"""The colours of roles; their shapes say the same again."""
SHAPES = {
    "weight": "circle",
    "bias": "diamond",
    "norm": "triangle-up",
    "embedding": "square",
    "other": "stroke",
}


def profile(text, steps=1, roles=False):
    """The gradient of every layer on a log scale; with several steps, one at a time by a slider.

    With `roles`, what has the same role across depth is one line.
    """
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_norm:Q", text("y"), **POWERS)
    told = [alt.Tooltip(f"{name}:N") for name in ("name", "shape", "norm", "zeros")]

    def now(name):
        return series(name).transform_filter("datum.step == scrubbed")

    ends = series("ends").mark_rule(opacity=0).encode(y=y)
    earlier = series("earlier").mark_line(color=FAINT, opacity=0.3, strokeWidth=1)
    fit = now("fit").mark_line(color=THEORY, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y)
    others = [
        now(kind).mark_point(shape=shape, color=FAINT, size=38, opacity=0.8).encode(x=x, y=y, tooltip=told)
        for kind, shape in SHAPES.items()
    ]
    line = now("judged").mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y)
    dots = (
        now("judged").mark_point(color=CHAIN, filled=True, size=60, opacity=1).encode(x=x, y=y, tooltip=told)
    )
    if roles:
        key = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=260, symbolLimit=8)
        colour = alt.Color("role:N", scale=alt.Scale(range=ROLES), legend=key)
        line = line.encode(color=colour)
        dots = dots.encode(color=colour, shape=alt.Shape("role:N", legend=key))
    single = now("single").mark_point(color=CHAIN, filled=True, size=60, opacity=1)
    small = now("small").mark_point(shape="triangle-down", color=CHAIN, filled=False, size=80, opacity=1)
    out = now("out").mark_point(color=FACTOR, size=260, strokeWidth=2.5)
    zero = now("zero").mark_point(shape="cross", color=FACTOR, filled=True, size=90, opacity=1)
    strange = now("strange").mark_point(shape="triangle-down", color=FACTOR, filled=True, size=110, opacity=1)
    slider = {"bind": alt.binding_range(min=1, max=steps, step=1, name=text("slider"))} if steps > 1 else {}
    readout = now("readout").mark_text(
        align="right", baseline="bottom", dx=-4, dy=-4, fontSize=14, fontWeight=600, color=CHAIN
    )
    return (
        alt.layer(
            ends,
            earlier.encode(x=x, y=y, detail=["step:N", "role:N"]),
            *others,
            fit,
            line,
            dots,
            single.encode(x=x, y=y, tooltip=told),
            small.encode(x=x, y=y, tooltip=told),
            out.encode(x=x, y=y),
            zero.encode(x=x, y=alt.value("height"), tooltip=told),
            strange.encode(x=x, y=alt.value(4), tooltip=told),
            readout.encode(x=alt.value("width"), y=alt.value("height"), text="name:N"),
        )
        .add_params(alt.param(name="scrubbed", value=steps, **slider))
        .properties(height=460 if roles else 270)
    )


def course(text):
    """The gradients of the first, the median and the last layer over the steps, on a log scale."""
    x, y = layer_axis("at:Q", text("x")), y_axis("log10_norm:Q", text("y"), **POWERS)
    told = [alt.Tooltip(f"{name}:N") for name in ("step", "norm")]
    looks = {"first": (FACTOR, [1, 0]), "median": (FAINT, [2, 3]), "last": (CHAIN, [7, 3])}
    lines = [
        series(name)
        .mark_line(color=colour, strokeDash=dash, strokeWidth=2, point={"color": colour, "filled": True})
        .encode(x=x, y=y, tooltip=told)
        for name, (colour, dash) in looks.items()
    ]
    return alt.layer(series("ends").mark_rule(opacity=0).encode(y=y), *lines)


def updates(text):
    """Gradient over weight by layer, on a log scale."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_ratio:Q", text("y"), **POWERS)
    told = [alt.Tooltip(f"{name}:N") for name in ("name", "ratio")]
    dots = series("ratio").mark_point(color=CHAIN, filled=True, size=60, opacity=1)
    return alt.layer(
        series("ends").mark_rule(opacity=0).encode(y=y),
        series("middle").mark_rule(color=THEORY, strokeDash=[6, 4], strokeWidth=2).encode(y=y),
        series("ratio").mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y),
        dots.encode(x=x, y=y, tooltip=told),
    )


def overlay(text):
    """The pasted profile over the range, the median and the theory of random networks."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_norm:Q", text("y"), **POWERS)
    own = series("own").mark_point(color=CHAIN, filled=True, size=60, opacity=1)
    return alt.layer(
        series("ends").mark_rule(opacity=0).encode(y=y),
        series("range").mark_area(color=FACTOR, opacity=0.2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        series("simulated").mark_line(color=FACTOR, strokeWidth=2).encode(x=x, y=y),
        series("theory").mark_line(color=THEORY, strokeWidth=2, strokeDash=[2, 4]).encode(x=x, y=y),
        own.encode(x=x, y=y, tooltip=alt.Tooltip("name:N")),
    )

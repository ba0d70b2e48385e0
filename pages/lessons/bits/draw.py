"""The drawings of the lesson in few bits."""

import altair as alt

from pages.ui.parts import POWERS, guess, named, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY

COLORS = {
    "float32": THEORY,
    "float16": FACTOR,
    "bfloat16": CHAIN,
    "float8_e5m2": FAINT,
    "float8_e4m3fn": FAINT,
}
DASHES = {"float32": [6, 3], "float16": [1, 0], "bfloat16": [8, 2], "float8_e5m2": [2, 3]}

LABELLED = 330.0
"""How far the axis of the formats goes, so that its last label, 10³⁰⁰, is not cut (log₁₀)."""


def formats(text):
    """The range of every format on one axis of powers of ten."""
    x = x_axis("low:Q", text("x"), scale=alt.Scale(nice=False, domainMax=LABELLED), **POWERS)
    y = alt.Y("format:N", sort=None, axis=alt.Axis(title=text("y"), labelLimit=200))
    bars = {"normals": (FAINT, 0.6), "subnormals": (FACTOR, 1.0), "own": (CHAIN, 1.0)}
    return alt.layer(
        *(
            series(name).mark_bar(color=color, opacity=opacity, size=14).encode(x=x, x2="high:Q", y=y)
            for name, (color, opacity) in bars.items()
        )
    )


def walk(text):
    """The gradient, layer by layer back from the output, in the format and in truth, with its ends."""
    x = x_axis("back:Q", text("x"), scale=alt.Scale(zero=False, nice=False), tickMinStep=1, format="d")
    y = y_axis("log10_abs:Q", text("y"), **POWERS)
    layers = []
    for name, color in {"normal": FAINT, "subnormal": FACTOR}.items():
        layers.append(series(name).mark_rule(color=color, strokeDash=[4, 3], strokeWidth=1.5).encode(y=y))
        layers.append(
            named(
                f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color, dy=-8, dx=-4, align="right"
            )
        )
    exact = series("exact").mark_line(color=THEORY, strokeWidth=2, strokeDash=[2, 4]).encode(x=x, y=y)
    seen = series("seen").mark_point(color=CHAIN, filled=True, size=60, opacity=1).encode(x=x, y=y)
    return alt.layer(*layers, exact, seen, guess(x=x))


def slopes(text):
    """The slope of a sigmoid over z, a line a format, with the reader's neuron."""
    x = x_axis("z:Q", text("x"), scale=alt.Scale(nice=False))
    y = y_axis("log10_slope:Q", text("y"), **POWERS)
    lines = [
        series(name)
        .mark_line(color=COLORS[name], strokeWidth=width, strokeDash=DASHES[name])
        .encode(x=x, y=y)
        for name, width in (("float32", 2), ("float16", 5), ("bfloat16", 2.5))
    ]
    own = series("own").mark_rule(color=FAINT, strokeWidth=2).encode(x=x)
    return alt.layer(*lines, own, guess(x=x))


def lost(text):
    """The share of exact zeros in every layer's gradient, a line a format."""
    x = x_axis("layer:Q", text("x"), scale=alt.Scale(zero=False, nice=False), tickMinStep=1, format="d")
    y = y_axis("share:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    shapes = {"float8_e5m2": "square", "float16": "circle", "bfloat16": "diamond", "float32": "cross"}
    layers = []
    for name, shape in shapes.items():
        color = COLORS[name]
        layers.append(
            series(name).mark_line(color=color, strokeWidth=2, strokeDash=DASHES[name]).encode(x=x, y=y)
        )
        point = series(name).mark_point(color=color, shape=shape, filled=True, size=60, opacity=1)
        layers.append(point.encode(x=x, y=y))
    return alt.layer(*layers)


def steps(text):
    """The share of the weights that moves, by the size of the step, a line a format."""
    values = [10.0**power for power in range(-8, 0)]
    percents = {"labelExpr": "format(datum.value * 100, '~r') + '%'", "values": values}
    x = x_axis("step:Q", text("x"), scale=alt.Scale(type="log", nice=False), labelOverlap=True, **percents)
    y = y_axis("share:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    layers = []
    left, right = {"align": "right", "dx": -8}, {"align": "left", "dx": 8}
    sides = {"float32": right, "float16": left, "bfloat16": right, "float8_e4m3fn": left}
    for name, side in sides.items():
        line, color = series(name), COLORS[name]
        layers.append(line.mark_line(color=color, strokeWidth=2.5).encode(x=x, y=y))
        layers.append(named(f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color, **side))
    return alt.layer(*layers, guess(x=x, y=y))


def trained(text):
    """The loss step by step, a line a way to train."""
    x = x_axis("step:Q", text("x"), scale=alt.Scale(nice=False))
    y = y_axis("loss:Q", text("y"), scale=alt.Scale(zero=False))
    ways = {
        "float32": (FAINT, 6, [1, 0]),
        "mixed": (THEORY, 3, [6, 4]),
        "stochastic": ("#CC79A7", 2, [2, 3]),
        "float16": (FACTOR, 2.5, [8, 2]),
        "bfloat16": (CHAIN, 2.5, [1, 0]),
    }
    return alt.layer(
        *(
            series(name).mark_line(color=color, strokeWidth=width, strokeDash=dash).encode(x=x, y=y)
            for name, (color, width, dash) in ways.items()
        )
    )

"""The drawings of lesson 6."""

import altair as alt

from pages.ui.parts import layer_axis, named, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


def profiles(text):
    """The gradient of every layer of four networks, theory over measurement."""
    return _profiles(text, {"book": FAINT, "he": THEORY, "made": FACTOR, "own": CHAIN})


def weights_alone(text):
    """The gradients of weights and biases, delta, and what comes in, by layer."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_size:Q", text("y"))
    layers = []
    for name, color in {"biases": FAINT, "delta": THEORY, "forward": FACTOR, "weights": CHAIN}.items():
        layers.append(series(name).mark_line(color=color, strokeWidth=2.5).encode(x=x, y=y))
        layers.append(named(f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color))
    return alt.layer(*layers)


def traps(text):
    """The gradient of every layer of three networks that one might take for level."""
    return _profiles(text, {"gelu": FACTOR, "selu": CHAIN, "orthogonal": FAINT})


def luck(text):
    """The ratio of the first to the last layer, a dot a network, by design; the law as a bar."""
    x = x_axis("log10_ratio:Q", text("x"))
    y = alt.Y("design:N", sort=None, axis=alt.Axis(title=text("y"), labelLimit=200))
    law = series("law").mark_rule(color=THEORY, strokeWidth=14, opacity=0.35)
    dots = series("networks").mark_tick(color=CHAIN, thickness=1.5, height=22).encode(x=x, y=y)
    return alt.layer(dots, law.encode(x=alt.X("low:Q"), x2="high:Q", y=y))


def skips(text):
    """The gradient of every layer of networks with skips, by two values of alpha."""
    return _profiles(text, {"scaled": THEORY, "own": CHAIN})


def growth(text):
    """The logarithm of the ratio over the root of the number of blocks, theory over measurement."""
    x, y = x_axis("root:Q", text("x"), scale=alt.Scale(zero=True)), y_axis("ln_ratio:Q", text("y"))
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2, strokeDash=[2, 4]).encode(x=x, y=y)
    dots = series("networks").mark_point(color=CHAIN, filled=True, size=80, opacity=1).encode(x=x, y=y)
    return alt.layer(theory, dots)


def norms(text):
    """The gradient of every layer as it is, with batch, with layer and with RMS normalisation."""
    return _profiles(text, {"plain": FAINT, "layer": THEORY, "rms": FACTOR, "batch": CHAIN})


def phase(text):
    """chi over the plane of the two scales, with the edge and a point of the reader's."""
    x = x_axis("left:Q", text("x"), scale=alt.Scale(nice=False, zero=False), grid=False)
    y = y_axis("bottom:Q", text("y"), scale=alt.Scale(nice=False, zero=False), grid=False)
    color = alt.Color(
        "log10_chi:Q",
        scale=alt.Scale(range=[FACTOR, "#FFFFFF", CHAIN], domainMid=0),
        legend=alt.Legend(title=text("color"), orient="right", gradientLength=140),
    )
    tooltip = [
        alt.Tooltip("left:Q", format=".3g"),
        alt.Tooltip("bottom:Q", format=".3g"),
        alt.Tooltip("log10_chi:Q", format=".2f"),
    ]
    field = (
        series("field")
        .mark_rect(clip=True)
        .encode(x=x, x2="right:Q", y=y, y2="top:Q", color=color, tooltip=tooltip)
    )
    place = {"x": alt.X("weight_std:Q"), "y": alt.Y("bias_std:Q")}
    edge = series("edge").mark_line(color=THEORY, strokeWidth=3).encode(**place, order="bias_std:Q")
    own = series("own").mark_point(shape="diamond", size=180, color="#222222", filled=True, opacity=1)
    return alt.layer(field, edge, own.encode(**place)).properties(height=300)


def learning(text):
    """The share of the digits that is read after training, a mark a start, by design."""
    return _dots(text)


def clipping(text):
    """The share of the digits that is read after training, a mark a start, with and without clipping."""
    return _dots(text)


def trained(text, log10_depths):
    """Which networks learn, by the scale of their weights and their depth, with the line of xi."""
    x = x_axis("left:Q", text("x"), scale=alt.Scale(nice=False, zero=False), grid=False)
    depths = {"values": list(log10_depths), "labelExpr": "format(pow(10, datum.value), 'd')"}
    y = y_axis("bottom:Q", text("y"), scale=alt.Scale(nice=False, zero=False), grid=False, **depths)
    share = alt.Scale(range=["#FFFFFF", CHAIN], domain=[0.1, 1.0], clamp=True)
    legend = alt.Legend(title=text("color"), orient="right", gradientLength=140, format="%")
    cells = (
        series("cells")
        .mark_rect(stroke=FAINT, strokeWidth=0.4)
        .encode(
            x=x,
            x2="right:Q",
            y=y,
            y2="top:Q",
            color=alt.Color("accuracy:Q", scale=share, legend=legend),
            tooltip=[alt.Tooltip("accuracy:Q", format=".1%")],
        )
    )
    place = {"x": alt.X("weight_std:Q"), "y": alt.Y("log10_depth:Q"), "order": "weight_std:Q"}
    lines = [
        series(f"xi_{side}").mark_line(color=FACTOR, strokeWidth=3).encode(**place)
        for side in ("low", "high")
    ]
    return alt.layer(cells, *lines).properties(height=300)


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


def _dots(text):
    x = x_axis("accuracy:Q", text("x"), scale=alt.Scale(domain=[0, 1]), format="%")
    y = alt.Y("design:N", sort=None, axis=alt.Axis(title=text("y"), labelLimit=200))
    rows = series("designs").mark_rule(opacity=0).encode(y=y)
    dots = series("networks").mark_tick(color=CHAIN, thickness=2, height=22).encode(x=x, y=y)
    median = series("median").mark_tick(color=FACTOR, thickness=4, height=30).encode(x=x, y=y)
    return alt.layer(rows, dots, median)


def _profiles(text, colors):
    """A band, a line and a broken line of theory for each network, named at its first layer."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_speed:Q", text("y"))
    layers = []
    for name, color in colors.items():
        band = series(f"{name}_range").mark_area(color=color, opacity=0.18)
        layers.append(band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q"))
        layers.append(series(name).mark_line(color=color, strokeWidth=2.5).encode(x=x, y=y))
        theory = series(f"{name}_theory").mark_line(color=color, strokeWidth=1.5, strokeDash=[2, 4])
        layers.append(theory.encode(x=x, y=y))
        layers.append(named(f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color))
    return alt.layer(*layers)

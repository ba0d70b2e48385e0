"""The drawings of lesson 6."""

import altair as alt

from pages.ui.parts import dots, layer_axis, named, rows_axis, series, x_axis, y_axis
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


def relu_sigmoid(text):
    """ReLU beside the sigmoid, and the slope of each, broken."""
    x = x_axis("z:Q", text("x"), values=[-4, -2, 0, 2, 4], format="d")
    y = y_axis("height:Q", text("y"), scale=alt.Scale(domain=[0, 1.1]), tickCount=5)
    layers = []
    for name, color in {"sigmoid": FAINT, "relu": THEORY}.items():
        line = {"color": color, "strokeWidth": 2.5, "clip": True}
        layers.append(series(name).mark_line(**line).encode(x=x, y=y))
        slope = series(f"{name}_slope").mark_line(strokeDash=[6, 3], interpolate="step", **line)
        layers.append(slope.encode(x=x, y=y))
        layers.append(named(f"{name}_name", {"x": x, "y": y}, text(f"series.{name}"), color))
        layers.append(named(f"{name}_slope_name", {"x": x, "y": y}, text(f"series.{name}_slope"), color))
    return alt.layer(*layers)


def skips(text):
    """The gradient of every layer of networks with skips: two values of alpha, and with normalisation."""
    return _profiles(text, {"scaled": THEORY, "resnet": FACTOR, "own": CHAIN})


def growth(text):
    """The logarithm of the ratio over the root of the number of blocks, theory over measurement."""
    x = x_axis("root:Q", text("x"), scale=alt.Scale(zero=True, nice=False))
    y = y_axis("ln_ratio:Q", text("y"))
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2, strokeDash=[2, 4]).encode(x=x, y=y)
    dots = series("networks").mark_point(color=CHAIN, filled=True, size=80, opacity=1).encode(x=x, y=y)
    return alt.layer(theory, dots)


def one_neuron(text):
    """What one neuron gets from each digit, a mark a digit, before and after batch normalisation."""
    x = x_axis("z:Q", text("x"))
    y = rows_axis("row:N", text("y"))
    layers = [
        series(name).mark_tick(color=color, thickness=1.5, height=22, opacity=0.6).encode(x=x, y=y)
        for name, color in {"plain": FAINT, "double": FACTOR, "normal": CHAIN}.items()
    ]
    return alt.layer(*layers)


def norms(text):
    """The gradient of every layer as it is, with batch, with layer and with RMS normalisation."""
    return _profiles(text, {"plain": FAINT, "layer": THEORY, "rms": FACTOR, "batch": CHAIN})


def learning(text):
    """The share of the digits that is read after training, a mark a start, by design."""
    return dots(text)


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

"""The drawings of lesson 3."""

import altair as alt

from pages.ui.parts import LOG, guess, layer_axis, named, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


def ratio_by_scale(text):
    """The typical |dC/db_1 / dC/db_L| against the scale of the weights."""
    x, y = x_axis("weight_std:Q", text("x"), **LOG), y_axis("log10_ratio:Q", text("y"))
    level = series("level").mark_rule(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    line = series("scales").mark_line(color=CHAIN, strokeWidth=2.5).encode(x=x, y=y)
    best = series("best").mark_point(filled=True, size=130, color=CHAIN, opacity=1).encode(x=x, y=y)
    own = series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    name = named("level", {"x": x, "y": y}, text("level"), THEORY, dy=10)
    return alt.layer(level, line, best, own.encode(x=x, y=y), guess(y=y), name)


def balanced_by_depth(text):
    """The share of chains whose layers learn within some factors of each other, against the depth."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("share:Q", text("y"), **LOG)
    legend = alt.Legend(title=text("within"), orient="top", symbolType="stroke")
    factor = alt.StrokeDash("factor:N", sort=None, legend=legend)
    line = series("chains").mark_line(color=CHAIN, point=True).encode(x=x, y=y, strokeDash=factor)
    now = series("now").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(line, now.encode(x=x, y=y), guess(x, y))


def ratio_spread(text):
    """How log10 |dC/db_1 / dC/db_L| is spread over random chains, theory over simulation."""
    x, y = x_axis("lower:Q", text("x")), y_axis("share:Q", text("y"), format=".2~%")
    bars = series("chains").mark_bar(color=CHAIN, opacity=0.55)
    bars = bars.encode(
        x=x, x2="upper:Q", y=y, y2=alt.datum(0), tooltip=[alt.Tooltip("share:Q", format=".2%")]
    )
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2.5).encode(x=x, y=y)
    even = (
        series("even")
        .mark_rule(color=FACTOR, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=alt.X("log10_ratio:Q"))
    )
    return alt.layer(bars, theory, even)


def spread_by_depth(text):
    """The mean and the spread of the log ratio against the depth, theory over simulation."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("mean:Q", text("y"))
    band = series("chains").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    mean = series("chains").transform_filter("datum.layer % 5 == 0")  # so that the line stays in sight
    mean = mean.mark_point(filled=True, size=45, color=CHAIN, opacity=1).encode(x=x, y=y)
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2).encode(x=x, y=y)
    edges = series("theory").mark_line(color=THEORY, strokeWidth=1.5, strokeDash=[4, 3])
    return alt.layer(
        band, theory, mean, edges.encode(x=x, y=alt.Y("low:Q")), edges.encode(x=x, y=alt.Y("high:Q"))
    )


def either_way(text):
    """The shares of chains that vanish, stay within a factor 10, and explode, one above the other."""
    x = x_axis("weight_std:Q", text("x"), **{**LOG, "scale": alt.Scale(type="log", nice=False)})
    y = y_axis("low:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    colours = (("vanishes", CHAIN), ("between", FAINT), ("explodes", FACTOR))
    return alt.layer(
        *(
            series(name).mark_area(color=colour, opacity=0.5).encode(x=x, y=y, y2="high:Q")
            for name, colour in colours
        )
    )


def window_widths(text):
    """The width of the window against the weight, its widest, and the chance to fall into it."""
    x, y = x_axis("w:Q", text("x"), **LOG), y_axis("width:Q", text("y"))
    width = series("width").mark_line(color=CHAIN, strokeWidth=2.5).encode(x=x, y=y)
    chance = series("chance").mark_line(color=THEORY, strokeDash=[6, 3]).encode(x=x, y=y)
    widest = series("widest").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(width, chance, widest.encode(x=x, y=y), guess(x=x, dy=-9))


def window_region(text):
    """The region of weights and inputs with a factor of 1 or more, the bias scrubbed in the browser."""
    slider = alt.binding_range(min=-100, max=20, step=1, name=text("slider"))
    x = x_axis("w:Q", text("x"), scale=alt.Scale(domain=[0, 200]))
    y = y_axis("low:Q", text("y"), scale=alt.Scale(domain=[0, 1]))
    moved = series("window").transform_calculate(
        low="-bias / datum.w - datum.half", high="-bias / datum.w + datum.half", middle="-bias / datum.w"
    )
    region = moved.mark_area(color=FACTOR, opacity=0.45, clip=True).encode(x=x, y=y, y2="high:Q")
    middle = moved.mark_line(color=CHAIN, strokeWidth=1, clip=True).encode(x=x, y=alt.Y("middle:Q"))
    return alt.layer(region, middle).add_params(alt.param(name="bias", value=-10, bind=slider))


def identity_copy(text):
    """The copy that one neuron makes of x, beside x."""
    x, y = x_axis("x:Q", text("x")), y_axis("y:Q", text("y"))
    straight = series("x").mark_line(color=FAINT, strokeWidth=4, opacity=0.6).encode(x=x, y=y)
    return alt.layer(straight, series("copy").mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y))


def identity_error(text):
    """The worst error of the copy against w_1."""
    x, y = x_axis("w1:Q", text("x"), **LOG), y_axis("error:Q", text("y"), **LOG)
    line = series("best").mark_line(color=CHAIN, point=True).encode(x=x, y=y)
    own = series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(line, own.encode(x=x, y=y))

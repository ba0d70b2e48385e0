"""The drawings of lesson 1."""

import altair as alt

from pages.ui.parts import LOG, guess, layer_axis, named, scrubbed, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


def gradient_by_scale(text):
    """log10 |dC/db_j| by layer as all weights are scaled together, scrubbed in the browser."""
    return scrubbed(text, "log10_scale", -1, 1, 0.05, 0.0, grey=[-1, -0.5, 0, 0.5, 1])


def nudge_links(text):
    """How far every link moves: what the derivative says, and what happens."""
    x = layer_axis("link:Q", text("x"))
    y = y_axis("log10_abs:Q", text("y"))
    tooltip = [alt.Tooltip("name:N"), alt.Tooltip("change:Q", format=".4g")]
    predicted = series("predicted").mark_point(size=130, color=THEORY, strokeWidth=2)
    actual = series("actual").mark_point(filled=True, size=35, color=CHAIN, opacity=1)
    names = series("names").mark_text(dy=-16, fontSize=12, color=FAINT)
    return alt.layer(
        predicted.encode(x=x, y=y, tooltip=tooltip),
        actual.encode(x=x, y=y, tooltip=tooltip),
        names.encode(x=x, y=y, text="name:N"),
        guess(x, y, align="left", dx=11),
    )


def nudge_gap(text):
    """The relative gap between prediction and fact, against the size of the nudge."""
    x, y = x_axis("delta_b:Q", text("x"), **LOG), y_axis("gap:Q", text("y"), **LOG)
    line = series("gap").mark_line(color=CHAIN).encode(x=x, y=y)
    dots = series("gap").mark_point(filled=True, size=50, color=CHAIN, opacity=1).encode(x=x, y=y)
    now = series("now").mark_point(shape="diamond", size=200, color=FACTOR, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(line, dots, now)


def sigma_prime(text):
    """The curves of sigma, with a tangent, and of sigma', with the weighted inputs of the chain on both."""
    x, y = x_axis("z:Q", text("x")), y_axis("value:Q", text("y"))
    tooltip = [alt.Tooltip("layer:Q"), alt.Tooltip("z:Q", format=".3f"), alt.Tooltip("value:Q", format=".4g")]
    drawn = []
    for curve, chain, now, size in (("sigma", "outputs", "output", 40), ("curve", "chain", "now", 80)):
        dots = series(chain).mark_point(filled=True, size=size, color=CHAIN, opacity=0.9)
        diamond = series(now).mark_point(filled=True, size=2 * size, shape="diamond", color=FACTOR, opacity=1)
        drawn += [
            series(curve).mark_line(color=FAINT, strokeWidth=2).encode(x=x, y=y),
            dots.encode(x=x, y=y, tooltip=tooltip),
            diamond.encode(x=x, y=y, tooltip=tooltip),
        ]
    tangent = series("tangent").mark_line(color=FACTOR, strokeWidth=2.5).encode(x=x, y=y)
    named_curves = series("names").mark_text(dy=-12, fontSize=15, fontWeight=600, color=FAINT)
    below = alt.expr("scale('y', datum.value) > height - 12 ? -14 : 17")  # the tangent is above
    name = series("now").mark_text(dy=below, fontSize=13, fontWeight=600, color=FACTOR)
    names = (each.encode(x=x, y=y, text="name:N") for each in (named_curves, name))
    return alt.layer(*drawn, tangent, *names, guess(y=y))


def product_by_depth(text):
    """log10 |da_j/db_1| as the chain grows: this chain, random chains, and the bound of 1/4 a layer."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_abs:Q", text("y"))
    band = series("chains").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    median = series("chains").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=alt.Y("log10_abs:Q"))
    bound = series("bound").mark_line(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(x=x, y=y)
    chain = series("chain").mark_point(filled=True, size=60, color=CHAIN, opacity=1).encode(x=x, y=y)
    now = series("now").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(band, median, bound, chain, now.encode(x=x, y=y), guess(x, y, dy=-14))


def ratio_histogram(text):
    """How |dC/db_3| / |dC/db_1| is spread over random chains."""
    x = x_axis("lower:Q", text("x"))
    y = y_axis("share:Q", text("y"), format=".1~%")
    tooltip = [alt.Tooltip("share:Q", format=".2%")]
    bars = series("chains").mark_bar(color=CHAIN, opacity=0.55)
    at = alt.X("log10_ratio:Q")
    return alt.layer(
        bars.encode(x=x, x2="upper:Q", y=y, y2=alt.datum(0), tooltip=tooltip),
        series("book").mark_rule(color=THEORY, strokeWidth=2.5, strokeDash=[2, 3]).encode(x=at),
        series("median").mark_rule(color=CHAIN, strokeWidth=2.5, strokeDash=[6, 3]).encode(x=at),
        named("book", {"x": at, "y": alt.value(8)}, text("book"), THEORY),
        named("median", {"x": at, "y": alt.value(24)}, text("median"), CHAIN),
    )

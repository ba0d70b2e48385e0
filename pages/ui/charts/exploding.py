"""The charts of lesson 2."""

import altair as alt

from pages.ui.charts.parts import layer_axis, scrubbed, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, THEORY


def gradient_by_layer(text):
    """log10 |dC/db_j| by layer."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_abs:Q", text("y"))
    chain = series("chain")
    return alt.layer(
        chain.mark_line(color=CHAIN, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y),
        chain.mark_point(filled=True, size=80, color=CHAIN, opacity=1).encode(x=x, y=y),
    )


def gradient_by_shift(text):
    """log10 |dC/db_j| by layer as the first bias is shifted, scrubbed in the browser."""
    return scrubbed(text, "log10_shift", -8, 0, 0.2, -4.0)


def factor_by_input(text):
    """|w sigma'(w a + b)| over the input a, the window above 1 shaded, w scrubbed in the browser."""
    slider = alt.binding_range(min=5, max=200, step=5, name=text("slider"))
    x, y = x_axis("a:Q", text("x")), y_axis("factor:Q", text("y"))
    now = series("family").transform_filter("datum.weight == weight")
    window = now.transform_filter("datum.factor >= 1").mark_area(color=FACTOR, opacity=0.3).encode(x=x, y=y)
    line = now.mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y)
    one = series("one").mark_rule(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    limits = series("limits").mark_rule(opacity=0).encode(y=y)
    return alt.layer(limits, window, line, one).add_params(alt.param(name="weight", value=100, bind=slider))


def chains_trained(text):
    """The shares of chains that have learned, and that have had a factor above 1, step by step."""
    x, y = (
        x_axis("step:Q", text("x")),
        y_axis("share:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%"),
    )
    return alt.layer(
        series("learned").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=y),
        series("exploding").mark_line(color=FACTOR, strokeWidth=2.5).encode(x=x, y=y),
    )

"""The drawings of lesson 2."""

import altair as alt

from pages.ui.parts import at, guess, layer_axis, named, scrubbed, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


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
    return scrubbed(text, "log10_shift", -8, 0, 0.2, -2.0, grey=[-8, 0])


def factor_by_input(text):
    """|w sigma'(w a + b)| over the input a, the window above 1 shaded, w scrubbed in the browser."""
    slider = alt.binding_range(min=5, max=200, step=5, name=text("slider"))
    y = y_axis("most:Q", text("y"))
    family = series("family")
    limits = family.transform_aggregate(low="min(input)", high="max(input)", most="max(factor)")
    limits = limits.mark_rect(opacity=0)
    limits = limits.encode(x=x_axis("low:Q", text("x")), x2="high:Q", y=y, y2=alt.datum(0))
    now = family.transform_filter("datum.weight == scrubbed")
    place = {"x": at("x", "input"), "y": at("y", "factor")}
    window = now.transform_filter("datum.factor >= 1").mark_area(color=FACTOR, opacity=0.3)
    window = window.encode(**place, y2=alt.value("height"))
    line = now.mark_line(color=CHAIN, strokeWidth=2).encode(**place)
    grey = family.transform_filter("indexof([25, 50, 200], datum.weight) >= 0")
    fan = grey.mark_line(color=FAINT, opacity=0.6, strokeWidth=1)
    fan = fan.encode(**place, detail="weight:O", order="input:Q")
    names = grey.transform_filter("datum.input == 0.5").transform_calculate(
        text=f"'{text('grey')}' + datum.weight"
    )
    names = names.mark_text(align="left", baseline="middle", dx=28, fontSize=11, color=FAINT)
    names = names.encode(**place, text="text:N")
    one = series("one").mark_rule(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(y="factor:Q")
    return alt.layer(limits, fan, window, line, names, one).add_params(
        alt.param(name="scrubbed", value=100, bind=slider)
    )


def chains_trained(text):
    """The shares of chains that have learned, and that have had a factor above 1, step by step."""
    x = x_axis("step:Q", text("x"))
    y = y_axis("share:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    end, above = {"x": x, "y": y}, {"align": "right", "dx": 0, "dy": -8}
    return alt.layer(
        series("learned").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=y),
        series("exploding").mark_line(color=FACTOR, strokeWidth=2.5).encode(x=x, y=y),
        guess(y=y, align="left", dx=4, baseline="middle", dy=0),  # beside the drawing: it is full
        named("learned_end", end, text("learned"), CHAIN, **above),
        named("exploding_end", end, text("exploding"), FACTOR, **above),
    )

"""The drawings of lesson 4."""

import altair as alt

from pages.ui.parts import LOG, guess, layer_axis, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


def design_speeds(text):
    """The speed of every layer of the reader's network: seeds, median, theory, and the printed values."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_speed:Q", text("y"))
    tooltip = [alt.Tooltip("layer:Q"), alt.Tooltip("log10_speed:Q", format=".2f")]
    band = series("seeds").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    median = series("median").mark_point(filled=True, size=60, color=CHAIN, opacity=1)
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2, strokeDash=[6, 3]).encode(x=x, y=y)
    printed = series("printed").mark_point(shape="diamond", size=140, color=FACTOR, strokeWidth=2.5)
    return alt.layer(
        band, theory, median.encode(x=x, y=y, tooltip=tooltip), printed.encode(x=x, y=y, tooltip=tooltip)
    )


def factor_spectrum(text):
    """The singular values of one factor, layer by layer, and the largest entry of Sigma'."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("singular_value:Q", text("y"), **LOG)
    level = series("level").mark_rule(color=FAINT, strokeWidth=1.5).encode(y=y)
    band = series("range").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    largest = series("largest").mark_point(filled=True, size=60, color=CHAIN, opacity=1).encode(x=x, y=y)
    median = series("median").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=y)
    slope = series("slope").mark_point(shape="diamond", size=60, color=FACTOR, strokeWidth=2).encode(x=x, y=y)
    return alt.layer(level, band, median, largest, slope, guess(y=y, baseline="bottom", dy=-4))


def product_spectrum(text):
    """The singular values of the product from each layer to the output."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_value:Q", text("y"))
    values = (
        series("values").mark_tick(orient="horizontal", color=FAINT, thickness=1.5, width=14).encode(x=x, y=y)
    )
    largest = series("largest").mark_line(color=CHAIN, strokeWidth=2, point=True).encode(x=x, y=y)
    return alt.layer(values, largest)


def factors_of_widths(text):
    """The factor of a layer over random networks, a row for each width, and the theory of wide layers."""
    x = x_axis("lower:Q", text("x"), tickCount=8)
    y = y_axis("base:Q", text("y"), labels=False, ticks=False, grid=False, titleX=0)
    layers = []
    for name, color in {"one": FAINT, "ten": FACTOR, "hundred": CHAIN}.items():
        bars = series(name).mark_bar(color=color, opacity=0.8)
        tooltip = [alt.Tooltip("share:Q", format=".2%")]
        layers.append(bars.encode(x=x, x2="upper:Q", y=y, y2="top:Q", tooltip=tooltip))
        mark = {"align": "left", "baseline": "bottom", "dx": 4, "dy": -4, "fontSize": 12, "fontWeight": 600}
        label = series(f"{name}_name").mark_text(text=text(f"series.{name}"), color=color, **mark)
        layers.append(label.encode(x=alt.value(0), y=y))
    theory = series("theory").mark_rule(color=THEORY, strokeWidth=2, strokeDash=[6, 3]).encode(x=x)
    return alt.layer(*layers, theory)

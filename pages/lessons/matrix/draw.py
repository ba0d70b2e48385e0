"""The drawings of lesson 4."""

import altair as alt

from pages.ui.parts import LOG, guess, layer_axis, named, series, x_axis, y_axis
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


def chi_by_scale(text):
    """sqrt(chi_1) against sigma_w, the edge, and the reader's network."""
    x, y = x_axis("weight_std:Q", text("x"), **LOG), y_axis("root_chi:Q", text("y"), **LOG)
    place = {"x": x, "y": y}
    level = series("level").mark_rule(color=FAINT, strokeWidth=1.5).encode(y=y)
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2.5).encode(**place)
    edge = series("edge").mark_point(filled=True, size=130, color=THEORY, opacity=1).encode(**place)
    own = series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(
        level,
        theory,
        edge,
        own.encode(**place),
        named("edge", place, text("edge"), THEORY, dy=14),
        named("own", place, text("own"), FACTOR, align="right", dx=-8, dy=-12),
        guess(x, y, dy=alt.expr("datum.weight_std > 30 ? 27 : -13")),  # off the curve
    )


def luck_spread(text):
    """How ln |J v|^2 is spread over random ReLU networks, theory over simulation."""
    x, y = x_axis("lower:Q", text("x")), y_axis("share:Q", text("y"), format=".2~%")
    tooltip = [alt.Tooltip("share:Q", format=".2%")]
    bars = series("networks").mark_bar(color=CHAIN, opacity=0.55)
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(bars.encode(x=x, x2="upper:Q", y=y, y2=alt.datum(0), tooltip=tooltip), theory)


def luck_by_width(text):
    """The variance of ln |J v|^2 against the sum of 1/n_l, theory over simulation."""
    x, y = x_axis("inverse:Q", text("x"), **LOG), y_axis("variance:Q", text("y"), **LOG)
    place = {"x": x, "y": y}
    tooltip = [alt.Tooltip("width:Q"), alt.Tooltip("variance:Q", format=".3g")]
    networks = series("networks").mark_point(filled=True, size=60, color=CHAIN, opacity=1)
    law = series("law").mark_line(color=THEORY, strokeWidth=2, strokeDash=[6, 3]).encode(**place)
    own = series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(
        law,
        networks.encode(**place, tooltip=tooltip),
        own.encode(**place, tooltip=tooltip),
        named("own", place, text("own"), FACTOR, align="right", dx=-10, dy=-12),
    )

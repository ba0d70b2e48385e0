"""The drawings of the lesson on the edge."""

import altair as alt

from pages.ui.parts import LOG, guess, layer_axis, named, rows_axis, series, x_axis, y_axis
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY


def settling(text):
    """The variance of the weighted inputs by layer: theory from several starts, and where it settles."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_variance:Q", text("y"))
    settled = series("settled").mark_rule(color=FAINT, strokeWidth=1.5).encode(y=y)
    theory = series("theory").mark_line(color=THEORY, strokeWidth=2).encode(x=x, y=y, detail="start:N")
    dots = series("sampled").mark_point(filled=True, size=40, color=CHAIN, opacity=0.8).encode(x=x, y=y)
    return alt.layer(settled, theory, dots)


def under_the_bell(text):
    """How the weighted inputs are spread, and the square of the slope at each."""
    x = x_axis("z:Q", text("x"), tickMinStep=1, tickCount=8)
    y = y_axis("height:Q", text("y"), tickCount=4)
    bell = series("bell").mark_area(color=CHAIN, opacity=0.25).encode(x=x, y=y)
    squares = series("squares").mark_line(color=FACTOR, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(bell, squares)


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


def single_networks(text):
    """The ratio of the first to the last layer, a dot a network, by design; the law as a bar."""
    x = x_axis("log10_ratio:Q", text("x"), tickCount=6)
    y = rows_axis("design:N", text("y"))
    law = series("law").mark_rule(color=THEORY, strokeWidth=14, opacity=0.35)
    dots = series("networks").mark_tick(color=CHAIN, thickness=1.5, height=22).encode(x=x, y=y)
    return alt.layer(dots, law.encode(x=alt.X("low:Q"), x2="high:Q", y=y))


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
    return alt.layer(field, edge, *_own(text, place)).properties(height=300)


def trained(text, log10_depths):
    """Which networks learn, by the scale of their weights and their depth, with the line of xi."""
    x = x_axis("left:Q", text("x"), scale=alt.Scale(nice=False, zero=False), grid=False)
    depths = {"values": list(log10_depths), "labelExpr": "format(pow(10, datum.value), 'd')"}
    y = y_axis("bottom:Q", text("y"), scale=alt.Scale(nice=False, zero=False), grid=False, **depths)
    share = alt.Scale(range=[0.04, 1.0], domain=[0.1, 1.0], clamp=True)
    legend = alt.Legend(
        title=text("color"), orient="right", format="%", symbolType="square", symbolFillColor=CHAIN
    )
    cells = (
        series("cells")
        .mark_rect(color=CHAIN, stroke=FAINT, strokeWidth=0.4)
        .encode(
            x=x,
            x2="right:Q",
            y=y,
            y2="top:Q",
            fillOpacity=alt.FillOpacity("accuracy:Q", scale=share, legend=legend),
            tooltip=[alt.Tooltip("accuracy:Q", format=".1%")],
        )
    )
    place = {"x": alt.X("weight_std:Q"), "y": alt.Y("log10_depth:Q"), "order": "weight_std:Q"}
    lines = [
        series(f"xi_{side}").mark_line(color=FACTOR, strokeWidth=3).encode(**place)
        for side in ("low", "high")
    ]
    at = {"x": alt.X("weight_std:Q"), "y": alt.Y("log10_depth:Q")}
    return alt.layer(cells, *lines, *_own(text, at)).properties(height=300)


def _own(text, place):
    """The reader's place on a tinted plane, black on white so that it shows on every tint, and its name."""
    drawn = series("own").mark_point(shape="diamond", size=180, filled=True, opacity=1)
    mark = {"align": "left", "dx": 11, "fontSize": 12, "fontWeight": 600}
    names = series("own").mark_text(text=text("own_name"), **mark)
    behind = {"color": "#FFFFFF", "stroke": "#FFFFFF", "strokeWidth": 3}
    return [
        mark.encode(**place, **{channel: alt.value(value) for channel, value in colors.items()})
        for mark in (drawn, names)
        for colors in (behind, {"color": "#222222"})
    ]

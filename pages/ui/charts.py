"""The charts: each a function of the reader's language that draws the rows of its series.

A chart holds no data. It is compiled once a process and a language; the rows arrive with each run,
one table with a column `series` that names the layer of the drawing where a row belongs.
"""

from functools import cache

import altair as alt

from pages.ui.labels import label
from pages.ui.theme import CHAIN, FACTOR, FAINT, THEORY

HEIGHT = 320
ROWS = alt.NamedData("rows")
LOG = {"scale": alt.Scale(type="log"), "format": "~e", "values": [10.0**n for n in range(-18, 5)]}


@cache
def spec(name, lang):
    """Return the Vega-Lite spec of a chart, without data."""
    drawn = CHARTS[name](lambda key: label(f"{name}.{key}", lang))
    compiled = drawn.properties(height=HEIGHT).to_dict()
    return {key: part for key, part in compiled.items() if key not in ("data", "datasets")}


def layer_speeds(text):
    """The speed of every layer before training: seeds, their median, and the printed values."""
    x = _x("layer:O", text("x"))
    y = _y("speed:Q", text("y"), **LOG)
    seeds = _series("seeds").mark_tick(color=FAINT, opacity=0.6, thickness=1.5, width=34).encode(x=x, y=y)
    median = _series("median").mark_tick(color=CHAIN, thickness=4, width=34).encode(x=x, y=y)
    line = _series("median").mark_line(color=CHAIN, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y)
    printed = _series("printed").mark_point(shape="diamond", size=140, color=FACTOR, strokeWidth=2.5)
    tooltip = [alt.Tooltip("speed:Q", format=".3g"), alt.Tooltip("layer:O")]
    return alt.layer(seeds, line, median, printed.encode(x=x, y=y, tooltip=tooltip))


def gradient_by_scale(text):
    """log10 |dC/db_j| by layer as all weights are scaled together, scrubbed in the browser."""
    return _scrubbed(text, "log10_scale", -1, 1, 0.05, 0.0)


def gradient_by_shift(text):
    """log10 |dC/db_j| by layer as the first bias is shifted, scrubbed in the browser."""
    return _scrubbed(text, "log10_shift", -8, 0, 0.2, -4.0)


def gradient_by_layer(text):
    """log10 |dC/db_j| by layer."""
    x, y = _layers("layer:Q", text("x")), _y("log10_abs:Q", text("y"))
    chain = _series("chain")
    return alt.layer(
        chain.mark_line(color=CHAIN, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y),
        chain.mark_point(filled=True, size=80, color=CHAIN, opacity=1).encode(x=x, y=y),
    )


def factor_by_input(text):
    """|w sigma'(w a + b)| over the input a, the window above 1 shaded, w scrubbed in the browser."""
    slider = alt.binding_range(min=5, max=200, step=5, name=text("slider"))
    x, y = _x("a:Q", text("x")), _y("factor:Q", text("y"))
    now = _series("family").transform_filter("datum.weight == weight")
    window = now.transform_filter("datum.factor >= 1").mark_area(color=FACTOR, opacity=0.3).encode(x=x, y=y)
    line = now.mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y)
    one = _series("one").mark_rule(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    limits = _series("limits").mark_rule(opacity=0).encode(y=y)
    return alt.layer(limits, window, line, one).add_params(alt.param(name="weight", value=100, bind=slider))


def chains_trained(text):
    """The shares of chains that have learned, and that have had a factor above 1, step by step."""
    x, y = _x("step:Q", text("x")), _y("share:Q", text("y"), scale=alt.Scale(domain=[0, 1]), format="%")
    return alt.layer(
        _series("learned").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=y),
        _series("exploding").mark_line(color=FACTOR, strokeWidth=2.5).encode(x=x, y=y),
    )


def nudge_links(text):
    """How far every link moves: what the derivative says, and what happens."""
    x = _layers("link:Q", text("x"))
    y = _y("log10_abs:Q", text("y"))
    tooltip = [alt.Tooltip("name:N"), alt.Tooltip("change:Q", format=".4g")]
    predicted = (
        _series("predicted")
        .mark_point(size=130, color=THEORY, strokeWidth=2)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    actual = (
        _series("actual")
        .mark_point(filled=True, size=35, color=CHAIN, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip)
    )
    names = (
        _series("predicted")
        .transform_filter("datum.links <= 12")
        .mark_text(dy=-16, fontSize=12, color=FAINT)
        .encode(x=x, y=y, text="name:N")
    )
    return alt.layer(predicted, actual, names)


def nudge_gap(text):
    """The relative gap between prediction and fact, against the size of the nudge."""
    x, y = _x("delta_b:Q", text("x"), **LOG), _y("gap:Q", text("y"), **LOG)
    line = _series("gap").mark_line(color=CHAIN).encode(x=x, y=y)
    dots = _series("gap").mark_point(filled=True, size=50, color=CHAIN, opacity=1).encode(x=x, y=y)
    now = _series("now").mark_point(shape="diamond", size=200, color=FACTOR, strokeWidth=2.5).encode(x=x, y=y)
    return alt.layer(line, dots, now)


def sigma_prime(text):
    """The curve of sigma' with the weighted inputs of the chain on it."""
    x, y = _x("z:Q", text("x")), _y("slope:Q", text("y"))
    curve = _series("curve").mark_line(color=FAINT, strokeWidth=2).encode(x=x, y=y)
    tooltip = [alt.Tooltip("layer:Q"), alt.Tooltip("z:Q", format=".3f"), alt.Tooltip("slope:Q", format=".4g")]
    dots = _series("chain").mark_point(filled=True, size=80, color=CHAIN, opacity=0.9)
    now = _series("now").mark_point(filled=True, size=170, shape="diamond", color=FACTOR, opacity=1)
    names = _series("now").mark_text(dy=-14, fontSize=13, fontWeight=600, color=FACTOR)
    return alt.layer(
        curve,
        dots.encode(x=x, y=y, tooltip=tooltip),
        now.encode(x=x, y=y, tooltip=tooltip),
        names.encode(x=x, y=y, text="name:N"),
    )


def product_by_depth(text):
    """log10 |da_j/db_1| as the chain grows: this chain, random chains, and the bound of 1/4 a layer."""
    x, y = _layers("layer:Q", text("x")), _y("log10_abs:Q", text("y"))
    band = _series("chains").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    median = _series("chains").mark_line(color=CHAIN, strokeDash=[6, 3]).encode(x=x, y=alt.Y("log10_abs:Q"))
    bound = _series("bound").mark_line(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(x=x, y=y)
    chain = _series("chain").mark_point(filled=True, size=60, color=CHAIN, opacity=1).encode(x=x, y=y)
    now = _series("now").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(band, median, bound, chain, now.encode(x=x, y=y))


def ratio_histogram(text):
    """How |dC/db_3| / |dC/db_1| is spread over random chains."""
    x = _x("log10_ratio:Q", text("x"))
    y = _y("share:Q", text("y"), format=".1~%")
    bars = (
        _series("chains")
        .mark_bar(color=CHAIN, opacity=0.55)
        .encode(x=x, x2="upper:Q", y=y, y2=alt.datum(0), tooltip=[alt.Tooltip("share:Q", format=".2%")])
    )
    book = _series("book").mark_rule(color=THEORY, strokeWidth=2.5, strokeDash=[2, 3]).encode(x=x)
    median = _series("median").mark_rule(color=CHAIN, strokeWidth=2.5, strokeDash=[6, 3]).encode(x=x)
    return alt.layer(bars, book, median)


def ratio_by_scale(text):
    """The typical |dC/db_1 / dC/db_L| against the scale of the weights."""
    x, y = _x("weight_std:Q", text("x"), **LOG), _y("log10_ratio:Q", text("y"))
    level = _series("level").mark_rule(color=THEORY, strokeDash=[2, 3], strokeWidth=2).encode(y=y)
    line = _series("scales").mark_line(color=CHAIN, strokeWidth=2.5).encode(x=x, y=y)
    best = _series("best").mark_point(filled=True, size=130, color=CHAIN, opacity=1).encode(x=x, y=y)
    own = _series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(level, line, best, own.encode(x=x, y=y))


def balanced_by_depth(text):
    """The share of chains whose layers learn within a factor 2 of each other, against the depth."""
    x, y = _layers("layer:Q", text("x")), _y("share:Q", text("y"), **LOG)
    ends = _series("ends").mark_rule(opacity=0).encode(x=x)
    legend = alt.Legend(title=text("within"), orient="top", symbolType="stroke")
    factor = alt.StrokeDash("factor:N", sort=["× 2", "× 10", "× 100"], legend=legend)
    line = _series("chains").mark_line(color=CHAIN).encode(x=x, y=y, strokeDash=factor)
    now = _series("now").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(ends, line, now.encode(x=x, y=y))


def ratio_spread(text):
    """How log10 |dC/db_1 / dC/db_L| is spread over random chains, theory over simulation."""
    x, y = _x("lower:Q", text("x")), _y("share:Q", text("y"), format=".2~%")
    bars = _series("chains").mark_bar(color=CHAIN, opacity=0.55)
    bars = bars.encode(
        x=x, x2="upper:Q", y=y, y2=alt.datum(0), tooltip=[alt.Tooltip("share:Q", format=".2%")]
    )
    theory = _series("theory").mark_line(color=THEORY, strokeWidth=2.5).encode(x=x, y=y)
    even = _series("even").mark_rule(color=FACTOR, strokeDash=[5, 3], strokeWidth=2).encode(x=x)
    return alt.layer(bars, theory, even)


def spread_by_depth(text):
    """The mean and the spread of the log ratio against the depth, theory over simulation."""
    x, y = _layers("layer:Q", text("x")), _y("mean:Q", text("y"))
    band = _series("chains").mark_area(color=CHAIN, opacity=0.18).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    mean = _series("chains").mark_point(filled=True, size=22, color=CHAIN, opacity=1).encode(x=x, y=y)
    theory = _series("theory").mark_line(color=THEORY, strokeWidth=2).encode(x=x, y=y)
    edges = _series("theory").mark_line(color=THEORY, strokeWidth=1.5, strokeDash=[4, 3])
    return alt.layer(
        band, mean, theory, edges.encode(x=x, y=alt.Y("low:Q")), edges.encode(x=x, y=alt.Y("high:Q"))
    )


def window_widths(text):
    """The width of the window against the weight, its widest, and the chance to fall into it."""
    x, y = _x("w:Q", text("x"), **LOG), _y("width:Q", text("y"))
    width = _series("width").mark_line(color=CHAIN, strokeWidth=2.5).encode(x=x, y=y)
    chance = _series("chance").mark_line(color=THEORY, strokeDash=[6, 3]).encode(x=x, y=y)
    widest = _series("widest").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(width, chance, widest.encode(x=x, y=y))


def window_region(text):
    """The region of weights and inputs with a factor of 1 or more, the bias scrubbed in the browser."""
    slider = alt.binding_range(min=-100, max=20, step=1, name=text("slider"))
    x = _x("w:Q", text("x"), scale=alt.Scale(domain=[0, 200]))
    y = _y("low:Q", text("y"), scale=alt.Scale(domain=[0, 1]))
    moved = _series("window").transform_calculate(
        low="-bias / datum.w - datum.half", high="-bias / datum.w + datum.half", middle="-bias / datum.w"
    )
    region = moved.mark_area(color=FACTOR, opacity=0.45, clip=True).encode(x=x, y=y, y2="high:Q")
    middle = moved.mark_line(color=CHAIN, strokeWidth=1, clip=True).encode(x=x, y=alt.Y("middle:Q"))
    return alt.layer(region, middle).add_params(alt.param(name="bias", value=-10, bind=slider))


def identity_copy(text):
    """The copy that one neuron makes of x, beside x."""
    x, y = _x("x:Q", text("x")), _y("y:Q", text("y"))
    straight = _series("x").mark_line(color=FAINT, strokeWidth=4, opacity=0.6).encode(x=x, y=y)
    return alt.layer(straight, _series("copy").mark_line(color=CHAIN, strokeWidth=2).encode(x=x, y=y))


def identity_error(text):
    """The worst error of the copy against w_1."""
    x, y = _x("w1:Q", text("x"), **LOG), _y("error:Q", text("y"), **LOG)
    line = _series("best").mark_line(color=CHAIN, point=True).encode(x=x, y=y)
    own = _series("own").mark_point(filled=True, size=150, shape="diamond", color=FACTOR, opacity=1)
    return alt.layer(line, own.encode(x=x, y=y))


CHARTS = {
    draw.__name__: draw
    for draw in (
        layer_speeds,
        gradient_by_scale,
        gradient_by_layer,
        gradient_by_shift,
        factor_by_input,
        chains_trained,
        ratio_by_scale,
        balanced_by_depth,
        ratio_spread,
        spread_by_depth,
        window_widths,
        window_region,
        identity_copy,
        identity_error,
        nudge_links,
        nudge_gap,
        sigma_prime,
        product_by_depth,
        ratio_histogram,
    )
}


def _scrubbed(text, scrubbed, low, high, step, start):
    """log10 |dC/db_j| by layer, one line at a time of a family, chosen by a slider in the browser."""
    slider = alt.binding_range(min=low, max=high, step=step, name=text("slider"))
    x, y = _layers("layer:Q", text("x")), _y("log10_abs:Q", text("y"))
    family = _series("family")
    limits = (
        family.transform_aggregate(low="min(log10_abs)", high="max(log10_abs)")
        .mark_rule(opacity=0)
        .encode(y=alt.Y("low:Q"), y2="high:Q")
    )
    ends = _series("ends").mark_rule(opacity=0).encode(x=x)
    grey = family.transform_filter("datum.grey")
    fan = grey.mark_line(color=FAINT, opacity=0.35, strokeWidth=1).encode(x=x, y=y, detail=f"{scrubbed}:O")
    names = (
        grey.transform_filter("datum.layer == 1")
        .transform_calculate(text=f"'{text('grey')}' + format(pow(10, datum.{scrubbed}), '.1~g')")
        .mark_text(align="left", baseline="bottom", dx=6, dy=-2, fontSize=11, color=FAINT)
        .encode(x=x, y=y, text="text:N")
    )
    now = family.transform_filter(f"abs(datum.{scrubbed} - scrubbed) < {step / 2}")
    line = now.mark_line(color=CHAIN, strokeWidth=2.5).encode(x=x, y=y)
    dots = now.mark_point(filled=True, size=70, color=CHAIN, opacity=1).encode(
        x=x,
        y=y,
        shape=alt.Shape(
            "sign:N", scale=alt.Scale(domain=[1, -1], range=["circle", "triangle-down"]), legend=None
        ),
        tooltip=[alt.Tooltip("layer:Q"), alt.Tooltip("log10_abs:Q", format=".2f"), alt.Tooltip("sign:N")],
    )
    readout = (
        _series("readout")
        .transform_calculate(text=f"'{text('readout')} ' + format(pow(10, scrubbed), '.2~g')")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-4, fontSize=15, fontWeight=600, color=CHAIN)
        .encode(x=alt.value("width"), y=alt.value("height"), text="text:N")
    )
    scrub = alt.param(name="scrubbed", value=start, bind=slider)
    return alt.layer(limits, ends, fan, names, line, dots, readout).add_params(scrub)


def _series(name):
    return alt.Chart(ROWS).transform_filter(f"datum.series == '{name}'")


def _x(field, title, scale=alt.Undefined, **axis):
    return alt.X(field, axis=alt.Axis(title=title, labelAngle=0, **axis), scale=scale)


def _y(field, title, scale=alt.Undefined, **axis):
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -30, "titleY": -10}
    return alt.Y(field, axis=alt.Axis(title=title, **above, **axis), scale=scale)


def _layers(field, title):
    return _x(field, title, scale=alt.Scale(zero=False, nice=False), tickMinStep=1, format="d")

"""The parts that charts are made of."""

import altair as alt

from pages.ui.theme import CHAIN, FACTOR, FAINT, GUESS

ROWS = alt.NamedData("rows")


def _raised(exponent):
    """An expression for 10 to an exponent, which is raised."""
    raised = f"toString({exponent})"
    for plain, small in zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True):
        raised = f"replace({raised}, /{plain}/g, '{small}')"
    return f"'10' + {raised}"


def _power_of_ten():
    """An expression for the label of a power of ten on an axis."""
    power = _raised("round(log(datum.value) / LN10)")
    return f"indexof([1, 10, 100], datum.value) < 0 ? {power} : format(datum.value, 'd')"


def _number(log10):
    """An expression for a number of this logarithm, with a power of ten where it is small."""
    whole = f"floor({log10} + 1e-9)"
    mantissa = f"format(pow(10, {log10} - {whole}), '.2~g')"
    small = f"({mantissa} == '1' ? '' : {mantissa} + ' × ') + {_raised(whole)}"
    return f"({log10} < -3 ? {small} : format(pow(10, {log10}), '.2~g'))"


LOG = {
    "scale": alt.Scale(type="log"),
    "labelExpr": _power_of_ten(),
    "values": [10.0**n for n in range(-18, 19)],
}


BEHIND = {"stroke": alt.expr("background"), "strokeWidth": 4, "strokeJoin": "round"}
"""What is drawn behind a name, so that it can be read on whatever lies there."""


POWERS = {"labelExpr": _raised("datum.value"), "tickMinStep": 1}
"""An axis of logarithms that is labelled with the powers of ten."""


def scrubbed(text, column, low, high, step, start, grey):
    """log10 |dC/db_j| by layer, one line at a time of a family, chosen by a slider in the browser.

    The lines at the values `grey` stay in sight.
    """
    slider = alt.binding_range(min=low, max=high, step=step, name=text("slider"))
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_abs:Q", text("y"))
    family = series("family")
    limits = (
        family.transform_aggregate(low="min(log10_abs)", high="max(log10_abs)")
        .mark_rule(opacity=0)
        .encode(y=alt.Y("low:Q"), y2="high:Q")
    )
    ends = series("ends").mark_rule(opacity=0).encode(x=x)
    grey = family.transform_filter(f"indexof({grey}, round(datum.{column} * 1e6) / 1e6) >= 0")
    fan = grey.mark_line(color=FAINT, opacity=0.35, strokeWidth=1).encode(x=x, y=y, detail=f"{column}:O")
    names = (
        grey.transform_filter("datum.layer == 1")
        .transform_calculate(text=f"'{text('grey')}' + {_number(f'datum.{column}')}")
        .mark_text(align="left", baseline="bottom", dx=6, dy=-2, fontSize=11, color=FAINT)
        .encode(x=x, y=y, text="text:N")
    )
    now = family.transform_filter(f"abs(datum.{column} - scrubbed) < 1e-6")
    place = {"x": at("x", "layer"), "y": at("y", "log10_abs")}
    line = now.mark_line(color=CHAIN, strokeWidth=2.5).encode(**place)
    dots = now.mark_point(filled=True, size=70, color=CHAIN, opacity=1).encode(
        **place,
        key="layer:Q",
        shape=alt.Shape(
            "sign:N", scale=alt.Scale(domain=[1, -1], range=["circle", "triangle-down"]), legend=None
        ),
        tooltip=[alt.Tooltip("layer:Q"), alt.Tooltip("log10_abs:Q", format=".2f"), alt.Tooltip("sign:N")],
    )
    readout = (
        series("readout")
        .transform_calculate(text=f"'{text('readout')} ' + {_number('scrubbed')}")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-4, fontSize=15, fontWeight=600, color=CHAIN)
        .encode(x=alt.value("width"), y=alt.value("height"), text="text:N")
    )
    scrub = alt.param(name="scrubbed", value=start, bind=slider)
    return alt.layer(limits, ends, fan, names, line, dots, readout).add_params(scrub)


def at(scale, field):
    """A place or a colour on a scale; a field would join its domain, and every frame would draw all anew."""
    return alt.value(alt.expr(f"scale('{scale}', datum.{field})"))


def series(name):
    return alt.Chart(ROWS).transform_filter(f"datum.series == '{name}'")


def guess(x=None, y=None, **label):
    """The reader's guess and its name: a cross at a place, or a dotted line across at a value of one axis.

    The name stands beside the cross or at an end of the line, on the side of the middle, where there is
    room, and hides what is drawn behind it; `label` are properties of its mark.
    """
    place = {channel: axis for channel, axis in (("x", x), ("y", y)) if axis is not None}
    if x is None:
        along, align, dx = {"x": alt.value("width")}, "right", -14
        baseline, dy = (_past_the_middle("y", y, *pair) for pair in (("'bottom'", "'top'"), (-4, 5)))
    else:
        along, baseline, dy = ({}, "middle", 0) if y is not None else ({"y": alt.value(0)}, "bottom", -3)
        align, dx = (_past_the_middle("x", x, *pair) for pair in (("'right'", "'left'"), (-11, 11)))
    mark = {"fontSize": 12, "fontWeight": 600, "color": GUESS, "align": align, "baseline": baseline}
    mark |= {"dx": dx, "dy": dy, **label}
    names = (series("guess").mark_text(**mark, **more) for more in (BEHIND, {}))
    dotted = {"color": GUESS, "strokeWidth": 2.5, "strokeDash": [2, 4]}
    cross = {"color": GUESS, "strokeWidth": 2.5, "shape": "cross", "size": 150}
    drawn = series("guess").mark_point(**cross) if len(place) == 2 else series("guess").mark_rule(**dotted)
    return alt.layer(
        drawn.encode(**place), *(name.encode(**place, **along, text="series:N") for name in names)
    )


def _past_the_middle(channel, axis, past, before):
    """An expression for `past` in the right or the lower half of a drawing, and for `before` in the other."""
    field, length = axis["shorthand"].partition(":")[0], {"x": "width", "y": "height"}[channel]
    return alt.expr(f"scale('{channel}', datum.{field}) > {length} / 2 ? {past} : {before}")


def named(name, place, words, color, **mark):
    """The name of a series, written beside its point `name`; it hides what is drawn behind it."""
    mark = {"align": "left", "dx": 8, "fontSize": 12, "fontWeight": 600, "color": color, **mark}
    names = (series(name).mark_text(text=words, **mark, **more) for more in (BEHIND, {}))
    return alt.layer(*(each.encode(**place) for each in names))


def x_axis(field, title, scale=alt.Undefined, **axis):
    """An axis whose labels stand under their ticks, the two at its ends too, with room between them."""
    usual = {"labelAngle": 0, "labelFlush": False, "tickCount": alt.ExprRef("ceil(width / 60)")}
    return alt.X(field, axis=alt.Axis(title=title, **{**usual, **axis}), scale=scale)


def y_axis(field, title, scale=alt.Undefined, **axis):
    """An axis whose title lies above it."""
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -30, "titleY": -10}
    above |= {"labelFlush": False}
    return alt.Y(field, axis=alt.Axis(title=title, **{**above, **axis}), scale=scale)


def rows_axis(field, title):
    """An axis of names, a row each, in the order of the table."""
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -10}
    return alt.Y(field, sort=None, axis=alt.Axis(title=title, labelLimit=200, **above))


def layer_axis(field, title):
    return x_axis(field, title, scale=alt.Scale(zero=False, nice=False), tickMinStep=1, format="d")


def dots(text):
    """A mark for every share, and a thick one for the median, by design."""
    x = x_axis("accuracy:Q", text("x"), scale=alt.Scale(domain=[0, 1]), format="%")
    y = rows_axis("design:N", text("y"))
    rows = series("designs").mark_rule(opacity=0).encode(y=y)
    dots = series("networks").mark_tick(color=CHAIN, thickness=2, height=22).encode(x=x, y=y)
    median = series("median").mark_tick(color=FACTOR, thickness=4, height=30).encode(x=x, y=y)
    return alt.layer(rows, dots, median)

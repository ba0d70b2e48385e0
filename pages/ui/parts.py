"""The parts that charts are made of."""

import altair as alt

from pages.ui.theme import CHAIN, FAINT, GUESS

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
    """A place or a colour on a scale; a field would join its domain, and all be drawn anew in each frame."""
    return alt.value(alt.expr(f"scale('{scale}', datum.{field})"))


def series(name):
    return alt.Chart(ROWS).transform_filter(f"datum.series == '{name}'")


def guess(**place):
    """The reader's guess: a cross at a place, or a dotted line across at a value of one axis."""
    if len(place) == 1:
        return series("guess").mark_rule(color=GUESS, strokeWidth=2.5, strokeDash=[2, 4]).encode(**place)
    cross = series("guess").mark_point(shape="cross", size=150, color=GUESS, strokeWidth=2.5)
    return cross.encode(**place)


def named(name, place, words, color, **mark):
    """The name of a series, written beside its point `name`."""
    mark = {"align": "left", "dx": 8, "fontSize": 12, "fontWeight": 600, "color": color, **mark}
    return series(name).mark_text(text=words, **mark).encode(**place)


def x_axis(field, title, scale=alt.Undefined, **axis):
    return alt.X(field, axis=alt.Axis(title=title, labelAngle=0, **axis), scale=scale)


def y_axis(field, title, scale=alt.Undefined, **axis):
    above = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -30, "titleY": -10}
    return alt.Y(field, axis=alt.Axis(title=title, **{**above, **axis}), scale=scale)


def layer_axis(field, title):
    return x_axis(field, title, scale=alt.Scale(zero=False, nice=False), tickMinStep=1, format="d")

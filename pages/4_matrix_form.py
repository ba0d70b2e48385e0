"""Lesson 4, the matrix form (S16 and S17)."""

import streamlit as st

from pages.ui import controls, matrices
from pages.ui.frame import open_page
from pages.ui.numbers import number
from pages.ui.tables import matrix as tables
from vgcore import (
    ACTIVATIONS,
    INITIALISERS,
    Network,
    design,
    field_curve,
    load_digits,
    luck,
    luck_by_width,
    spectra,
    square_form,
)

cached = st.cache_data(max_entries=60, show_spinner=False)
design_of, field_of, luck_of, widths_of = map(cached, (design, field_curve, luck, luck_by_width))


@cached
def spectra_of(sizes, **kind):
    return spectra(Network.random(sizes, 0, **kind), load_digits(1)[0])


page = open_page("matrix")
page.write("opening")
*square, layer = controls.square(page, list(ACTIVATIONS))
form = square_form(*square)
st.html(matrices.network(page.label("net.alt"), layer, form))
st.html(matrices.product(page.label("product.alt"), layer, form))
page.write("form", layer=layer)


@controls.experiment(page, "same", ("0.1", "10⁻³", "10⁻⁸", "≤ 10⁻¹⁵"))
def same(beside):
    beside(number(form.difference))
    page.table("same", tables.same(form, layer))


page.write("design")
hidden, width, sampled, kind = controls.design(page, list(ACTIVATIONS), list(INITIALISERS))
with st.spinner(page.label("computing")):
    found = design_of(hidden, width, **sampled, **kind)
page.chart("design_speeds", tables.speeds(found), **tables.theory(found))
page.write("design_read", **tables.ratios(found))


@controls.experiment(page, "shrink", ("2", "1", "1/2", "1/4", "1/8"))
def shrink(beside):
    values = spectra_of(found.sizes, **kind)
    beside(number(values.typical_factor))
    page.chart("factor_spectrum", tables.factors(values))
    page.chart("product_spectrum", tables.products(values), **tables.spread(values))


@controls.experiment(page, "critical", ("1", "2", "4", "10", "100"), activation=kind["activation"])
def critical(beside):
    curve = field_of(kind["activation"], kind["bias_std"])
    beside(number(curve.edge))
    page.chart("chi_by_scale", tables.scales(curve, found), **tables.edge(curve, found))


@controls.experiment(page, "luck", ("1.1", "2", "10", "100", "10⁴"), hidden=hidden, width=width)
def lucky(beside):
    drawn = luck_of(width, hidden, 1000, 1)
    beside(number(drawn.ratio))
    page.chart("luck_spread", tables.luck(drawn), **tables.law(drawn))
    page.chart("luck_by_width", tables.widths(widths_of(hidden, 500, 1), drawn, hidden, width))


page.write("summary")
page.close()

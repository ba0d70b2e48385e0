"""Lesson 4, the matrix form (S16 and S17)."""

import streamlit as st

from pages.ui import controls, matrices
from pages.ui.frame import cached, open_page
from pages.ui.numbers import number
from pages.ui.tables import matrix as tables
from vgcore import (
    ACTIVATIONS,
    INITIALISERS,
    design,
    design_spectra,
    field_curve,
    luck,
    luck_by_width,
    square_form,
)

page = open_page("matrix")
page.write("opening")
*square, layer = controls.square(page, list(ACTIVATIONS))
form = square_form(*square)
st.html(matrices.network(page.label("net.alt"), layer, form))
st.html(matrices.product(page.label("product.alt"), layer, form))
page.write("form", layer=layer)


@controls.experiment(page, "same", ("0.1", "10⁻³", "10⁻⁸", "≤ 10⁻¹²"))
def same(beside):
    beside(number(form.difference))
    page.table("same", tables.same(form, layer))


page.write("design")
hidden, width, sampled, kind = controls.design(page, list(ACTIVATIONS), list(INITIALISERS))
with st.spinner(page.label("computing")):
    found = cached(design)(hidden, width, **sampled, **kind)
page.chart("design_speeds", tables.speeds(found), **tables.theory(found))
page.write("design_read", **tables.ratios(found))


@controls.experiment(page, "shrink", ("2", "1", "1/2", "1/4", "1/8"))
def shrink(beside):
    values = cached(design_spectra)(found.sizes, 0, **kind)
    beside(number(values.typical_factor))
    page.chart("factor_spectrum", tables.factors(values))
    page.chart("product_spectrum", tables.products(values), **tables.spread(values))


@controls.experiment(page, "critical", ("1", "2", "4", "10", "100"), activation=kind["activation"])
def critical(beside):
    curve = cached(field_curve)(kind["activation"], kind["bias_std"])
    beside(number(curve.edge))
    page.chart("chi_by_scale", tables.scales(curve, found), **tables.edge(curve, found))


@controls.experiment(page, "luck", ("1.1", "2", "10", "100", "10⁴"), hidden=hidden, width=width)
def lucky(beside):
    drawn = cached(luck)(width, hidden, 1000, 1)
    beside(number(drawn.ratio))
    page.chart("luck_spread", tables.luck(drawn), **tables.law(drawn))
    page.chart("luck_by_width", tables.widths(cached(luck_by_width)(hidden, 500, 1), drawn, hidden, width))


page.write("summary")
page.close()

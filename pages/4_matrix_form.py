"""Lesson 4, the matrix form."""

import streamlit as st

from pages.lessons.matrix import controls, rows, tiles
from pages.ui.page import cached, open_page
from vgcore.studies.designs import design, design_spectra
from vgcore.studies.edge import field_curve
from vgcore.studies.luck import jacobian_luck, luck_by_width
from vgcore.studies.matrix import square_form

page = open_page("matrix")
page.write("opening")
square = page.ask(controls.Square, prefix="square_")
layer = square.layer
form = square_form(square.depth, square.width, square.seed, square.activation)
st.html(tiles.network(page.word("net.alt"), layer, form))
st.html(tiles.product(page.word("product.alt"), layer, form))
page.write("form", layer=layer)


@page.experiment("same", ("0.1", "10⁻³", "10⁻⁸", "≤ 10⁻¹²"))
def same(experiment):
    experiment.answer(form.difference)
    page.table("same", form, layer)


page.write("design")
chosen = page.ask(controls.Design)
hidden, width, activation = chosen.hidden, chosen.width, chosen.activation
with st.spinner(page.word("page.computing")):
    measured = cached(design)(hidden, width, **chosen.sampling, **chosen.kind)
page.figure("design_speeds", measured)


@page.experiment("shrink", ("2", "1", "1/2", "1/4", "1/8"))
def shrink(experiment):
    spectra = cached(design_spectra)(measured.sizes, 0, **chosen.kind)
    experiment.answer(spectra.typical_factor)
    page.figure("factor_spectrum", spectra, experiment.guess)
    page.figure("product_spectrum", spectra)


@page.experiment("critical", ("1", "2", "4", "10", "100"), activation=page.name_of(activation))
def critical(experiment):
    curve = cached(field_curve)(activation, rows.SCALES, chosen.bias_std)
    experiment.answer(curve.edge)
    page.figure("chi_by_scale", curve, measured, experiment.guess)


@page.experiment("luck", ("1.1", "2", "10", "100", "10⁴"), hidden=hidden, width=width)
def luck(experiment):
    sampled = cached(jacobian_luck)(hidden, width, 1000, 1)
    experiment.answer(sampled.ratio)
    page.figure("luck_spread", sampled)
    page.figure("luck_by_width", cached(luck_by_width)(rows.WIDTHS, hidden, 500, 1), sampled, hidden, width)


page.write("summary")
page.close()

"""Lesson 4, the matrix form."""

import math

import streamlit as st

from pages.lessons.matrix import controls, exercises, measure, rows, tiles
from pages.ui.page import cached, open_page
from vgcore.studies.edge import field_curve
from vgcore.studies.luck import jacobian_luck, luck_by_width
from vgcore.studies.matrix import square_form

page = open_page("matrix")
square = page.ask(controls.Square, prefix="square_")
form = square_form(**square.sampling)
drawings = (
    tiles.network(page.word("network.alt"), square.layer, form),
    tiles.product(page.word("product.alt"), square.layer, form),
)
st.html("".join(drawings))
page.write("form", layer=square.layer)
if square.activation == "sigmoid":
    page.write("form_sigmoid")


@page.experiment("same", ("0.1", "10⁻³", "10⁻⁸", "≤ 10⁻¹²"), {"sampling": square.sampling})
def same(experiment):
    page.say(experiment.answer(form.difference))
    page.write("same_layer", layer=square.layer)
    page.table(rows.same, form, square.layer)


page.write("design")
asked = page.ask(controls.Design)
chosen = asked.fitting
if chosen != asked:
    page.write("too_many", asked=asked.hidden, width=chosen.width, hidden=chosen.hidden)
hidden, width, as_set = chosen.hidden, chosen.width, chosen.as_set
measure.seed_by_seed(page, chosen)
theory = measure.theory(chosen)


@page.experiment("shrink", ("2", "1", "1/2", "1/4", "1/8"), as_set)
def shrink(experiment):
    spectra = measure.spectra(chosen)
    if spectra is None:
        page.write("outgrown")
        return
    answer = experiment.answer(spectra.typical_factor)
    page.figure(rows.factor_spectrum, spectra, guess=experiment.guess, lead=answer)
    page.figure(rows.product_spectrum, spectra)


@page.experiment("critical", ("1", "2", "4", "10", "100"), as_set, activation=page.name_of(chosen.activation))
def critical(experiment):
    curve = cached(field_curve)(chosen.activation, rows.WEIGHT_STDS, chosen.bias_std)
    answer = experiment.answer(curve.edge)
    page.figure(rows.chi_by_scale, curve, theory, chosen.activation, guess=experiment.guess, lead=answer)


@page.experiment("luck", ("1.1", "2", "10", "100", "10⁴"), as_set, hidden=hidden, width=width)
def luck(experiment):
    own = cached(jacobian_luck)(hidden, width, rows.NETWORKS, rows.LUCK_SEED)
    by_width = cached(luck_by_width)(rows.WIDTHS, hidden, rows.NETWORKS_A_WIDTH, rows.LUCK_SEED)
    answer = experiment.answer(own.ratio) if own.ratio < math.inf else ""
    page.figure(rows.luck_spread, own, lead=answer)
    page.figure(rows.luck_by_width, by_width, own, hidden, width)


page.exercises(exercises.EXERCISES, form=form, chosen=chosen, theory=theory)
page.close(rows.reached(form, theory))

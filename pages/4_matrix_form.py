"""Lesson 4, the matrix form."""

import streamlit as st

from pages.lessons.matrix import controls, exercises, measure, rows, tiles
from pages.ui.page import open_page
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
as_set = chosen.as_set
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


@page.experiment("paths", ("1.1", "2", "10", "100"), as_set)
def paths(experiment):
    factors = measure.factors(chosen)
    page.figure(rows.factors_of_widths, factors, lead=experiment.answer(factors.apart(-1)))
    page.write("paths_added")


page.write("theory")
page.signposts("edge", "critical", "luck")
page.exercises(exercises.EXERCISES, form=form, chosen=chosen, theory=theory)
page.close(rows.reached(form, theory))

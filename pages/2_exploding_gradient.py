"""Lesson 2, the exploding gradient."""

import streamlit as st

from pages.lessons.exploding import controls, exercises, formulas, rows
from pages.ui import diagram
from pages.ui.page import cached, open_page
from vgcore.studies.descent import descent_shares
from vgcore.studies.explosion import contrived_chain, factor_by_input, gradient_kept, shift_family
from vgcore.studies.window import window_width

page = open_page("exploding")
chosen = page.ask(controls.Settings)
a0 = chosen.a0
chain, book = contrived_chain(chosen.weight, chosen.depth, a0), contrived_chain()
trace = chain.trace(a0, 0.0)

page.write("recipe", centred=formulas.centred(trace))
st.html(diagram.chain(page.word("network.alt"), 0, trace, 0.0))
page.figure(rows.gradient_by_layer, trace)


@page.experiment("explosion", ("10³", "10⁶", "10⁹", "10¹²", "10¹⁵"))
def explosion(experiment):
    page.say(experiment.answer(abs(contrived_chain(depth=10).trace(1.0, 0.0).ratio(1, 10))))


@page.experiment("edge", ("1", "1/2", "1/100", "10⁻¹⁰", "≤ 10⁻²⁰"))
def edge(experiment):
    answer = experiment.answer(gradient_kept(book, 1.0, 0.0, 0.01))
    page.figure(rows.gradient_by_shift, shift_family(chain, rows.SHIFTS, a0, 0.0), trace, lead=answer)


@page.experiment("window", ("1", "0.5", "0.1", "0.01", "0.001"))
def window(experiment):
    answer = experiment.answer(window_width(100.0))
    factors = cached(factor_by_input)(rows.WEIGHTS, rows.INPUTS)
    page.figure(rows.factor_by_input, factors, chosen.weight, window_width(chosen.weight), lead=answer)


@page.experiment("training", ("0%", "1%", "10%", "50%", "90%"))
def training(experiment):
    page.say(experiment.answer(cached(descent_shares)(4, 1000, 1, 1.0, 5.0, 500).exploding[-1]))
    start = page.ask(controls.Start, border=False)
    run = cached(descent_shares)(4, 1000, 1, start.weight_std, start.eta, 500)
    page.figure(rows.chains_trained, run, guess=experiment.guess)


page.exercises(exercises.EXERCISES, chosen=chosen)
page.close(rows.reached(trace))

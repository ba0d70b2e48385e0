"""Lesson 2, the exploding gradient (S12 and S13)."""

import streamlit as st

from pages.ui import controls, diagram, formulas
from pages.ui.frame import cached, open_page
from pages.ui.numbers import number, percent
from pages.ui.tables import exploding as tables
from vgcore import (
    contrived_chain,
    descent_shares,
    gradient_kept,
    shift_family,
    window_family,
    window_width,
)

page = open_page("exploding")
page.write("opening")
weight, depth, a0 = controls.contrived(page)
chain, book = contrived_chain(weight, depth, a0), contrived_chain()
trace = chain.trace(a0, 0.0)
factor = number(trace.term(2))

page.write("recipe")
st.markdown(formulas.centred(trace))
st.html(diagram.chain(page.label("network.alt"), 0, trace))
page.chart("gradient_by_layer", tables.by_layer(trace), factor=factor)


@controls.experiment(page, "explosion", ("10³", "10⁶", "10⁹", "10¹²", "10¹⁵"))
def explosion(beside):
    beside(number(contrived_chain(depth=10).trace(1.0, 0.0).ratio(1, 10).abs()))


@controls.experiment(page, "edge", ("1", "1/2", "1/100", "10⁻¹⁰", "≤ 10⁻²⁰"))
def edge(beside):
    beside(number(gradient_kept(book, 1.0, 0.0, 0.01)))
    page.chart("gradient_by_shift", tables.shifts(shift_family(chain, a0, 0.0)), factor=factor)


@controls.experiment(page, "window", ("1", "0.5", "0.1", "0.01", "0.001"))
def window(beside):
    beside(number(window_width(100.0)))
    half = number(tables.half(window_width(weight)))
    page.chart("factor_by_input", tables.windows(cached(window_family)()), weight=number(weight), half=half)


@controls.experiment(page, "training", ("0%", "1%", "10%", "50%", "90%"))
def training(beside):
    beside(percent(cached(descent_shares)(1000, 1, 4, 1.0, 5.0, 500).exploding[-1]))
    start, eta = controls.descent(page)
    run = cached(descent_shares)(1000, 1, 4, start, eta, 500)
    page.chart("chains_trained", tables.descent(run), learned=percent(run.learned[-1]))


page.write("summary")
page.close()

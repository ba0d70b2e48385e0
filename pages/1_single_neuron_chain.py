"""Lesson 1, the single-neuron chain (S1 to S11)."""

import streamlit as st

from pages.ui import controls, diagram, formulas, tables
from pages.ui.controls import experiment
from pages.ui.frame import open_page
from pages.ui.numbers import number, percent, subscripts
from vgcore import ACTIVATIONS, Chain, SignedLog, audit_usually, products_by_depth, scale_family

cached = st.cache_data(max_entries=100, show_spinner=False)

page = open_page("chain")
page.write("opening")
depth, kind, a0, y, cost = controls.chain(page)
drawn = Chain.random(depth, **kind)

page.write("network")
layer, weights, biases = controls.by_hand(page, drawn.weights, drawn.biases)
chain = drawn.replaced(weights, biases)
trace = chain.trace(a0, y, cost)
st.html(diagram.chain(page.label("network.alt"), layer, trace))
page.write("factor", layer=layer, factor=number(trace.factor(layer)))
st.markdown(formulas.product(trace, layer))

page.write("scale")
page.chart("gradient_by_scale", tables.family(scale_family(chain, a0, y, cost)))
if dead := trace.nabla_b.zeros():
    page.write("dead", count=dead, depth=depth)


@experiment(page, "nudge", ("10⁻¹", "10⁻²", "10⁻³", "10⁻⁴", "10⁻⁵", "10⁻⁶"))
def nudge(beside):
    delta_b = controls.pick(page, "delta_b", controls.STEPS, 0.1)
    links = chain.nudge(a0, y, delta_b, cost=cost)
    beside(number(links[-1].actual), delta_b=number(delta_b))
    page.chart("nudge_links", tables.links(links), gap=percent(links[-1].gap))
    page.table("links", tables.links_side_by_side(links))
    gaps = chain.nudge(a0, y, controls.STEPS, cost=cost)[-1].gap
    page.chart("nudge_gap", tables.gaps(controls.STEPS, gaps, delta_b, links[-1].gap))


@experiment(page, "slope", ("2", "1", "1/2", "1/4", "1/8"))
def slope(beside):
    activation = ACTIVATIONS[chain.activation]
    steepest, height = activation.steepest()
    beside(number(height), z=number(steepest))
    prime = number(trace.primes.entry(layer - 1))
    page.chart(
        "sigma_prime", tables.slopes(activation.curve(-8.0, 8.0), trace, layer), layer=layer, prime=prime
    )
    page.write("slope_sigmoid" if chain.activation == "sigmoid" else "slope_other", name=chain.activation)


@experiment(page, "product", ("10⁻¹", "10⁻³", "10⁻⁶", "10⁻¹⁰", "10⁻¹⁵"))
def product(beside):
    products = cached(products_by_depth)(60, 1000, a0=a0, **kind)
    beside(number(SignedLog(1.0, products.median[9])))
    page.chart("product_by_depth", tables.products(products, chain.response(a0), layer), layer=layer)


@experiment(page, "compare", ("4", "16", "64", "256", "1024"), upper=subscripts(f"_{min(3, depth)}"))
def compare(beside):
    own = trace.ratio(1, min(3, depth))
    beside(number(own.inverse()))
    st.markdown(formulas.compared(trace, min(3, depth)))
    page.write("compare_result", own=number(own))


@experiment(page, "audit", ("30 %", "50 %", "70 %", "90 %", "99 %"))
def audit(beside):
    counted = cached(audit_usually)(100_000, a0=a0, **kind)
    beside(percent(counted.ratio_below_sixteenth))
    page.write("audit_table", **tables.claims(counted))
    page.chart("ratio_histogram", tables.ratios(counted), median=number(SignedLog(1.0, counted.median)))
    page.write("audit_close")


page.close()

"""Lesson 1, the single-neuron chain (S1 to S11)."""

import streamlit as st

from pages.ui import controls, diagram, formulas
from pages.ui.frame import cached, open_page
from pages.ui.numbers import number, percent, subscripts
from pages.ui.tables import chain as tables
from vgcore import ACTIVATIONS, COSTS, Chain, audit_usually, products_by_depth, scale_family

page = open_page("chain")
page.write("opening")
depth, kind, a0, y, cost = controls.chain(page, list(ACTIVATIONS), list(COSTS))
drawn = Chain.random(depth, **kind)

page.write("network")
layer, weights, biases = controls.by_hand(page, drawn.weights, drawn.biases)
chain = drawn.replaced(weights, biases)
trace = chain.trace(a0, y, cost)
st.html(diagram.chain(page.label("network.alt"), layer, trace))
page.write("factor", layer=layer, factor=number(trace.term(layer)))
st.markdown(formulas.product(trace, layer))

page.write("scale")
family = scale_family(chain, a0, y, cost)
page.chart("gradient_by_scale", tables.family(family))
page.write("flattest", when=family.alive, **tables.flattest(family))
page.write("scale_sigmoid", when=chain.activation == "sigmoid")
page.write("dead", when=trace.dead, count=trace.dead, depth=depth)


@controls.experiment(page, "nudge", ("10⁻¹", "10⁻²", "10⁻³", "10⁻⁴", "10⁻⁵", "≤ 10⁻⁶"))
def nudge(beside):
    moved = cached(Chain.nudge)(chain, a0, y, controls.STEPS, cost=cost)
    beside(number(abs(moved[-1].at(controls.STEPS.index(0.1)).actual)))
    delta_b = controls.pick(page, "delta_b", controls.STEPS, 0.1)
    links = [link.at(controls.STEPS.index(delta_b)) for link in moved]
    page.chart("nudge_links", tables.links(links), gap=percent(links[-1].gap))
    page.table("links", tables.links_side_by_side(links))
    last = moved[-1]
    page.chart("nudge_gap", tables.gaps(controls.STEPS, last, delta_b, links[-1]), when=last.gaps_to_draw)
    page.write("no_gap", when=not last.gaps_to_draw)


@controls.experiment(page, "slope", ("2", "1", "1/2", "1/4", "1/8"))
def slope(beside):
    curve = ACTIVATIONS[chain.activation].curve(-8.0, 8.0)
    beside(number(ACTIVATIONS[chain.activation].steepest()[1]))
    page.chart("sigma_prime", tables.slopes(curve, trace, layer), **tables.neuron(curve, trace, layer))
    page.write("slope_sigmoid" if chain.activation == "sigmoid" else "slope_other", name=chain.activation)


@controls.experiment(page, "product", ("10⁻¹", "10⁻³", "10⁻⁶", "10⁻¹⁰", "0"))
def product(beside):
    products = cached(products_by_depth)(60, 1000, a0=a0, **kind)
    beside(number(products.typical(10)))
    page.chart("product_by_depth", tables.products(products, chain.response(a0, cost), layer), layer=layer)


@controls.experiment(page, "compare", ("4", "16", "64", "256", "1024"), upper=subscripts(f"_{min(3, depth)}"))
def compare(beside):
    own = trace.ratio(1, min(3, depth))
    beside(number(own.inverse().abs()))
    st.markdown(formulas.compared(trace, min(3, depth)))
    page.write("compare_result", own=number(own))


@controls.experiment(page, "audit", ("30%", "50%", "70%", "90%", "99%"))
def audit(beside):
    counted = cached(audit_usually)(100_000, a0=a0, **kind)
    beside(percent(counted.ratio_below_sixteenth))
    page.write("audit_table", **tables.claims(counted))
    page.chart("ratio_histogram", tables.ratios(counted), **tables.claims(counted))
    page.write("audit_close")


page.write("summary")
page.close()

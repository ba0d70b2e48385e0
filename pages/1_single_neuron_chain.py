"""Lesson 1, the single-neuron chain."""

import streamlit as st

from pages.lessons.chain import controls, exercises, formulas, rows
from pages.ui import diagram
from pages.ui.numbers import number, subscripts
from pages.ui.page import cached, open_page
from vgcore import ACTIVATIONS, Chain
from vgcore.studies.scaling import scale_family
from vgcore.studies.usually import audit_usually, products_by_depth

page = open_page("chain")
chosen = page.ask(controls.Settings)
a0, y, cost = chosen.a0, chosen.y, chosen.cost

page.write("network")
layer, chain, by_hand = controls.by_hand(page, Chain.random(chosen.depth, **chosen.sampling))
trace = chain.trace(a0, y, cost)
upper = min(3, chain.depth)
as_set = {**chosen.as_set, "by_hand": by_hand, "upper": upper}
st.html(diagram.chain(page.word("network.alt"), layer, trace, y))
page.write(f"cost_{cost}", **rows.cost(trace, y))
product = formulas.product(trace, layer)
page.write("factor", layer=layer, factor=number(trace.term(layer)), product=product)

scaled = scale_family(chain, rows.FACTORS, a0, y, cost)
page.figure(rows.gradient_by_scale, scaled, trace.dead, lead=page.word("speeds"))


@page.experiment("scale", ("1", "2", "10", "100", "1000"), as_set)
def scale(experiment):
    best, span = scaled.flattest
    found = rows.flattest(best, span) if scaled.alive else {}
    page.say(
        f"{experiment.answer(span)}\n\n{page.word('scale.flattest' if found else 'scale.dead', **found)}"
    )
    page.write("scale_sigmoid" if chain.activation == "sigmoid" else "scale_other")


@page.experiment("nudge", ("10⁻¹", "10⁻²", "10⁻³", "10⁻⁴", "10⁻⁵", "≤ 10⁻⁶"), as_set)
def nudge(experiment):
    moved = cached(Chain.nudge)(chain, a0, y, controls.NUDGES, cost=cost)
    page.say(experiment.answer(abs(moved[-1].at(controls.NUDGES.index(rows.ASKED_NUDGE)).actual)))
    delta_b = page.ask(controls.Nudge, border=False).delta_b
    links = [link.at(controls.NUDGES.index(delta_b)) for link in moved]
    page.figure(rows.nudge_links, links, delta_b, guess=experiment.guess)
    page.table(rows.links, links)
    if rows.has_gaps(moved[-1]):
        page.figure(rows.nudge_gap, controls.NUDGES, moved[-1], delta_b)
    else:
        page.write("no_gap")


@page.experiment("slope", ("2", "1", "1/2", "1/4", "1/8"), as_set)
def slope(experiment):
    activation = ACTIVATIONS[chain.activation]
    answer = experiment.answer(activation.steepest()[1])
    page.figure(rows.sigma_prime, activation, trace, layer, guess=experiment.guess, lead=answer)
    page.write(rows.slope_section(chain), name=page.name_of(chain.activation))


@page.experiment("product", ("10⁻¹", "10⁻³", "10⁻⁶", "10⁻¹⁰", "0"), as_set)
def product(experiment):
    products = cached(products_by_depth)(60, 1000, a0=a0, **chosen.sampling)
    answer = experiment.answer(products.typical(10))
    own = chain.response(a0, cost)
    page.figure(rows.product_by_depth, products, own, layer, guess=experiment.guess, lead=answer)


@page.experiment("compare", ("4", "16", "64", "256", "1024"), as_set, upper=subscripts(f"_{upper}"))
def compare(experiment):
    own = trace.ratio(1, upper)
    answer = experiment.answer(rows.times_larger(own))
    compared = formulas.compared(trace, upper)
    page.write("compare_result", answer=answer, compared=compared)


@page.experiment("audit", ("30%", "50%", "70%", "90%", "99%"), as_set)
def audit(experiment):
    counted = cached(audit_usually)(100_000, a0=a0, **chosen.sampling)
    answer = experiment.answer(counted.ratio_below_sixteenth)
    claims = page.word("audit_table", answer=answer, **rows.claims(counted))
    page.figure(rows.ratio_histogram, counted, lead=claims)
    page.write(rows.audit_section(chosen))


page.exercises(exercises.EXERCISES, trace=trace, layer=layer, chosen=chosen)
page.close(rows.reached(trace, scaled))

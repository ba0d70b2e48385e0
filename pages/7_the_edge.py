"""The edge, for the curious: theory of wide layers, its luck, and how deep it lets networks be."""

import math

from pages.lessons.edge import controls, exercises, measure, rows, trials
from pages.ui.page import cached, open_page
from vgcore.studies.edge import field_curve
from vgcore.studies.luck import jacobian_luck, luck_by_width

page = open_page("edge")
layers = page.ask(controls.Layers)
field = measure.field(layers)
hidden, width = layers.hidden, layers.width
page.write("forward")
page.figure(rows.settling, *measure.settling(layers), field)
page.write("backward")
page.figure(rows.under_the_bell, field, layers)


@page.experiment(
    "critical", ("1", "2", "4", "10", "100"), vars(layers), activation=page.name_of(layers.activation)
)
def critical(experiment):
    curve = cached(field_curve)(layers.activation, rows.SCALES, layers.bias_std)
    answer = experiment.answer(curve.edge)
    page.figure(rows.chi_by_scale, curve, field, layers, guess=experiment.guess, lead=answer)


@page.experiment("luck", ("1.1", "2", "10", "100", "10⁴"), vars(layers), hidden=hidden, width=width)
def luck(experiment):
    own = cached(jacobian_luck)(hidden, width, rows.NETWORKS, rows.LUCK_SEED)
    by_width = cached(luck_by_width)(rows.WIDTHS, hidden, rows.NETWORKS_A_WIDTH, rows.LUCK_SEED)
    answer = experiment.answer(own.ratio) if own.ratio < math.inf else ""
    page.figure(rows.luck_spread, own, lead=answer)
    page.figure(rows.luck_by_width, by_width, own, hidden, width)


@page.experiment("spread", ("1", "3", "10", "100", "1000"))
def spread(experiment):
    lucky = measure.lucky()
    page.figure(rows.single_networks, lucky, lead=experiment.answer(rows.decile_ratio(lucky["n30"])))


@page.experiment("reach", ("1", "4", "20", "100", "1000"))
def reach(experiment):
    page.say(experiment.answer(float(measure.point().xi[0, 0])))
    own = page.ask(controls.Point, border=False)
    page.figure(rows.phase, *measure.plane(), own, measure.point(own.sigma_w, own.sigma_b))


@page.experiment("map", ("1", "2", "4", "8", "20"))
def map_of_depths(experiment):
    own = page.ask(controls.Map, border=False)
    measure.trained(page, rows.own_cell, trials.own(own), show=page.said)
    measure.trained(page, rows.trained, trials.mapped(), measure.reach(), own, answer=experiment.answer)


page.exercises(exercises.EXERCISES, layers=layers, field=field)
page.close(rows.reached(layers, field))

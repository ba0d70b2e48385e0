"""Lesson 3, the unstable gradient."""

from pages.lessons.unstable import controls, exercises, rows
from pages.ui.numbers import number
from pages.ui.page import cached, open_page
from vgcore.studies.identity import identity_errors, identity_neuron
from vgcore.studies.imbalance import (
    FACTORS,
    balance_by_depth,
    balance_by_scale,
    compare_activations,
    log_ratio_histogram,
    random_log_ratios,
)
from vgcore.studies.window import widest_window, window_curve, window_width

page = open_page("unstable")
chosen = page.ask(controls.Settings)
depth, alike, as_set = chosen.depth, chosen.alike, chosen.as_set
grown = cached(balance_by_depth)(rows.DEEPEST, rows.CHAINS, **chosen.sampling)
page.figure(rows.spread_by_depth, grown, lead=page.word("drift"))


@page.experiment("balance", ("1", "1/10", "10⁻³", "10⁻⁶", "≤ 10⁻⁹"), as_set, depth=depth)
def balance(experiment):
    scales = cached(balance_by_scale)(rows.SCALES, depth, 2000, activation=chosen.activation, **alike)
    best, ratio = scales.best
    answer = experiment.answer(ratio, scale=number(best))
    if ratio.sign:
        own = (chosen.weight_std, chosen.activation)
        page.figure(rows.ratio_by_scale, scales, *own, guess=experiment.guess, lead=answer)
    else:
        page.say(answer)
        page.write("all_dead")


@page.experiment("spread", ("50%", "10%", "1%", "0.1%", "0%"), as_set, depth=depth)
def spread(experiment):
    answer = experiment.answer(grown.balanced_at(depth), depth=depth)
    page.figure(rows.balanced_by_depth, grown, FACTORS, depth, guess=experiment.guess, lead=answer)
    page.figure(rows.ratio_spread, cached(log_ratio_histogram)(depth, 100_000, **chosen.sampling), depth)


@page.experiment("explode", ("90%", "50%", "10%", "1%", "0%"), as_set, depth=depth)
def explode(experiment):
    ratios = cached(random_log_ratios)(depth, rows.CHAINS, weight_std=3.0, activation="linear", **alike)
    page.say(experiment.answer(rows.exploded(ratios)))
    other = page.ask(controls.Other, border=False).other
    page.figure(
        rows.either_way, cached(balance_by_scale)(rows.SCALES, depth, 2000, activation=other, **alike)
    )
    page.write("explode_read")


@page.experiment("narrow", ("4", "7", "20", "100", "1000"), as_set)
def narrow(experiment):
    answer = experiment.answer(cached(widest_window)()[0])
    windows = cached(window_curve)(rows.WEIGHTS, 20_000, chosen.seed, chosen.bias_std, chosen.activation)
    page.figure(rows.window_widths, windows, guess=experiment.guess, lead=answer)
    page.figure(rows.window_region, rows.WEIGHTS, window_width(rows.WEIGHTS))


@page.experiment("others", ("90%", "50%", "10%", "1%", "0%"), as_set, depth=depth)
def others(experiment):
    compared = cached(compare_activations)(rows.COMPARED, rows.SCALES, depth, 2000, **alike)
    page.say(experiment.answer(compared.balanced_of("tanh"), depth=depth))
    page.table(rows.others, compared)
    page.write("others_read")


@page.experiment("identity", ("1/2", "1/4", "1/8", "1/16"), as_set)
def identity(experiment):
    errors = cached(identity_errors)(rows.HALVED)
    page.say(experiment.answer(rows.halving(errors)))
    neuron = identity_neuron(*page.ask(controls.Identity, border=False).values)
    page.figure(rows.identity_copy, neuron)
    page.figure(rows.identity_error, errors, neuron)


page.exercises(exercises.EXERCISES, chosen=chosen, grown=grown)
page.close(rows.reached(grown, depth))

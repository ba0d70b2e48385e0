"""Lesson 3, the unstable gradient (S14, S15 and S17)."""

from pages.ui import controls
from pages.ui.frame import cached, open_page
from pages.ui.numbers import number, percent
from pages.ui.tables import unstable as tables
from vgcore import (
    ACTIVATIONS,
    FACTORS,
    balance_by_depth,
    balance_by_scale,
    compare_activations,
    identity_curve,
    identity_neuron,
    log_ratio_histogram,
    widest_window,
    window_curve,
)

page = open_page("unstable")
page.write("opening")
depth, kind, a0 = controls.random_chains(page, list(ACTIVATIONS))
drawn = {**controls.without(kind, "weight_std"), "a0": a0}
grown = cached(balance_by_depth)(60, 20_000, a0=a0, **kind)
page.chart("spread_by_depth", tables.grown(grown), **tables.per_layer(grown))


@controls.experiment(page, "balance", ("1", "1/10", "10⁻³", "10⁻⁶", "≤ 10⁻⁹"), depth=depth)
def balance(beside):
    scales = cached(balance_by_scale)(depth, 2000, **drawn)
    best = tables.best(scales)
    beside(best["ratio"], scale=best["best"])
    page.chart("ratio_by_scale", tables.scales(scales, kind["weight_std"]), **best)


@controls.experiment(page, "spread", ("50%", "10%", "1%", "0.1%", "0%"), depth=depth)
def spread(beside):
    beside(percent(grown.balanced_at(depth)), depth=depth)
    page.chart("balanced_by_depth", tables.balanced(grown, FACTORS, depth))
    found = cached(log_ratio_histogram)(depth, 100_000, a0=a0, **kind)
    page.chart("ratio_spread", tables.spread(found), depth=depth, zero=percent(found.zero))


@controls.experiment(page, "narrow", ("4", "7", "20", "100", "1000"))
def narrow(beside):
    beside(number(cached(widest_window)()[0]))
    windows = cached(window_curve)(kind["seed"], kind["bias_std"], kind["activation"])
    page.chart("window_widths", tables.window_widths(windows), **tables.widest(windows))
    page.chart("window_region", tables.window_region(cached(window_curve)(1)))


@controls.experiment(page, "others", ("90%", "50%", "10%", "1%", "0%"), depth=depth)
def others(beside):
    rows = cached(compare_activations)(depth, 2000, **controls.without(drawn, "activation"))
    beside(percent(rows.balanced_of("tanh")), depth=depth)
    page.table("others", tables.others(rows))
    page.write("others_read")


@controls.experiment(page, "identity", ("1/2", "1/4", "1/8", "1/16"))
def identity(beside):
    beside(number(cached(identity_curve)().halving))
    neuron = identity_neuron(*controls.identity(page))
    page.chart("identity_copy", tables.identity(neuron), error=number(neuron.error))
    page.chart("identity_error", tables.identity_errors(cached(identity_curve)(), neuron))


page.write("summary")
page.close()

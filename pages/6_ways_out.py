"""Lesson 6, ways out: what practitioners changed, measured by the same ruler."""

from pages.lessons.ways_out import controls, rows
from pages.ui.page import cached, open_page
from vgcore import critical_weight_std
from vgcore.studies.phase import phase_diagram
from vgcore.studies.recurrent import recurrent_profile
from vgcore.studies.ways_out import deep_profile

page = open_page("ways_out")
profile = cached(deep_profile)
plain = page.ask(controls.Plain)
depth = (plain.hidden, rows.WIDTH, rows.SEEDS)
page.figure("profiles", profile(plain.cure, *depth), profile(rows.BOOK, *depth), profile(rows.HE, *depth))


@page.experiment("scale", ("10⁴", "1", "1/10", "10⁻³", "10⁻⁷", "10⁻¹²"))
def scale(experiment):
    trapped = {name: profile(cure, *rows.FEW) for name, cure in rows.TRAPS.items()}
    page.figure("traps", trapped, lead=experiment.answer(rows.ratio(trapped["gelu"])))


@page.experiment("spread", ("1", "3", "10", "100", "1000"))
def spread(experiment):
    lucky = {name: profile(cure, 50, width, rows.LUCK_SEEDS) for name, (cure, width) in rows.LUCKY.items()}
    page.figure("luck", lucky, page, lead=experiment.answer(rows.decile_ratio(lucky["n30"])))


@page.experiment("skip", ("1", "10", "10³", "10⁷", "10¹²"))
def skip(experiment):
    page.say(experiment.answer(rows.ratio(profile(rows.skipping(1.0), *rows.FEW))))
    alpha = page.ask(controls.Skip, border=False).alpha
    own, scaled = (profile(rows.skipping(each), *rows.FEW) for each in (alpha, rows.LEVEL_ALPHA))
    page.figure("skips", own, scaled, alpha)


@page.experiment("norm", ("10⁻⁴", "1/100", "1", "100", "10⁴"))
def norm(experiment):
    page.say(experiment.answer(rows.ratio(profile(rows.normed("relu", "batch", 128), *rows.FEW))))
    chosen = page.ask(controls.Norm, border=False)
    settings = (rows.normed(chosen.normed, norm, chosen.batch) for norm in (None, "batch", "layer"))
    page.figure("norms", *(profile(cure, *rows.FEW) for cure in settings))


@page.experiment("reach", ("1", "4", "20", "100", "1000"))
def reach(experiment):
    page.say(experiment.answer(float(cached(phase_diagram)("tanh", (1.0,), (0.2,)).xi[0, 0])))
    own = page.ask(controls.Point, border=False)
    diagram = cached(phase_diagram)("tanh", rows.WEIGHT_STDS, rows.BIAS_STDS)
    edge = [cached(critical_weight_std)("tanh", bias_std) for bias_std in rows.BIAS_STDS]
    here = cached(phase_diagram)("tanh", (own.sigma_w,), (own.sigma_b,))
    page.figure("phase", diagram, edge, own.sigma_w, own.sigma_b, here)


@page.experiment("time", ("1", "0.1", "10⁻³", "10⁻⁵", "10⁻⁸"))
def time(experiment):
    read = cached(recurrent_profile)
    page.say(experiment.answer(rows.first_over_last(read("lstm", forget_bias=0.0, **rows.READ))))
    chosen = page.ask(controls.Time, border=False)
    gated = (read(cell, forget_bias=chosen.forget_bias, **rows.READ) for cell in ("lstm", "gru"))
    page.figure("through_time", read("rnn", chosen.gain, **rows.READ), *gated, chosen)


@page.experiment("which", ("1", "2", "3", "5", "8"), count=len(rows.CURES))
def which(experiment):
    measured = {name: profile(cure, *rows.FEW) for name, cure in rows.CURES.items()}
    page.say(experiment.answer(sum(rows.level(each) for each in measured.values())))
    page.table("which", measured, page)
    page.write("which_read")


page.close()

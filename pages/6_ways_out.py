"""Lesson 6, ways out: what practitioners changed, measured by the same ruler."""

from pages.lessons.ways_out import controls, exercises, measure, rows, trials
from pages.ui.page import open_page

page = open_page("ways_out")
plain = page.ask(controls.Plain)
compared = measure.compared(page, plain)


@page.experiment("printed", ("1", "1/10", "10⁻³", "10⁻⁷", "10⁻¹²"))
def printed(experiment):
    page.say(experiment.answer(rows.weights_ratio(measure.printed())))
    made = page.ask(controls.Made, border=False)
    page.figure(rows.weights_alone, measure.printed(**vars(made)), made)
    page.write("printed_read")


@page.experiment("scale", ("10⁴", "1", "1/10", "10⁻³", "10⁻⁷", "10⁻¹²"))
def scale(experiment):
    trapped = measure.traps()
    page.figure(rows.traps, trapped, lead=experiment.answer(rows.ratio(trapped["gelu"])))


@page.experiment("spread", ("1", "3", "10", "100", "1000"))
def spread(experiment):
    lucky = measure.lucky()
    page.figure(rows.luck, lucky, lead=experiment.answer(rows.decile_ratio(lucky["n30"])))


@page.experiment("skip", ("1", "10", "10³", "10⁷", "10¹²"))
def skip(experiment):
    page.say(experiment.answer(rows.ratio(measure.skipping(1.0))))
    alpha = page.ask(controls.Skip, border=False).alpha
    page.figure(rows.skips, measure.skipping(alpha), measure.skipping(), alpha)
    page.figure(rows.growth, measure.growing())


@page.experiment("norm", ("10⁻⁴", "1/100", "1", "100", "10⁴"))
def norm(experiment):
    page.say(experiment.answer(rows.ratio(measure.normed()[1])))
    page.figure(rows.norms, *measure.normed(**vars(page.ask(controls.Norm, border=False))))


@page.experiment("learn", ("10%", "30%", "50%", "70%", "90%"))
def learn(experiment):
    trained = trials.compared(page.ask(controls.Training, border=False).trained)
    measure.trained(page, rows.learning, trained, measure.before_training(trained), answer=experiment.answer)


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


@page.experiment("time", ("1", "0.1", "10⁻³", "10⁻⁵", "10⁻⁸"))
def time(experiment):
    page.say(experiment.answer(rows.first_over_last(measure.reading()[1])))
    chosen = page.ask(controls.Time, border=False)
    page.figure(rows.through_time, *measure.reading(chosen.gain, chosen.forget_bias), chosen)


@page.experiment("clip", ("10%", "30%", "50%", "70%", "90%"))
def clip(experiment):
    scale = page.ask(controls.Clipping, border=False).clipped_scale
    measure.trained(page, rows.clipping, trials.clipped(scale), answer=experiment.answer)


@page.experiment("which", ("1", "2", "3", "5", "8"), count=len(measure.RECIPES))
def which(experiment):
    cures = measure.cures()
    page.say(experiment.answer(rows.count_level(cures)))
    measure.trained(page, rows.which, trials.cures(), cures, show=page.table)
    page.write("which_read")


if compared:
    page.exercises(exercises.EXERCISES, plain=plain, own=compared[0])
page.close(compared and rows.reached(*compared))

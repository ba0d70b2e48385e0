"""In few bits: where a number format ends, gradients, slopes and steps become exactly 0."""

from pages.lessons.bits import controls, exercises, measure, rows
from pages.ui.page import open_page

page = open_page("bits")
chosen = page.ask(controls.Chain)
walked = measure.walk(chosen)
page.figure(rows.formats, chosen.format)


@page.experiment("ruler", ("4", "8", "12", "25", "60"))
def ruler(experiment):
    page.say(experiment.answer(measure.first_zero("float16")))
    page.figure(rows.walk, walked, chosen, measure.first_zero(*chosen.of), guess=experiment.guess)
    page.table(rows.ends, measure.first_zeros(chosen))


@page.experiment("full", ("3", "6", "17", "37", "89"))
def full(experiment):
    page.say(experiment.answer(measure.ends_of_slope("bfloat16")[1]))
    own = page.ask(controls.Full, border=False)
    curves, ends = measure.slopes(), measure.ends_of_slope(own.full_format)
    page.figure(rows.slopes, curves, ends, own, measure.slope(own), guess=experiment.guess)


@page.experiment("digits", ("0.1%", "1%", "10%", "50%", "100%"))
def digits(experiment):
    page.say(experiment.answer(rows.off(measure.lost("bfloat16", rows.ASKED_HIDDEN))))
    own = page.ask(controls.Digits, border=False)
    page.figure(rows.lost, measure.compared(own), own)


@page.experiment("still", ("0%", "10%", "50%", "90%", "100%"))
def still(experiment):
    page.say(experiment.answer(measure.moved("bfloat16", rows.ASKED_STEP)))
    page.figure(rows.steps, measure.shares_moved(), guess=experiment.guess)


@page.experiment("train", ("1%", "3%", "10%", "30%", "100%"))
def train(experiment):
    own = page.ask(controls.Rate, border=False)
    measure.trained(page, own.eta, experiment.answer)


@page.experiment("norm", ("0", "10⁻²⁴", "10⁻²³", "10⁻²²", "10⁻¹²"))
def norm(experiment):
    page.write("norm_read", **rows.norm_read().slots, answer=experiment.answer(rows.asked_norm()))
    page.table(rows.libraries)
    page.write("norm_way_out")


page.exercises(exercises.EXERCISES, chosen=chosen, walked=walked)
page.close(rows.reached(walked, chosen))

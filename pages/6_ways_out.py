"""Lesson 6, ways out: what practitioners changed, measured by the same ruler."""

import streamlit as st

from pages.lessons.ways_out import controls, exercises, measure, rows, sketches, trials
from pages.ui.numbers import number
from pages.ui.page import open_page

page = open_page("ways_out")
plain = page.ask(controls.Plain)
compared = measure.compared(page, plain)
page.figure(rows.relu_sigmoid)


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


@page.experiment("skip", ("1", "10", "10³", "10⁷", "10¹²"))
def skip(experiment):
    st.html(sketches.skip(page.word))
    page.say(experiment.answer(rows.ratio(measure.skipping(1.0))))
    alpha = page.ask(controls.Skip, border=False).alpha
    page.figure(rows.skips, measure.skipping(alpha), measure.skipping(), measure.resnet(), alpha)
    page.write("resnet", ratio=number(rows.ratio(measure.resnet())))
    page.figure(rows.growth, measure.growing())


@page.experiment("norm", ("10⁻⁴", "1/100", "1", "100", "10⁴"))
def norm(experiment):
    page.say(experiment.answer(rows.ratio(measure.normed()[1])))
    page.figure(rows.one_neuron, measure.weighted_inputs(controls.Norm().batch))
    asked = page.ask(controls.Norm, border=False)
    page.figure(rows.norms, *measure.normed(**vars(asked)), asked)


@page.experiment("learn", ("10%", "30%", "50%", "70%", "90%"))
def learn(experiment):
    trained = trials.compared(page.ask(controls.Training, border=False).trained)
    measure.trained(page, rows.learning, trained, measure.before_training(trained), answer=experiment.answer)


page.write("further")
page.signposts("edge", "spread", "reach", "map")
page.signposts("time", "time", "clip")


@page.experiment("which", ("1", "2", "3", "5", "8"), count=len(measure.RECIPES))
def which(experiment):
    cures = measure.cures()
    page.say(experiment.answer(rows.count_level(cures)))
    measure.trained(page, rows.which, trials.cures(), cures, show=page.table)
    page.write("which_read")


if compared:
    page.exercises(exercises.EXERCISES, plain=plain, own=compared[0])
page.close(compared and rows.reached(*compared))

"""Through time, for the curious: recurrent networks, their gates, and clipping."""

import streamlit as st

from pages.lessons.time import controls, exercises, measure, rows, sketches, trials
from pages.ui.page import open_page

page = open_page("time")
st.html(sketches.unrolled(page.word))


@page.experiment("time", ("1", "0.1", "10⁻³", "10⁻⁵", "10⁻⁸"))
def time(experiment):
    page.say(experiment.answer(rows.first_over_last(measure.reading()[1])))
    chosen = page.ask(controls.Time, border=False)
    st.html(sketches.gate(page.word, rows.gate(chosen).slots["open"]))
    page.said(rows.gate, chosen)
    page.figure(rows.through_time, *measure.reading(**vars(chosen)), chosen)


@page.experiment("zero", ("0.1", "10⁻³", "10⁻⁵", "10⁻⁷", "10⁻⁹"))
def zero(experiment):
    answer = experiment.answer(rows.first_over_last(measure.reading(forget_bias=0.0)[1]))
    page.figure(rows.by_bias, measure.by_bias(), lead=answer)


@page.experiment("clip", ("10%", "30%", "50%", "70%", "90%"))
def clip(experiment):
    scale = page.ask(controls.Clipping, border=False).clipped_scale
    measure.trained(page, rows.clipping, trials.clipped(scale), answer=experiment.answer)


page.exercises(exercises.EXERCISES)
page.close(rows.reached(*measure.reading()))

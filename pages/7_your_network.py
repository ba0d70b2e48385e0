"""Lesson 7, your own network: paste the gradients of a real model and learn what is wrong with it."""

import streamlit as st

from pages.lessons.network import controls, exercises, measure, paste, reading, remedies, rows
from pages.ui.page import open_page

page = open_page("network")
page.write("get")
controls.snippet(page)

page.write("paste")
text, file = paste.ask(page), paste.file(page)
optimiser = page.ask(controls.Trained, border=False).named()
pasted = paste.understood(page, text, file, optimiser)
page.without(*rows.lacking(pasted))

if pasted:
    page.write("see")
    page.figure(rows.profile, pasted)
    if rows.changed(pasted):
        page.figure(rows.course, pasted)

    page.write("means")
    section, slots = rows.told(pasted)
    page.write(section, **slots)
    reasons = [page.words.said(reason) for reason in rows.why(pasted)]
    if reasons:
        page.say(page.together(reasons))

    page.write("then")
    section, slots_of_it = rows.to_do(pasted)
    page.write(section, **slots_of_it)
    line = remedies.line(pasted, rows.verdict(pasted), controls.framework(page))
    if line:
        st.code(line, language=None, wrap_lines=True)
    page.write("why_so")
    for lesson in rows.EXPLAINED[rows.verdict(pasted)]:
        page.way_to(lesson)
    page.write("groups", **slots)
    page.table(rows.groups, pasted)
    if rows.weighed(pasted):
        page.figure(rows.updates, pasted)

if pasted and rows.comparable(pasted):
    shape = reading.shape(pasted)

    @page.experiment(
        "cure", ("1", "2", "3", "5", "8"), shape._asdict(), count=len(measure.CURES), hidden=shape.hidden
    )
    def recipe(experiment):
        theories = measure.cures(shape)
        page.say(experiment.answer(rows.level(theories)))
        page.table(rows.cures, theories)
        page.write("cures_read")
        own = page.ask(controls.Own, border=False)
        page.figure(rows.overlay, pasted, shape, measure.simulated(own, shape), own.made_by)
        for note in rows.beyond(pasted):
            page.write(f"beyond.{note}")


if pasted:
    page.exercises(exercises.EXERCISES, pasted=pasted)
page.close(pasted and rows.reached(pasted))

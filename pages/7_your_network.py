"""Lesson 7, your own network: paste the gradients of a real model and learn what is wrong with it."""

from pages.lessons.network import controls, exercises, measure, paste, reading, rows
from pages.ui.page import open_page

page = open_page("network")
page.write("get")
controls.snippet(page)

page.write("paste")
pasted = paste.understood(page, paste.ask(page))
page.without(*rows.lacking(pasted))

if pasted:
    page.write("see")
    page.figure(rows.profile, pasted)

    page.write("means")
    section, slots = rows.told(pasted)
    page.write(section, **slots)
    for lesson in rows.EXPLAINED[rows.verdict(pasted)]:
        page.way_to(lesson)
    page.write("groups", **slots)
    page.table(rows.groups, pasted)
    if rows.weighed(pasted):
        page.figure(rows.updates, pasted)

if pasted and rows.comparable(pasted):
    shape = reading.shape(pasted)

    @page.experiment("cure", ("1", "2", "3", "5", "8"), count=len(measure.CURES), hidden=shape.hidden)
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

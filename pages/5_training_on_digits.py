"""Lesson 5, training on digits: the wait of the first layer, and the race against what pulls meanwhile."""

from pages.lessons.training import exercises, rows, runs, waits
from pages.lessons.training.controls import BOOK, FREE
from pages.ui.page import open_page
from vgcore.studies.designs import printed_speeds
from vgcore.studies.waits import long_runs, measured_by

page = open_page("training")
runs.digits(page)
page.write("published")
asked = runs.ask(page)
log = runs.logarithmic(page)


def curves(shown):
    settings, history = shown[-1].settings, shown[-1].history
    name = runs.name_of(page, settings)
    page.figure(rows.rms_speeds, history, name, log)
    page.figure(rows.mean_speeds, history, name, log)
    page.figure(rows.accuracy_by_step, runs.named(page, shown), log)
    page.write("scrub")
    runs.slider_above()
    page.figure(rows.steps_scrubbed, history, name)
    page.write("printed_speeds")
    design = (settings.hidden, settings.width, settings.activation, settings.init)
    page.table(rows.printed, history, printed_speeds(*design))


runs.live(page, asked, curves)


@page.experiment("priors", ("90%", "50%", "10%", "1%"))
def priors(experiment):
    complete = runs.complete(page, BOOK, FREE)
    if complete:
        book, free = (run.history for run in complete)
        page.figure(rows.rest_speeds, book, lead=experiment.answer(rows.left(book)))
        page.figure(rows.ratio_by_step, book, free)


@page.experiment("wait", ("300", "1000", "3000", "10⁴", "10⁵"))
def wait(experiment):
    def show(results, complete):
        page.figure(rows.waits, results, guess=experiment.guess, answer=experiment.answer)
        page.figure(rows.wait_by_depth, results)

    runs.waited(page, rows.waits, waits.by_depth(), show)


@page.experiment("closes", ("10%", "30%", "60%", "90%"))
def closes(experiment):
    def show(results, complete):
        page.figure(rows.gap, results[0], answer=experiment.answer)
        page.figure(rows.spreads, results[0])

    runs.waited(page, rows.gap, waits.closely(), show)


@page.experiment("door", ("100", "10", "1", "1/10", "1/100"))
def door(experiment):
    kept = long_runs()
    page.figure(rows.doors, kept, lead=experiment.answer(rows.left_open(kept)))
    page.write("kept", program=measured_by())


@page.experiment("shortens", ("1/10", "1/2", "1", "2", "10"))
def shortens(experiment):
    def show(*seen):
        page.figure(rows.ways, *seen, answer=experiment.answer)

    runs.waited(page, rows.ways, waits.ways(), show)


@page.experiment("race", ("0.3", "0.5", "1", "2", "5"))
def race(experiment):
    def show(results, complete):
        page.figure(rows.races, results, answer=experiment.answer)
        if rows.pulled(results):
            page.figure(rows.shrinking, results)
        page.figure(rows.stopped, results)

    runs.waited(page, rows.races, waits.races(), show)


@page.experiment("helps", ("100", "1000", "10⁴", "10⁵"))
def helps(experiment):
    def show(*seen):
        page.figure(rows.cures, *seen, answer=experiment.answer)

    runs.waited(page, rows.cures, waits.cures(), show)


page.exercises(exercises.EXERCISES, asked=asked)
reached = rows.reached(asked[0])
page.close(reached, after=dict.fromkeys(("", *reached.notes), ("priors",)))

"""Lesson 5, the published experiment, re-run on real digits."""

from pages.lessons.training import exercises, rows, runs
from pages.lessons.training.controls import BOOK, FREE, HELD, RELU
from pages.ui.page import open_page
from vgcore.studies.designs import printed_speeds

page = open_page("training")
asked = runs.ask(page)


def curves(shown):
    settings, history = shown[-1].settings, shown[-1].history
    name = runs.name_of(page, settings)
    page.figure(rows.mean_speeds, history, name, settings == BOOK)
    page.figure(rows.rms_speeds, history)
    page.write("printed_speeds")
    design = (settings.hidden, settings.width, settings.activation, settings.init)
    page.table(rows.printed, history, printed_speeds(*design))
    scrubbed = (history, settings.epochs, name, settings == BOOK)
    page.figure(rows.epochs_scrubbed, *scrubbed, lead=page.word("scrub"))
    page.figure(rows.accuracy_by_epoch, runs.named(page, shown), lead=page.word("overlaid"))


runs.live(page, asked, curves)


@page.experiment("undisclosed", ("100", "25", "5", "1"))
def undisclosed(experiment):
    complete = runs.complete(page, BOOK, FREE)
    if complete:
        book, free = (run.history for run in complete)
        answer = experiment.answer(rows.ratio_at(free, rows.ASKED_EPOCH))
        others = [run for run in asked if run not in complete]
        named = runs.named(page, [*complete, *others])
        page.figure(rows.ratio_by_epoch, named, book, free, guess=experiment.guess, lead=answer)


@page.experiment("priors", ("90%", "50%", "10%", "1%"))
def priors(experiment):
    complete = runs.complete(page, BOOK)
    if complete:
        history = complete[0].history
        page.figure(rows.rest_speeds, history, lead=experiment.answer(rows.left(history)))


@page.experiment("frozen", ("10%", "50%", "70%", "90%", "97%"))
def frozen(experiment):
    complete = runs.complete(page, BOOK, RELU, HELD)
    if complete:
        answer = experiment.answer(complete[-1].history.accuracy[-1])
        page.figure(rows.speed_and_accuracy, runs.named(page, complete), guess=experiment.guess, lead=answer)


page.exercises(exercises.EXERCISES, asked=asked)
page.close(rows.reached(asked[0]))

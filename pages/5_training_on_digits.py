"""Lesson 5, the published experiment, re-run on real digits."""

from pages.lessons.training import rows, runs
from pages.lessons.training.controls import BOOK, FREE, HELD, RELU
from pages.ui.page import open_page
from vgcore.studies.designs import printed_speeds

page = open_page("training")
asked = runs.ask(page)


def curves(shown):
    settings, history = shown[-1].settings, shown[-1].history
    name = runs.name_of(page, settings)
    page.figure("mean_speeds", history, name, settings == BOOK)
    page.figure("rms_speeds", history)
    page.write("printed_speeds")
    design = (settings.hidden, settings.width, settings.activation, settings.init)
    page.table("printed", history, printed_speeds(*design), page.word("printed.none"))
    scrubbed = (history, settings.epochs, name, settings == BOOK)
    page.figure("epochs_scrubbed", *scrubbed, lead=page.word("scrub"))
    page.figure("accuracy_by_epoch", runs.named(page, shown), lead=page.word("overlaid"))


runs.live(page, asked, curves)


@page.experiment("undisclosed", ("100", "25", "5", "1"))
def undisclosed(experiment):
    found = runs.complete(page, BOOK, FREE)
    if found:
        book, free = (run.history for run in found)
        answer = experiment.answer(rows.ratio_at(free, 100))
        others = [run for run in asked if run not in found]
        named = runs.named(page, [*found, *others])
        page.figure("ratio_by_epoch", named, book, free, page, experiment.guess, lead=answer)


@page.experiment("priors", ("90%", "50%", "10%", "1%"))
def priors(experiment):
    found = runs.complete(page, BOOK)
    if found:
        history = found[0].history
        page.figure("rest_speeds", history, lead=experiment.answer(rows.left(history)))


@page.experiment("frozen", ("10%", "50%", "70%", "90%", "97%"))
def frozen(experiment):
    found = runs.complete(page, BOOK, RELU, HELD)
    if found:
        answer = experiment.answer(found[-1].history.accuracy[-1])
        page.figure("speed_and_accuracy", runs.named(page, found), experiment.guess, lead=answer)


page.close()

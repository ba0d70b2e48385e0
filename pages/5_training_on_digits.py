"""Lesson 5, the published experiment, re-run on real digits."""

from pages.ui import controls, runs
from pages.ui.frame import open_page
from pages.ui.tables import training as tables
from vgcore import ACTIVATIONS, COSTS, INITIALISERS, printed_speeds, train_on_digits

RELU = {"activation": "relu", "init": "he_normal", "lmbda": 0.0}

page = open_page("training")
page.write("opening")
asked = runs.ask(page, train_on_digits, list(ACTIVATIONS), list(INITIALISERS), list(COSTS))


@runs.live(page, asked)
def curves(shown):
    *_, run = shown
    page.chart("mean_speeds", tables.curves(run.history, "speeds"), name=run.name)
    page.chart("rms_speeds", tables.curves(run.history, "rms_speeds"), **tables.last(run.history))
    page.write("printed")
    design = controls.only(run.settings, "hidden", "width", "activation", "init")
    page.table("printed", tables.printed(run.history, printed_speeds(**design)))
    page.write("scrub")
    page.chart("epochs_scrubbed", tables.scrubbed(run.history), name=run.name)
    page.write("overlaid")
    page.chart("accuracy_by_epoch", tables.accuracy(shown))


@controls.experiment(page, "undisclosed", ("100", "25", "5", "1"))
def undisclosed(beside):
    @runs.complete(page, train_on_digits, {}, {"lmbda": 0.0})
    def answer(book, free):
        beside(tables.at(free.history, 100))
        series = tables.ratios([book, free, *asked])
        page.chart("ratio_by_epoch", series, **tables.both(book.history, free.history))


@controls.experiment(page, "priors", ("90%", "50%", "10%", "1%"))
def priors(beside):
    @runs.complete(page, train_on_digits, {})
    def answer(book):
        beside(tables.left(book.history))
        page.chart("rest_speeds", tables.rest(book.history))


@controls.experiment(page, "frozen", ("10%", "50%", "70%", "90%", "97%"))
def frozen(beside):
    @runs.complete(page, train_on_digits, {}, RELU, {**RELU, "frozen": 2})
    def answer(book, learns, held):
        beside(tables.last(held.history)["accuracy"])
        series = tables.learned({"book": book, "relu": learns, "relu frozen=2": held})
        page.chart("speed_and_accuracy", series, **tables.shares(learns, book))


page.write("summary")
page.close()

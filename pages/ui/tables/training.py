"""The rows of lesson 5."""

import numpy as np

from pages.ui.numbers import number, percent
from pages.ui.tables import log10

MOST_EPOCHS, MOST_NEURONS, PLACES = 120, 120, 26


def curves(history, measure):
    """Return the series of `mean_speeds` and `rms_speeds`: log10 of the hidden layers' speeds."""
    epochs = _thinned(history.epochs)
    return _by_layer(epochs, getattr(history, measure)[epochs])


def rest(history):
    """Return the series of `rest_speeds`: with the mean error of each output taken out, and with it in."""
    with_it = {f"with_{name}": rows for name, rows in curves(history, "speeds").items()}
    return {**_by_layer(history.kept, history.rest_speeds), **with_it}


def scrubbed(history):
    """Return the series of `epochs_scrubbed`: every kept epoch by its place; the last one fills the rest."""
    place = np.arange(PLACES)
    kept = np.minimum(place, len(history.kept) - 1)
    hidden = [deltas[kept] for deltas in history.mean_deltas[:-1]]
    most = max(1, MOST_NEURONS // len(hidden))
    neurons = [log10(np.abs(deltas[:, :most])) for deltas in hidden]
    sizes = [deltas.shape[1] for deltas in neurons]
    layer = np.repeat(np.arange(1, len(hidden) + 1), sizes)
    digit = np.arange(history.mean_outputs.shape[1])
    epochs = history.kept[kept]
    return {
        "curves": curves(history, "speeds")["layers"],
        "neurons": {
            "place": place[:, None],
            "neuron": np.arange(len(layer)),
            "layer": layer,
            "log10_delta": np.concatenate(neurons, axis=1),
        },
        "outputs": {
            "place": place[:, None],
            "digit": digit,
            "share": history.mean_outputs[kept],
        },
        "digits": {"digit": digit, "share": history.mean_target},
        "now": {"place": place, "epoch": epochs, "accuracy": history.accuracy[epochs]},
    }


def ratios(runs):
    """Return the series of `ratio_by_epoch`: last hidden layer over the first, a line a run and a measure."""
    by_name = {run.name: run for run in runs if run.history is not None}
    rows = [
        (run.name, epoch, measure, np.log10(found[epoch, -2] / found[epoch, 0]))
        for run in by_name.values()
        for measure, found in (("norm of mean", run.history.speeds), ("RMS", run.history.rms_speeds))
        if found.shape[1] > 2
        for epoch in _thinned(len(found))
        if found[epoch, 0] > 0.0 and found[epoch, -2] > 0.0
    ]
    return {"runs": _columns(rows, ("run", "epoch", "measure", "log10_ratio")), "level": {"log10_ratio": 0.0}}


def accuracy(runs):
    """Return the series of `accuracy_by_epoch`, a line a run."""
    rows = [
        (run.name, epoch, run.history.accuracy[epoch])
        for run in runs
        for epoch in _thinned(run.history.epochs)
    ]
    return {"runs": _columns(rows, ("run", "epoch", "accuracy")), "chance": {"accuracy": 0.1}}


def last(history):
    """Return the slots of what a run says at its end."""
    return {
        "epoch": history.epochs - 1,
        "accuracy": percent(history.accuracy[-1]),
        "cost": number(history.cost[-1]),
        "mean_ratio": _ratio(history.speeds[-1]),
        "rms_ratio": _ratio(history.rms_speeds[-1]),
    }


def printed(history, values):
    """Return the table of the printed speeds beside this run's, a row a hidden layer."""
    hidden = history.speeds.shape[1] - 1
    values = [number(value) for value in values] or ["–"] * hidden
    return {
        "layer": [str(layer) for layer in range(1, hidden + 1)],
        "printed": values,
        "first": [number(speed) for speed in history.speeds[0, :-1]],
        "last": [number(speed) for speed in history.speeds[-1, :-1]],
    }


def at(history, epoch):
    """Return the speed of the last hidden layer over the first's at an epoch, by the book's measure."""
    return _ratio(history.speeds[min(epoch, history.epochs - 1)])


def both(book, free):
    """Return the slots of the two measures, with the book's lambda and without one, at the end."""
    return {
        "book_mean": _ratio(book.speeds[-1]),
        "book_rms": _ratio(book.rms_speeds[-1]),
        "free_mean": _ratio(free.speeds[-1]),
        "free_rms": _ratio(free.rms_speeds[-1]),
    }


def learned(runs):
    """Return the series of `speed_and_accuracy`: the first layer's RMS speed and the accuracy, run by run."""
    rows = [
        (name, epoch, np.log10(run.history.rms_speeds[epoch, 0]), run.history.accuracy[epoch])
        for name, run in runs.items()
        for epoch in _thinned(run.history.epochs)
    ]
    return {"runs": _columns(rows, ("run", "epoch", "log10_speed", "accuracy"))}


def shares(learns, book):
    """Return the slots of `speed_and_accuracy`."""
    return {"learns": percent(learns.history.accuracy[-1]), "book": percent(book.history.accuracy[-1])}


def left(history):
    """Return how much of the first layer's first speed is left without the mean errors of the outputs."""
    return percent(history.rest_speeds[0, 0] / history.speeds[0, 0])


def _ratio(speeds):
    return number(speeds[-2] / speeds[0]) if len(speeds) > 2 and speeds[0] > 0.0 else "–"


def _by_layer(epochs, speeds):
    log = log10(speeds[:, :-1])
    layers = np.arange(1, log.shape[1] + 1)
    names = {"epoch": epochs[-1:], "layer": layers, "log10_speed": log[-1]}
    return {"layers": {"epoch": epochs[:, None], "layer": layers, "log10_speed": log}, "names": names}


def _thinned(epochs):
    return np.unique(np.round(np.linspace(0, epochs - 1, min(epochs, MOST_EPOCHS))).astype(int))


def _columns(rows, names):
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}

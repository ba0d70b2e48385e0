"""The rows, slots and cases of the figures of lesson 5."""

import numpy as np

from pages.ui.data import Rows, Word, log10
from pages.ui.numbers import number, percent
from vgcore.training import kept_epochs

MOST_EPOCHS, MOST_NEURONS = 120, 120
"""Most epochs drawn per line, and most neurons drawn in all."""
ASKED_EPOCH = 100
"""Epoch whose ratio is asked for."""
FASTER = 2.0
"""Least ratio of two speeds at which a layer counts as faster than another."""


def mean_speeds(history, name, is_book):
    """The speeds of the hidden layers by the book's measure, as log10."""
    slots = {"name": name, "epoch": history.epochs - 1, **_ends(history.speeds)}
    notes = ("book",) if is_book else ()
    return Rows(_curves(history, history.speeds), slots, _speeds_finding(history.speeds), notes)


def rms_speeds(history):
    """The speeds of the hidden layers by their root mean square, as log10, and how the run ended."""
    slots = {
        "epoch": history.epochs - 1,
        "accuracy": percent(history.accuracy[-1]),
        "cost": number(history.cost[-1]),
        **_ends(history.rms_speeds),
    }
    mean, rms = ratio_at(history, history.epochs - 1), _ratio(history.rms_speeds[-1])
    both = mean is not None and rms is not None
    if both:
        slots |= {"mean_ratio": number(mean), "rms_ratio": number(rms)}
    finding, notes = _speeds_finding(history.rms_speeds), ("both", "end") if both else ("end",)
    return Rows(_curves(history, history.rms_speeds), slots, finding, notes)


def rest_speeds(history):
    """The speeds with the mean error of each output taken out, and with it in."""
    before = _curves(history, history.speeds)
    rest = _by_layer(history.kept, history.rest_speeds)
    below = rest["layers"]["log10_speed"].min() - 0.3
    rest["names"] = {"epoch": 0, "log10_speed": below, "layers": f"1–{len(before['names']['layer'])}"}
    return Rows({**rest, "with_layers": before["layers"], "with_names": before["names"]})


def epochs_scrubbed(history, epochs, name, is_book):
    """Every kept epoch of a run: its neurons, its outputs, its accuracy; `epochs` is how many it has."""
    kept = history.kept
    hidden = [log10(np.abs(deltas)) for deltas in history.mean_deltas[:-1]]
    most = max(1, MOST_NEURONS // len(hidden))
    neurons = [deltas[:, :most] for deltas in hidden]
    whole = neurons[0].shape == hidden[0].shape
    sizes = [deltas.shape[1] for deltas in neurons]
    layer = np.repeat(np.arange(1, len(hidden) + 1), sizes)
    digit = np.arange(history.mean_outputs.shape[1])
    series = {
        "curves": _curves(history, history.speeds)["layers"],
        "neurons": {
            "epoch": kept[:, None],
            "neuron": np.arange(1, len(layer) + 1),
            "layer": layer,
            "log10_delta": np.concatenate(neurons, axis=1),
        },
        "outputs": {"epoch": kept[:, None], "digit": digit, "share": history.mean_outputs},
        "digits": {"digit": digit, "share": history.mean_target},
        "now": {"epoch": kept, "accuracy": history.accuracy[kept]},
    }
    notes = ("outputs", *(() if whole else ("some",)), *(("book",) if is_book else ()))
    options = (tuple(kept_epochs(epochs).tolist()),)
    return Rows(series, {"name": name, "most": most}, notes=notes, options=options)


def ratio_by_epoch(named, book, free):
    """Last hidden layer over the first, one line per run and measure."""
    rows = [
        (name, epoch, Word(f"ratio_by_epoch.{measure}"), np.log10(speeds[epoch, -2] / speeds[epoch, 0]))
        for name, history in named.items()
        for measure, speeds in (("norm_of_mean", history.speeds), ("rms", history.rms_speeds))
        if speeds.shape[1] > 2
        for epoch in _thinned(len(speeds))
        if speeds[epoch, 0] > 0.0 and speeds[epoch, -2] > 0.0
    ]
    series = {
        "runs": _columns(rows, ("run", "epoch", "measure", "log10_ratio")),
        "level": {"log10_ratio": 0.0},
    }
    slots = {
        "book_mean": number(_ratio(book.speeds[-1])),
        "book_rms": number(_ratio(book.rms_speeds[-1])),
        "free_mean": number(_ratio(free.speeds[-1])),
        "free_rms": number(_ratio(free.rms_speeds[-1])),
    }
    short = any(history.speeds.shape[1] < 3 for history in named.values())
    notes, guess = ("one_layer",) if short else (), {"epoch": ASKED_EPOCH, "log10_ratio": log10}
    return Rows(series, slots, notes=notes, guess=guess)


def accuracy_by_epoch(named):
    """The share of digits that each run reads, one line per run."""
    rows = [
        (name, epoch, history.accuracy[epoch])
        for name, history in named.items()
        for epoch in _thinned(history.epochs)
    ]
    series = {"runs": _columns(rows, ("run", "epoch", "accuracy")), "chance": {"accuracy": 0.1}}
    best = max(history.accuracy[-1] for history in named.values())
    learned = "nothing" if best < 0.2 else "something"
    slots = {"best": percent(best), "epoch": max(history.epochs for history in named.values()) - 1}
    return Rows(series, slots, learned if len(named) == 1 else "several")


def speed_and_accuracy(named):
    """The first layer's RMS speed and the accuracy, run by run: the book's, one that learns, one held."""
    rows = [
        (name, epoch, np.log10(history.rms_speeds[epoch, 0]), history.accuracy[epoch])
        for name, history in named.items()
        for epoch in _thinned(history.epochs)
    ]
    series = {"runs": _columns(rows, ("run", "epoch", "log10_speed", "accuracy"))}
    book, learns, _ = named.values()
    slots = {"learns": percent(learns.accuracy[-1]), "book": percent(book.accuracy[-1])}
    return Rows(series, slots, guess={"accuracy": float})


def printed(history, values):
    """The table of the printed speeds beside this run's, one row per hidden layer."""
    hidden = history.speeds.shape[1] - 1
    return {
        "layer": [str(layer) for layer in range(1, hidden + 1)],
        "last": [number(speed) for speed in history.speeds[-1, :-1]],
        "first": [number(speed) for speed in history.speeds[0, :-1]],
        "printed": [number(value) for value in values] or [Word("printed.none")] * hidden,
    }


def ratio_at(history, epoch):
    """The speed of the last hidden layer over the first's at an epoch, by the book's measure, or None."""
    return _ratio(history.speeds[min(epoch, history.epochs - 1)])


def left(history):
    """How much of the first layer's first speed is left without the mean errors of the outputs."""
    return history.rest_speeds[0, 0] / history.speeds[0, 0]


def _speeds_finding(speeds):
    """Which headline the last epoch of several has."""
    if speeds.shape[1] < 3:
        return "one"
    ratio = _ratio(speeds[-1])
    if ratio is None:
        return "still"
    return "" if ratio >= FASTER else "falls" if ratio <= 1.0 / FASTER else "level"


def _ends(speeds):
    ratio = _ratio(speeds[-1])
    return {"ratio": number(ratio), "inverse": number(1.0 / ratio)} if ratio else {}


def reached(run):
    """What the lesson comes to on the first of the reader's runs, which may still be under way."""
    if not run.done.is_set() or run.history is None:
        return Rows({}, notes=("running",))
    history, slots = run.history, {"accuracy": percent(run.history.accuracy[-1])}
    mean, rms = ratio_at(history, history.epochs - 1), _ratio(history.rms_speeds[-1])
    if mean is None or rms is None:
        return Rows({}, slots, notes=("one_layer" if history.speeds.shape[1] < 3 else "still",))
    return Rows({}, {**slots, "mean_ratio": number(mean), "rms_ratio": number(rms)}, notes=("ratios",))


def _ratio(speeds):
    return speeds[-2] / speeds[0] if len(speeds) > 2 and speeds[0] > 0.0 else None


def _curves(history, speeds):
    epochs = _thinned(history.epochs)
    return _by_layer(epochs, speeds[epochs])


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

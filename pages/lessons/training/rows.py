"""The rows, slots and cases of the figures of lesson 5."""

import numpy as np

from pages.lessons.training.waits import ASKED_DEPTH, LAMBDAS
from pages.ui.data import Rows, Word, log10, positive
from pages.ui.numbers import number, percent
from vgcore.studies.published import train_on_digits
from vgcore.studies.waiting import LEARNED, TEN_LAYERS, caught_up, growth, halving

MOST_NEURONS = 120
"""Most neurons drawn in all."""
LEVEL_POINTS, EARLY_POINTS = 90, 30
"""Most points of a line at even distances, and those that are denser and denser towards the start."""
FASTER = 2.0
"""Least ratio of two speeds at which a layer counts as faster than another."""
FIRST_SHOWN = 60
"""Step at which the slider stands at first, or the last one kept before it."""
BOOK_EXAMPLES = 50_000
"""Digits that the book's other chapters train on."""


def rms_speeds(history, name, log):
    """The speeds of the hidden layers digit by digit, by their root mean square, as log10."""
    return _speeds(history, history.rms_speeds, name, log)


def mean_speeds(history, name, log):
    """The speeds of the hidden layers by the book's measure, as log10."""
    return _speeds(history, history.speeds, name, log)


def _speeds(history, speeds, name, log):
    start, end = _ratio(speeds[0]), _ratio(speeds[-1])
    slots = {"name": name, "step": _count(history.steps[-1])}
    if speeds.shape[1] < 3:
        finding = "one"
    elif start is None or end is None:
        finding = "still"
    else:
        finding = "" if len(speeds) > 1 else "begins"
        slots |= {"start": number(start), "end": number(end)}
    return Rows(_curves(history, speeds), slots, finding, options=(log,))


def rest_speeds(history):
    """The speeds with the mean error of each output taken out, and with it in."""
    before = _curves(history, history.speeds)
    rest = _by_layer(history.steps[history.kept], history.rest_speeds)
    below = rest["layers"]["log10_speed"].min() - 0.3
    rest["names"] = {"step": 0, "log10_speed": below, "layers": f"1–{len(before['names']['layer'])}"}
    return Rows({**rest, "with_layers": before["layers"], "with_names": before["names"]})


def ratio_by_step(book, free):
    """Last hidden layer over the first, with and without the L2 term, by both measures."""
    rows = [
        (Word(f"ratio_by_step.{run}"), step, Word(f"ratio_by_step.{measure}"), log)
        for run, history in (("book", book), ("free", free))
        for measure, speeds in (("norm_of_mean", history.speeds), ("rms", history.rms_speeds))
        for step, log in zip(*_log_ratios(history, speeds), strict=True)
    ]
    series = {
        "runs": _columns(rows, ("run", "step", "measure", "log10_ratio")),
        "level": {"log10_ratio": 0.0},
    }
    slots = {
        "book_mean": number(_ratio(book.speeds[-1])),
        "book_rms": number(_ratio(book.rms_speeds[-1])),
        "free_mean": number(_ratio(free.speeds[-1])),
        "free_rms": number(_ratio(free.rms_speeds[-1])),
        "step": _count(book.steps[-1]),
    }
    return Rows(series, slots)


def steps_scrubbed(history, name):
    """Every kept look at a run: its neurons, its outputs, its accuracy."""
    looks = history.kept
    kept = history.steps[looks]
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
            "step": kept[:, None],
            "neuron": np.arange(1, len(layer) + 1),
            "layer": layer,
            "log10_delta": np.concatenate(neurons, axis=1),
        },
        "outputs": {"step": kept[:, None], "digit": digit, "share": history.mean_outputs},
        "digits": {"digit": digit, "share": history.mean_target},
        "now": {"step": kept, "accuracy": history.accuracy[looks]},
    }
    notes = () if whole else ("some",)
    options = (tuple(kept.tolist()),)
    return Rows(series, {"name": name, "most": most}, notes=notes, options=options)


def accuracy_by_step(named, log):
    """The share of digits that each run reads, one line per run, and another of those held out."""
    rows, parted = [], False
    for name, history in named.items():
        looks = _thinned(history.looks)
        shown = {"seen": history.accuracy}
        if np.isfinite(history.held_accuracy[0]):
            shown, parted = {**shown, "unseen": history.held_accuracy}, True
        rows += [
            (name, history.steps[look], Word(f"accuracy_by_step.{which}"), accuracy[look])
            for which, accuracy in shown.items()
            for look in looks
        ]
    series = {"runs": _columns(rows, ("run", "step", "which", "accuracy")), "chance": {"accuracy": 0.1}}
    last = max(named.values(), key=lambda history: history.accuracy[-1])
    best = last.accuracy[-1]
    slots = {"best": percent(best), "step": _count(last.steps[-1])}
    if parted:
        held = next(history for history in named.values() if np.isfinite(history.held_accuracy[-1]))
        slots |= {"seen": percent(held.accuracy[-1]), "unseen": percent(held.held_accuracy[-1])}
    learned = "several" if len(named) > 1 else "nothing" if best < 0.2 else "something"
    return Rows(series, slots, learned, ("parted",) if parted else (), options=(log, len(named), parted))


def waits(results, complete):
    """The share of digits read rightly along the steps, a line for each depth."""
    series = {"runs": _accuracies(results, "hidden"), "half": {"accuracy": LEARNED}}
    ends = [
        (str(waited.way.hidden), waited.steps[-1], waited.accuracy[-1])
        for _, waited in results
        if waited.steps[-1] > 0
    ]
    series["names"] = _columns(ends, ("hidden", "step", "accuracy"))
    asked, slots = _waited(results, ASKED_DEPTH), {"hidden": ASKED_DEPTH}
    steps = asked and asked.steps_to()
    if steps is None:
        over = asked is not None and asked.steps[-1] >= 20_000
        return Rows(series, slots, "never" if over else "waiting", guess=_GUESSED_WAIT)
    slots |= {"steps": _count(steps), "first": percent(asked.accuracy[0])}
    return Rows(series, slots, "wakes", answer=float(steps), guess=_GUESSED_WAIT)


_GUESSED_WAIT = {"step": float, "accuracy": LEARNED}


def wait_by_depth(results):
    """The steps to half of the digits against the depth, measured and on a line through them to ten layers."""
    found = sorted(
        (waited.way.hidden, waited.steps_to(), waited.seconds)
        for _, waited in results
        if waited.steps_to()
    )
    if len(found) < 2:
        return None
    depths, steps, seconds = (np.array(column) for column in zip(*found, strict=True))
    line, ahead = growth(depths, steps), np.arange(depths[0], TEN_LAYERS + 1)
    a_step = seconds[-1] * (TEN_LAYERS + 1) / (depths[-1] + 1)  # as long for every layer
    series = {
        "measured": {"hidden": depths, "steps": steps},
        "line": {"hidden": ahead, "steps": line.steps(ahead)},
    }
    ten = line.steps(TEN_LAYERS)
    slots = {
        "factor": number(line.factor, 2),
        "deepest": depths[-1],
        "ten": number(ten, 2),
        "speed": number(1.0 / seconds[-1], 2),
        "time": _duration(ten * a_step),
    }
    return Rows(series, slots)


def gap(waited):
    """Last hidden layer over the first along one run, by both measures, and the digits right meanwhile."""
    history = waited.history
    rows = [
        (step, Word(f"gap.{measure}"), log)
        for measure, speeds in (("norm_of_mean", history.speeds), ("rms", history.rms_speeds))
        for step, log in zip(*_log_ratios(history, speeds), strict=True)
    ]
    series = {
        "lines": _columns(rows, ("step", "measure", "log10_ratio")),
        "level": {"log10_ratio": 0.0},
        "right": _shown_right(history),
    }
    slots = {"start": number(_ratio(history.rms_speeds[0])), "last": _count(history.steps[-1])}
    caught = caught_up(history.rms_speeds, FASTER)
    if caught is None:
        return Rows(series, slots, "open")
    right = history.accuracy[caught]
    slots |= {"step": _count(history.steps[caught]), "right": percent(right)}
    return Rows(series, slots, "closes", answer=float(right))


def _shown_right(history):
    """A few looks at a run with the share of the digits that it then has right."""
    looks = np.unique(np.linspace(0, history.looks - 1, 9).round().astype(int))
    logs = log10(history.rms_speeds[looks, -2] / history.rms_speeds[looks, 0])
    return {"step": history.steps[looks], "log10_ratio": logs, "right": history.accuracy[looks]}


def spreads(waited):
    """How far each layer's outputs differ from digit to digit, along one run."""
    history = waited.history
    shown = _by_layer(*_some_of(history, history.spreads))
    first, last = history.spreads[0, -2], history.spreads[-1, -2]
    slots = {"start": number(first, 2), "end": number(last, 2), "layer": waited.way.hidden}
    return Rows(shown, slots, "grows" if last > 2.0 * first else "stays")

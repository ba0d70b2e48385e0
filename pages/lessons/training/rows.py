"""The rows, slots and cases of the figures of lesson 5."""

import numpy as np

from pages.lessons.training.controls import ALL_DIGITS
from pages.lessons.training.waits import (
    ASKED_DEPTH,
    ASKED_WAYS,
    CHANGED_DEPTH,
    CURES,
    LAMBDAS,
    LONG,
    OTHER_WAYS,
    SHORT,
)
from pages.ui.data import Listed, Rows, Word, log10
from pages.ui.numbers import number, percent
from pages.ui.series import apart
from vgcore.digits import load_digits
from vgcore.studies.waiting import caught_up, growth, halving
from vgcore.studies.waits import ETA, HALF

MOST_NEURONS = 120
"""Most neurons drawn in all."""
LEVEL_POINTS, EARLY_POINTS = 90, 30
"""Most points of a line at even distances, and those that are denser and denser towards the start."""
FASTER = 2.0
"""Least ratio of two speeds at which a layer counts as faster than another."""
FIRST_SHOWN = 60
"""Step at which the slider stands at first, or the last one kept before it."""
TEN_LAYERS = 10
"""Hidden layers up to which the line of the waits is drawn."""
SHALLOWEST = 5
"""Fewest hidden layers of which a long run is drawn."""
ASKED_STEP = 1_000_000
"""Step of the deepest long run that is asked about."""
CLOSING = 0.9
"""Share of its spread below which a network counts as one that closes the door."""
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
        for measure, speeds in (("rms", history.rms_speeds), ("norm_of_mean", history.speeds))
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


def waits(results):
    """The share of digits read rightly along the steps, a line for each depth."""
    series = {"runs": _accuracies(results, "hidden"), "half": {"accuracy": HALF}}
    ends = [
        (waited.training.hidden, waited.steps[-1], waited.accuracy[-1])
        for waited in results
        if waited.steps[-1] > 0
    ]
    series["names"] = _columns(ends, ("hidden", "step", "accuracy"))
    asked, slots = _waited(results, ASKED_DEPTH), {"hidden": ASKED_DEPTH}
    steps = asked and asked.steps_to()
    if steps is None:
        over = asked is not None and asked is not results[-1]
        return Rows(series, slots, "never" if over else "waiting", guess=_GUESSED_WAIT)
    slots |= {"steps": _count(steps), "first": percent(asked.accuracy[0])}
    return Rows(series, slots, "wakes", answer=float(steps), guess=_GUESSED_WAIT)


_GUESSED_WAIT = {"step": float, "accuracy": HALF}


def wait_by_depth(results):
    """The steps to half of the digits against the depth, measured, and on a line through them."""
    found = sorted(
        (waited.training.hidden, waited.steps_to(), waited.seconds) for waited in results if waited.steps_to()
    )
    depths, steps, seconds = np.array(found).reshape(-1, 3).T
    series = {"measured": {"hidden": depths, "steps": steps}}
    if len(found) < 2:
        return Rows(series, {}, "waiting")
    line, ahead = growth(depths, steps), np.arange(depths[0], TEN_LAYERS + 1)
    a_step = seconds[-1] * (TEN_LAYERS + 1) / (depths[-1] + 1)  # as long for every layer
    series["line"] = {"hidden": ahead, "steps": line.steps(ahead)}
    ten = line.steps(TEN_LAYERS)
    slots = {
        "factor": number(line.factor, 2),
        "deepest": int(depths[-1]),
        "ten": number(ten, 2),
        "speed": _count(float(f"{1.0 / seconds[-1]:.2g}")),
        "time": _duration(ten * a_step),
    }
    return Rows(series, slots, "line", ("ahead",))


def gap(waited):
    """Last hidden layer over the first along one run, by both measures, and the digits right meanwhile."""
    history = waited.history
    rows = [
        (step, Word(f"gap.{measure}"), log)
        for measure, speeds in (("rms", history.rms_speeds), ("norm_of_mean", history.speeds))
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
    return Rows(series, slots, "closes", ("closed",), answer=float(right))


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
    slots = {"start": number(first, 2), "end": number(last, 2), "layer": waited.training.hidden}
    return Rows(shown, slots, "grows" if last > 2.0 * first else "stays")


def doors(runs):
    """How far the outputs of the last hidden layer differ from digit to digit, in long runs."""
    runs = {hidden: run for hidden, run in runs.items() if hidden >= SHALLOWEST}
    rows = [
        (step, spread, hidden)
        for hidden, run in runs.items()
        for step, spread in zip(run.steps, log10(run.spreads[:, -2]), strict=True)
        if step > 0 and np.isfinite(spread)
    ]
    columns = ("step", "log10_spread", "hidden")
    series = {"lines": _columns(rows, columns)}
    ends = {hidden: (run.steps[-1], log10(run.spreads[-1, -2]), hidden) for hidden, run in runs.items()}
    names = _columns(list(ends.values()), columns)
    for step in np.unique(names["step"]):
        column = names["step"] == step
        span = np.ptp(series["lines"]["log10_spread"])
        names["log10_spread"][column] = apart(names["log10_spread"][column], span)
    series["names"] = names
    *before, deepest = sorted(runs)
    before = max(hidden for hidden in before if runs[hidden].accuracy.max() >= HALF)
    last = runs[deepest]
    slots = {
        "deepest": deepest,
        "steps": _count(last.steps[-1]),
        "right": percent(last.accuracy[-1]),
        "woke": _woke(last),
        "closing": min(hidden for hidden, run in runs.items() if _closed(run) < CLOSING),
        "left": percent(left_open(runs), 2),
        "awake": before,
        "half": _woke(runs[before]),
    }
    return Rows(series, slots, "shut" if last.accuracy.max() < HALF else "opens")


def _woke(run):
    """At which look half of the digits are right for the first time."""
    return _count(run.steps[np.argmax(run.accuracy >= HALF)])


def _closed(run):
    """The least share of the spread at the start that the last hidden layer has on the way."""
    return run.spreads[:, -2].min() / run.spreads[0, -2]


def left_open(runs):
    """Which share of what told the digits apart in the deepest of long runs is left at the step asked for."""
    run = runs[max(runs)]
    at = min(np.searchsorted(run.steps, ASKED_STEP), len(run.steps) - 1)
    return run.spreads[at, -2] / run.spreads[0, -2]


def ways(results, complete):
    """The steps to half of the digits, of every way and random start."""
    median, slots = _medians(results), {"hidden": CHANGED_DEPTH, "limit": _count(LONG)}
    answer, finding = None, "waiting"
    plain, held = (median.get(way) for way in ASKED_WAYS)
    if plain and held and any(waited.training.way not in ASKED_WAYS for waited in results):
        answer = held / plain
        finding = "longer" if answer > 1.0 else "shorter"
        slots |= {"times": number(answer, 2)}
    notes = ()
    if plain and complete:
        slots |= {"longer": _listed(median, lambda way: median[way] > plain and way != ASKED_WAYS[0])}
        slots |= {"shorter": _listed(median, lambda way: median[way] < plain)}
        notes = tuple(note for note in ("longer", "shorter") if slots[note].texts)
    return Rows(_strip(results, median, (*ASKED_WAYS, *OTHER_WAYS)), slots, finding, notes, answer=answer)


def cures(results, complete):
    """The same of what helps, a row a cure."""
    median = _medians(results)
    slots, notes, series = {"hidden": CHANGED_DEPTH}, (), _strip(results, median, CURES)
    best = min(median, key=median.get, default=None)
    if best is None:
        return Rows(series, slots, "waiting")
    slots |= {"best": Word(f"way.{best}"), "steps": _count(median[best])}
    if complete and median.get(ASKED_WAYS[0]):
        slots |= {"plain": _count(median[ASKED_WAYS[0]])}
        notes = ("plain",)
    relu = median.get("relu")
    answer = float(relu) if relu else None
    return Rows(series, slots, "best", notes, answer=answer)


def races(results):
    """The steps to half of the digits by the strength of the L2 term, a line for each depth."""
    rows, never = [], []
    for waited in results:
        lmbda, hidden, steps = waited.training.lmbda, str(waited.training.hidden), waited.steps_to()
        if steps:
            rows.append((lmbda, steps, hidden))
        elif waited is not results[-1]:  # which may still be on its way
            never.append((lmbda, waited.steps[-1], hidden))
    columns = ("lmbda", "steps", "hidden")
    series = {"lines": _columns(sorted(rows), columns), "never": _columns(never, columns)}
    slots = {"hidden": ASKED_DEPTH, "limit": _count(SHORT)}
    ours = [waited for waited in results if waited.training.hidden == ASKED_DEPTH]
    if len(ours) == len(results):  # the others come afterwards
        return Rows(series, slots, "waiting")
    woken = [one.training.lmbda for one in ours if one.steps_to()]
    if not woken:
        return Rows(series, slots, "none")
    slots |= {"most": number(max(woken)), "from": number(min(LAMBDAS, key=_beyond(max(woken))))}
    finding = "all" if len(woken) == len(LAMBDAS) else "some"
    return Rows(series, slots, finding, answer=max(woken) or None)


def _beyond(most):
    return lambda lmbda: lmbda if lmbda > most else np.inf


def shrinking(results):
    """The norms of the weights of each layer of the network that is asked about, under the largest lambda."""
    waited = pulled(results)
    history = waited.history
    shown = _by_layer(*_some_of(history, history.weight_norms), output=True)
    slots = {
        "lmbda": number(waited.training.lmbda),
        "halving": _count(halving(ETA, waited.training.lmbda)),
        "many": _count(BOOK_EXAMPLES),
        "halving_many": _count(halving(ETA, waited.training.lmbda, BOOK_EXAMPLES)),
        "times": number(BOOK_EXAMPLES / ALL_DIGITS),
        "first": number(history.weight_norms[0, 0]),
        "end": number(history.weight_norms[-1, 0], 2),
        "step": _count(history.steps[-1]),
    }
    shrinks = history.weight_norms[-1, 0] < 0.5 * history.weight_norms[0, 0]
    return Rows(shown, slots, "falls" if shrinks else "stays")


def stopped(results):
    """The accuracy of the network that is asked about, a line a lambda, and where a rule would stop it."""
    ours = [waited for waited in results if waited.training.hidden == ASKED_DEPTH]
    lines, marks = [], []
    for waited in ours:
        name = f"λ = {number(waited.training.lmbda)}"
        lines += [
            (name, waited.steps[look], waited.accuracy[look]) for look in _thinned(len(waited.steps)) if look
        ]
        if waited.stopped:
            right = waited.accuracy[np.searchsorted(waited.steps, waited.stopped)]
            marks.append((name, waited.stopped, right))
    columns = ("run", "step", "accuracy")
    series = {"runs": _columns(lines, columns), "marks": _columns(marks, columns)}
    if not marks:
        return Rows(series, {}, "none")
    slots = {
        "count": len(marks),
        "of": len(ours),
        "right": percent(max(right for *_, right in marks)),
    }
    woken = [waited for waited in ours if waited.stopped and waited.steps_to()]
    notes = ()
    if woken:
        notes, slots = ("woken",), {**slots, "woken": len(woken)}
    return Rows(series, slots, "stops", notes)


def ten_digits():
    """The first digit of each kind in a row, as a picture of grey levels."""
    x, y = load_digits()
    first = [int(np.argmax(y[digit])) for digit in range(10)]
    pictures = [np.pad(x[:, at].reshape(28, 28), 2) for at in first]
    return (255 * np.kron(np.hstack(pictures), np.ones((2, 2)))).astype(np.uint8)


def printed(history, values):
    """The table of the printed speeds beside this run's, one row per hidden layer."""
    hidden = history.speeds.shape[1] - 1
    return {
        "layer": [str(layer) for layer in range(1, hidden + 1)],
        "first": [number(speed) for speed in history.speeds[0, :-1]],
        "printed": [number(value) for value in values] or [Word("printed.none")] * hidden,
        "last": [number(speed) for speed in history.speeds[-1, :-1]],
    }


def ratio_at_end(history):
    """The last hidden layer's speed over the first's at the last look, by the book's measure, or None."""
    return _ratio(history.speeds[-1])


def left(history):
    """How much of the first layer's first speed is left without the mean errors of the outputs."""
    return history.rest_speeds[0, 0] / history.speeds[0, 0]


def reached(run):
    """What the lesson comes to on the first of the reader's runs, which may still be under way."""
    if not run.done.is_set() or run.history is None:
        return Rows({}, notes=("running",))
    history = run.history
    slots = {"accuracy": percent(history.accuracy[-1]), "step": _count(history.steps[-1])}
    start, end = _ratio(history.rms_speeds[0]), _ratio(history.rms_speeds[-1])
    if start is None or end is None:
        return Rows({}, slots, notes=("one_layer" if history.speeds.shape[1] < 3 else "still",))
    return Rows({}, {**slots, "start": number(start), "end": number(end)}, notes=("ratios",))


def _count(steps):
    """A number of steps as text: 12,000."""
    return f"{round(steps):,}"


def _duration(seconds):
    """A time as text, in the unit that suits it."""
    units = (("years", 365.25 * 86_400), ("days", 86_400), ("hours", 3_600), ("minutes", 60))
    unit, size = next(((unit, size) for unit, size in units if seconds >= 2 * size), ("seconds", 1))
    return Word(f"duration.{unit}", {"count": number(seconds / size, 2)})


def _waited(results, hidden):
    return next((waited for waited in results if waited.training.hidden == hidden), None)


def pulled(results):
    """Return the network that is asked about under the largest lambda, or None where it has not begun."""
    ours = ((waited.training.hidden, waited.training.lmbda) for waited in results)
    return dict(zip(ours, results, strict=True)).get((ASKED_DEPTH, max(LAMBDAS)))


def _medians(results):
    """Return the median of the steps to half of the digits, by the way, where most starts have got there."""
    found = {}
    for waited in results:
        found.setdefault(waited.training.way, []).append(waited.steps_to() or np.inf)
    medians = {way: float(np.median(steps)) for way, steps in found.items()}
    return {way: steps for way, steps in medians.items() if np.isfinite(steps)}


def _listed(median, chosen):
    return Listed([Word(f"way.{way}") for way in sorted(median, key=median.get) if chosen(way)])


def _strip(results, median, asked):
    """Return the series of a drawing with a row for each way asked for: a dot a start, and the median."""
    dots = [(waited.training.way, waited.steps_to(), waited.training.seed) for waited in results]
    never = [
        (waited.training.way, waited.steps[-1])
        for waited in results
        if waited.steps[-1] and waited.steps_to() is None
    ]
    named = [(Word(f"way.{way}"), steps, seed) for way, steps, seed in dots if steps]
    return {
        "asked": {"way": np.array([Word(f"way.{way}") for way in asked])},
        "starts": _columns(named, ("way", "steps", "seed")),
        "never": _columns([(Word(f"way.{way}"), steps) for way, steps in never], ("way", "steps")),
        "medians": _columns(
            [(Word(f"way.{way}"), median[way]) for way in asked if way in median], ("way", "steps")
        ),
    }


def _accuracies(results, by):
    rows = [
        (getattr(waited.training, by), waited.steps[look], waited.accuracy[look])
        for waited in results
        for look in _thinned(len(waited.steps))
        if look
    ]
    return _columns(rows, (by, "step", "accuracy"))


def _log_ratios(history, speeds):
    """Return some looks, and there the logarithm of the last hidden layer's speed over the first's."""
    looks = _thinned(history.looks)
    steps, chosen = history.steps[looks], speeds[looks]
    alive = (chosen[:, 0] > 0.0) & (chosen[:, -2] > 0.0)
    return steps[alive], np.log10(chosen[alive, -2] / chosen[alive, 0])


def _ratio(speeds):
    return speeds[-2] / speeds[0] if len(speeds) > 2 and speeds[0] > 0.0 and speeds[-2] > 0.0 else None


def _curves(history, speeds):
    return _by_layer(*_some_of(history, speeds))


def _some_of(history, values):
    looks = _thinned(history.looks)
    return history.steps[looks], values[looks]


def _by_layer(steps, values, output=False):
    log = log10(values if output else values[:, :-1])
    layers = np.arange(1, log.shape[1] + 1)
    drawn = np.append(log[np.isfinite(log)], 0.0)
    names = {"step": steps[-1:], "layer": layers, "log10_speed": apart(log[-1], np.ptp(drawn))}
    return {"layers": {"step": steps[:, None], "layer": layers, "log10_speed": log}, "names": names}


def _thinned(looks):
    """Return the indices of some of the looks of a line: at even distances, and early on more of them."""
    even = np.linspace(0, looks - 1, min(looks, LEVEL_POINTS))
    early = np.geomspace(1, max(looks - 1, 1), EARLY_POINTS)
    return np.unique(np.round(np.append(even, early)).astype(int).clip(0, looks - 1))


def _columns(rows, names):
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}

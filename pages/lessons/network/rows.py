"""The rows, slots and cases of the figures of lesson 7."""

import numpy as np

from pages.lessons.network.reading import EXAMPLES, KINDS, read
from pages.ui.data import Listed, Rows, Word, log10, one_line
from pages.ui.numbers import number, percent
from vgcore import SignedLog
from vgcore.norms import FEWEST
from vgcore.studies.ways_out import LEVEL_WITHIN, trend

MOST_LAYERS = 1000
"""Most layers drawn per kind and step."""
EXPLAINED = {
    "vanishing": ("chain", "unstable"),
    "exploding": ("exploding", "matrix"),
    "dead": ("ways_out",),
    "outlier": ("matrix",),
    "level": ("ways_out",),
    "unclear": ("unstable",),
    "few": ("unstable",),
    "not_finite": ("exploding",),
}
"""Lessons that explain what is said of a network."""
DECADES_BEYOND = 2.0
"""Powers of ten beyond the judged layers within which other kinds of layers are drawn."""
SIMULATED_DIGITS = 100
"""Digits that the random networks are shown."""
LONGEST_NAME = 40
"""Most characters shown of the name of a layer."""
LARGEST_STEP = 1e9
"""Least number of a step that is shown as a power of ten."""
USUAL_CHANGE = 1e-3
"""Share of itself by which a step usually changes a layer."""


def code(name):
    """A name of the reader's, as text in which nothing is markup and nothing is hidden."""
    return f"`{''.join(c if c.isalnum() or c in '._-/()…' else '·' for c in plain(name))}`"


def plain(text):
    """A text of the reader's, for where nothing is markup anyway."""
    return one_line(text, LONGEST_NAME)


def shown(value):
    """A number as text, and a dash for none."""
    return "–" if np.isnan(value) else number(value)


def profile(pasted):
    """The gradient of every layer at the steps there are, with the line that fits the judged ones."""
    found, steps = pasted.found, pasted.steps()
    series = {name: [] for name in ("earlier", "judged", "zero", "strange", "out", "fit", *KINDS)}
    judged = pasted.judged_kind()
    for at, step in enumerate(steps, 1):
        for kind, layers in _drawn(pasted, step).items():
            values = pasted.norms.norms[step, layers]
            columns = {"layer": _places(pasted, layers), **_told(pasted, step, layers), "step": at}
            drawn = {**columns, "log10_norm": log10(values)}
            if judged in (kind, "all"):
                series["judged"].append(drawn)
                series["earlier"].append({name: drawn[name] for name in ("layer", "step", "log10_norm")})
                series["zero"].append(_only(columns, values == 0.0))
                series["strange"].append(_only(columns, ~np.isfinite(values)))
            else:
                series[kind].append(drawn)
        series["fit"].append(_fit(pasted, step, at))
    if found.kind == "outlier":
        layers = pasted.judged[list(found.layers)]
        columns = {"layer": _places(pasted, layers), "step": len(steps)}
        series["out"].append({**columns, "log10_norm": log10(pasted.norms.norms[-1, layers])})
    rows = {name: _joined(parts) for name, parts in series.items() if parts}
    rows = {name: columns for name, columns in rows.items() if len(columns["layer"])}
    ends = _decades(np.concatenate([rows[name]["log10_norm"] for name in ("judged", "fit") if name in rows]))
    rows["ends"] = {"log10_norm": ends}
    others, far = [kind for kind in KINDS if kind in rows], 0
    for kind in others:
        logs = rows[kind]["log10_norm"]
        near = (logs >= ends[0] - DECADES_BEYOND) & (logs <= ends[1] + DECADES_BEYOND)
        far, rows[kind] = far + np.isfinite(logs[~near]).sum(), _only(rows[kind], near)
    slots = _slots(pasted) | {"far": far}
    slots["others"] = Listed([Word(f"others.{kind}") for kind in others])
    if len(steps) > 1:
        names = [Word("profile.readout", {"step": _step(pasted.norms.steps[k])}) for k in steps]
        rows["readout"] = {"step": np.arange(len(steps)) + 1, "name": np.array(names)}
    notes = _notes(pasted, rows, others, far)
    return Rows(rows, slots, verdict(pasted), tuple(notes), (len(steps),))


def _drawn(pasted, step):
    """The layers to draw at a step, by kind: all, or some of very many."""
    given = pasted.norms.given[step]
    found = {kind: np.flatnonzero(given & (pasted.kinds == kind)) for kind in KINDS}
    return {kind: _some(layers) for kind, layers in found.items() if layers.size}


def _some(layers):
    most = min(len(layers), MOST_LAYERS)
    return layers[np.linspace(0, len(layers) - 1, most).round().astype(int)]


def _places(pasted, layers):
    """The place of layers among the judged ones: that of the last judged layer that is not behind."""
    return np.searchsorted(pasted.judged, layers, side="right")


def _told(pasted, step, layers):
    read = pasted.norms
    return {
        "name": np.array([plain(read.names[l]) for l in layers]),
        "shape": np.array([plain(read.shapes[l]) or "–" for l in layers]),
        "norm": np.array([shown(value) for value in read.norms[step, layers]]),
        "zeros": np.array([percent(z) if np.isfinite(z) else "–" for z in read.zeros[step, layers]]),
    }


def _only(columns, where):
    return {name: values[where] if np.ndim(values) else values for name, values in columns.items()}


def _joined(parts):
    wide = []
    for part in parts:
        arrays = np.broadcast_arrays(*(np.asarray(values) for values in part.values()))
        wide.append(dict(zip(part, arrays, strict=True)))
    return {name: np.concatenate([part[name] for part in wide]) for name in wide[0]}


def _fit(pasted, step, at):
    layers = pasted.judged[pasted.norms.given[step, pasted.judged]]
    line = pasted.diagnosed(step, layers).line if layers.size else np.zeros(0)
    ends = np.array([0, len(layers) - 1]) if layers.size > 1 else np.zeros(0, int)
    return {"layer": _places(pasted, layers[ends]), "log10_norm": log10(line[ends]), "step": at}


def _decades(logs):
    """The powers of ten around some logarithms, at least one apart."""
    logs = logs[np.isfinite(logs)]
    low, high = (np.floor(logs.min()), np.ceil(logs.max())) if logs.size else (-1.0, 0.0)
    return np.array([low, max(high, low + 1.0)])


def _step(step):
    return f"{step:,}" if isinstance(step, int) and abs(step) < LARGEST_STEP else number(step)


def _named(found):
    """The names of the layers that a diagnosis is about; of many, the first three or both ends."""
    names = [code(name) for name in found.names]
    if len(names) > 3 and found.kind == "dead":
        return f"{names[0]} … {names[-1]}"
    return Listed([*names[:2], f"{names[2]} …"] if len(names) > 3 else names)


def _whole(found, layers):
    """The first layer over the last, as a log10: as a number it may be 0 or infinite."""
    return log10(found.factor) * (layers - 1)


def _slots(pasted):
    found, layers, steps = pasted.found, len(pasted.judged), pasted.norms.steps
    whole = _whole(found, layers)
    slots = {"layers": layers, "factor": shown(found.factor), "before": shown(pasted.before)}
    slots |= {"whole": _power(whole), "times": _power(-whole)}
    slots |= {"low": shown(found.interval[0]), "high": shown(found.interval[1])}
    slots |= {"named": _named(found), "count": len(found.layers), "strange": len(found.not_finite)}
    cut = "" if pasted.cut is None else _step(pasted.cut)
    return slots | {"step": _step(steps[-1]), "begin": _step(steps[0]), "cut": cut}


def _notes(pasted, rows, others, far):
    found, steps = pasted.found, len(pasted.norms.steps)
    yield "dots"
    if np.isfinite(found.factor):
        yield "fitted"
    if np.isfinite(found.interval[1]):
        yield "interval"
    if found.kind == "outlier":
        yield f"rest_{found.trend}"
    if "zero" in rows:
        yield "zero"
    if found.not_finite:
        yield "not_finite"
    if others:
        yield "others"
    if far:
        yield "far"
    if steps > 1:
        yield "scrub"
    if steps > 1 and np.isfinite(pasted.before):
        yield "begun"
    if pasted.cut is not None:
        yield "cut"
    if np.unique(pasted.kinds, return_counts=True)[1].max() > MOST_LAYERS:
        yield "thinned"


def verdict(pasted):
    """What is said of a network; missing numbers come before anything that the others would say."""
    if pasted.found.not_finite:
        return "not_finite"
    return "few" if len(pasted.judged) < FEWEST and pasted.found.kind == "unclear" else pasted.found.kind


def told(pasted):
    """Which section says what the diagnosis means, and its slots."""
    judged = Word(f"groups.{pasted.judged_kind()}")
    return f"told.{verdict(pasted)}", {**_slots(pasted), "judged": judged}


def path():
    """The example of a vanishing gradient and that of a healthy one, layer by layer."""
    series, slots = {}, {}
    for line, name in (("line", "vanishing"), ("other", "healthy")):
        pasted, _ = read(EXAMPLES[name])
        logs = log10(pasted.norms.norms[-1, pasted.judged])
        series[line] = {"x": np.linspace(0.0, 1.0, len(logs)), "y": logs}
        slots[name] = shown(pasted.found.factor)
    return Rows(series, slots)


def reached(pasted):
    """What the lesson comes to for the reader's network; None where it has no factor."""
    if np.isfinite(pasted.found.factor):
        return Rows({}, _slots(pasted), notes=(verdict(pasted),))
    return None


def groups(pasted):
    """The table of the kinds of layers, each diagnosed by itself."""
    columns = {name: [] for name in ("kind", "count", "verdict", "factor", "interval", "whole", "zeros")}
    for kind, layers in pasted.groups().items():
        found, zeros = pasted.diagnosed(-1, layers), pasted.norms.zeros[-1, layers]
        columns["kind"].append(Word(f"groups.{kind}"))
        columns["count"].append(str(len(layers)))
        columns["verdict"].append(Word(f"groups.{found.kind}"))
        columns["factor"].append(shown(found.factor))
        columns["interval"].append(" – ".join(shown(end) for end in found.interval))
        columns["whole"].append(_power(_whole(found, len(layers))))
        known = zeros[np.isfinite(zeros)]
        columns["zeros"].append(percent(known.mean()) if known.size else "–")
    return columns


def weighed(pasted):
    """Whether at least two layers have a gradient and a weight."""
    return np.isfinite(ratios(pasted)).sum() > 1


def ratios(pasted):
    """Gradient over weight of the weights at the last step; nan of those that have none."""
    return pasted.norms.over_weights(-1, pasted.weights())


def updates(pasted):
    """The share of itself by which a step would change a layer: gradient over weight."""
    ratio, name = ratios(pasted), [pasted.norms.names[l] for l in pasted.weights()]
    weighed = np.flatnonzero(np.isfinite(ratio))
    layers, middle = _some(weighed), float(np.nanmedian(ratio))
    series = {
        "ratio": {
            "layer": layers + 1,
            "log10_ratio": log10(ratio[layers]),
            "name": np.array([plain(name[l]) for l in layers]),
            "ratio": np.array([shown(value) for value in ratio[layers]]),
        },
        "middle": {"log10_ratio": log10(middle)},
        "ends": {"log10_ratio": _decades(log10(ratio[layers]))},
    }
    slow, fast = np.nanargmin(ratio), np.nanargmax(ratio)
    spread, eta = float(ratio[fast]) / float(ratio[slow]), USUAL_CHANGE / middle
    slots = {"spread": number(spread), "fast": code(name[fast]), "slow": code(name[slow])}
    slots |= {"eta": number(eta, 2), "usual": percent(USUAL_CHANGE), "first_layer": code(name[weighed[0]])}
    slots["first"] = percent(eta * float(ratio[weighed[0]]))
    return Rows(series, slots, "even" if spread <= LEVEL_WITHIN else "apart")


def overlay(pasted, shape, simulated, made_by="none"):
    """The pasted profile over that of random networks of its shape; at the last layer both are 1."""
    weights, norms = pasted.weights(), simulated.norms
    inside, line = weights[1:-1], pasted.diagnosed(-1, weights).line[-2]
    values = pasted.norms.norms[-1, inside]
    seen = np.isfinite(values) & (values > 0.0)
    log = log10(norms) - log10(norms[:, -1].median())
    predicted = log10(simulated.theory) - log10(simulated.theory[-1])
    middle, each = np.median(log, axis=0), np.linspace(2.0, len(weights) - 1.0, log.shape[1])
    series = {
        "range": {"layer": each, "low": log.min(axis=0), "high": log.max(axis=0)},
        "simulated": {"layer": each, "log10_norm": middle},
        "theory": {"layer": each, "log10_norm": predicted},
    }
    slots = {"hidden": norms.shape[1] + 1, "width": shape.width, "seeds": len(norms), "framework": made_by}
    slots |= {"digits": SIMULATED_DIGITS, "apart": number(SIMULATED_DIGITS**0.5)}
    slots |= {name: _power(logs[0]) for name, logs in (("simulated", middle), ("theory", predicted))}
    finding, notes, drawn = "alone", [], [log.ravel(), predicted]
    if seen.any() and np.isfinite(line):
        own = log10(values[seen]) - log10(line)
        names = np.array([plain(pasted.norms.names[l]) for l in inside[seen]])
        series["own"] = {"layer": np.flatnonzero(seen) + 2, "log10_norm": own, "name": names}
        slots |= {"own": _power(own[0]), "named": _named(pasted.found)}
        alike = abs(own[0] - middle[0]) <= np.log10(LEVEL_WITHIN)
        single = pasted.found.kind in ("outlier", "dead")
        finding = ("like_but" if single else "like") if alike else "unlike"
        notes, drawn = ["yours"], [*drawn, own]
    if not np.isfinite(middle[0]):
        finding = "silent"
    series["ends"] = {"log10_norm": _decades(np.concatenate(drawn))}
    notes += ["made"] if made_by != "none" else []
    notes += ["assumed"] if not shape.known else []
    notes += ["shorter"] if len(weights) - 1 > shape.hidden else []
    return Rows(series, slots, finding, tuple(notes))


def _power(log10_value):
    return "–" if np.isnan(log10_value) else number(SignedLog.from_log10(log10_value))


def comparable(pasted):
    """Whether there are enough layers to lay another network beside them."""
    return len(pasted.weights()) >= FEWEST


def lacking(pasted):
    """The sections for which there is not enough."""
    if pasted is None:
        return "see", "means", "cure", "exercises"
    return () if comparable(pasted) else ("cure",)


def level(theories):
    """How many of several networks have a first and a last layer within a factor of ten, by their delta."""
    return sum(trend(np.prod(delta)) == "keeps" for delta, _ in theories.values())


def cures(theories):
    """The table of several networks, by theory: the factors that each would have here."""
    columns = {name: [] for name in ("name", "factor", "whole", "meaning", "weights")}
    for name, (delta, weights) in theories.items():
        whole = float(np.prod(delta))
        columns["name"].append(Word(f"which.{name}"))
        columns["factor"].append(number(float(whole ** (1.0 / len(delta))), 4))
        columns["whole"].append(number(whole))
        columns["meaning"].append(Word(f"which.{trend(whole)}"))
        columns["weights"].append(_power(float(log10(weights[0] / weights[-1]))))
    return columns


def beyond(pasted):
    """The parts of the pasted network that theory says nothing about."""
    read = pasted.norms
    names = " ".join(read.names).lower()
    if any(shape.count("x") > 1 for shape in read.shapes) or "conv" in names:
        yield "convolutions"
    if "attn" in names or "attention" in names or "embedding" in pasted.kinds:
        yield "attention"

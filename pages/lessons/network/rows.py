"""The rows, slots and cases of the figures of lesson 7."""

import numpy as np

from pages.lessons.network.reading import KINDS
from pages.lessons.network.remedies import cause
from pages.ui.data import Listed, Rows, Word, log10, one_line
from pages.ui.numbers import number, percent
from vgcore import SignedLog
from vgcore.norms import FEWEST, OPTIMISERS
from vgcore.studies.ways_out import LEVEL_WITHIN, trend

MOST_LAYERS = 1000
"""Most layers drawn per kind and step."""
EXPLAINED = {
    "vanishing": ("chain", "unstable"),
    "slope_vanishing": ("chain", "unstable"),
    "fading_both": ("ways_out", "matrix"),
    "exploding": ("exploding", "matrix"),
    "slope_exploding": ("exploding", "matrix"),
    "exploding_both": ("ways_out", "matrix"),
    "dead": ("ways_out", "bits"),
    "dying": ("ways_out",),
    "alike": ("ways_out",),
    "outlier": ("matrix",),
    "small": ("bits", "training"),
    "large": ("training",),
    "wakes": ("ways_out",),
    "nothing": ("training",),
    "level": ("ways_out",),
    "unclear": ("unstable",),
    "few": ("unstable",),
    "not_finite": ("exploding", "bits"),
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
LARGEST_RATE = 10.0
"""Largest learning rate that somebody would try."""
MOST_COURSE = 200
"""Most steps of the figure over the steps."""
SAID = {
    "dead": "dead",
    "nothing": "nothing",
    "outlier": "out_of_line",
    "not_finite": "not_finite",
    "few": "few",
    "unclear": "wide",
    "fading_both": "cancels",
    "exploding_both": "cancels",
}
"""The reason that a verdict says itself."""


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
    found, steps, roles = pasted.found, pasted.steps(), pasted.roles()
    names = ("earlier", "judged", "single", "small", "zero", "strange", "out", "fit", *KINDS)
    series = {name: [] for name in names}
    role_of = {l: _short(role) for role, layers in roles.items() for l in layers.tolist()}
    judged = pasted.judged_kind()
    for at, step in enumerate(steps, 1):
        for kind, layers in _drawn(pasted, step).items():
            values = pasted.norms.norms[step, layers]
            columns = {"layer": _places(pasted, layers), **_told(pasted, step, layers), "step": at}
            columns["role"] = np.array([role_of.get(l, "") for l in layers.tolist()])
            drawn = {**columns, "log10_norm": log10(values)}
            series["strange"].append(_only(columns, ~np.isfinite(values)))
            if judged in (kind, "all"):
                inside = (columns["role"] != "") | (not roles)
                line = _only(drawn, inside)
                series["judged"].append(line)
                series["single"].append(_only(drawn, ~inside))
                series["earlier"].append(
                    {name: line[name] for name in ("layer", "role", "step", "log10_norm")}
                )
                series["zero"].append(_only(columns, values == 0.0))
            else:
                series[kind].append(drawn)
        small = _some(pasted.printed_small(step))
        bound = {"log10_norm": log10(pasted.norms.resolution[step, small])}
        place = {"layer": _places(pasted, small), "step": at}
        series["small"].append({**place, **_told(pasted, step, small), **bound})
        series["fit"].append(_fit(pasted, step, at))
    if found.kind == "outlier":
        layers = pasted.judged[list(found.layers)]
        columns = {"layer": _places(pasted, layers), "step": len(steps)}
        series["out"].append({**columns, "log10_norm": log10(pasted.norms.norms[-1, layers])})
    rows = {name: _joined(parts) for name, parts in series.items() if parts}
    rows = {name: columns for name, columns in rows.items() if len(columns["layer"])}
    framed = [rows[name]["log10_norm"] for name in ("judged", "single", "small", "fit") if name in rows]
    ends = _decades(np.concatenate([*framed, np.zeros(0)]))
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
    return Rows(rows, slots, verdict(pasted), tuple(notes), (len(steps), bool(roles)))


def _short(role):
    """A role without what stands before the number of the block: `self_attn.q_proj.weight`."""
    return plain(role.rsplit("{i}", 1)[-1].strip("._/[]'\" ") or role)


def _drawn(pasted, step):
    """The layers to draw at a step, by kind: all, or some of very many."""
    given = pasted.norms.given[step]
    found = {kind: np.flatnonzero(given & (pasted.kinds == kind)) for kind in KINDS}
    return {kind: _some(layers) for kind, layers in found.items() if layers.size}


def _some(layers, most=MOST_LAYERS):
    most = min(len(layers), most)
    return layers[np.linspace(0, len(layers) - 1, most).round().astype(int)]


def _places(pasted, layers):
    """The place of layers among the judged ones: that of the last judged layer that is not behind."""
    small = [pasted.printed_small(step) for step in (0, -1)]
    line = np.unique(pasted.rank[np.concatenate([pasted.judged, *small])])
    return np.searchsorted(line, pasted.rank[layers], side="right")


def _told(pasted, step, layers):
    read = pasted.norms
    return {
        "name": np.array([plain(read.names[l]) for l in layers]),
        "shape": np.array([plain(read.shapes[l]) or "–" for l in layers]),
        "norm": np.array([_measured(read, step, l) for l in layers]),
        "zeros": np.array([percent(z) if np.isfinite(z) else "–" for z in read.zeros[step, layers]]),
    }


def _measured(read, step, l):
    """The norm of a layer as text; of one that was printed too small, what it is less than."""
    small = read.resolution[step, l]
    return f"< {number(float(small))}" if small > 0.0 else shown(read.norms[step, l])


def _only(columns, where):
    return {name: values[where] if np.ndim(values) else values for name, values in columns.items()}


def _joined(parts):
    wide = []
    for part in parts:
        arrays = np.broadcast_arrays(*(np.asarray(values) for values in part.values()))
        wide.append(dict(zip(part, arrays, strict=True)))
    return {name: np.concatenate([part[name] for part in wide]) for name in wide[0]}


def _fit(pasted, step, at):
    """The line of the verdict; there is none where blocks are compared."""
    layers, found = pasted.at(step)
    line = found.line
    drawn = _some(np.flatnonzero(np.isfinite(line))) if line.size else np.zeros(0, int)
    return {"layer": _places(pasted, layers[drawn]), "log10_norm": log10(line[drawn]), "step": at}


def _decades(logs):
    """The powers of ten around some logarithms, at least one apart."""
    logs = logs[np.isfinite(logs)]
    low, high = (np.floor(logs.min()), np.ceil(logs.max())) if logs.size else (-1.0, 0.0)
    return np.array([low, max(high, low + 1.0)])


def _step(step):
    return f"{step:,}" if isinstance(step, int) and abs(step) < LARGEST_STEP else number(step)


def _named(names, all_of="outlier"):
    """The names of layers; of many the first three, or both ends of those that are all meant."""
    named = [code(name) for name in names]
    if len(named) > 3 and all_of != "outlier":
        return f"{named[0]} … {named[-1]}"
    return Listed([*named[:2], f"{named[2]} …"] if len(named) > 3 else named)


def _data(pasted):
    """First over last and largest over smallest of the data, as log10, for they may be beyond any number."""
    found = pasted.found
    whole, spread = log10(found.first_over_last), log10(found.largest_over_smallest)
    if not (np.isfinite(whole) and np.isfinite(spread)):
        norms = pasted.norms.norms[-1, pasted.judged]
        logs = log10(norms[np.isfinite(norms) & (norms > 0.0)])
        whole, spread = (logs[0] - logs[-1], np.ptp(logs)) if logs.size else (np.nan, np.nan)
    return float(whole), float(spread)


def _slots(pasted):
    found, first, steps = pasted.found, pasted.first, pasted.norms.steps
    whole, spread = _data(pasted)
    slots = {"layers": len(pasted.judged), "factor": shown(found.factor), "before": shown(first.factor)}
    slots |= {"whole": _power(whole), "times": _power(-whole), "spread": _power(spread)}
    slots |= {"low": shown(found.interval[0]), "high": shown(found.interval[1])}
    slots |= {"back": _maybe(found.back), "forward": _maybe(found.forward)}
    slots |= {"named": _named(found.names, found.kind), "count": len(found.names)}
    slots["per"] = per(found)
    slots |= {"then": Word(f"kinds.{_verdict(first)}"), "now": Word(f"kinds.{_verdict(found)}")}
    for key, about in found.reasons:
        slots |= {
            name: shown(about[name]) for name in ("ratio", "share") if name in about and key == found.kind
        }
    cut = "" if pasted.cut is None else _step(pasted.cut)
    return slots | {"step": _step(steps[-1]), "begin": _step(steps[0]), "cut": cut}


def per(found):
    """What a factor is of: a layer, or a block."""
    return Word(f"per.{found.per}")


def _maybe(value):
    return "–" if value is None else shown(value)


def _notes(pasted, rows, others, far):
    found, steps = pasted.found, len(pasted.norms.steps)
    yield "dots"
    if found.roles:
        yield "roles"
    if "fit" in rows:
        yield "fitted"
        if len({pasted.parameters[l].incoming() for l in pasted.judged}) > 1:
            yield "bent"
    if np.isfinite(found.factor) and found.per == "block":
        yield "blocks"
    if np.isfinite(found.interval[1]):
        yield "interval"
    if found.kind == "outlier":
        yield f"rest_{found.trend}"
    if "small" in rows:
        yield "less"
    if "zero" in rows:
        yield "zero"
    if "strange" in rows:
        yield "not_finite"
    if others:
        yield "others"
    if far:
        yield "far"
    if steps > 1:
        yield "scrub"
        yield from _begun(pasted)
    if pasted.cut is not None:
        yield "cut"
    if np.unique(pasted.kinds, return_counts=True)[1].max() > MOST_LAYERS:
        yield "thinned"


def verdict(pasted):
    """What is said of a network: the kind, a slope by its direction, and too few layers by themselves."""
    return _verdict(pasted.found)


def _verdict(found):
    if found.kind == "slope":
        return f"slope_{found.trend}"
    few = found.kind == "unclear" and any(reason.key == "few" for reason in found.reasons)
    return "few" if few else found.kind


def told(pasted):
    """Which section says what the diagnosis means, and its slots."""
    judged = Word(f"groups.{pasted.judged_kind()}")
    return f"told.{verdict(pasted)}", {**_slots(pasted), "judged": judged}


def why(pasted):
    """The sentences that say what a verdict rests on, and what must be known with it."""
    found, said = pasted.found, SAID.get(verdict(pasted))
    for key, about in found.reasons:
        if key == "not_finite" and about["all"]:
            key = "all_nan"
        elif key == said:
            continue
        slots = {name: _reason(name, value) for name, value in about.items()}
        yield Word(f"why.{key}", {**slots, "per": per(found)})


def _reason(name, value):
    if isinstance(value, tuple):
        return _named(value, "all")
    if name == "share":
        return percent(value)
    return shown(value) if isinstance(value, float) else value


def to_do(pasted):
    """Which section says what to do, by what was read, and its slots."""
    return f"do.{cause(pasted, verdict(pasted))}", _slots(pasted)


def changed(pasted):
    """Whether the profile changes over the steps: another verdict, or first over last by tenfold."""
    first, last = pasted.first, pasted.found
    if len(pasted.norms.steps) < 2:
        return False
    return _verdict(first) != _verdict(last) or abs(
        log10(first.first_over_last) - log10(last.first_over_last)
    ) > log10(LEVEL_WITHIN)


def course(pasted):
    """The gradients of the first, the middle and the last layer over the steps."""
    steps = _some(np.arange(len(pasted.norms.steps)), MOST_COURSE)
    judged = pasted.judged
    series = {}
    for name, l in (("first", judged[0]), ("median", None), ("last", judged[-1])):
        values = pasted.norms.norms[np.ix_(steps, judged if l is None else [l])]
        some = np.where(np.isfinite(values) & (values > 0.0), values, np.nan)
        seen = np.isfinite(some).any(axis=1)
        middle = np.full(len(steps), np.nan)
        middle[seen] = np.nanmedian(some[seen], axis=1)
        series[name] = {
            "at": np.arange(len(steps)) + 1,
            "log10_norm": log10(middle),
            "step": np.array([_step(pasted.norms.steps[k]) for k in steps]),
            "norm": np.array([shown(value) for value in middle]),
        }
    series["ends"] = {
        "log10_norm": _decades(np.concatenate([each["log10_norm"] for each in series.values()]))
    }
    slots = _slots(pasted) | {name: code(pasted.norms.names[l]) for name, l in _ends(judged)}
    same = _verdict(pasted.first) == _verdict(pasted.found)
    return Rows(series, slots, "same" if same else "other")


def _ends(judged):
    return ("first_layer", judged[0]), ("last_layer", judged[-1])


def reached(pasted):
    """What the lesson comes to for the reader's network; None where it has no factor."""
    if np.isfinite(pasted.found.factor):
        return Rows({}, _slots(pasted), notes=(verdict(pasted),))
    return None


def groups(pasted):
    """The table of the kinds of layers and of the roles, each compared by itself."""
    names = ("kind", "count", "trend", "factor", "interval", "whole", "spread", "zeros")
    columns, judged = {name: [] for name in names}, pasted.judged_kind()
    kinds = {Word(f"groups.{kind}"): (kind, layers) for kind, layers in pasted.groups().items()}
    roles = {_short(role): ("", layers) for role, layers in pasted.roles().items()}
    for name, (kind, layers) in {**kinds, **roles}.items():
        given = layers[pasted.norms.given[-1, layers]]
        found = pasted.found if kind == judged else pasted.diagnosed(-1, given)
        zeros = pasted.norms.zeros[-1, given]
        columns["kind"].append(name)
        columns["count"].append(str(len(given)))
        columns["trend"].append(Word(f"groups.{found.trend}"))
        columns["factor"].append(shown(found.factor))
        columns["interval"].append(" – ".join(shown(end) for end in found.interval))
        columns["whole"].append(shown(found.first_over_last))
        columns["spread"].append(shown(found.largest_over_smallest))
        known = zeros[np.isfinite(zeros)]
        columns["zeros"].append(percent(known.mean()) if known.size else "–")
    return columns


def weighed(pasted):
    """Whether at least two layers have a gradient and a weight."""
    return np.isfinite(ratios(pasted)).sum() > 1


def ratios(pasted):
    """Gradient over weight of the weights at the last step; nan of those that have none."""
    return pasted.norms.over_weights(-1, pasted.weights())


def _begun(pasted):
    """How the first step was judged, where the last one is judged otherwise, or has a factor beside it."""
    factor = bool(np.isfinite(pasted.first.factor))
    if pasted.first.kind == pasted.found.kind:
        return ("begun_alike",) if factor else ()
    return ("begun" if factor else "begun_so",)


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
    share = _below(pasted, weighed)
    notes = ("rate" if eta <= LARGEST_RATE else "no_rate",)
    notes += () if share is None else ("starved" if share else "evens",)
    slots |= {"epsilon": number(_epsilon(pasted)), "below": "" if share is None else percent(share)}
    return Rows(series, slots, "even" if spread <= LEVEL_WITHIN else "apart", notes)


def _epsilon(pasted):
    return OPTIMISERS[pasted.optimiser or "adam"] or OPTIMISERS["adam"]


def _below(pasted, weighed):
    """The share of weights whose typical entry is below Adam's epsilon; None where it does not matter."""
    if pasted.optimiser == "descent":
        return None
    own = [l for l in pasted.weights()[weighed] if pasted.parameters[l].sides]
    entries = [pasted.norms.norms[-1, l] / np.prod(pasted.parameters[l].sides) ** 0.5 for l in own]
    return float(np.mean(np.array(entries) < _epsilon(pasted))) if own else None


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
        slots |= {"own": _power(own[0]), "named": _named(pasted.found.names)}
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

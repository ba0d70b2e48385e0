"""The rows, slots and cases of the figures of lesson 6."""

from itertools import product

import numpy as np

from pages.lessons.ways_out.recipes import (
    BIAS_STDS,
    BOOK,
    HE,
    LEVEL_ALPHA,
    LUCK_SEEDS,
    LUCKY,
    PROFILE_DIGITS,
    PROFILE_WIDTH,
    WEIGHT_STDS,
)
from pages.lessons.ways_out.trials import DEPTHS, MAP_DEPTHS, MAP_STDS, TIMES
from pages.ui.data import Name, Rows, Word, log10, some
from pages.ui.numbers import number, percent
from vgcore import Recipe, SignedLog, load_digits
from vgcore.studies.ways_out import LEVEL_WITHIN, trend, wide_layers

NAME_LENGTHS = (0.35, 0.12)
"""Share of the width of a drawing that a long name takes, and a short one."""
THEORY_WITHIN = 3.0
"""Factor by which networks with batch normalisation may be off its theory for that to be drawn."""
LEARNS = 0.5
"""Share of the digits above which a network counts as one that learns."""
ASKED_SCALE = 2.0
"""Scale of the weights that the question on clipping is asked of."""
_PRINTED = {
    ("keeps", "falls"): "hides",
    ("falls", "falls"): "fades",
    ("keeps", "keeps"): "level",
    ("keeps", "rises"): "grows",
}
"""What the weights' gradients say of delta, by the trend of each."""
NEXT_TO_NOTHING = 1e-3
"""Share below which next to nothing of a signal is left."""


def ratio(profile):
    """The gradient of the first hidden layer over that of the last, the median over the networks."""
    return profile.first_over_last


def level(profile):
    """Whether the first and the last layer's gradients are within a factor of ten."""
    return 1.0 / LEVEL_WITHIN <= ratio(profile) <= LEVEL_WITHIN


def profiles(own, made, book, he, plain):
    """The gradient of every layer: the reader's network, a framework's, the book's, and ReLU with He's."""
    rows = _compared({"own": own, "made": made, "book": book, "he": he}, "own")
    slots = {"framework": plain.framework, "activation": Name(plain.activation)}
    slots |= {"made_ratio": number(ratio(made)), "made_factor": number(made.factor)}
    return rows._replace(slots={**rows.slots, **slots})


def weights_ratio(profile):
    """The norm of the first weights' gradient over the last's, the median over the networks."""
    return _over(profile.norms)


def weights_alone(profile, made):
    """What the weights' gradients show of what reaches a layer, from behind and from before."""
    parts = {"weights": profile.norms, "biases": profile.bias_norms, "delta": profile.deltas}
    ratios = {name: _over(each) for name, each in parts.items()}
    ratios["forward"] = 1.0 / _over(profile.forward)
    layers = 2 + np.arange(profile.norms.shape[1])
    starts = {**parts, "forward": profile.forward[:, ::-1]}
    series = {
        name: {"layer": layers, "log10_size": log10(each.median() / starts[name][:, -1].median())}
        for name, each in {**parts, "forward": profile.forward}.items()
    }
    series |= _beside(series, "layer", "log10_size")
    steps = len(layers) - 1
    there = log10(profile.forward.median())
    read = log10((profile.norms / profile.bias_norms).median())
    seen, read = ((each[-1] - each[0]) / steps for each in (there, read))
    slots = {name: number(each) for name, each in ratios.items()}
    slots |= {"framework": made.made_by, "activation": Name(made.made_of), "seeds": len(profile.norms)}
    slots |= {"read": number(10.0**read), "seen": number(10.0**seen), "hidden": steps + 2}
    finding = _PRINTED.get((trend(ratios["weights"]), trend(ratios["delta"])), "")
    if finding == "hides" and not max(ratios["delta"], ratios["forward"]) < NEXT_TO_NOTHING:
        finding = ""
    kept = finding == "fades" and trend(ratios["forward"]) == "keeps"
    notes = [finding] if kept or finding == "hides" else []
    notes.append("cancels" if abs(read - seen) * steps > 1.0 else "reads")
    return Rows(series, slots, finding, tuple(notes))


def _over(sizes):
    """The first over the last of SignedLog (seeds, layers), the median over the networks."""
    return (sizes[:, 0] / sizes[:, -1]).median()


def traps(profiles):
    """Three networks that one might take for level, by name."""
    slots = {f"{name}_ratio": number(ratio(profile)) for name, profile in profiles.items()}
    slots["selu_factor"] = number(profiles["selu"].factor)
    return Rows(_series(profiles), slots)


def decile_ratio(profile):
    """How many times larger the ratio of first to last layer is in the luckiest tenth of the networks."""
    low, high = np.quantile(log10(profile.ratios), [0.1, 0.9])
    return float(10.0 ** (high - low))


def luck(profiles):
    """The ratio of first to last layer in networks shown one digit: by width with the law, and orthogonal."""
    labels = {name: Word(f"luck.{name}") for name in profiles}
    logs = [log10(profile.ratios) for profile in profiles.values()]
    law = [_law(LUCKY[name][1], profiles[name].rms.shape[1]) for name in ("n30", "n100")]
    series = {
        "networks": {
            "design": np.repeat(list(labels.values()), LUCK_SEEDS),
            "log10_ratio": np.concatenate(logs),
        },
        "law": {
            "design": np.array([labels["n30"], labels["n100"]]),
            "low": np.array([low for low, _ in law]),
            "high": np.array([high for _, high in law]),
        },
    }
    slots = {f"{name}_spread": number(decile_ratio(profile)) for name, profile in profiles.items()}
    slots |= {f"{name}_typical": number(ratio(profile)) for name, profile in profiles.items()}
    return Rows(series, {**slots, "count": LUCK_SEEDS})


def _law(width, layers):
    """One deviation to each side: ln of the squared ratio is N(-v/2, v) with v = 5 (layers - 1) / width."""
    variance = 5.0 * (layers - 1) / width
    middle, off = -0.25 * variance, 0.5 * variance**0.5
    return (middle - off) / np.log(10.0), (middle + off) / np.log(10.0)


def skips(own, scaled, alpha):
    """Every layer of a network with skips, by the reader's alpha and by one over the root of the depth."""
    rows = _compared({"own": own, "scaled": scaled}, "own")
    slots = {**rows.slots, "alpha": number(alpha), "step": number(own.factor)}
    slots["scaled_ratio"] = number(ratio(scaled))
    return rows._replace(slots=slots)


def growth(profiles):
    """How much tanh blocks with plain skips let the gradient grow, over the root of their number."""
    root = np.sqrt(list(profiles))
    ln_10 = np.log(10.0)
    seen = [ln_10 * log10(ratio(profile)) for profile in profiles.values()]
    theory = [ln_10 * log10(profile.theory[0] / profile.theory[-1]) for profile in profiles.values()]
    series = {
        "networks": {"root": root, "ln_ratio": np.array(seen)},
        "theory": {"root": root, "ln_ratio": np.array(theory)},
    }
    most = max(profiles)
    slots = {"blocks": most, "ratio": number(ratio(profiles[most]))}
    slots["relu"] = number(SignedLog.from_log10(0.5 * most * np.log10(2.0)))
    low, high = (seen[k] / root[k] for k in (0, -1))
    return Rows(series, {**slots, "low": number(low, 2), "high": number(high, 2)})


def norms(plain, batch, layer, rms):
    """Every layer of a network as it is, with batch, with layer and with RMS normalisation."""
    profiles = {"plain": plain, "batch": batch, "layer": layer, "rms": rms}
    slots = {f"{name}_ratio": number(ratio(profile)) for name, profile in profiles.items()}
    slots |= {f"{name}_step": number(profile.factor) for name, profile in profiles.items()}
    finding, series = _finding(ratio(batch)), _series(profiles)
    notes = ["verdict"] if finding == "explodes" else []
    in_theory = batch.theory[0] / batch.theory[-1]
    if abs(log10(ratio(batch) / in_theory)) > np.log10(THEORY_WITHIN):
        del series["batch_theory"]
        slots["batch_in_theory"] = number(in_theory)
        notes.append("no_theory")
    return Rows(series, slots, finding, tuple(notes))


def phase(diagram, edge, at, own):
    """chi over the plane of the scales, the edge, and the reader's own point."""
    weight_std, bias_std = at.sigma_w, at.sigma_b
    logs = np.log10(diagram.chi)
    w, b = np.meshgrid(WEIGHT_STDS, BIAS_STDS)
    half = (WEIGHT_STDS[1] - WEIGHT_STDS[0]) / 2.0, (BIAS_STDS[1] - BIAS_STDS[0]) / 2.0
    inside = [value <= WEIGHT_STDS[-1] for value in edge]
    series = {
        "field": {
            "left": (w - half[0]).ravel(),
            "right": (w + half[0]).ravel(),
            "bottom": (b - half[1]).ravel(),
            "top": (b + half[1]).ravel(),
            "log10_chi": logs.ravel(),
        },
        "edge": {"weight_std": np.array(edge)[inside], "bias_std": np.array(BIAS_STDS)[inside]},
        "own": {"weight_std": weight_std, "bias_std": bias_std},
    }
    chi, xi = float(own.chi[0, 0]), float(own.xi[0, 0])
    slots = {
        "chi": number(chi),
        "xi": number(xi),
        "twice": number(2.0 * xi),
        "weight_std": number(weight_std),
        "bias_std": number(bias_std),
    }
    finding = "edge" if abs(chi - 1.0) < 0.01 else "chaotic" if chi > 1.0 else "ordered"
    notes = ("finite",) if np.isfinite(xi) else ()
    return Rows(series, slots, finding, (*notes, "distance") if notes and chi < 1.0 else notes)


def through_time(rnn, lstm, gru, time):
    """The gradient at every row read, of a plain recurrent network and of two with gates."""
    cells = {"rnn": rnn, "lstm": lstm, "gru": gru}
    steps = np.arange(1, rnn.shape[1] + 1)
    series, slots = {}, {"gain": number(time.gain), "bias": number(time.forget_bias)}
    for name, rms in cells.items():
        log = log10(rms / rms[:, -1:])
        series[name] = {"row": steps, "log10_ratio": np.median(log, axis=0)}
        series[f"{name}_range"] = {"row": steps, "low": log.min(axis=0), "high": log.max(axis=0)}
        slots[f"{name}_ratio"] = number(first_over_last(rms))
    series |= _names({name: series[name] for name in cells}, "row", "log10_ratio")
    best = max(cells, key=lambda name: first_over_last(cells[name]))
    grows = best == "rnn" and first_over_last(rnn) > LEVEL_WITHIN
    return Rows(series, slots, "explodes" if grows else best)


def first_over_last(rms):
    """The gradient at the first row over that at the last, the median over the networks."""
    return float(np.median(rms[:, 0] / rms[:, -1]))


def learning(results, complete, profiles):
    """The share of the digits that each network reads after training, one mark per start, by design."""
    shares = _shares(results)
    slots = {"done": len(results), "steps": results[0].trial.steps}
    answer = _median(shares.get("relu_batch")) if complete else None
    finding, notes = "running", []
    if complete and len(shares) > 1:
        read = {name: np.nan_to_num([each.accuracy for each in _of(name, results)]) for name in shares}
        order = sorted(read, key=lambda name: np.median(read[name]))
        worst, best = order[0], order[-1]
        slots |= {"best": Word(f"which.{best}"), "worst": Word(f"which.{worst}")}
        finding = "apart" if min(read[best]) > max(read[worst]) else "overlap"
        ratios = {f"{end}_ratio": ratio(profiles[name]) for end, name in (("best", best), ("worst", worst))}
        slots |= {name: number(value) for name, value in ratios.items()}
        level_one = abs(log10(ratios["worst_ratio"])) < abs(log10(ratios["best_ratio"]))
        notes.append("twist" if level_one and finding == "apart" else "profiles")
    gone = sum(not np.isfinite(each.accuracy) for each in results)
    notes += ["gone"] if gone else []
    return Rows(_dots(shares), {**slots, "gone": gone}, finding, tuple(notes), answer=answer)


def clipping(results, complete):
    """The share of the digits that each network reads, with and without clipping, one mark per start."""
    shares = _shares(results)
    clip, free = _of("clip", results), _of("free", results)
    slots = {"done": len(results), "scale": number(results[0].trial.recipe.scale)}
    slots |= {"gone": sum(not np.isfinite(each.accuracy) for each in free), "free": len(free)}
    asked = complete and results[0].trial.recipe.scale == ASKED_SCALE
    answer = _median(shares.get("clip")) if asked else None
    if not clip or not shares["clip"]:
        return Rows(_dots(shares), slots, "running")
    slots |= {
        "share": percent(np.median(shares["clip"])),
        "clipped": percent(np.median([each.clipped for each in clip])),
        "ratio": number(float(np.median([each.ratio for each in clip]))),
    }
    notes = ["clipped"]
    if shares["small"]:
        slots["small"] = percent(np.median(shares["small"]))
        notes.append("small")
    finding = "mends" if slots["gone"] == len(free) else ""
    return Rows(_dots(shares), slots, finding, tuple(notes), answer=answer)


def path():
    """Theory of 50 layers: the book's, and with two cures."""
    hidden, cures = 50, {"book": BOOK, "he": HE, "skip": {**HE, "residual": LEVEL_ALPHA}}
    x, _ = load_digits(PROFILE_DIGITS)
    logs = {
        name: log10(wide_layers(Recipe.of(recipe), hidden, PROFILE_WIDTH, x).gradient)
        for name, recipe in cures.items()
    }
    layers = np.arange(1, hidden + 1)
    series = {"line": {"x": layers, "y": logs["he"]}, "other": {"x": layers, "y": logs["book"]}}
    slots = {name: number(SignedLog.from_log10(logs[name][0]), 2) for name in ("book", "skip")}
    return Rows(series, {**slots, "hidden": hidden})


def reached(own, made, book, he):
    """What the lesson comes to at the depth of the reader's network."""
    slots = {"hidden": own.rms.shape[1]}
    for name, profile in (("own", own), ("book", book), ("he", he)):
        slots |= {f"{name}_ratio": number(ratio(profile)), f"{name}_factor": number(profile.factor)}
    return Rows({}, slots, notes=(trend(ratio(own)),))


def _median(shares):
    """The median of what was read, or None where nothing was."""
    return float(np.median(shares)) if shares else None


def trained(results, complete, diagram, own):
    """Which networks learn, by the scale of their weights and their depth, and the line of xi."""
    times, places = (
        own.times,
        [(each.trial.recipe.scale, each.trial.hidden, each.accuracy) for each in results],
    )
    column, row = (np.array(part, float) for part in list(zip(*places, strict=True))[:2])
    left, right = _edges(MAP_STDS, column)
    bottom, top = _edges(np.log10(MAP_DEPTHS), np.log10(row))
    share = np.nan_to_num(np.array([accuracy for *_, accuracy in places]))
    stds, xi = np.array(WEIGHT_STDS), diagram.xi[0]
    inside = (stds >= MAP_STDS[0]) & (stds <= MAP_STDS[-1])
    depth, limits = log10(times * xi), (bottom.min(), top.max())
    critical = stds[np.argmax(xi)]
    series = {
        "cells": {"left": left, "right": right, "bottom": bottom, "top": top, "accuracy": share},
        **{
            f"xi_{side}": {"weight_std": stds[kept], "log10_depth": np.clip(depth[kept], *limits)}
            for side, kept in (("low", inside & (stds <= critical)), ("high", inside & (stds >= critical)))
        },
    }
    slots = {"times": times, "count": len(results), "all": len(MAP_STDS) * len(MAP_DEPTHS)}
    options = (tuple(np.log10(MAP_DEPTHS).tolist()),)
    if not complete:
        return Rows(series, slots, "running", options=options)
    fits = {each: _fitting(column, row, share, each * np.interp(column, stds, xi)) for each in TIMES}
    best = max(fits, key=fits.get)
    near = _around(best, [each for each in TIMES if fits[each] >= fits[best] - 2])
    slots |= {"fits": fits[times], "best": best, "best_fits": fits[best]}
    slots |= {"low": min(near), "high": max(near)}
    return Rows(series, slots, "counted", ("others",), options, best)


def _fitting(column, row, share, depth):
    """How many networks learn if and only if they are no deeper than the line."""
    return int(((share > LEARNS) == (row <= depth)).sum())


def _around(best, near):
    """Those of `near` that follow each other, without a gap in TIMES, and have `best` among them."""
    gaps = [each for each in TIMES if each not in near]
    low = max((each for each in gaps if each < best), default=0)
    high = min((each for each in gaps if each > best), default=np.inf)
    return [each for each in near if low < each < high]


def _edges(places, at):
    """Where the cells at some of these places begin and end: half-way to the next."""
    places = np.asarray(places, float)
    between = (places[1:] + places[:-1]) / 2.0
    ends = np.concatenate([[2.0 * places[0] - between[0]], between, [2.0 * places[-1] - between[-1]]])
    index = np.abs(places - at[:, None]).argmin(axis=1)
    return ends[index], ends[index + 1]


def _of(name, results):
    return [each for each in results if each.trial.name == name]


def _shares(results):
    """The shares that were read, by the name of the network, without those whose numbers overflowed."""
    names = dict.fromkeys(each.trial.name for each in results)
    return {
        name: [each.accuracy for each in _of(name, results) if np.isfinite(each.accuracy)] for name in names
    }


def _dots(shares):
    labels = {name: Word(f"which.{name}") for name in shares}
    rows = [(labels[name], share) for name, seen in shares.items() for share in seen]
    medians = [(labels[name], np.median(seen)) for name, seen in shares.items() if seen]
    named = {"designs": {"design": np.array(list(labels.values()))}}
    for series, pairs in (("networks", rows), ("median", medians)):
        if pairs:
            design, accuracy = zip(*pairs, strict=True)
            named[series] = {"design": np.array(design), "accuracy": np.array(accuracy)}
    return named


def which(results, complete, profiles):
    """The table of the cures; what is not trained yet is a dash."""
    seen = {(each.trial.name, each.trial.hidden): each for each in results}
    plain = seen.get(("relu_he", DEPTHS[0]))
    columns = {
        "name": [Word(f"which.{name}") for name in profiles],
        "ratio": [number(ratio(profile)) for profile in profiles.values()],
    }
    for depth in DEPTHS:
        columns[f"depth_{depth}"] = [_read(seen.get((name, depth))) for name in profiles]
    columns["factor"] = [number(profile.factor, 4) for profile in profiles.values()]
    columns["meaning"] = [Word(f"which.{trend(ratio(profile))}") for profile in profiles.values()]
    columns["time"] = [_slower(seen.get((name, DEPTHS[0])), plain) for name in profiles]
    return columns


def own_cell(results, complete):
    """What the reader's own network reads."""
    (each,) = results
    slots = {"hidden": each.trial.hidden, "weight_std": number(each.trial.recipe.scale)}
    return Rows({}, {**slots, "share": _read(each)})


def count_level(profiles):
    """How many of several profiles are level."""
    return sum(level(profile) for profile in profiles.values())


def _read(result):
    if result is None:
        return "–"
    return percent(result.accuracy) if np.isfinite(result.accuracy) else Word("which.overflows")


def _slower(result, plain):
    return "–" if result is None or plain is None else number(result.seconds / plain.seconds, 2)


def _finding(value):
    if value == 0.0:
        return "dead"
    return {"falls": "vanishes", "rises": "explodes", "keeps": "level"}[trend(value)]


def _compared(profiles, own):
    """Rows of several profiles, and what holds of one of them."""
    value, hidden = ratio(profiles[own]), profiles[own].rms.shape[1]
    slots = {"ratio": number(value), "inverse": number(1.0 / value) if value.sign else "", "hidden": hidden}
    slots |= {"seeds": len(profiles[own].rms), "factor": number(profiles[own].factor)}
    theory = profiles[own].theory
    slots["theory"] = number(SignedLog.from_log10(log10(theory[0] / theory[-1]) / (hidden - 1)))
    return Rows(_series(profiles), slots, _finding(value))


def _series(profiles):
    series = {}
    for name, profile in profiles.items():
        at = some(profile.rms.shape[1])
        layers, log = at + 1, log10(profile.rms / profile.rms[:, -1].median())[:, at]
        series[f"{name}_range"] = {"layer": layers, "low": log.min(axis=0), "high": log.max(axis=0)}
        series[name] = {"layer": layers, "log10_speed": np.median(log, axis=0)}
        theory = log10(profile.theory / profile.theory[-1])[at]
        series[f"{name}_theory"] = {"layer": layers, "log10_speed": theory}
    return {**series, **_names({name: series[name] for name in profiles}, "layer", "log10_speed")}


def _beside(lines, along, across):
    """Where the names of lines stand: above or below their own, the first place off all lines and names."""
    values = np.array([line[across] for line in lines.values()])
    count, gap = values.shape[1], 0.1 * np.ptp(values) or 0.1
    wide, names, taken = count // 5, {}, []

    def room(place):
        at, across = place
        others = [abs(across - other) for there, other in taken if abs(at - there) < wide]
        return min([np.abs(values[:, at : at + wide] - across).min(), *others]) / gap

    for (name, line), own in zip(lines.items(), values, strict=True):
        spans = [(at, own[at : at + wide]) for at in range(count - wide)]
        places = [place for at, span in spans for place in ((at, span.max() + gap), (at, span.min() - gap))]
        place = next((each for each in places if room(each) > 0.9), max(places, key=room))
        taken.append(place)
        names[f"{name}_name"] = {along: line[along][place[0]], across: place[1]}
    return names


def _names(lines, along, across):
    """Where the names of lines stand: near their first ends, off all lines and off each other."""
    steps = next(iter(lines.values()))[along]
    begun = (steps - steps[0]) / (steps[-1] - steps[0])
    seen = {name: line[across] for name, line in lines.items() if np.isfinite(line[across][0])}
    drawn = np.concatenate([[0.0], *seen.values()])
    room = 0.09 * (np.ptp(drawn[np.isfinite(drawn)]) or 1.0)
    taken, names = [], {}
    for name, line in sorted(lines.items(), key=lambda item: item[1][across][0]):
        first = line[across][0]
        places = [
            (first + side * far * room, reach)
            for far, reach, side in product(range(1, 9), NAME_LENGTHS, (-1, 1))
            if np.isfinite(first)
        ]
        free = [
            place
            for place, reach in places
            if all(
                np.abs(values - place).min() > 0.7 * room
                for values in (*taken, *(values[begun <= reach] for values in seen.values()))
            )
        ]
        above = free[0] if free else first
        taken += [np.array([above])] if free else []
        names[f"{name}_name"] = {along: 1, across: above}
    return names

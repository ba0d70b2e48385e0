"""The rows, slots and cases of the figures of the lesson on the edge."""

import numpy as np

from pages.lessons.edge.recipes import BIAS_STDS, LUCK_SEEDS, LUCKY, WEIGHT_STDS
from pages.lessons.edge.trials import MAP_DEPTHS, MAP_STDS, TIMES
from pages.ui.data import Rows, Word, log10, positive
from pages.ui.numbers import number, percent
from vgcore import ACTIVATIONS, SignedLog

SCALES = tuple(np.geomspace(0.1, 100.0, 49).tolist())
"""Scales sigma_w of the weights that the curve of chi_1 is drawn at."""
WIDTHS = (5, 8, 12, 20, 30, 50, 80, 130, 200, 300)
"""Neurons in a layer of the networks whose luck is drawn by width."""
NETWORKS, NETWORKS_A_WIDTH, LUCK_SEED = 1000, 500, 1
"""Networks whose luck is drawn at the reader's width, and at each of the others; the seed of all."""
LEAST_ALIVE = 0.1
"""Least share of networks that let something through from which these say much of luck."""
STARTS, LAYERS, CLOSE = (0.1, 1.0, 10.0), 12, 0.01
"""Variances that layers begin with, layers that they are followed over, and how near to q is settled."""
LEARNS = 0.5
"""Share of the digits above which a network counts as one that learns."""


def settling(followed, sampled, field):
    """The variance of the weighted inputs, layer by layer, from several starts, by theory and sampled."""
    layers = np.arange(1, followed.shape[1] + 1)
    series = {
        "theory": {
            "layer": np.tile(layers, len(STARTS)),
            "start": np.repeat(STARTS, layers.size),
            "log10_variance": log10(followed).ravel(),
        },
        "sampled": {
            "layer": np.tile(layers, len(STARTS)),
            "log10_variance": log10(positive(sampled)).ravel(),
        },
    }
    if 0.0 < field.q < np.inf:
        series["settled"] = {"log10_variance": np.log10(field.q)}
    slots = {"q": number(field.q), "layers": _settled(followed, field.q)}
    return Rows(series, slots, _settling_finding(followed, field.q))


def _settled(followed, q):
    """The first layer from which on all are near to q, or None."""
    near = (np.abs(followed - q) <= CLOSE * q).all(axis=0)
    return int(np.argmax(near)) + 1 if near[-1] else None


def _settling_finding(followed, q):
    if np.allclose(followed[:, -1], followed[:, 0], rtol=CLOSE):
        return "keeps"
    if np.isinf(q):
        return "grows"
    if q == 0.0:
        return "fades"
    return "" if _settled(followed, q) else "slow"


def under_the_bell(field, layers):
    """The squares of the slopes, and how the weighted inputs are spread over them."""
    activation = ACTIVATIONS[layers.activation]
    q = min(max(field.q, 1e-6), 1e6)
    z = np.linspace(-1.0, 1.0, 401) * max(3.5 * q**0.5, 3.0)
    squares = activation.sigma_prime(z) ** 2
    series = {
        "bell": {"z": z, "height": squares.max() * np.exp(-0.5 * z**2 / q)},
        "squares": {"z": z, "height": squares},
    }
    mean = field.chi / layers.weight_std**2
    slots = {"mean": number(mean), "own": number(layers.weight_std), "square": number(layers.weight_std**2)}
    slots |= {"chi": number(field.chi), "root_chi": number(field.chi**0.5), "q": number(field.q)}
    return Rows(series, slots)


def chi_by_scale(curve, field, layers):
    """The root of chi_1 against sigma_w, with the edge, the guess of it, and the reader's layers."""
    own = float(np.sqrt(field.chi))
    series = {
        "level": {"root_chi": 1.0},
        "theory": {"weight_std": curve.sigma_ws, "root_chi": curve.root_chi},
        "edge": {"weight_std": curve.edge, "root_chi": 1.0},
        "own": {"weight_std": layers.weight_std, "root_chi": own},
    }
    slots = {"edge": number(curve.edge), "own": number(layers.weight_std), "root_chi": number(own)}
    finding = "edge" if abs(own - 1.0) < 1e-3 else "explodes" if own > 1.0 else ""
    notes = ("sigmoid",) if layers.activation == "sigmoid" else ()
    return Rows(series, slots, finding, notes, guess={"weight_std": float, "root_chi": 1.0})


def luck_spread(luck):
    """How ln |J v|^2 is spread over random ReLU networks, with the law's curve."""
    series = {
        "networks": {"lower": luck.lower, "upper": luck.upper, "share": luck.share},
        "theory": {"lower": (luck.lower + luck.upper) / 2.0, "share": luck.theory},
    }
    slots = {
        "ratio": number(luck.ratio),
        "law_mean": number(luck.law.mean),
        "law_variance": number(luck.law.variance),
        "mean": number(luck.mean),
        "variance": number(luck.variance),
        "dead": percent(luck.dead),
        "alive": percent(1.0 - luck.dead),
    }
    if luck.dead == 1.0:
        return Rows(series, slots, "dead", ("law",))
    wider = ("wider",) if luck.variance > 1.05 * luck.law.variance else ()
    lost = ("lost",) if luck.dead else ()
    finding = "few" if 1.0 - luck.dead < LEAST_ALIVE else "" if np.isfinite(luck.ratio) else "nothing"
    return Rows(series, slots, finding, ("measured", "law", *wider, *lost))


def luck_by_width(by_width, luck, hidden, width):
    """The variance of ln |J v|^2 against the widths; a variance of 0 has no place on its axis."""
    own = positive([luck.variance])
    place = {"width": by_width.widths, "inverse": by_width.inverse}
    series = {
        "networks": {**place, "variance": positive(by_width.variance)},
        "law": {**place, "variance": by_width.theory},
        "own": {"width": width, "inverse": hidden / width, "variance": own},
    }
    return Rows(series, notes=("own_width",) if np.isfinite(own).all() else ())


def decile_ratio(profile):
    """How many times larger the ratio of first to last layer is in the luckiest tenth of the networks."""
    low, high = np.quantile(log10(profile.ratios), [0.1, 0.9])
    return float(10.0 ** (high - low))


def single_networks(profiles):
    """The ratio of first to last layer in networks shown one digit: by width with the law, and orthogonal."""
    labels = {name: Word(f"single_networks.{name}") for name in profiles}
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
    slots |= {f"{name}_typical": number(profile.first_over_last) for name, profile in profiles.items()}
    return Rows(series, {**slots, "count": LUCK_SEEDS})


def _law(width, layers):
    """One deviation to each side: ln of the squared ratio is N(-v/2, v) with v = 5 (layers - 1) / width."""
    variance = 5.0 * (layers - 1) / width
    middle, off = -0.25 * variance, 0.5 * variance**0.5
    return (middle - off) / np.log(10.0), (middle + off) / np.log(10.0)


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
    series["own"] = {"weight_std": own.own_std, "log10_depth": np.log10(own.own_depth)}
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


def own_cell(results, complete):
    """What the reader's own network reads."""
    (each,) = results
    slots = {"hidden": each.trial.hidden, "weight_std": number(each.trial.recipe.scale)}
    read = percent(each.accuracy) if np.isfinite(each.accuracy) else Word("which.overflows")
    return Rows({}, {**slots, "share": read})


def reached(layers, field):
    """What the lesson comes to on the reader's layers."""
    root = field.chi**0.5
    product = (
        SignedLog.from_log10((layers.hidden - 1) * np.log10(root)) if root else SignedLog.from_float(0.0)
    )
    slots = {"own": number(layers.weight_std), "root_chi": number(root), "hidden": layers.hidden}
    slots |= {"product": number(product), "variance": number(5.0 * layers.hidden / layers.width)}
    relu = ("law",) if layers.activation == "relu" else ()
    return Rows({}, slots, notes=("edge" if 0.5 <= product <= 2.0 else "product", *relu))

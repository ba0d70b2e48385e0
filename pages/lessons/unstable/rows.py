"""The rows, slots and cases of the figures of lesson 3."""

import numpy as np

from pages.ui.data import Name, Rows, Word, log10, positive
from pages.ui.numbers import number, percent
from vgcore import SignedLog

DEEPEST = 60
"""Most layers of the chains that are drawn."""
CHAINS = 20_000
"""Chains that are sampled."""
BLURRED = 10
"""Factors over which the spread is said."""
SCALES = tuple(np.geomspace(0.1, 30.0, 49).tolist())
"""Scales of the weights among which the best is sought."""
WEIGHTS = tuple(np.unique(np.round(np.geomspace(0.5, 200.0, 161), 3)).tolist())
"""Weights whose window is drawn."""
HALVED = tuple((2.0 ** np.arange(-8.0, 5.0)).tolist())
"""Weights w_1 of the identity neuron, each half of the next."""
COMPARED = ("sigmoid", "tanh", "relu", "leaky_relu", "linear")
"""Activations of the table."""
NEAR_BALANCE = np.log10(2.0)
"""Largest distance of a ratio from 1 that counts as balance, as log10."""


def spread_by_depth(grown):
    """The mean and the spread of the log ratio against the depth, theory over simulation."""
    series = {"chains": _band(grown.layers, grown.mean, grown.std)}
    finding, slots = _spread_finding(grown)
    slots |= {"zero": percent(grown.zero[-1]), "factors": BLURRED}
    notes = ("zero",) if grown.zero.any() else ()
    if grown.theory is None:
        return Rows(series, slots, finding, (*notes, "no_theory"))
    mean, std = grown.theory.mean, grown.theory.std
    steps = grown.layers - 1.0
    series["theory"] = _band(grown.layers, steps * mean, np.sqrt(steps) * std)
    slots |= {"mean": number(mean), "std": number(std), "each": number(10.0 ** abs(mean))}
    slots["blur"] = number(10.0 ** (std * np.sqrt(BLURRED)))
    return Rows(series, slots, finding, (*notes, "divides" if mean < 0.0 else "multiplies", "theory"))


def ratio_by_scale(scales, own, activation):
    """The typical ratio, which at one scale at least is not 0, against the scale; `own` is the reader's."""
    best, ratio = scales.best
    at = np.interp(np.log10(own), np.log10(scales.weight_stds), scales.median)
    series = {
        "scales": {"weight_std": scales.weight_stds, "log10_ratio": scales.median},
        "own": {"weight_std": own, "log10_ratio": at},
        "level": {"weight_std": scales.weight_stds[0], "log10_ratio": 0.0},
    }
    guess = {"log10_ratio": log10}
    series["best"] = {"weight_std": best, "log10_ratio": ratio.log10_abs}
    slots = {"best": number(best), "ratio": number(ratio), "own": number(own), "count": len(scales.median)}
    near, crosses = abs(float(ratio.log10_abs)) <= NEAR_BALANCE, _crosses(scales.median)
    notes = ["nearest", "own" if np.isfinite(at) else "own_dead"]
    if activation == "sigmoid" and not (near or crosses):
        notes.append("why")
    slots["own_ratio"] = number(type(ratio).from_log10(at))
    finding = "crosses" if crosses else "near" if near else "far"
    return Rows(series, slots, finding, tuple(notes), guess=guess)


def balanced_by_depth(grown, factors, depth):
    """The shares of chains in balance against the depth; a share of 0 has no place on its axis."""
    share = positive(grown.within)
    names = np.array([Word("balanced_by_depth.times", {"factor": f"{factor:g}"}) for factor in factors])
    own = share[:, depth - 1]
    series = {
        "chains": {"layer": grown.layers, "factor": names[:, None], "share": share},
        "now": {"layer": depth, "factor": names, "share": own},
    }
    slots = {"last": grown.layers[np.isfinite(share[0])][-1]}
    notes = ("own",) if np.isfinite(own).any() else ()
    return Rows(series, slots, notes=notes, guess={"layer": depth, "share": positive})


def ratio_spread(counted, depth):
    """How the log ratio is spread over random chains, theory over simulation."""
    series = {
        "chains": {"lower": counted.lower, "upper": counted.upper, "share": counted.share},
        "even": {"log10_ratio": 0.0},
    }
    notes = ("zero",) if counted.zero else ()
    if np.isfinite(counted.theory).any():
        series["theory"] = {"lower": (counted.lower + counted.upper) / 2.0, "share": counted.theory}
        notes = (*notes, "theory")
    ahead = counted.share[counted.lower >= 0.0].sum()
    slots = {"depth": depth, "zero": percent(counted.zero), "ahead": percent(ahead)}
    return Rows(series, slots, "" if ahead else "none", notes)


def exploded(ratios):
    """The share of chains whose first gradient is more than ten times the last."""
    return float((ratios > 1.0).mean())


def either_way(scales):
    """The shares of chains that vanish, that stay within a factor 10, and that explode, against the scale."""
    scale, vanished, ahead = scales.weight_stds, scales.vanished, scales.exploded
    between = 1.0 - vanished - ahead
    series = {
        "vanishes": {"weight_std": scale, "low": 0.0, "high": vanished},
        "between": {"weight_std": scale, "low": vanished, "high": 1.0 - ahead},
        "explodes": {"weight_std": scale, "low": 1.0 - ahead, "high": 1.0},
    }
    slots = {"between": percent(between.max()), "at": number(scale[between.argmax()])}
    slots["most"] = percent(ahead.max())
    return Rows(series, slots, "tips" if ahead.max() > 0.5 else "")


def window_widths(windows):
    """The width of the window against the weight, and the chance to fall into it."""
    w, width = windows.widest
    slots = {"name": Name(windows.activation)}
    series = {
        "width": {"w": windows.w, "width": windows.width},
        "chance": {"w": windows.w, "width": windows.chance},
    }
    guess = {"w": float} if windows.activation == "sigmoid" else {}
    if np.isinf(width):
        return Rows(series, slots | {"w": number(w, 4)}, "endless", ("ends",), guess=guess)
    series["widest"] = {"w": w, "width": width}
    return Rows(series, slots | {"w": number(w), "width": number(width)}, guess=guess)


def window_region(w, width):
    """The windows of the sigmoid; weights without one have no place in it."""
    some = width > 0.0
    series = {"window": {"w": np.array(w)[some], "half": width[some] / 2.0}}
    return Rows(series, {"width": number(width.max())})


def others(compared):
    """The table of the activations."""
    rows = zip(compared.best, compared.ratio, strict=True)
    never = Word("others.never")
    return {
        "name": [Name(name) for name in compared.names],
        "balanced": [percent(value) for value in compared.balanced],
        "ratio": [number(ratio) for ratio in compared.ratio],
        "best": [number(scale) if ratio.sign else never for scale, ratio in rows],
    }


def identity_copy(neuron):
    """The copy that one neuron makes of x, beside x."""
    series = {"x": {"x": neuron.x, "y": neuron.x}, "copy": {"x": neuron.x, "y": neuron.copy}}
    return Rows(series, {"error": number(neuron.error)})


def identity_error(errors, neuron):
    """The worst error against w_1, and that of the reader's neuron."""
    series = {
        "best": {"w1": np.array(HALVED), "error": errors},
        "own": {"w1": neuron.w1, "error": neuron.error},
    }
    return Rows(series, {"error": number(neuron.error)})


def reached(grown, depth):
    """What the lesson comes to at the reader's depth."""
    slots = {"depth": depth, "share": percent(grown.balanced_at(depth))}
    mean, std = grown.mean[depth - 1], grown.std[depth - 1]
    if not np.isfinite(mean):
        return Rows({}, slots, notes=("dead",))
    slots |= {"ratio": number(SignedLog.from_log10(mean)), "spread": number(SignedLog.from_log10(std))}
    return Rows({}, slots, notes=("spread",))


def halving(errors):
    """What halving w_1 does to the error, at w_1 = 1."""
    at = HALVED.index(1.0)
    return errors[at - 1] / errors[at]


def _spread_finding(grown):
    """Which headline the spread has, and its slots; where most chains are dead, their mean says little."""
    dead = grown.zero > 0.5
    if dead.any():
        return "dies", {"half": grown.layers[dead.argmax()]}
    return "vanishes" if grown.mean[-1] < 0.0 else "explodes", {}


def _crosses(median):
    """Whether the medians go through balance, so that a scale between two of them is in balance."""
    ahead = median[np.isfinite(median)] > 0.0
    return bool(ahead.any() and not ahead.all())


def _band(layers, mean, std):
    return {"layer": layers, "mean": mean, "low": mean - std, "high": mean + std}

"""The rows, slots and cases of the figures of lesson 6."""

import numpy as np

from pages.ui.data import Rows, log10
from pages.ui.numbers import number

SEEDS, WIDTH = 8, 100
FEW = (50, WIDTH, 4)
"""The depth, the width and the seeds of what the experiments compare."""
BOOK = {"activation": "sigmoid", "init": "lecun_normal", "bias_std": 1.0}
HE = {"activation": "relu", "init": "he_normal"}
TRAPS = {
    "gelu": {"activation": "gelu", "init": "he_normal"},
    "selu": {"activation": "selu", "init": "lecun_normal"},
    "orthogonal": {"activation": "linear", "init": "orthogonal"},
}
LUCKY = {
    "n30": ({**HE, "batch": 1}, 30),
    "n100": ({**HE, "batch": 1}, 100),
    "orthogonal": ({**TRAPS["orthogonal"], "batch": 1}, 100),
}
LUCK_SEEDS = 60
LEVEL_ALPHA = 0.14
"""Close to one over the root of 50."""
WEIGHT_STDS = tuple(np.linspace(0.5, 3.0, 26).tolist())
BIAS_STDS = tuple(np.linspace(0.0, 1.0, 21).tolist())
READ = {"seeds": 4, "digits": 200}
CURES = {
    "sigmoid": BOOK,
    "relu_lecun": {**HE, "init": "lecun_normal"},
    "relu_he": HE,
    "tanh_lecun": {"activation": "tanh", "init": "lecun_normal"},
    "relu_batch": {**HE, "norm": "batch", "batch": 128},
    "relu_layer": {**HE, "norm": "layer"},
    "sigmoid_skip": {"activation": "sigmoid", "init": "lecun_normal", "residual": 1.0},
    "sigmoid_layer": {"activation": "sigmoid", "init": "lecun_normal", "norm": "layer"},
    "relu_skip": {**HE, "residual": 1.0},
    "relu_scaled_skip": {**HE, "residual": LEVEL_ALPHA},
}
NEAR = 10.0
"""Within this factor of each other, the first and the last layer count as level."""


def normed(activation, norm, batch):
    """The settings of a network whose layers are normalised, or of the plain one it is compared with."""
    init = "he_normal" if activation == "relu" else "lecun_normal"
    return {"activation": activation, "init": init, "norm": norm, "batch": batch}


def skipping(alpha):
    """The settings of a network of ReLU blocks with skips."""
    return {**HE, "residual": alpha}


def ratio(profile):
    """The gradient of the first hidden layer over that of the last, the median over the networks."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.median(profile.rms[:, 0] / profile.rms[:, -1]))


def level(profile):
    """Whether the first and the last layer's gradients are within a factor of ten."""
    return 1.0 / NEAR <= ratio(profile) <= NEAR


def profiles(own, book, he):
    """The gradient of every layer: the reader's network, the book's and one of ReLU with He's scale."""
    return _compared({"own": own, "book": book, "he": he}, "own")


def traps(profiles):
    """Three networks that one might take for level, by name."""
    slots = {f"{name}_ratio": number(ratio(profile)) for name, profile in profiles.items()}
    slots["selu_factor"] = number(profiles["selu"].factor)
    return Rows(_series(profiles), slots)


def decile_ratio(profile):
    """How many times larger the ratio of first to last layer is in the luckiest tenth of the networks."""
    low, high = np.quantile(log10(profile.rms[:, 0] / profile.rms[:, -1]), [0.1, 0.9])
    return float(10.0 ** (high - low))


def luck(profiles, page):
    """The ratio of first to last layer in networks shown one digit: by width with the law, and orthogonal."""
    labels = {name: page.word(f"luck.{name}") for name in profiles}
    logs = [log10(profile.rms[:, 0] / profile.rms[:, -1]) for profile in profiles.values()]
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


def norms(plain, batch, layer):
    """Every layer of a network as it is, with batch and with layer normalisation."""
    profiles = {"plain": plain, "batch": batch, "layer": layer}
    slots = {f"{name}_ratio": number(ratio(profile)) for name, profile in profiles.items()}
    slots |= {f"{name}_step": number(profile.factor) for name, profile in profiles.items()}
    finding = _finding(ratio(batch))
    return Rows(_series(profiles), slots, finding)


def phase(diagram, edge, weight_std, bias_std, own):
    """chi over the plane of the scales, the edge, and the reader's own point."""
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
        "weight_std": number(weight_std),
        "bias_std": number(bias_std),
    }
    finding = "edge" if abs(chi - 1.0) < 0.01 else "chaotic" if chi > 1.0 else "ordered"
    return Rows(series, slots, finding, ("finite",) if np.isfinite(xi) else ())


def through_time(rnn, lstm, gru, time):
    """The gradient at every row read, of a plain recurrent network and of two with gates."""
    cells = {"rnn": rnn, "lstm": lstm, "gru": gru}
    steps = np.arange(1, rnn.shape[1] + 1)
    series, ends, slots = {}, {}, {"gain": number(time.gain), "bias": number(time.forget_bias)}
    for name, rms in cells.items():
        log = log10(rms / rms[:, -1:])
        series[name] = {"row": steps, "log10_ratio": np.median(log, axis=0)}
        series[f"{name}_range"] = {"row": steps, "low": log.min(axis=0), "high": log.max(axis=0)}
        ends[name] = np.median(log[:, 0]), 0.0
        slots[f"{name}_ratio"] = number(first_over_last(rms))
    series |= _names(ends, "row", "log10_ratio")
    best = max(cells, key=lambda name: first_over_last(cells[name]))
    return Rows(series, slots, best)


def first_over_last(rms):
    """The gradient at the first row over that at the last, the median over the networks."""
    return float(np.median(rms[:, 0] / rms[:, -1]))


def which(profiles, page):
    """The table of the cures, by the names that `page` has for them."""
    ratios = {name: profile.rms[:, 0] / profile.rms[:, -1] for name, profile in profiles.items()}
    means = {name: page.word(f"which.{_kind(ratio(profile))}") for name, profile in profiles.items()}
    return {
        "name": [page.word(f"which.{name}") for name in profiles],
        "factor": [number(profile.factor, 4) for profile in profiles.values()],
        "ratio": [number(float(np.median(seen))) for seen in ratios.values()],
        "spread": [number(float(seen.max() / seen.min())) for seen in ratios.values()],
        "meaning": [means[name] for name in profiles],
    }


def _kind(value):
    return "falls" if value < 1.0 / NEAR else "rises" if value > NEAR else "keeps"


def _finding(value):
    if value == 0.0:
        return "dead"
    return {"falls": "vanishes", "rises": "explodes", "keeps": "level"}[_kind(value)]


def _compared(profiles, own):
    """Rows of several profiles, and what holds of one of them."""
    value, hidden = ratio(profiles[own]), profiles[own].rms.shape[1]
    slots = {"ratio": number(value), "inverse": number(1.0 / value) if value else "", "hidden": hidden}
    slots |= {"seeds": len(profiles[own].rms), "factor": number(profiles[own].factor)}
    theory = profiles[own].theory
    slots["theory"] = number(float((theory[0] / theory[-1]) ** (1.0 / (hidden - 1))) if theory[-1] else 0.0)
    return Rows(_series(profiles), slots, _finding(value))


def _series(profiles):
    series, ends = {}, {}
    for name, profile in profiles.items():
        layers = np.arange(1, profile.rms.shape[1] + 1)
        log = log10(profile.rms / np.median(profile.rms[:, -1]))
        middle = np.median(log, axis=0)
        ends[name] = middle[0], middle[-1]
        series[f"{name}_range"] = {"layer": layers, "low": log.min(axis=0), "high": log.max(axis=0)}
        series[name] = {"layer": layers, "log10_speed": middle}
        theory = log10(profile.theory / profile.theory[-1])
        series[f"{name}_theory"] = {"layer": layers, "log10_speed": theory}
    return {**series, **_names(ends, "layer", "log10_speed")}


def _names(ends, along, across):
    """Where the names of lines stand: beside their first ends, off the line and off each other."""
    firsts = [first for first, _ in ends.values() if np.isfinite(first)]
    room = 0.09 * (max([0.0, *firsts]) - min([0.0, *firsts]) or 1.0)
    names, above = {}, -np.inf
    for name, (first, last) in sorted(ends.items(), key=lambda item: item[1][0]):
        above = max(first + (-room if first < last - room else room), above + room)
        names[f"{name}_name"] = {along: 1, across: above}
    return names

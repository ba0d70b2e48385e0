"""The rows, slots and cases of the figures of lesson 6."""

import numpy as np

from pages.lessons.ways_out.trials import DEPTHS
from pages.ui.data import Name, Rows, Word, log10, some
from pages.ui.numbers import number, percent
from pages.ui.series import beside, marks, names
from vgcore import ACTIVATIONS, SignedLog
from vgcore.studies.trials import of
from vgcore.studies.trials import shares as shares_of
from vgcore.studies.ways_out import LEVEL_WITHIN, trend

THEORY_WITHIN = 3.0
"""Factor by which networks with batch normalisation may be off its theory for that to be drawn."""
_PRINTED = {
    ("keeps", "falls"): "hides",
    ("falls", "falls"): "fades",
    ("keeps", "keeps"): "level",
    ("keeps", "rises"): "grows",
}
"""What the weights' gradients say of delta, by the trend of each."""
FEWEST = 8
"""Fewest digits that the reader can have shown at once."""
NEXT_TO_NOTHING = 1e-3
"""Share below which next to nothing of a signal is left."""


EVEN = 2.0
"""Largest ratio of first to last that is called level; up to LEVEL_WITHIN it is close to that."""


def relu_sigmoid():
    """ReLU beside the sigmoid, and the slope of each."""
    z, series = np.linspace(-4.0, 4.0, 400), {}
    named = {
        "relu": (0.6, 0.55),
        "relu_slope": (2.0, 1.05),
        "sigmoid": (-3.9, 0.12),
        "sigmoid_slope": (1.6, 0.22),
    }
    for name in ("relu", "sigmoid"):
        series[name] = {"z": z, "height": ACTIVATIONS[name].sigma(z)}
        series[f"{name}_slope"] = {"z": z, "height": ACTIVATIONS[name].sigma_prime(z)}
    places = {f"{name}_name": {"z": at, "height": height} for name, (at, height) in named.items()}
    return Rows(series | places)


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
    series |= beside(series, "layer", "log10_size")
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


def skips(own, scaled, resnet, alpha):
    """Every layer of a network with skips: the reader's alpha, one over the root of the depth, normalised."""
    rows = _compared({"own": own, "scaled": scaled, "resnet": resnet}, "own")
    slots = {**rows.slots, "alpha": number(alpha), "step": number(own.factor)}
    slots["scaled_ratio"] = number(ratio(scaled))
    return rows._replace(slots=slots, notes=("nothing",) if alpha == 0.0 else ())


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


def one_neuron(weighted):
    """What one neuron gets from each digit: as it is, of weights twice as large, and normalised."""
    normal = (weighted - weighted.mean()) / weighted.std()
    rows = {"plain": weighted, "double": 2.0 * weighted, "normal": normal}
    series = {name: {"z": each, "row": Word(f"one_neuron.{name}")} for name, each in rows.items()}
    slots = {"digits": weighted.size}
    for name in ("plain", "double"):
        slots |= {f"{name}_mean": number(rows[name].mean(), 2), f"{name}_std": number(rows[name].std(), 2)}
    return Rows(series, slots)


def norms(plain, batch, layer, rms, norm):
    """Every layer of a network as it is, with batch, with layer and with RMS normalisation."""
    profiles = {"plain": plain, "batch": batch, "layer": layer, "rms": rms}
    slots = {f"{name}_ratio": number(ratio(profile)) for name, profile in profiles.items()}
    slots |= {f"{name}_step": number(profile.factor) for name, profile in profiles.items()}
    finding, series = _finding(ratio(batch)), _series(profiles)
    notes = ["verdict"] if finding == "explodes" else []
    notes += ["few"] if norm.batch != FEWEST else []
    notes += ["sigmoid"] if norm.normed != "sigmoid" else []
    in_theory = batch.theory[0] / batch.theory[-1]
    if abs(log10(ratio(batch) / in_theory)) > np.log10(THEORY_WITHIN):
        del series["batch_theory"]
        slots["batch_in_theory"] = number(in_theory)
        notes.append("no_theory")
    return Rows(series, slots, finding, tuple(notes))


def learning(results, complete, profiles):
    """The share of the digits that each network reads after training, one mark per start, by design."""
    shares = shares_of(results)
    slots = {"done": len(results), "steps": results[0].trial.steps}
    answer = _median(shares.get("relu_batch")) if complete else None
    finding, notes = "running", []
    if complete and len(shares) > 1:
        read = {name: np.nan_to_num([each.accuracy for each in of(name, results)]) for name in shares}
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
    return Rows(marks(shares), {**slots, "gone": gone}, finding, tuple(notes), answer=answer)


def reached(own, made, book, he):
    """What the lesson comes to at the depth of the reader's network."""
    slots = {"hidden": own.rms.shape[1]}
    for name, profile in (("own", own), ("book", book), ("he", he)):
        slots |= {f"{name}_ratio": number(ratio(profile)), f"{name}_factor": number(profile.factor)}
    return Rows({}, slots, notes=(_finding(ratio(own)),))


def _median(shares):
    """The median of what was read, or None where nothing was."""
    return float(np.median(shares)) if shares else None


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
    columns["meaning"] = [Word(f"which.{_finding(ratio(profile))}") for profile in profiles.values()]
    columns["time"] = [_slower(seen.get((name, DEPTHS[0])), plain) for name in profiles]
    return columns


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
    if 1.0 / EVEN <= value <= EVEN:
        return "even"
    return {"falls": "vanishes", "rises": "explodes", "keeps": "level"}[trend(value)]


def _compared(profiles, own):
    """Rows of several profiles, and what holds of one of them."""
    value, hidden = ratio(profiles[own]), profiles[own].rms.shape[1]
    slots = {"ratio": number(value), "hidden": hidden}
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
    return {**series, **names({name: series[name] for name in profiles}, "layer", "log10_speed")}

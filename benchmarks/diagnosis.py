"""How often the verdict is right: `python -m benchmarks.diagnosis`. A minute of a core.

First on real networks, of `tests/data/networks`, beside the rules of other tools as `truth.json` has them;
then on networks of this package's own engine, true matrix products of many widths, depths, activations and
roles, whose truth is measured or built in; last on the numbers of `benchmarks/profiles.py` alone, for
`diagnose`.

The rates that `diagnose` and `diagnose_step` state are those of a run of this file.
"""

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from benchmarks.profiles import KINDS, luck
from benchmarks.profiles import SICK as SICK_PROFILES
from benchmarks.table import Table
from vgcore import blocks, load_digits
from vgcore.blocks import arrays
from vgcore.costs import softmax
from vgcore.norms import SICK, diagnose, diagnose_all, diagnose_step, read_norms

NETWORKS = Path(__file__).parent.parent / "tests/data/networks"
GROUPS = {
    "modern": "modern healthy networks called sick",
    "AT-normal": "published normal called sick",
    "AT-buggy": "published buggy that do fail, caught",
    "sick": "made sick, caught",
}
EACH = 150
"""Simulated networks of each kind."""
PROFILES = 2_000


def main():
    table = Table()
    real(table)
    rng = np.random.default_rng(1)
    shares = confusion("is, and is called", MADE, lambda make: make(rng), EACH)
    print()
    for kind in MADE:
        least = {} if kind.startswith("level") else {"least": 0.95}
        wanted = kind.split(",")[0]
        table.add("simulated, called what it is", kind, shares[kind][wanted], "", **least)
        if wanted == "level":
            table.add("simulated, called sick", kind, sum(shares[kind][one] for one in SICK), "", most=0.02)
    profiles(table, rng)
    table.save(__file__)


# -- real networks


def real(table):
    """Add what the verdict says of real networks, at the first step and at any, beside other tools."""
    truth = json.loads((NETWORKS / "truth.json").read_text(encoding="utf-8"))
    found, rules = defaultdict(list), defaultdict(Counter)
    for name, said in truth.items():
        kinds = [one.kind for one in diagnose_all(read_norms((NETWORKS / name).read_text(encoding="utf-8")))]
        found[said["group"]].append([kind in SICK for kind in kinds])
        for tool, verdict in said["rules at step 0"].items():
            rules[said["group"]][tool] += verdict != "ok"
    for group, words in GROUPS.items():
        sick = found[group]
        table.add(f"{words}, first step", f"{len(sick)}, here", sum(one[0] for one in sick), "")
        table.add(f"{words}, any step", f"{len(sick)}, here", sum(any(one) for one in sick), "")
        for tool, count in rules[group].items():
            table.add(f"{words}, first step", f"{len(sick)}, {tool}", count, "")


# -- networks of the engine


def network(rng, layers, names, change=lambda params: None):
    """Return the norms of a network of blocks on 60 digits, and the log10 of the error, last over first.

    Parameters
    ----------
    layers : list of Block
    names : list of str, as many as the weights
    change : function of the arrays, flat: weights and biases in turn

    Returns
    -------
    Norms
    float
    """
    x, y = load_digits(60)
    whole = blocks.serial(*layers)
    _, params = whole.init(rng, len(x))
    flat = list(arrays(params))
    change(flat)
    with np.errstate(over="ignore", invalid="ignore"):
        out, back = whole.apply(params, x, learn=True)
        _, nabla = back((softmax(out) - y) if np.isfinite(out).all() else out)
    lines = ["step,layer,shape,grad_norm,weight_norm,zeros"]
    parts = [f"{name}.{part}" for name in names for part in ("weight", "bias")]
    errors = []
    for name, w, g in zip(parts, flat, arrays(nabla), strict=True):
        size = "x".join(map(str, w.shape if name.endswith("weight") else w.shape[:1]))
        norm, zeros = np.linalg.norm(g), (g == 0.0).mean()
        lines.append(f"0,{name},{size},{norm:.6g},{np.linalg.norm(w):.6g},{zeros:.4g}")
        errors += [norm] if name.endswith("bias") else []
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = float(np.log10(errors[0] / errors[-1]))
    return read_norms("\n".join(lines)), fall


def plain(rng, activation, init, scale=1.0, depth=(6, 40), width=(24, 200), bias=0.0, taper=0.0, norm=None):
    """Return a plain network's layers and names; `taper` doubles the width so many times over the depth."""
    depth = int(rng.integers(*depth))
    widths = np.exp(rng.uniform(*np.log(width))) * 2.0 ** (taper * np.linspace(-0.5, 0.5, depth))
    layers = []
    for n in widths.round().astype(int):
        layers += [blocks.dense(int(np.clip(n, 12, 400)), init, scale, bias)]
        layers += [norm()] if norm else []
        layers += [blocks.activate(activation)]
    names = [f"fc{l}" for l in range(1, depth + 2)]
    return [*layers, blocks.dense(10)], names


def residual(rng, activation, alpha):
    """Return the layers and names of a residual network: a stem, blocks of two layers, a head."""
    depth, n = int(rng.integers(5, 25)), int(rng.integers(24, 120))
    init = "he_normal" if activation == "relu" else "lecun_normal"
    inner = [blocks.dense(None, init), blocks.activate(activation), blocks.dense(None, init)]
    skips = [blocks.skip(blocks.serial(*inner), alpha * depth**-0.5) for _ in range(depth)]
    names = [f"blocks.{l}.{part}" for l in range(depth) for part in ("fc1", "fc2")]
    return [blocks.dense(n), *skips, blocks.dense(10)], ["stem", *names, "head"]


LEVEL = [("relu", "he_normal"), ("tanh", "lecun_normal")]


def made_level(rng, taper=0.0):
    activation, init = LEVEL[int(rng.integers(len(LEVEL)))]
    deepest = 40 if activation == "relu" else 20
    return network(rng, *plain(rng, activation, init, depth=(6, deepest), width=(50, 200), taper=taper))[0]


def made_level_narrow(rng):
    return network(rng, *plain(rng, "relu", "he_normal", depth=(6, 30), width=(24, 50)))[0]


def made_level_blocks(rng):
    return network(rng, *residual(rng, ("relu", "tanh")[int(rng.integers(2))], 1.0))[0]


def made_level_norm(rng):
    norm = (blocks.layer_norm, blocks.batch_norm)[int(rng.integers(2))]
    return network(rng, *plain(rng, "relu", "he_normal", depth=(6, 12), norm=norm))[0]


def made_vanishing(rng):
    """The error fades by 10^4 at least; biases keep the signal's size on its way forth."""
    while True:
        activation, bias = [("sigmoid", 0.0), ("sigmoid", 1.0), ("tanh", 1.0)][int(rng.integers(3))]
        init, scale = "lecun_normal", float(np.exp(rng.uniform(np.log(0.3), 0.0)))
        read, fall = network(rng, *plain(rng, activation, init, scale, depth=(6, 30), bias=bias))
        if -200.0 < fall < -5.0:
            return read


def made_both(rng, low, high):
    """Scaled by a factor, without biases: forth and back change alike, by 10^4 at least in all."""
    while True:
        activation = ("relu", "tanh")[int(rng.integers(2))] if high < 1.0 else "relu"
        init = "he_normal" if activation == "relu" else "lecun_normal"
        scale = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        layers, names = plain(rng, activation, init, scale, depth=(6, 40), width=(50, 200))
        if 2.0 * (len(names) - 2) * abs(np.log10(scale)) > 4.0:
            return network(rng, layers, names)[0]


def made_exploding(rng):
    """Tanh in its chaotic phase: what goes forth keeps its size, the error explodes by 10^4 at least."""
    while True:
        scale = float(rng.uniform(2.5, 6.0))
        read, fall = network(rng, *plain(rng, "tanh", "lecun_normal", scale, depth=(12, 40), width=(50, 200)))
        if fall > 4.0:
            return read


def made_dead(rng):
    """One ReLU layer is switched off for good."""
    layers, names = plain(rng, "relu", "he_normal", depth=(6, 30))
    dead = int(rng.integers(len(names) - 2))
    return network(rng, layers, names, lambda flat: flat[2 * dead + 1].__isub__(1e3))[0]


def made_outlier(rng):
    """The weights of one layer are 10^3.5 times too small, so that its gradient is as much larger."""
    layers, names = plain(rng, "relu", "he_normal", depth=(6, 30), width=(50, 200))
    off = int(rng.integers(1, len(names) - 2))
    return network(rng, layers, names, lambda flat: flat[2 * off].__imul__(10.0**-3.5))[0]


MADE = {
    "level": made_level,
    "level, widening": lambda rng: made_level(rng, rng.uniform(1.0, 4.0)),
    "level, narrowing": lambda rng: made_level(rng, -rng.uniform(1.0, 4.0)),
    "level, 24 to 50 wide": made_level_narrow,
    "level, residual blocks": made_level_blocks,
    "level, normalised": made_level_norm,
    "vanishing": made_vanishing,
    "exploding": made_exploding,
    "fading_both": lambda rng: made_both(rng, 0.2, 0.8),
    "exploding_both": lambda rng: made_both(rng, 1.25, 4.0),
    "dead": made_dead,
    "outlier": made_outlier,
}


def confusion(title, kinds, make, count):
    """Print what networks of each kind are called; return the shares."""
    found = {}
    for truth, sample in kinds.items():
        found[truth] = Counter(diagnose_step(make(sample), 0)[1].kind for _ in range(count))
    called = sorted({kind for counts in found.values() for kind in counts})
    print(f"{title:<24}", *(f"{kind:>14}" for kind in called))
    for truth, counts in found.items():
        print(f"{truth:<24}", *(f"{counts[kind] / count:>14.3f}" for kind in called), flush=True)
    return {truth: Counter({k: n / count for k, n in counts.items()}) for truth, counts in found.items()}


# -- numbers alone


def profiles(table, rng):
    """Add how often `diagnose` is right on profiles of known truth."""
    for kind, sample in KINDS.items():
        found = Counter(diagnose(sample(rng)[0]).kind for _ in range(PROFILES))
        reach = {} if kind == "level" else {"least": 0.98}
        table.add("profiles, called what they are", kind, found[kind] / PROFILES, "", **reach)
        if kind == "level":
            sick = sum(found[one] for one in SICK_PROFILES) / PROFILES
            table.add("profiles, called sick", kind, sick, "", most=0.02)
    for width, depth in ((30, 60), (30, 100), (50, 100), (100, 100), (300, 100)):
        called = [diagnose(10.0 ** luck(rng, depth, width)).kind in SICK_PROFILES for _ in range(PROFILES)]
        table.add("profiles, called sick", f"level, {width} wide, {depth} deep", np.mean(called), "")
    for depth in (4, 5, 6, 7, 10, 20, 50, 100):
        walks = np.cumsum(rng.normal(scale=0.1, size=(PROFILES, depth)), axis=1)
        intervals = (diagnose(10.0**walk).interval for walk in walks)
        missed = np.mean([not low <= 1.0 <= high for low, high in intervals])
        table.add("the interval misses the factor", f"walks of {depth}", missed, "", most=0.02)


if __name__ == "__main__":
    main()

"""The rows, slots and cases of the figures of the lesson in few bits."""

import math

import numpy as np

from pages.ui.data import Rows, Word, log10
from pages.ui.numbers import number, percent
from vgcore import FORMATS
from vgcore.studies.bits import ENTRIES, FAR, HUGE, SAID, TINY, norm, scaled_norm

ASKED_HIDDEN, ASKED_STEP, ASKED_ETA = 24, 0.001, 0.001
"""Hidden layers, size of a step over that of a weight, and learning rate that are asked about."""
Z = tuple(np.linspace(-20.0, 20.0, 321).tolist())
"""Where the slope is drawn."""
DRAWN = ("bfloat16", "float16", "float32")
COMPARED = ("float8_e5m2", "float16", "bfloat16", "float32")
STEPPED = ("float32", "float16", "bfloat16", "float8_e4m3fn")
STEPS = np.geomspace(1e-8, 0.3, 61)
"""Sizes of steps, as shares of the weights."""
FAR_BELOW = 4.0
"""Powers of ten below the chain's smallest gradient from which on the end of a format is not drawn."""
LEARNS, KEEPS_UP = 0.1, 0.95
"""Share of float32's progress below which a training stands still, and from which on it keeps up."""
ENDS = ("subnormal", "normal", "largest")
"""Where a format ends, as `Format` names it."""


def digits_of(name):
    """How many decimal digits a format has."""
    return (1.0 - math.log2(FORMATS[name].ulp)) * math.log10(2.0)


def _limits(name):
    own = FORMATS[name]
    slots = {"format": name, "digits": number(digits_of(name), 2)}
    return slots | {part: number(getattr(own, part)) for part in ("largest", "normal", "subnormal")}


def formats(name):
    """The range of every format, that of the chosen one marked."""
    own = list(FORMATS.values())
    labels = np.array([each.name for each in own])
    ends = {part: log10(np.array([getattr(each, part) for each in own])) for part in ENDS}
    at = list(FORMATS).index(name)
    series = {
        "normals": {"format": labels, "low": ends["normal"], "high": ends["largest"]},
        "subnormals": {"format": labels, "low": ends["subnormal"], "high": ends["normal"]},
        "own": {"format": labels[at], "low": ends["normal"][at], "high": ends["largest"][at]},
    }
    return Rows(series, _limits(name))


def walk(walked, chosen, first):
    """The gradient of the chain in the format and in truth, layer by layer back from the output."""
    back, exact = walked.layers[::-1], walked.exact.log10_abs
    series = {
        "exact": {"back": back, "log10_abs": exact},
        "seen": {"back": back, "log10_abs": log10(np.abs(walked.seen))},
    }
    ends = {part: math.log10(getattr(FORMATS[chosen.format], part)) for part in ("normal", "subnormal")}
    drawn = [part for part in ends if ends[part] > exact.min() - FAR_BELOW]
    series |= {part: {"log10_abs": ends[part]} for part in drawn}
    series |= {f"{part}_name": {"back": chosen.depth, "log10_abs": ends[part]} for part in drawn}
    slots = {**_limits(chosen.format), "depth": chosen.depth, "zeros": walked.zeros, "first": first}
    slots |= {"w": number(chosen.w), "b": number(chosen.b), "exact": number(walked.exact[0])}
    notes = ("first" if first else "never", *(() if len(drawn) == 2 else ("beyond",)))
    asked = chosen.of == ("float16", 1.0, 0.0)
    return Rows(
        series, slots, "ends" if walked.zeros else "alive", notes, guess={"back": float} if asked else {}
    )


def ends(firsts):
    """The table of the formats: where each ends, and the first chain whose gradient is 0."""
    own = FORMATS.values()
    return {
        "format": [each.name for each in own],
        "largest": [number(each.largest) for each in own],
        "normal": [number(each.normal) for each in own],
        "subnormal": [number(each.subnormal) for each in own],
        "digits": [number(digits_of(each.name), 2) for each in own],
        "first": [Word("ends.never") if each is None else str(each) for each in firsts.values()],
    }


def slopes(curves, ends, own, slope):
    """The slope of a sigmoid in several formats, and that of the reader's neuron."""
    series = {name: {"z": Z, "log10_slope": log10(curve)} for name, curve in curves.items()}
    below, above = ends
    series["own"] = {"z": own.z}
    slots = {"format": own.full_format, "z": number(own.z), "slope": number(slope)}
    slots |= {"below": number(below), "above": number(above)}
    guess = {"z": float} if own.full_format == "bfloat16" else {}
    return Rows(series, slots, "" if slope else "dead", guess=guess)


def off(lost):
    """By what share the norm of layer 1's gradient is wrong."""
    return abs(float(lost.norm[0] / lost.exact[0]) - 1.0)


def lost(seen, own):
    """The share of the entries of every layer's gradient that are 0 in a format and not in truth."""
    layers = np.arange(1, own.deep + 2)
    series = {name: {"layer": layers, "share": each.zeros} for name, each in seen.items()}
    half, brain = seen["float16"], seen["bfloat16"]
    slots = {"scale": number(2.0**own.power), "exact": number(float(half.exact[0]))}
    slots |= {"share": percent(half.zeros[0]), "off": percent(off(brain), 2), "factor": number(half.factor)}
    slots["bought"] = number(own.power * math.log(2.0) / math.log(1.0 / half.factor), 2)
    slots["overflow"] = percent(half.overflows.max())
    finding = "gone" if half.zeros[0] == 1.0 else "partly" if half.zeros[0] > 0.005 else "whole"
    notes = [*(("bought",) if own.power else ()), *(("overflow",) if half.overflows.any() else ())]
    return Rows(series, slots, finding, tuple(notes))


def steps(shares):
    """The share of the weights that a step moves, by its size and the format."""
    series = {name: {"step": STEPS, "share": share} for name, share in shares.items()}
    for name, share in shares.items():
        high = 0.75 if name == "float8_e4m3fn" else 0.25  # two names share the room between two lines
        series[f"{name}_name"] = {"step": STEPS[int(np.argmax(share > high))], "share": high}
    slots = {name: percent(FORMATS[name].ulp / 4.0, 2) for name in ("bfloat16", "float16", "float8_e4m3fn")}
    return Rows(series, slots, guess={"step": ASKED_STEP, "share": float})


def progress(result, whole):
    """How much of the progress of another training one has made."""
    return float((result.loss[0] - result.loss[-1]) / (whole.loss[0] - whole.loss[-1]))


def trained(results, complete, eta):
    """The loss step by step, by the way to train."""
    seen = dict(results)
    series, finding, answer = {}, "running", None
    for name, each in results:
        taken = np.arange(len(each.loss))
        series[name] = {"step": taken[::4], "loss": each.loss[::4]}
    slots = {"eta": number(eta), "steps": max(len(each.loss) for each in seen.values())}
    notes = []
    if complete:
        kept = progress(seen["bfloat16"], seen["float32"])
        slots |= {f"{name}_loss": number(float(each.loss[-1]), 4) for name, each in results}
        slots |= {f"{name}_moved": percent(each.moved.mean()) for name, each in results}
        slots |= {"kept": percent(max(kept, 0.0)), "start": number(float(seen["float32"].loss[0]), 4)}
        finding = "stands" if kept < LEARNS else "behind" if kept < KEEPS_UP else "level"
        answer = max(kept, 0.0) if eta == ASKED_ETA else None
        notes = ["compared", "moved"]
    return Rows(series, slots, finding, tuple(notes), answer=answer)


def asked_norm():
    """The norm that float32 says of the tiny entries."""
    return norm(np.full(ENTRIES, TINY))


def norm_read():
    """What is right, and what is printed of it."""
    slots = {"entries": ENTRIES, "tiny": number(TINY), "far": number(FAR), "huge": number(HUGE)}
    slots["right"] = number(scaled_norm(np.full(ENTRIES, TINY)))
    slots["square"] = number(TINY**2)
    slots |= {"small": number(3e-5), "printed": f"{3e-5:.4f}"}
    return Rows({}, slots)


def libraries():
    """The table of what libraries say of the norms, and what clipping leaves."""
    columns = {"library": [], "tiny": [], "huge": [], "clips": []}
    for name, said in SAID.items():
        columns["library"].append(f"{name} {said.version}")
        columns["tiny"].append(number(said.tiny))
        columns["huge"].append(number(said.huge))
        clips = [f"{what}: {'NaN' if left != left else number(left)}" for what, left in said.clips.items()]
        columns["clips"].append("; ".join(clips) or "–")
    return columns


def reached(walked, chosen):
    """What the lesson comes to on this chain."""
    slots = {**_limits(chosen.format), "depth": chosen.depth, "exact": number(walked.exact[0])}
    return Rows({}, slots, notes=("ends" if walked.seen[0] == 0.0 else "alive",))

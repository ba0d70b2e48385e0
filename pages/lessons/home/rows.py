"""The rows of the figure of the home page."""

import numpy as np

from pages.ui.data import Rows


def layer_speeds(designs, complete):
    """The speed of every layer of some networks by their depth, their median, and the printed values."""
    parts = {"networks": [], "median": [], "printed": [], "ratio": []}
    for each in designs:
        samples, hidden = each.samples, len(each.samples.layers) - 1
        layers = samples.layers
        parts["networks"].append(
            (hidden, np.tile(layers, len(samples.seeds)), samples.speeds.to_float().ravel())
        )
        parts["median"].append((hidden, layers, samples.median.to_float()))
        if each.printed:
            parts["printed"].append((hidden, layers[:-1], np.array(each.printed)))
        ratio = samples.last_over_first.to_float() if hidden > 1 else 1.0
        parts["ratio"].append((hidden, layers[:1], np.array([ratio])))
    series = {name: _columns(part, "ratio" if name == "ratio" else "speed") for name, part in parts.items()}
    slots = {"networks": len(designs[0].samples.seeds)}
    return Rows(series, slots, "" if complete else "running")


def _columns(parts, value):
    hidden = np.concatenate([np.full(len(layers), each) for each, layers, _ in parts])
    layers, values = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return {"hidden": hidden, "layer": layers, value: values}

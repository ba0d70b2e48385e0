"""The rows of the figure of the home page."""

from pages.ui.data import Rows


def layer_speeds(samples, printed):
    """The speed of every layer of some networks, their median, and the printed values."""
    hidden = samples.layers[:-1]
    series = {
        "networks": {"seed": samples.seeds, "layer": samples.layers, "speed": samples.speeds},
        "median": {"layer": samples.layers, "speed": samples.median},
        "printed": {"layer": hidden, "speed": printed},
    }
    return Rows(series, {"networks": len(samples.seeds)})

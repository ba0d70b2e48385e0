"""The rows of the home page."""


def speeds(samples, printed):
    """Return the series of `layer_speeds`; `printed` holds those of the hidden layers."""
    return {
        "seeds": {"seed": samples.seeds, "layer": samples.layers, "speed": samples.speeds},
        "median": {"layer": samples.layers, "speed": samples.median},
        "printed": {"layer": samples.layers[:-1], "speed": printed},
    }

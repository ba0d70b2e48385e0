"""The chapter's experiment: training a network on the digits."""

import numpy as np

from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.studies.designs import digit_sizes
from vgcore.training import train

LEVEL_LOOKS, EARLY_LOOKS = {True: 500, False: 250}, 60
"""Looks at even distances, by whether every step takes all digits, and looks denser and denser before."""


def train_on_digits(
    hidden,
    width,
    steps,
    seed=0,
    eta=0.1,
    lmbda=5.0,
    activation="sigmoid",
    init="lecun_normal",
    cost="cross_entropy",
    frozen=0,
    batch=1000,
    held=0,
    on_look=None,
):
    """Draw a network for the digits and train it; lambda as the chapter's figures have it.

    Parameters
    ----------
    steps : int, at least 1
    batch : int, from 1 to 1000, the digits of a step; as many as there are make it full-batch descent
    held : int, from 0 to 999, so many digits at the end are held out
    on_look : as in `train`

    The others, Returns and Raises as in `digit_sizes`, `Network.random` and `train`.

    Source: Nielsen ch. 5, the program behind its figures.
    """
    network = Network.random(digit_sizes(hidden, width), seed, activation, init, dtype=np.float32)
    x, y = load_digits()
    shown = x.shape[1] - held
    whole = batch >= shown

    def looked(step, history):
        on = on_look is None or on_look(step, history)
        return on is not False and step < steps

    return train(
        network,
        x[:, :shown],
        y[:, :shown],
        steps if whole else -(-steps * batch // shown),
        eta,
        lmbda,
        cost,
        on_look=looked,
        frozen=frozen,
        batch=None if whole else batch,
        seed=seed,
        every=looks(steps, LEVEL_LOOKS[whole]),
        held=(x[:, shown:], y[:, shown:]) if held else None,
    )


def looks(steps, level=LEVEL_LOOKS[False]):
    """Return the steps at which a run is looked at, the last of all too: early on more of them."""
    even = np.linspace(0, steps, min(steps, level) + 1)
    return np.unique(np.round(np.append(even, np.geomspace(1, steps, EARLY_LOOKS))).astype(int))

"""The chapter's experiment: training a network on the digits."""

import numpy as np

from vgcore.checks import is_false, whole_number
from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.studies.designs import digit_sizes
from vgcore.training import train

LEVEL_LOOKS, EARLY_LOOKS = {True: 500, False: 250}, 60
"""Looks at even distances, by whether every step takes all digits, and looks denser and denser before."""


def train_on_digits(
    hidden,
    width,
    epochs,
    seed=0,
    eta=0.1,
    lmbda=5.0,
    activation="sigmoid",
    init="lecun_normal",
    cost="cross_entropy",
    frozen=0,
    on_look=None,
    batch=None,
    every=None,
    rates=None,
    held=0,
):
    """Draw a network for the digits and train it on all 1,000 but the last `held`, whose accuracy is seen.

    eta and lambda are those of the chapter's figures; one seed draws the weights and, anew, the batches. In
    batches, and with sigmoids, it computes in float32, which moves no digit that a figure shows; on the way
    down with all digits at once, what other activations make of a rounding grows until it is seen.

    Parameters, Returns and Raises as in `digit_sizes`, `Network.random` and `train`.

    Source: Nielsen ch. 5, the program behind its figures.
    """
    dtype = float if batch is None and activation != "sigmoid" else np.float32
    network = Network.random(digit_sizes(hidden, width), seed, activation, init, dtype=dtype)
    x, y = load_digits()
    last = x.shape[1] - whole_number("held", held, 0)
    if last < 1:
        raise ValueError(f"held must be below {x.shape[1]}, or no digit is left to train on, not {held!r}")
    out = (x[:, last:], y[:, last:]) if held else None
    return train(
        network,
        x[:, :last],
        y[:, :last],
        epochs,
        eta,
        lmbda,
        cost,
        on_look,
        frozen,
        batch,
        seed,
        every,
        rates,
        out,
    )


def train_steps(steps, batch=None, held=0, on_look=None, **settings):
    """Train as `train_on_digits` does, for so many steps, and look a few hundred times, early on more often.

    Parameters
    ----------
    steps : int, at least 1
    batch : int, at least 1, optional: the digits of a step, of which all there are make it full-batch descent
    held, on_look, settings : as in `train_on_digits`

    Returns
    -------
    History, of which the last look is at the last step
    """
    shown = load_digits()[0].shape[1] - whole_number("held", held, 0)
    steps = whole_number("steps", steps, 1)
    whole = batch is None or whole_number("batch", batch, 1) >= shown

    def looked(step, history):
        on = on_look is None or not is_false(on_look(step, history))
        return on and step < steps

    return train_on_digits(
        epochs=steps if whole else -(-steps // -(-shown // batch)),
        on_look=looked,
        batch=None if whole else batch,
        every=looks(steps, LEVEL_LOOKS[whole]),
        held=held,
        **settings,
    )


def looks(steps, level=LEVEL_LOOKS[False]):
    """Return the steps at which a run is looked at, the last of all too: early on more of them."""
    even = np.linspace(0, steps, min(steps, level) + 1)
    return np.unique(np.round(np.append(even, np.geomspace(1, steps, EARLY_LOOKS))).astype(int))

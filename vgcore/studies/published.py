"""The chapter's experiment: training a network on the digits."""

import numpy as np

from vgcore.checks import whole_number
from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.studies.designs import digit_sizes
from vgcore.training import train


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

    eta and lambda are those of the chapter's figures; one seed draws the weights and, anew, the batches. It
    computes in float32.

    Parameters, Returns and Raises as in `digit_sizes`, `Network.random` and `train`.

    Source: Nielsen ch. 5, the program behind its figures.
    """
    network = Network.random(digit_sizes(hidden, width), seed, activation, init, dtype=np.float32)
    x, y = load_digits()
    last = x.shape[1] - whole_number("held", held, 0)
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

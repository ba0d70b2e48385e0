"""What the first screen measures: twenty networks, a digit in each, and how many digits they learn."""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from vgcore.digits import load_digits
from vgcore.measures import speeds
from vgcore.network import Network
from vgcore.training import train

HIDDEN = range(1, 11)
SCHEMES = {
    "sigmoid": {"init": "lecun_normal", "bias_std": 1.0},
    "relu": {"init": "he_normal", "bias_std": 0.0},
}
"""By activation: the book's weights and biases, and He's."""
WIDTH, SEED, DIGIT = 30, 0, 0
NETWORKS = tuple(product(SCHEMES, HIDDEN))
EPOCHS, BATCH, ETA, LOOK = 30, 10, 0.1, 500
"""3,000 steps, for an epoch of the 1,000 digits has a hundred; a look every 500."""
RIGHT = {}
"""By network, the share of the digits that it has right once it is trained: kept for all readers."""


class Passed(NamedTuple):
    """What one digit does in a network before training, and how fast all digits together move its layers.

    Attributes
    ----------
    pixels : array (784,) of grey levels in [0, 1)
    label : int, which digit it is
    network : Network
    activations, deltas : lists of arrays (n_l,), of layer 1 to L: a^l and dC/db^l of this digit
    speeds : array (L,), the RMS over all digits of delta^l
    """

    pixels: np.ndarray
    label: int
    network: Network
    activations: list
    deltas: list
    speeds: np.ndarray


def network_of(activation, hidden):
    """Return a network before training: 784 inputs, so many hidden layers of 30 neurons, 10 outputs."""
    sizes = [784, *[WIDTH] * hidden, 10]
    return Network.random(sizes, SEED, activation, **SCHEMES[activation], dtype=np.float32)


def passed(activation, hidden):
    """Show a network the digit, and all digits."""
    network, (x, y) = network_of(activation, hidden), _digits()
    one = slice(DIGIT, DIGIT + 1)
    _, activations = network.forward(x[:, one])
    deltas = network.deltas(x, y)
    own = [
        [each[:, 0] for each in arrays] for arrays in (activations[1:], network.deltas(x[:, one], y[:, one]))
    ]
    return Passed(x[:, DIGIT], int(y[:, DIGIT].argmax()), network, *own, speeds(deltas, "rms"))


def all_passed():
    """Show every network the digits."""
    return [passed(*network) for network in NETWORKS]


def train_all(networks, on_step):
    """Train networks, but those that are known; `on_step` hears of each, and is called within."""
    for activation, hidden in networks:
        if (activation, hidden) not in RIGHT:
            RIGHT[activation, hidden] = digits_right(activation, hidden, on_step)
        on_step(len(RIGHT), len(RIGHT))


def known():
    """Whether all networks have been trained."""
    return len(RIGHT) == len(NETWORKS)


def guessed():
    """Return the largest share of the digits that whoever always names the same one has right."""
    return float(load_digits()[1].mean(axis=1).max())


def digits_right(activation, hidden, on_step):
    """Train a network for 3,000 steps; return the share of the 1,000 digits that it then has right."""
    network, (x, y) = network_of(activation, hidden), _digits()
    history = train(network, x, y, EPOCHS, ETA, batch=BATCH, every=LOOK, on_look=lambda *_: on_step())
    return float(history.accuracy[-1])


@cache
def _digits():
    return tuple(array.astype(np.float32) for array in load_digits())

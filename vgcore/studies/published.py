"""The chapter's experiment: training a network on the digits."""

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
    on_epoch=None,
):
    """Draw a network for the digits and train it on all 1,000; lambda as the chapter's figures have it.

    Parameters, Returns and Raises as in `digit_sizes`, `Network.random` and `train`.

    Source: Nielsen ch. 5, the program behind its figures.
    """
    network = Network.random(digit_sizes(hidden, width), seed, activation, init)
    return train(network, *load_digits(), epochs, eta, lmbda, cost, on_epoch, frozen)

"""Gradient descent on the digits, and the speed of every layer while it goes on."""

from dataclasses import dataclass, field, replace

import numpy as np

from vgcore.checks import finite_array, finite_number, whole_number
from vgcore.costs import COSTS
from vgcore.measures import speeds
from vgcore.network import Network

KEPT_EPOCHS = 26


def kept_epochs(epochs):
    """Return the epochs of which a run of so many keeps more than their speeds: at most 26, denser early."""
    return np.unique(np.round(np.linspace(0.0, 1.0, KEPT_EPOCHS) ** 2 * (epochs - 1)).astype(int))


@dataclass(frozen=True, eq=False)
class History:
    """What a training run has seen: a row an epoch, before its update.

    Attributes
    ----------
    speeds, rms_speeds : arrays (epochs, L)
        The norm of the mean over the examples of delta^l, and the root of its mean square norm.
    cost, accuracy : arrays (epochs,)
        The mean cost of an example, without the L2 term; the share of examples whose largest output
        is the right one.
    kept : array (K,), the epochs of which more is kept, at most 26
    mean_deltas : list of L arrays (K, n_l), the means over the examples of delta^l
    mean_outputs : array (K, n_L), the means over the examples of a^L
    rest_speeds : array (K, L)
        The norm of the mean of delta^l once the mean error of each output is taken out of delta^L.
    mean_target : array (n_L,)
    diverged : str, why the run ended by itself before its last epoch, or ""
    network : Network, as the last update left it: not finite if that made it overflow
    """

    speeds: np.ndarray
    rms_speeds: np.ndarray
    cost: np.ndarray
    accuracy: np.ndarray
    kept: np.ndarray
    mean_deltas: list
    mean_outputs: np.ndarray
    rest_speeds: np.ndarray
    mean_target: np.ndarray
    diverged: str = ""
    network: Network | None = field(default=None, repr=False)

    @property
    def epochs(self):
        """How many epochs have been seen."""
        return len(self.cost)

    @classmethod
    def empty(cls, sizes, epochs, mean_target):
        """Return room for `epochs` epochs of a network of these sizes, the input's left out."""
        kept = kept_epochs(epochs)
        by_layer, count = np.empty((2, epochs, len(sizes))), len(kept)
        return cls(
            *by_layer,
            *np.empty((2, epochs)),
            kept,
            [np.empty((count, size)) for size in sizes],
            np.empty((count, sizes[-1])),
            np.empty((count, len(sizes))),
            mean_target,
        )

    def until(self, epochs):
        """Return the first `epochs` epochs; nothing is copied."""
        kept = int(np.searchsorted(self.kept, epochs))
        return replace(
            self,
            **{name: getattr(self, name)[:epochs] for name in ("speeds", "rms_speeds", "cost", "accuracy")},
            **{name: getattr(self, name)[:kept] for name in ("kept", "mean_outputs", "rest_speeds")},
            mean_deltas=[deltas[:kept] for deltas in self.mean_deltas],
        )


def descent(parameters, gradients, steps, eta, decay=1.0, decayed=()):
    """Move parameters against their gradients, step by step: the loop of every training.

    p <- p - eta nabla_p, of what is decayed p <- decay p - eta nabla_p.

    Parameters
    ----------
    parameters : list of arrays, which are changed
    gradients : function of the step, to a list of arrays like these
        It looks at the parameters before every step, and ends the descent by returning None.
    steps : int
    eta : float, the learning rate
    decay : float
    decayed : collection of the indices of the parameters that decay

    Yields
    ------
    int, the step that has been taken
    """
    for step in range(steps):
        nabla = gradients(step)
        if nabla is None:
            return
        with np.errstate(over="ignore", invalid="ignore"):
            for index, (own, slope) in enumerate(zip(parameters, nabla, strict=True)):
                if index in decayed:
                    own *= decay
                own -= eta * slope
        yield step


def train(network, x, y, epochs, eta=0.1, lmbda=0.0, cost="cross_entropy", on_epoch=None, frozen=0):
    """Train a copy of a network by full-batch gradient descent.

    w <- (1 - eta lambda / m) w - eta nabla_w and b <- b - eta nabla_b, for m examples.

    Parameters
    ----------
    network : Network
    x, y : arrays (n_0, m) and (n_L, m), an example a column
    epochs : int, at least 1
    eta, lmbda : float, at least 0: the learning rate, and the strength of the L2 term
    cost : str, a name in `COSTS`
    on_epoch : function of (epoch, history), optional
        Called after every epoch with what has been seen so far; it stops the run by returning False.
    frozen : int, from 0 to L: the first so many layers are not updated

    Returns
    -------
    History
        Of fewer epochs if on_epoch stopped it, or if it `diverged`: a number overflowed after an
        update.

    Raises
    ------
    ValueError
        If a number is out of range, x or y does not fit the network, or a number overflows before any
        update.

    Source: Nielsen ch. 3, "Regularization", for the update; ch. 5 for the speeds.
    """
    epochs, frozen = whole_number("epochs", epochs, 1), whole_number("frozen", frozen, 0)
    eta, lmbda = finite_number("eta", eta, 0.0), finite_number("lmbda", lmbda, 0.0)
    if frozen > network.depth:
        raise ValueError(f"frozen must be at most {network.depth}, the depth of the network, not {frozen!r}")
    network = Network(network.weights, network.biases, network.activation)
    x, y = finite_array("x", x, (2,)), finite_array("y", y, (2,))
    network.deltas(x, y, cost)  # what does not fit is refused here
    used = x.any(axis=1)
    used[0] = True  # a layer needs an input
    idle, x = network.weights[0][:, ~used], x[used]  # the weights of inputs always 0 do nothing but decay
    network.weights[0] = network.weights[0][:, used]
    seen = History.empty([len(b) for b in network.biases], epochs, _mean(y))
    diverged, epoch = "", -1

    def gradients(epoch):
        nonlocal diverged
        try:
            found = network.backward(x, y, cost)
            _look(seen, epoch, network, found, x, y, cost)
        except ValueError as overflow:
            if epoch == 0:
                raise
            diverged = str(overflow)
            return None
        return [*found.nabla_w[frozen:], *found.nabla_b[frozen:]]

    decay, weights = 1.0 - eta * lmbda / x.shape[1], network.weights[frozen:]
    parameters = [*weights, *network.biases[frozen:]]
    for epoch in descent(parameters, gradients, epochs, eta, decay, range(len(weights))):
        if not frozen:
            with np.errstate(over="ignore", invalid="ignore"):
                idle *= decay
        if on_epoch is not None and on_epoch(epoch, seen.until(epoch + 1)) is False:
            break
    return _ended(seen.until(epoch + 1), network, used, idle, diverged)


def _look(seen, epoch, network, gradients, x, y, cost):
    """Write down what is seen in one epoch."""
    output = network.output(cost)
    outputs = output.sigma(gradients.z)
    seen.speeds[epoch] = speeds(gradients.nabla_b)
    seen.rms_speeds[epoch] = speeds(gradients.deltas, "rms")
    with np.errstate(over="ignore"):
        seen.cost[epoch] = COSTS[cost].value(output, gradients.z, y).sum() / y.shape[1]
    if not np.isfinite(seen.cost[epoch]):
        raise ValueError(f"the cost overflows in this network of depth {network.depth}: use smaller weights")
    seen.accuracy[epoch] = (outputs.argmax(axis=0) == y.argmax(axis=0)).mean()
    row = int(np.searchsorted(seen.kept, epoch))
    if seen.kept[row] == epoch:
        seen.mean_outputs[row] = _mean(outputs)
        seen.rest_speeds[row] = speeds(network.deltas(x, y, cost, centred=True))
        for means, nabla_b in zip(seen.mean_deltas, gradients.nabla_b, strict=True):
            means[row] = nabla_b[:, 0]


def _mean(columns):
    """Return the mean over the examples; only what is taken of each is summed, which cannot overflow."""
    return (columns / columns.shape[1]).sum(axis=1)


def _ended(seen, network, used, idle, diverged=""):
    """Return what was seen, and the whole network; the last update of all may have made it overflow."""
    whole = np.empty((len(idle), len(used)), idle.dtype)
    whole[:, used], whole[:, ~used] = network.weights[0], idle
    network.weights[0] = whole
    if not diverged and not all(np.isfinite(array).all() for array in [*network.weights, *network.biases]):
        diverged = "the weights overflow in the last update: use a smaller eta"
    return replace(seen, diverged=diverged, network=network)

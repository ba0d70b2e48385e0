"""The wait: how many steps a network takes on the digits until it has learned, and what makes it longer."""

import time
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.blocks import Recipe, arrays, serial
from vgcore.checks import finite_number, real_array, whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.studies.designs import digit_sizes
from vgcore.training import History, descent, train

LEARNED = 0.5
"""Share of the digits from which on a network counts as awake."""
LOOK = 100
"""Steps between two looks; of batches of 10 they are a pass over the 1,000 digits."""
TOLERANCE, PASSES = 1e-4, 10
"""By how much the cost must fall, and for how many passes it may fail to, by scikit-learn's default."""
_NEWTON = 60  # steps, of which ten are enough from where they start


@dataclass(frozen=True)
class Way:
    """One way to train the chapter's network, by default as its program does, without the L2 term.

    Attributes
    ----------
    hidden : int, how many hidden layers of 30 neurons
    eta, lmbda : float, the learning rate and the strength of the L2 term
    batch : int, the digits of a step
    seed : int, of the network and of the order of the digits
    scale : float, what the sampled weights are multiplied by
    bias_std : float, the standard deviation of the biases
    held_back : int, so many of the last layers learn at a tenth of the rate
    shares : bool, whether the output biases start where the mean outputs are the digits' shares
    activation, init : str, as in `Network.random`
    residual : float, the alpha of skips around the layers between hidden ones, or 0
    """

    hidden: int = 4
    eta: float = 0.1
    lmbda: float = 0.0
    batch: int = 10
    seed: int = 0
    scale: float = 1.0
    bias_std: float = 1.0
    held_back: int = 0
    shares: bool = False
    activation: str = "sigmoid"
    init: str = "lecun_normal"
    residual: float = 0.0


class Waited(NamedTuple):
    """What was seen of one training, a row a look.

    Attributes
    ----------
    steps : array (K,)
    accuracy : array (K,), the share of the 1,000 digits that are read rightly
    cost : array (K,), the mean cost of a digit
    seconds : float, of one core, for each step
    history : History, or None where there are skips
    """

    way: Way
    steps: np.ndarray
    accuracy: np.ndarray
    cost: np.ndarray
    seconds: float
    history: History | None = None

    def steps_to(self, share=LEARNED):
        """Return the first look at which so many digits are right, as a number of steps, or None."""
        right = np.flatnonzero(self.accuracy >= share)
        return int(self.steps[right[0]]) if right.size else None

    @property
    def stopped(self):
        """The step after which scikit-learn's default rule would have stopped, or None."""
        passed = stops_at(self.cost[1:])
        return None if passed is None else int(self.steps[passed])


def wait(way, limit, until=LEARNED, on_look=None):
    """Train one way until so many digits are read rightly, or for so many steps.

    Parameters
    ----------
    way : Way
    limit : int, at least 1
    until : float, a share; above 1, the training goes on to the limit
    on_look : function of a Waited, optional: called at every look, of which it ends the last

    Returns
    -------
    Waited

    Raises
    ------
    ValueError
        As in `train`, `Network.random` and `Recipe`.
    """
    limit, until = whole_number("limit", limit, 1), finite_number("until", until, 0.0)
    begun, follow = time.thread_time(), _with_skips if way.residual else _as_trained

    def look(step, steps, accuracy, cost, history=None):
        seconds = (time.thread_time() - begun) / max(step, 1)
        waited = Waited(way, steps, accuracy, cost, seconds, history)
        on = on_look is None or on_look(waited) is not False
        return bool(on and accuracy[-1] < until and step < limit), waited

    return follow(way, limit, look)


def _as_trained(way, limit, look):
    """Train a way as `train` does, in float32."""
    x, y = load_digits()
    network = start(way, x, y)
    layers = network.depth
    rates = [1.0] * (layers - way.held_back) + [0.1] * way.held_back if way.held_back else None
    waited = None

    def on_look(step, history):
        nonlocal waited
        on, waited = look(step, history.steps, history.accuracy, history.cost, history)
        return on

    passes = -(-limit * way.batch // x.shape[1])
    options = {"batch": way.batch, "seed": way.seed, "every": LOOK, "rates": rates}
    history = train(network, x, y, passes, way.eta, way.lmbda, on_look=on_look, **options)
    history = replace(history, network=None).until(len(waited.steps))
    return waited._replace(history=history)


def start(way, x, y):
    """Return the Network that a way without skips begins with, in float32."""
    sizes = digit_sizes(way.hidden, 30)
    network = Network.random(sizes, way.seed, way.activation, way.init, way.bias_std, np.float32)
    weights = [np.float32(way.scale) * w for w in network.weights]
    biases = list(network.biases)
    if way.shares:
        z = Network(weights, biases, way.activation).forward(x)[0][-1] - biases[-1]
        biases[-1] = share_biases(z, y.mean(axis=1, keepdims=True)).astype(np.float32)
    return Network(weights, biases, way.activation)


def share_biases(z, shares):
    """Return the biases (n, 1) with which the mean sigmoid of weighted inputs z (n, m) is the shares (n, 1).

    It is what one is advised to start an output layer with, so that it need not learn the shares first.
    """
    sigmoid = ACTIVATIONS["sigmoid"]
    b = np.log(shares / (1.0 - shares)) - z.mean(axis=1, keepdims=True)
    for _ in range(_NEWTON):
        missed = sigmoid.sigma(z + b).mean(axis=1, keepdims=True) - shares
        b = b - missed / sigmoid.sigma_prime(z + b).mean(axis=1, keepdims=True)
    return b


def _with_skips(way, limit, look):
    """Train a way with skips around its layers, a sigmoid and cross-entropy at the end, as without them."""
    x, y = load_digits()
    recipe = Recipe(way.activation, way.init, way.scale, way.bias_std, way.residual)
    network, rng = serial(*recipe.layers(way.hidden, 30, x)), np.random.default_rng(way.seed)
    _, params = network.init(rng, len(x))
    own, output = list(arrays(params)), ACTIVATIONS["sigmoid"]
    steps, accuracy, cost, waited, order = [], [], [], None, []
    decayed = [index for index, array in enumerate(own) if array.shape[1] > 1]

    def gradients(step):
        nonlocal order, waited
        if step % LOOK == 0 or step == limit:
            z, _ = network.apply(params, x)
            steps.append(step)
            accuracy.append(float((z.argmax(axis=0) == y.argmax(axis=0)).mean()))
            cost.append(float(COSTS["cross_entropy"].value(output, z, y).sum() / y.shape[1]))
            on, waited = look(step, *map(np.array, (steps, accuracy, cost)))
            if not on:
                return None
        if len(order) < way.batch:
            order = rng.permutation(x.shape[1])
        shown, order = order[: way.batch], order[way.batch :]
        z, back = network.apply(params, x[:, shown], learn=True)
        return list(arrays(back((output.sigma(z) - y[:, shown]), onward=False)[1]))

    for _ in descent(own, gradients, limit + 1, way.eta, 1.0 - way.eta * way.lmbda / x.shape[1], decayed):
        pass
    return waited


class Growth(NamedTuple):
    """How the wait grows with the depth: a straight line through its logarithm.

    Attributes
    ----------
    factor : float, how many times as long each further hidden layer makes it
    first : float, the steps on this line without any hidden layer
    """

    factor: float
    first: float

    def steps(self, depth):
        """Return the steps that so many hidden layers take on this line."""
        return self.first * self.factor**depth


def growth(depths, steps):
    """Lay a line through the logarithms of the waits against the depths.

    Parameters
    ----------
    depths, steps : arrays (K,), K at least 2; all steps above 0

    Returns
    -------
    Growth
    """
    depths, steps = real_array("depths", depths, (1,)), real_array("steps", steps, (1,))
    slope, first = np.polyfit(depths, np.log(steps), 1)
    return Growth(float(np.exp(slope)), float(np.exp(first)))


def stops_at(costs, tolerance=TOLERANCE, passes=PASSES):
    """Return the pass after which a rule ends a training whose cost stands still, counted from 1, or None.

    It ends it when for more than so many passes in a row the cost has not fallen below the lowest before by
    more than the tolerance. So says scikit-learn's documentation of `MLPClassifier`, of `tol` and
    `n_iter_no_change`, whose defaults these are.

    Parameters
    ----------
    costs : array (K,), the cost after every pass
    tolerance : float, at least 0
    passes : int, at least 1
    """
    costs = real_array("costs", costs, (1,))
    tolerance, passes = finite_number("tolerance", tolerance, 0.0), whole_number("passes", passes, 1)
    lowest, idle = np.inf, 0
    for at, cost in enumerate(costs, 1):
        idle = 0 if cost <= lowest - tolerance else idle + 1
        lowest = min(lowest, cost)
        if idle > passes:
            return at
    return None


def halving(eta, lmbda, examples=1000):
    """Return after how many steps the L2 term alone has halved a weight; inf where there is none.

    A step multiplies it by 1 - eta lambda / m, m the number of examples.

    Source: Nielsen ch. 3, "Regularization".
    """
    eta, lmbda = finite_number("eta", eta, 0.0), finite_number("lmbda", lmbda, 0.0)
    kept = 1.0 - eta * lmbda / whole_number("examples", examples, 1)
    if not 0.0 < kept <= 1.0:
        raise ValueError(f"eta * lmbda must be below the number of examples, {examples}, not {eta * lmbda!r}")
    return float(np.log(0.5) / np.log(kept)) if kept < 1.0 else np.inf


def caught_up(speeds, within=2.0):
    """Return the first look from which on the first hidden layer is within a factor of the last, or None.

    Parameters
    ----------
    speeds : array (K, L), those of the output layer last
    within : float, above 1
    """
    behind = np.flatnonzero(~(speeds[:, -2] < within * speeds[:, 0]))
    at = 0 if behind.size == 0 else int(behind[-1]) + 1
    return at if at < len(speeds) else None

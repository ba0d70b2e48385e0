"""The wait: how many steps a network takes on the digits until it has learned, and what makes it longer."""

import time
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.blocks import Recipe, arrays, serial
from vgcore.checks import finite_array, finite_number, is_false, one_of, whole_number
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.network import Network
from vgcore.studies.designs import digit_sizes
from vgcore.studies.waits import BATCH, ETA, HALF, WAYS, WIDTH, begin
from vgcore.training import History, descent, train

LOOK = 100
"""Steps between two looks; of batches of 10 they are a pass over the 1,000 digits."""
TOLERANCE, PASSES = 1e-4, 10
"""By how much the cost must fall, and for how many passes it may fail to, by scikit-learn's default."""
CURES = {"relu": ("relu", "he_normal"), "skips": ("sigmoid", "lecun_normal")}
"""Ways that change the network: its activation and its initialiser."""


class Training(NamedTuple):
    """One network and how it is trained, by default as the chapter's program does, without the L2 term.

    Attributes
    ----------
    way : str, a name in `WAYS` or `CURES`
    hidden : int, how many hidden layers of 30 neurons
    seed : int, of the network and of the order of the digits
    lmbda : float, the strength of the L2 term
    """

    way: str = "as_it_is"
    hidden: int = 4
    seed: int = 0
    lmbda: float = 0.0


class Waited(NamedTuple):
    """What was seen of one training, a row a look.

    Attributes
    ----------
    training : Training
    steps : array (K,)
    accuracy : array (K,), the share of the 1,000 digits that are read rightly
    cost : array (K,), the mean cost of a digit
    seconds : float, of one core, for each step
    history : History, or None where there are skips
    """

    training: Training
    steps: np.ndarray
    accuracy: np.ndarray
    cost: np.ndarray
    seconds: float
    history: History | None = None

    def steps_to(self, share=HALF):
        """Return the first look at which so many digits are right, as a number of steps, or None."""
        right = np.flatnonzero(self.accuracy >= share)
        return int(self.steps[right[0]]) if right.size else None

    @property
    def stopped(self):
        """The step after which scikit-learn's default rule would have stopped, or None.

        It counts passes, which the looks are with batches of 10.
        """
        passed = stops_at(self.cost[1:])
        return None if passed is None else int(self.steps[passed])


def wait(training, limit, until=HALF, on_look=None):
    """Train until so many digits are read rightly, or for so many steps; look every LOOK steps, and last.

    Parameters
    ----------
    training : Training
    limit : int, at least 1
    until : float, a share; above 1, the training goes on to the limit
    on_look : function of a Waited, optional: called at every look; it ends the training by returning False

    Returns
    -------
    Waited
        It ends before the first look at which a number has overflowed.

    Raises
    ------
    ValueError
        As in `train` and `begin`.
    """
    limit, until = whole_number("limit", limit, 1), finite_number("until", until, 0.0)
    one_of("way", training.way, {**WAYS, **CURES})
    begun = time.thread_time()

    def look(step, steps, accuracy, cost, history=None):
        seconds = (time.thread_time() - begun) / max(step, 1)
        waited = Waited(training, steps, accuracy, cost, seconds, history)
        on = on_look is None or not is_false(on_look(waited))
        return bool(on and accuracy[-1] < until and step < limit), waited

    return (_with_skips if training.way == "skips" else _as_trained)(training, limit, look)


def _as_trained(training, limit, look):
    """Train as `train` does, in float32."""
    x, y = load_digits()
    network, how = _begun(training)
    waited = None

    def on_look(step, history):
        nonlocal waited
        on, waited = look(step, history.steps, history.accuracy, history.cost, history)
        return on

    passes, looks = -(-limit * how["batch"] // x.shape[1]), [*range(0, limit, LOOK), limit]
    options = {"lmbda": training.lmbda, "seed": training.seed, "every": looks, **how}
    train(network, x, y, passes, on_look=on_look, **options)
    return waited


def _begun(training):
    """Return the network in float32, and how it is trained."""
    if training.way in WAYS:
        return begin(training.way, training.hidden, training.seed)
    sizes = digit_sizes(training.hidden, WIDTH)
    network = Network.random(sizes, training.seed, *CURES[training.way], dtype=np.float32)
    return network, {"eta": ETA, "batch": BATCH}


def _with_skips(training, limit, look):
    """Train with skips around the layers between hidden ones, scaled by 1 / sqrt(hidden), all else alike."""
    x, y = load_digits()
    hidden, seed = whole_number("hidden", training.hidden, 1), whole_number("seed", training.seed, 0)
    decay = 1.0 - ETA * finite_number("lmbda", training.lmbda, 0.0) / x.shape[1]
    activation, init = CURES[training.way]
    recipe = Recipe(activation, init, bias_std=1.0, residual=hidden**-0.5)
    network = serial(*recipe.layers(hidden, WIDTH, x))
    rng, output = np.random.default_rng(seed), ACTIVATIONS["sigmoid"]
    _, params = network.init(rng, len(x))
    own, seen, waited, order = list(arrays(params)), [], None, []

    def gradients(step):
        nonlocal order, waited
        if step % LOOK == 0 or step == limit:
            z, _ = network.apply(params, x)
            cost = COSTS["cross_entropy"].value(output, z, y).sum() / y.shape[1]
            if not np.isfinite(cost):
                return None
            seen.append((step, (z.argmax(axis=0) == y.argmax(axis=0)).mean(), cost))
            on, waited = look(step, *map(np.array, zip(*seen, strict=True)))
            if not on:
                return None
        if len(order) < BATCH:
            order = rng.permutation(x.shape[1])
        shown, order = order[:BATCH], order[BATCH:]
        z, back = network.apply(params, x[:, shown], learn=True)
        error = (output.sigma(z) - y[:, shown]) / BATCH  # of cross-entropy
        return list(arrays(back(error, onward=False)[1]))

    decayed = [index for index, array in enumerate(own) if array.shape[1] > 1]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in descent(own, gradients, limit + 1, ETA, decay, decayed):
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

    Raises
    ------
    ValueError
        If there are not two depths, or some steps are not above 0.
    """
    depths, steps = finite_array("depths", depths, (1,)), finite_array("steps", steps, (1,))
    if depths.shape != steps.shape or len(set(depths)) < 2 or (steps <= 0.0).any():
        raise ValueError(
            f"a line needs two depths or more, each with its steps above 0, not {depths} and {steps}"
        )
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
    costs = finite_array("costs", costs, (1,))
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
    taken = eta * lmbda / whole_number("examples", examples, 1)
    if not taken < 1.0:
        raise ValueError(f"eta * lmbda must be below the number of examples, {examples}, not {eta * lmbda!r}")
    return float(np.log(0.5) / np.log1p(-taken)) if taken else np.inf


def caught_up(speeds, within=2.0):
    """Return the first look from which on the first hidden layer is within a factor of the last, or None.

    Parameters
    ----------
    speeds : array (K, L), L at least 2, those of the output layer last
    within : float, above 1
    """
    behind = np.flatnonzero(~(speeds[:, -2] < within * speeds[:, 0]))
    at = 0 if behind.size == 0 else int(behind[-1]) + 1
    return at if at < len(speeds) else None

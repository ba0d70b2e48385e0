"""The chain: a network of one neuron a layer, exact at any depth."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, one_of, whole_number
from vgcore.costs import COSTS
from vgcore.signed_log import SignedLog


class Link(NamedTuple):
    """One link of the nudge: how far a quantity moves, by the derivative and in fact.

    Attributes
    ----------
    name : str
        What moves: "Δa_1", "Δz_2", ..., "ΔC".
    predicted, actual : array
        The product of derivatives times the nudge, and the change itself.
    """

    name: str
    predicted: np.ndarray
    actual: np.ndarray

    def at(self, index):
        """Return the link for one of several nudges."""
        return Link(self.name, self.predicted[index], self.actual[index])

    @property
    def gap(self):
        """|actual - predicted| / |predicted|; 0 where they agree to rounding, inf where predicted is 0."""
        difference, size = np.abs(self.actual - self.predicted), np.abs(self.predicted)
        difference = np.where(difference <= 8.0 * np.finfo(float).eps * size, 0.0, difference)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(difference == 0, 0.0, difference / size)


class Trace(NamedTuple):
    """All that eq. (121) is made of, in one run of a chain.

    Attributes
    ----------
    weights, biases, zs : arrays (L,) or (L, m)
    activations : array (L+1,) or (L+1, m), with a_0 first
    primes : SignedLog of sigma'(z_j), (L,) or (L, m)
    slope : SignedLog of dC/da_L, (1,) or (1, m)
    nabla_b : SignedLog of dC/db_j, (L,) or (L, m)
    cost : C, a number or an array (m,)
    one_activation : bool, whether the last neuron has the activation of the others
    """

    weights: np.ndarray
    biases: np.ndarray
    zs: np.ndarray
    activations: np.ndarray
    primes: SignedLog
    slope: SignedLog
    nabla_b: SignedLog
    cost: np.ndarray
    one_activation: bool

    @property
    def dead(self):
        """In how many layers the gradient is exactly 0."""
        return self.nabla_b.zeros()

    def prime(self, layer):
        """Return sigma'(z_j) of a layer j, a SignedLog."""
        return self.primes[_index(layer, len(self.zs))]

    def term(self, layer):
        """Return what a layer multiplies into dC/db_1: sigma'(z_1), or w_j sigma'(z_j), a SignedLog."""
        j = _index(layer, len(self.weights))
        prime = self.primes[j]
        return prime if j == 0 else prime * self.weights[j]

    def ratio(self, lower, upper):
        """Return dC/db_lower over dC/db_upper, the product of the factors that only the lower has.

        Parameters
        ----------
        lower, upper : int, layers with 1 <= lower < upper <= L

        Returns
        -------
        SignedLog, a number or (m,)
        """
        upper = _index(upper, len(self.weights))
        lower = _index(lower, upper)
        return (self.primes[lower:upper] * self.weights[lower + 1 : upper + 1]).product()


def _index(layer, last):
    if whole_number("layer", layer, 1) > last:
        raise ValueError(f"layer must be from 1 to {last}, not {layer!r}")
    return layer - 1


@dataclass(frozen=True, eq=False)
class Chain:
    """L neurons in a row, a_j = sigma(z_j), z_j = w_j a_{j-1} + b_j; or m such chains at once.

    Layer j = 1 ... L stands at index j - 1 of every array. The forward pass is float64, and its
    rounding grows along the chain by the very factors w_j sigma'(z_j) that the gradient is made of:
    where they stay below 1 and w_j a_{j-1} is moderate every result is exact to a few ulps, where
    the gradient explodes so does the rounding.

    Parameters
    ----------
    weights, biases : array of shape (L,) or (L, m)
    activation : str, a name in `ACTIVATIONS`

    Raises
    ------
    ValueError
        If the shapes differ, there is no layer, a value is not a finite number, or the activation
        is unknown.

    Source: Nielsen ch. 5, "What's causing the vanishing gradient problem?"
    """

    weights: np.ndarray
    biases: np.ndarray
    activation: str = "sigmoid"

    def __post_init__(self):
        weights = finite_array("weights", self.weights, (1, 2)).astype(float)
        biases = finite_array("biases", self.biases, (1, 2)).astype(float)
        if weights.shape != biases.shape:
            raise ValueError(
                f"weights and biases must have one shape, not {weights.shape} and {biases.shape}"
            )
        if weights.size == 0:
            raise ValueError(f"a chain needs at least one layer, but weights have shape {weights.shape}")
        one_of("activation", self.activation, ACTIVATIONS)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @classmethod
    def random(cls, depth, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", chains=None):
        """Sample weights and biases from normal distributions of mean 0.

        Layer j's random numbers do not depend on `depth`: a deeper chain of the same seed begins the same.

        Parameters
        ----------
        depth : int, the number of layers L, at least 1
        seed : int, at least 0
        weight_std, bias_std : float, at least 0
        chains : int or None
            The number m of chains, for arrays (L, m); None for one chain, with arrays (L,).

        Raises
        ------
        ValueError
            If a number is out of these ranges.

        Source: Nielsen ch. 5: w and b from a Gaussian of mean 0 and standard deviation 1.
        """
        depth, seed = whole_number("depth", depth, 1), whole_number("seed", seed, 0)
        weight_std = finite_number("weight_std", weight_std, 0.0)
        bias_std = finite_number("bias_std", bias_std, 0.0)
        shape = (depth, 2) if chains is None else (depth, 2, whole_number("chains", chains, 1))
        normal = np.random.default_rng(seed).standard_normal(shape)
        with np.errstate(over="ignore"):
            return cls(weight_std * normal[:, 0], bias_std * normal[:, 1], activation)

    @classmethod
    def centred(cls, weights, a0, activation="sigmoid"):
        """Choose the biases so that every z_j = 0: b_j = -w_j a_{j-1}.

        Parameters
        ----------
        weights : array (L,) or (L, m)
        a0 : float, the input
        activation : str, a name in `ACTIVATIONS`

        Raises
        ------
        ValueError
            If a value is not a finite number, the activation is unknown, or a bias overflows.

        Source: Nielsen ch. 5, "The exploding gradient problem".
        """
        weights = finite_array("weights", weights, (1, 2)).astype(float)
        at_0 = float(one_of("activation", activation, ACTIVATIONS).sigma(np.array(0.0)))
        before = np.full(weights.shape, at_0)
        before[:1] = finite_number("a0", a0)
        with np.errstate(over="ignore"):
            return cls(weights, 0.0 - weights * before, activation)

    @property
    def depth(self):
        """The number of layers L."""
        return len(self.weights)

    def replaced(self, weights=(), biases=()):
        """Return this chain with single values set.

        Parameters
        ----------
        weights, biases : dict of layer (1 ... L) to value

        Raises
        ------
        ValueError
            If a layer is not in the chain, or a value is not a finite number.
        """
        changed = self.weights.copy(), self.biases.copy()
        for name, array, values in zip(("weights", "biases"), changed, (weights, biases), strict=True):
            try:
                values = dict(values)
            except (TypeError, ValueError):
                raise ValueError(f"{name} must be a dict of layer to value, not {values!r}") from None
            for layer, value in values.items():
                array[_index(layer, self.depth)] = self._per_chain(f"layer {layer} of {name}", value)
        return Chain(*changed, self.activation)

    def scaled(self, factors):
        """Return m chains: this one, of shape (L,), with all its weights times each of m factors.

        Raises
        ------
        ValueError
            If this is several chains already, a factor is not finite, or a weight overflows.
        """
        self._only_one("scaled")
        with np.errstate(over="ignore"):
            weights = self.weights[:, None] * finite_array("factors", factors, (1,))
        return Chain(weights, np.broadcast_to(self.biases[:, None], weights.shape), self.activation)

    def shifted(self, shifts, layer=1):
        """Return m chains: this one, of shape (L,), with each of m shifts added to the bias of a layer.

        Raises
        ------
        ValueError
            If this is several chains already, a shift is not finite, the layer is not in the chain, or a
            bias overflows.
        """
        self._only_one("shifted")
        shifts = finite_array("shifts", shifts, (1,))
        biases = np.repeat(self.biases[:, None], shifts.size, axis=1)
        with np.errstate(over="ignore"):
            biases[_index(layer, self.depth)] += shifts
        return Chain(np.broadcast_to(self.weights[:, None], biases.shape), biases, self.activation)

    def forward(self, a0, cost="quadratic"):
        """Run the chain.

        Parameters
        ----------
        a0 : float or array of shape (m,), the input
        cost : str, a name in `COSTS`
            Under "cross_entropy" the last neuron is a sigmoid, for that cost needs an output
            between 0 and 1.

        Returns
        -------
        zs : array (L,) or (L, m)
        activations : array (L+1,) or (L+1, m), with a_0 first

        Raises
        ------
        ValueError
            If a0 is not finite or not of this shape, or if a weighted input overflows.
        """
        a0 = self._per_chain("a0", a0)
        sigma, output = ACTIVATIONS[self.activation].sigma, self.output(cost)
        zs = np.empty_like(self.weights)
        activations = np.empty((self.depth + 1, *self.weights.shape[1:]))
        a = activations[0] = a0
        with np.errstate(over="ignore", invalid="ignore"):
            for j, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
                z = zs[j] = w * a + b
                a = activations[j + 1] = sigma(z)
            activations[-1] = output.sigma(zs[-1])
        self._no_overflow("z", zs)
        return zs, activations

    def factors(self, a0, cost="quadratic"):
        """Return w_j sigma'(z_j), the factors of the gradient, of shape (L,) or (L, m).

        Parameters and Raises as in `forward`. Source: Nielsen ch. 5, eq. (122).
        """
        primes = self._log_primes(self.forward(a0, cost)[0], cost).to_float()
        with np.errstate(over="ignore"):
            factors = self.weights * primes
        self._no_overflow("w sigma'(z)", factors)
        return factors

    def response(self, a0, cost="quadratic"):
        """Return da_j/db_1 = sigma'(z_1) w_2 sigma'(z_2) ... w_j sigma'(z_j) for j = 1 ... L.

        This is the product of eq. (121) as the chain grows, one factor a layer, as a SignedLog of
        shape (L,) or (L, m). Parameters and Raises as in `forward`.
        """
        primes = self._log_primes(self.forward(a0, cost)[0], cost)
        first = SignedLog.from_float(np.ones_like(self.weights[:1]))
        return (primes * first.then(SignedLog.from_float(self.weights[1:]))).cumprod()

    def nabla_b(self, a0, y, cost="quadratic"):
        """Return dC/db_1 ... dC/db_L.

        dC/db_j = sigma'(z_j) w_{j+1} sigma'(z_{j+1}) ... w_L sigma'(z_L) dC/da_L.

        Parameters
        ----------
        a0, y : float or array of shape (m,), the input and the target
        cost : str, a name in `COSTS`

        Returns
        -------
        SignedLog of shape (L,) or (L, m)

        Raises
        ------
        ValueError
            If an input is not finite or not of this shape, the cost is unknown, or a weighted
            input overflows.

        Source: Nielsen ch. 5, eqs. (121) and (122).
        """
        y = self._per_chain("y", y)
        zs, _ = self.forward(a0, cost)
        return self._products(self._log_primes(zs, cost), zs[-1:], y, cost)

    def trace(self, a0, y, cost="quadratic"):
        """Run the chain and find every part of eq. (121) at once.

        Parameters and Raises as in `nabla_b`. Returns a Trace.
        """
        zs, activations = self.forward(a0, cost)
        y = self._per_chain("y", y)
        output = self.output(cost)
        with np.errstate(over="ignore", invalid="ignore"):
            value = COSTS[cost].value(output, zs[-1], y)
        self._no_overflow("C", value)
        primes = self._log_primes(zs, cost)
        return Trace(
            self.weights,
            self.biases,
            zs,
            activations,
            primes,
            COSTS[cost].log_slope(output, zs[-1:], y),
            self._products(primes, zs[-1:], y, cost),
            value,
            output.name == self.activation,
        )

    def nudge(self, a0, y, delta_b, layer=1, cost="quadratic"):
        """Move one bias and follow the change, link by link, to the cost.

        The actual changes are computed as changes, so that they keep their digits however small
        the nudge is. They are plain floats: what falls below 1e-308 in a very deep chain is 0.

        Parameters
        ----------
        a0, y, cost : as in `nabla_b`
        delta_b : float or array, the change of b_layer; an array gives arrays in every link
        layer : int from 1 to L

        Returns
        -------
        list of Link, in order: Δa_layer, Δz_{layer+1}, Δa_{layer+1}, ..., Δa_L, ΔC

        Raises
        ------
        ValueError
            As in `nabla_b`, or if delta_b is not finite or the layer not in the chain.

        Source: Nielsen ch. 5, eqs. (114) to (120).
        """
        y = self._per_chain("y", y)
        start = _index(layer, self.depth)
        one_chain = self.weights.ndim == 1
        delta_b = (
            finite_array("delta_b", delta_b, (0, 1)) if one_chain else self._per_chain("delta_b", delta_b)
        )
        predicted = actual = delta_b
        zs, _ = self.forward(a0, cost)
        hidden, output = ACTIVATIONS[self.activation], self.output(cost)
        links = []
        with np.errstate(over="ignore", invalid="ignore"):
            for j in range(start, self.depth):
                if j > start:
                    predicted, actual = self.weights[j] * predicted, self.weights[j] * actual
                    links.append(Link(f"Δz_{j + 1}", predicted, actual))
                neuron = output if j == self.depth - 1 else hidden
                predicted_z, actual_z = predicted, actual
                predicted, actual = neuron.sigma_prime(zs[j]) * predicted, neuron.change(zs[j], actual)
                links.append(Link(f"Δa_{j + 1}", predicted, actual))
            error = COSTS[cost].log_error(output, zs[-1], y).to_float()
            links.append(Link("ΔC", error * predicted_z, COSTS[cost].change(output, zs[-1], y, actual_z)))
        for link in links:
            self._no_overflow(link.name, [link.predicted, link.actual])
        return links

    def output(self, cost):
        """Return the Activation of the last neuron under a cost, a name in `COSTS`."""
        return one_of("cost", cost, COSTS).output(ACTIVATIONS[self.activation])

    def _products(self, primes, z_last, y, cost):
        factors = primes[:-1] * self.weights[1:]
        error = COSTS[cost].log_error(self.output(cost), z_last, y)
        if np.isposinf(error.log10_abs).any():
            raise ValueError(f"a - y overflows float64 for a target of {y}: use a smaller target or weights")
        return factors.then(error)[::-1].cumprod()[::-1]

    def _log_primes(self, zs, cost):
        hidden = ACTIVATIONS[self.activation].signed_log_prime(zs[:-1])
        return hidden.then(self.output(cost).signed_log_prime(zs[-1:]))

    def _per_chain(self, name, value):
        array = finite_array(name, value, (0, 1)).astype(float)
        if array.ndim == 1 and array.shape != self.weights.shape[1:]:
            many = "".join(f" or {m} of them" for m in self.weights.shape[1:])
            raise ValueError(f"{name} must be one number{many}, not an array of shape {array.shape}")
        return array

    def _only_one(self, what):
        if self.weights.ndim != 1:
            raise ValueError(f"only a single chain can be {what}, not {self.weights.shape[1]} at once")

    def _no_overflow(self, name, values):
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} overflows float64 in this chain of depth {self.depth}: use smaller weights"
            )

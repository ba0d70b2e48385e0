"""The network of any width, and backpropagation through it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.blocks import Block, Overflow, activate, affine, arrays, backward, serial
from vgcore.checks import finite_array, finite_number, list_of, one_of, real_array, whole_number
from vgcore.costs import COSTS
from vgcore.initialisers import INITIALISERS

_AFFINE = Block(None, affine, None)
"""A layer whose parameters are given."""


class Gradients(NamedTuple):
    """What backpropagation finds, in lists from layer 1 to L.

    Attributes
    ----------
    deltas : list of arrays (n_l, m)
        dC/dz^l of every example.
    nabla_b, nabla_w : lists of arrays (n_l, 1) and (n_l, n_{l-1})
        dC/db^l and dC/dw^l, summed over the examples and divided by their number.
    z : array (n_L, m)
        The weighted inputs of the output layer, of which the cost and the outputs are functions.
    """

    deltas: list
    nabla_b: list
    nabla_w: list
    z: np.ndarray


@dataclass(frozen=True, eq=False)
class Network:
    """L layers, a^l = sigma(z^l), z^l = w^l a^{l-1} + b^l; an example is a column.

    Layer l = 1 ... L stands at index l - 1 of every list.

    Parameters
    ----------
    weights : list of L arrays (n_l, n_{l-1})
    biases : list of L arrays (n_l, 1)
    activation : str, a name in `ACTIVATIONS`

    Raises
    ------
    ValueError
        If there is no layer, the shapes do not fit, a value is not a finite number, or the
        activation is unknown.

    Source: Nielsen ch. 2, "Warm up: a fast matrix-based approach".
    """

    weights: list
    biases: list
    activation: str = "sigmoid"

    def __post_init__(self):
        one_of("activation", self.activation, ACTIVATIONS)
        weights, biases = (
            [
                finite_array(f"the {name} of layer {l}", array, (2,)).copy()
                for l, array in enumerate(list_of("arrays", name, arrays), 1)
            ]
            for name, arrays in (("weights", self.weights), ("biases", self.biases))
        )
        if not weights or len(weights) != len(biases):
            raise ValueError(
                f"a network needs as many weight matrices as bias columns, and at least one, "
                f"not {len(weights)} and {len(biases)}"
            )
        fan_in = weights[0].shape[1]
        for l, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            if w.shape[1] != fan_in or b.shape != (w.shape[0], 1) or w.size == 0:
                raise ValueError(
                    f"layer {l} needs weights of shape (n, {fan_in}) and biases of shape (n, 1), "
                    f"not {w.shape} and {b.shape}"
                )
            fan_in = w.shape[0]
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)

    @classmethod
    def random(cls, sizes, seed, activation="sigmoid", init="lecun_normal", bias_std=1.0, dtype=float):
        """Draw the weights by an initialiser and the biases from N(0, bias_std^2).

        Parameters
        ----------
        sizes : list of int
            The number of neurons of each layer, the input first: [784, 30, 10].
        seed : int, at least 0
        init : str, a name in `INITIALISERS`
        bias_std : float, at least 0
        dtype : float or numpy.float32, in which the same weights are kept

        Raises
        ------
        ValueError
            If a number is out of range or a name unknown.

        Source: Nielsen ch. 3, "Weight initialization", for lecun_normal.
        """
        sizes = [
            whole_number("every size", size, 1) for size in list_of("numbers of neurons", "sizes", sizes)
        ]
        if len(sizes) < 2:
            raise ValueError(f"sizes must name an input and at least one layer, not {sizes!r}")
        sample = one_of("initialiser", init, INITIALISERS).sample
        bias_std = finite_number("bias_std", bias_std, 0.0)
        rng = np.random.default_rng(whole_number("seed", seed, 0))
        with np.errstate(over="ignore"):
            biases = [bias_std * rng.standard_normal((fan_out, 1)) for fan_out in sizes[1:]]
        weights = [
            sample(rng, fan_out, fan_in).astype(dtype, copy=False) for fan_in, fan_out in pairwise(sizes)
        ]
        return cls(weights, [b.astype(dtype, copy=False) for b in biases], activation)

    @property
    def depth(self):
        """The number of layers L, the output layer included."""
        return len(self.weights)

    def forward(self, x, cost="cross_entropy"):
        """Run the network.

        Parameters
        ----------
        x : array (n_0, m), an example a column
        cost : str, a name in `COSTS`
            Under "cross_entropy" the output layer is a sigmoid, for that cost needs outputs
            between 0 and 1.

        Returns
        -------
        zs : list of L arrays (n_l, m)
        activations : list of L + 1 arrays (n_l, m), with x first

        Raises
        ------
        ValueError
            If x is not finite or not of this shape, or if a weighted input overflows.
        """
        hidden, output = ACTIVATIONS[self.activation], self.output(cost)
        zs, activations = [], [self._columns("x", x, self.weights[0].shape[1])]
        for l in range(1, self.depth + 1):
            zs.append(self._z(l, activations[-1]))
            activations.append((hidden if l < self.depth else output).sigma(zs[-1]))
        return zs, activations

    def backward(self, x, y, cost="cross_entropy"):
        """Find the gradients by backpropagation.

        Parameters
        ----------
        x : array (n_0, m), an example a column
        y : array (n_L, m), the targets
        cost : str, a name in `COSTS`

        Returns
        -------
        Gradients

        Raises
        ------
        ValueError
            If x or y is not finite or does not fit the network, the cost is unknown, or a weighted
            input or a gradient overflows.

        Source: Nielsen ch. 2, eqs. (BP1) to (BP4).
        """
        z, deltas, nabla_b, nabla_w = [], [], [], []
        for back in self.backs(x, y, cost, learn=True, seen=z.append):
            of_w, of_b = arrays(back.nabla)
            deltas.append(self._plain(back.delta, back.exponent))
            nabla_b.append(self._plain(of_b, back.exponent))
            nabla_w.append(self._plain(of_w, back.exponent + back.shift))
        return Gradients(deltas[::-1], nabla_b[::-1], nabla_w[::-1], *z)

    def deltas(self, x, y, cost="cross_entropy", centred=False):
        """Return the deltas of `backward` alone.

        Parameters, Raises and Source as there; if `centred`, the mean error of each output is first
        taken out of delta^L.
        """
        found = [self._plain(back.delta, back.exponent) for back in self.backs(x, y, cost, centred)]
        return found[::-1]

    def backs(self, x, y, cost="cross_entropy", centred=False, learn=False, seen=None):
        """Yield the `Back` of every layer, the last one first: what any depth leaves of the gradient.

        Parameters, Raises and Source as in `backward` and `deltas`; with `learn`, the gradients of the
        parameters too; `seen`, if given, is told z^L.
        """
        x = self._columns("x", x, self.weights[0].shape[1])
        y = self._columns("y", y, self.weights[-1].shape[0])
        if y.shape[1] != x.shape[1]:
            raise ValueError(f"x and y must hold as many examples, not {x.shape[1]} and {y.shape[1]}")
        output, hidden = self.output(cost), serial(activate(self.activation, in_place=True), _AFFINE)

        def error(z):
            if seen is not None:
                seen(z)
            delta = COSTS[cost].error(output, z, y)  # BP1
            return delta - delta.mean(axis=1, keepdims=True) if centred else delta

        first, *later = zip(self.weights, self.biases, strict=True)
        layers, params = [_AFFINE, *[hidden] * len(later)], [first, *([[], each] for each in later)]
        straight = not any(b.any() for b in self.biases)
        try:
            yield from backward(layers, params, x, error, learn, straight)
        except Overflow as overflow:
            finite_array("x", x, (2,))
            finite_array("y", y, (2,))
            raise self._too_large("the gradient" if overflow.back else "z") from None

    def output(self, cost):
        """Return the Activation of the output layer under a cost, a name in `COSTS`."""
        return one_of("cost", cost, COSTS).output(ACTIVATIONS[self.activation])

    def _z(self, l, a):
        """Return z^l of the activations of the layer before."""
        with np.errstate(over="ignore", invalid="ignore"):
            z = self.weights[l - 1] @ a
            z += self.biases[l - 1]
        if not np.isfinite(z).all():
            finite_array("x" if l == 1 else "a", a, (2,))
            raise self._too_large("z")
        return z

    def _plain(self, array, exponent):
        """Return an array times 2^exponent."""
        with np.errstate(over="ignore", under="ignore"):
            array = np.ldexp(array, exponent) if exponent else array
        if not np.isfinite(array).all():
            raise self._too_large("the gradient")
        return array

    def _too_large(self, name):
        return ValueError(f"{name} overflows in this network of depth {self.depth}: use smaller weights")

    def _columns(self, name, value, rows):
        array = real_array(name, value, (2,))
        if array.shape[0] != rows or array.shape[1] == 0:
            raise ValueError(f"{name} must have shape ({rows}, m), an example a column, not {array.shape}")
        return array

"""The matrix form of the gradient: its product, factor by factor, and the singular values of it."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, whole_number
from vgcore.costs import COSTS
from vgcore.network import Network
from vgcore.signed_log import SignedLog

_MOST_ENTRIES = 2**18
"""Most entries of the matrices of all examples that are multiplied out at a time: 2 MB."""


def square_network(depth, width, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid"):
    """Draw a network whose layers, the input too, are of one width; of width 1 it is `Chain.random`.

    Parameters
    ----------
    depth, width : int, at least 1
    seed : int, at least 0
    weight_std, bias_std : float, at least 0
    activation : str, a name in `ACTIVATIONS`

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If a number is out of range or the activation unknown.
    """
    width, depth = whole_number("width", width, 1), whole_number("depth", depth, 1)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    normal = rng.standard_normal((depth, width, width + 1))
    with np.errstate(over="ignore"):
        weights = finite_number("weight_std", weight_std, 0.0) * normal[:, :, :-1]
        biases = finite_number("bias_std", bias_std, 0.0) * normal[:, :, -1:]
    return Network(weights, biases, activation)


def square_form(depth, width, seed, activation="sigmoid"):
    """Return the matrix form of such a network for an input of ones, a target of zeros, and the
    quadratic cost: what lesson 1 begins with, widened.

    Parameters and Raises as in `square_network`. Returns MatrixForm.
    """
    network = square_network(depth, width, seed, activation=activation)
    return matrix_form(network, np.ones((width, 1)), np.zeros((width, 1)))


class MatrixForm(NamedTuple):
    """Eq. (124) of one example, in lists from layer 1 to L.

    Attributes
    ----------
    weights : list of L arrays (n_l, n_{l-1})
    activations : list of L + 1 arrays (n_l,), the input first
    slopes : list of L arrays (n_l,), the diagonals of Sigma'(z^l)
    gradient : array (n_L,), grad_a C
    products, deltas : lists of L arrays (n_l,)
        delta^l by multiplying out, and by backpropagation.
    """

    weights: list
    activations: list
    slopes: list
    gradient: np.ndarray
    products: list
    deltas: list

    @property
    def difference(self):
        """The largest difference between the two, over all layers."""
        both = zip(self.products, self.deltas, strict=True)
        return max(float(np.abs(product - delta).max()) for product, delta in both)


def matrix_form(network, x, y, cost="quadratic"):
    """Return the factors of eq. (124) for one example, and delta^l by both ways.

    Parameters, Raises and Source as in `delta_product`, but for the layer: all are returned. The cost is
    quadratic unless another is named; x and y hold one example each.

    Returns
    -------
    MatrixForm
    """
    activations, slopes, gradient = _factors(network, x, y, cost)
    _one_example(activations[0])
    products = [delta[:, 0] for delta in _multiplied_out(network, slopes, gradient, 1)]
    return MatrixForm(
        network.weights,
        [a[:, 0] for a in activations],
        [slope[:, 0] for slope in slopes],
        gradient[:, 0],
        products[::-1],
        [delta[:, 0] for delta in network.deltas(x, y, cost)],
    )


def delta_product(network, x, y, layer, cost="cross_entropy"):
    """Multiply eq. (124) out: the matrices first, and the vector last.

    delta^l = Sigma'(z^l) (w^{l+1})^T Sigma'(z^{l+1}) ... (w^L)^T Sigma'(z^L) grad_a C

    Parameters
    ----------
    network : Network
    x, y : arrays (n_0, m) and (n_L, m), an example a column
    layer : int from 1 to L
    cost : str, a name in `COSTS`

    Returns
    -------
    array (n_l, m), delta^l of every example

    Raises
    ------
    ValueError
        If the layer is not one of the network's, x or y does not fit it, or the product overflows.

    Source: Nielsen ch. 5, eq. (124).
    """
    layer = _layer(network, layer)
    _, slopes, gradient = _factors(network, x, y, cost)
    outputs, examples = gradient.shape
    at_once = max(_MOST_ENTRIES // (outputs * max(slope.shape[0] for slope in slopes)), 1)
    found = []
    for block in (slice(start, start + at_once) for start in range(0, examples, at_once)):
        *_, delta = _multiplied_out(network, [slope[:, block] for slope in slopes], gradient[:, block], layer)
        found.append(delta)
    return np.concatenate(found, axis=1)


def _multiplied_out(network, slopes, gradient, layer):
    """Yield delta^L, ..., delta^layer, each a product of matrices times a vector, (n_l, m)."""
    product = _diagonal(slopes[-1])
    for l in range(network.depth, layer - 1, -1):
        with np.errstate(over="ignore", invalid="ignore"):
            if l < network.depth:
                product = slopes[l - 1].T[:, :, None] * (network.weights[l].T @ product)
            delta = (product @ gradient.T[:, :, None])[:, :, 0].T
        if not np.isfinite(delta).all():
            raise ValueError(f"the product from layer {l} overflows: use smaller weights")
        yield delta


def jacobian_spectrum(network, x, layer, cost="cross_entropy"):
    """Return the singular values of Sigma'(z^l) (w^{l+1})^T ... (w^L)^T Sigma'(z^L).

    This is the transposed Jacobian of the output a^L by z^l, the matrix that eq. (124) applies to
    grad_a C. A QR factorisation after each factor keeps the small values from drowning in the large:
    unless a weight matrix is nearly singular, all of them are right to about 12 digits.

    Parameters
    ----------
    network, x, layer, cost : as in `delta_product`

    Returns
    -------
    array (m, r) for r = min(n_l, ..., n_L), largest first; an example a row

    Raises
    ------
    ValueError
        As in `delta_product`.

    Source: Nielsen ch. 5, eq. (124); Pennington et al. (2017), sec. 2.
    """
    layer = _layer(network, layer)
    zs, _ = network.forward(x, cost)
    *_, (values, exponents) = _products(network, _slopes(network, zs, cost), layer)
    with np.errstate(over="ignore", under="ignore"):
        values = np.ldexp(values, exponents[:, None])
    if not np.isfinite(values).all():
        raise ValueError(f"the product from layer {layer} overflows: use smaller weights")
    return values


class Spectra(NamedTuple):
    """The singular values of eq. (124) for one example, in lists from layer 1 to L.

    Attributes
    ----------
    largest_slope : array (L,), the largest entry of |Sigma'(z^l)|
    factors : list of L arrays
        Those of Sigma'(z^l) (w^{l+1})^T; at the last layer, of Sigma'(z^L).
    products : list of L SignedLogs, as `jacobian_spectrum`, but at any depth
    """

    largest_slope: np.ndarray
    factors: list
    products: list

    @property
    def typical_factor(self):
        """The median over the hidden layers of the largest singular value of a factor."""
        return float(np.median([values[0] for values in self.factors[:-1]]))

    @property
    def condition(self):
        """The largest over the smallest singular value of the product from layer 1; inf over 0."""
        return float((self.products[0][0] / self.products[0][-1]).to_float())


def spectra(network, x, cost="cross_entropy"):
    """Return the singular values of every factor and of every product of one example.

    Parameters
    ----------
    network, cost : as in `delta_product`
    x : array (n_0, 1)

    Returns
    -------
    Spectra

    Raises
    ------
    ValueError
        As in `delta_product`, or if x holds more than one example.
    """
    zs, activations = network.forward(x, cost)
    _one_example(activations[0])
    slopes = _slopes(network, zs, cost)
    triangles = [_qr(s * w.T, s[:, 0])[1] for s, w in zip(slopes, network.weights[1:], strict=False)]
    values = [np.linalg.svd(triangle, compute_uv=False) for triangle in triangles]
    values.append(np.sort(np.abs(slopes[-1][:, 0]))[::-1])
    products = [
        SignedLog.from_float(values[0]) * SignedLog.from_log10(exponent * np.log10(2.0))
        for values, (exponent,) in _products(network, slopes, 1)
    ]
    return Spectra(np.array([np.abs(slope).max() for slope in slopes]), values, products[::-1])


def _products(network, slopes, layer):
    """Yield the singular values of the products from L, from L - 1, ... and from `layer` to L.

    Of every example they are over a power of two, whose exponents come with them.
    """
    last = slopes[-1].T
    product = np.take_along_axis(_diagonal(slopes[-1]), _falling(last)[:, None, :], axis=2)
    rest, exponents = np.eye(last.shape[1]), np.zeros(len(last), int)
    for l in range(network.depth, layer - 1, -1):
        slope = slopes[l - 1].T
        with np.errstate(over="ignore", invalid="ignore"):
            if l < network.depth:
                product = slope[:, :, None] * (network.weights[l].T @ product)
            product, triangle = _qr(product, slope)
            rest = triangle @ rest
            moved = np.frexp(np.abs(rest).max(axis=(1, 2)))[1]
            rest, exponents = np.ldexp(rest, -moved[:, None, None]), exponents + moved
        if not np.isfinite(rest).all():
            raise ValueError(f"the product from layer {l} overflows: use smaller weights")
        yield np.linalg.svd(rest, compute_uv=False), exponents


def _qr(product, slope):
    """Return Q and R of Sigma' M, rows of large slope first, for a QR keeps the digits of small rows so."""
    order = _falling(slope)[..., None]
    q, triangle = np.linalg.qr(np.take_along_axis(product, order, axis=-2))
    return np.take_along_axis(q, np.argsort(order, axis=-2), axis=-2), triangle


def _falling(slope):
    return np.argsort(-np.abs(slope), axis=-1)


def _factors(network, x, y, cost):
    """Return the activations, the diagonals of Sigma'(z^l) and grad_a C of every example, a column each."""
    zs, activations = network.forward(x, cost)
    y = finite_array("y", y, (2,))
    if y.shape != activations[-1].shape:
        raise ValueError(f"y must have shape {activations[-1].shape}, not {y.shape}")
    gradient = COSTS[cost].log_slope(network.output(cost), zs[-1].astype(float), y.astype(float)).to_float()
    return activations, _slopes(network, zs, cost), gradient


def _slopes(network, zs, cost):
    hidden, output = ACTIVATIONS[network.activation], network.output(cost)
    *inner, last = (z.astype(float) for z in zs)
    return [hidden.sigma_prime(z) for z in inner] + [output.sigma_prime(last)]


def _one_example(x):
    if x.shape[1] != 1:
        raise ValueError(f"x must hold one example, not {x.shape[1]}")


def _diagonal(slope):
    """Return Sigma'(z) of every example, (m, n, n), of the slopes (n, m)."""
    return slope.T[:, :, None] * np.eye(slope.shape[0])


def _layer(network, layer):
    if whole_number("layer", layer, 1) > network.depth:
        raise ValueError(f"layer must be at most {network.depth}, the depth of the network, not {layer!r}")
    return layer

"""The matrix form of the gradient: its product, factor by factor, and the singular values of it."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, whole_number
from vgcore.costs import COSTS


def delta_product(network, x, y, layer, cost="cross_entropy"):
    """Multiply eq. (124) out: the matrices first, from left to right, and the vector last.

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
    zs, activations = network.forward(x, cost)
    y = finite_array("y", y, (2,))
    if y.shape != activations[-1].shape:
        raise ValueError(f"y must have shape {activations[-1].shape}, not {y.shape}")
    slopes = _slopes(network, zs, cost)
    with np.errstate(over="ignore", invalid="ignore"):
        product = _diagonal(slopes[layer - 1])
        for w, slope in zip(network.weights[layer:], slopes[layer:], strict=True):
            product = product @ w.T * slope.T[:, None, :]
        gradient = COSTS[cost].log_slope(network.output(cost), zs[-1], y).to_float()
        delta = (product @ gradient.T[:, :, None])[:, :, 0].T
    if not np.isfinite(delta).all():
        raise ValueError(f"the product from layer {layer} overflows: use smaller weights")
    return delta


def jacobian_spectrum(network, x, layer, cost="cross_entropy"):
    """Return the singular values of Sigma'(z^l) (w^{l+1})^T ... (w^L)^T Sigma'(z^L).

    This is the transposed Jacobian of the output a^L by z^l, the matrix that eq. (124) applies to
    grad_a C. A QR factorisation after each factor keeps the small values from drowning in the large.

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
    *_, last = _products(network, _slopes(network, zs, cost), layer)
    return last


class Spectra(NamedTuple):
    """The singular values of eq. (124) for one example, in lists from layer 1 to L.

    Attributes
    ----------
    largest_slope : array (L,), the largest entry of |Sigma'(z^l)|
    factors : list of L arrays
        Those of Sigma'(z^l) (w^{l+1})^T; at the last layer, of Sigma'(z^L).
    products : list of L arrays, as `jacobian_spectrum`
    """

    largest_slope: np.ndarray
    factors: list
    products: list

    @property
    def largest(self):
        """The largest singular value of each product, (L,)."""
        return np.array([values[0] for values in self.products])


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
    if activations[0].shape[1] != 1:
        raise ValueError(f"x must hold one example, not {activations[0].shape[1]}")
    slopes = _slopes(network, zs, cost)
    factors = [slope * w.T for slope, w in zip(slopes, network.weights[1:], strict=False)]
    values = [np.linalg.svd(factor, compute_uv=False) for factor in factors]
    values.append(np.sort(np.abs(slopes[-1][:, 0]))[::-1])
    products = [product[0] for product in _products(network, slopes, 1)]
    return Spectra(np.array([np.abs(slope).max() for slope in slopes]), values, products[::-1])


def _products(network, slopes, layer):
    """Yield the singular values of the products from L, from L - 1, ... and from `layer` to L."""
    product = _diagonal(slopes[-1])
    rest = np.broadcast_to(np.eye(product.shape[-1]), product.shape)
    for l in range(network.depth, layer - 1, -1):
        if l < network.depth:
            product = slopes[l - 1].T[:, :, None] * (network.weights[l].T @ product)
        product, triangle = np.linalg.qr(product)
        rest = triangle @ rest
        yield np.linalg.svd(rest, compute_uv=False)


def _slopes(network, zs, cost):
    hidden, output = ACTIVATIONS[network.activation], network.output(cost)
    return [hidden.sigma_prime(z) for z in zs[:-1]] + [output.sigma_prime(zs[-1])]


def _diagonal(slope):
    """Return Sigma'(z) of every example, (m, n, n), of the slopes (n, m)."""
    return slope.T[:, :, None] * np.eye(slope.shape[0])


def _layer(network, layer):
    if whole_number("layer", layer, 1) > network.depth:
        raise ValueError(f"layer must be at most {network.depth}, the depth of the network, not {layer!r}")
    return layer

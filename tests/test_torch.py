"""Backpropagation against PyTorch's autograd; run it with `python -m pytest -m torch`."""

import numpy as np
import pytest

from vgcore import ACTIVATIONS, COSTS, INITIALISERS, Network

pytestmark = pytest.mark.torch

SIGMAS = {
    "sigmoid": lambda F, z: F.sigmoid(z),
    "tanh": lambda F, z: F.tanh(z),
    "relu": lambda F, z: F.relu(z),
    "leaky_relu": lambda F, z: F.leaky_relu(z, 0.01),
    "elu": lambda F, z: F.elu(z),
    "selu": lambda F, z: F.selu(z),
    "gelu": lambda F, z: F.gelu(z),
    "silu": lambda F, z: F.silu(z),
    "softplus": lambda F, z: F.softplus(z, threshold=700.0),
    "hard_tanh": lambda F, z: F.hardtanh(z),
    "linear": lambda F, z: z,
}
LOSSES = {
    "quadratic": lambda F, sigma, z, y: 0.5 * ((sigma(F, z) - y) ** 2).sum(),
    "cross_entropy": lambda F, sigma, z, y: F.binary_cross_entropy_with_logits(z, y, reduction="sum"),
}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def autograd(torch, network, x, y, cost):
    """Return the deltas, nabla_b and nabla_w that autograd finds, the last two of the mean cost."""
    F, sigma = torch.nn.functional, SIGMAS[network.activation]
    weights, biases = (
        [torch.tensor(array, requires_grad=True) for array in arrays]
        for arrays in (network.weights, network.biases)
    )
    a, zs = torch.tensor(x), []
    for w, b in zip(weights, biases, strict=True):
        zs.append(w @ a + b)
        zs[-1].retain_grad()
        a = sigma(F, zs[-1])
    LOSSES[cost](F, sigma, zs[-1], torch.tensor(y)).backward()
    m = x.shape[1]
    return (
        [z.grad.numpy() for z in zs],
        [b.grad.numpy() / m for b in biases],
        [w.grad.numpy() / m for w in weights],
    )


def test_every_name_is_proved():
    assert set(SIGMAS) == set(ACTIVATIONS)
    assert set(LOSSES) == set(COSTS)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("init", INITIALISERS)
def test_backpropagation_is_autograd(torch, activation, cost, init):
    network = Network.random([9, 8, 7, 6, 3], 1, activation, init)
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(9, 5)), rng.uniform(size=(3, 5))
    expected = autograd(torch, network, x, y, cost)
    found = network.backward(x, y, cost)
    for arrays, others in zip((found.deltas, found.nabla_b, found.nabla_w), expected, strict=True):
        for array, other in zip(arrays, others, strict=True):
            np.testing.assert_allclose(array, other, rtol=1e-10, atol=1e-10 * np.abs(other).max())

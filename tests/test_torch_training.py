"""Training against PyTorch's autograd: the same start, the same update, the same numbers."""

import numpy as np
import pytest

from vgcore import COSTS, Network, load_digits, train

pytestmark = pytest.mark.torch


def torch_training(network, x, y, epochs, eta, lmbda, cost):
    """Return the weights and biases after so many epochs, and the cost and deltas of every epoch."""
    import torch

    sigma = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[network.activation]
    weights, biases = (
        [torch.tensor(array, requires_grad=True) for array in arrays]
        for arrays in (network.weights, network.biases)
    )
    x, y, m, seen = torch.tensor(x), torch.tensor(y), x.shape[1], []
    update = torch.optim.SGD(
        [{"params": weights, "weight_decay": lmbda / m}, {"params": biases, "weight_decay": 0.0}], eta
    )
    for _ in range(epochs):
        a, zs = x, []
        for w, b in zip(weights, biases, strict=True):
            zs.append(w @ a + b)
            zs[-1].retain_grad()
            a = sigma(zs[-1])
        if cost == "cross_entropy":
            value = torch.nn.functional.binary_cross_entropy_with_logits(zs[-1], y, reduction="sum") / m
        else:
            value = ((a - y) ** 2).sum() / 2 / m
        update.zero_grad()
        value.backward()
        seen.append((value.item(), [m * z.grad.numpy() for z in zs]))
        update.step()
    return [w.detach().numpy() for w in weights], [b.detach().numpy() for b in biases], seen


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("epochs", [1, 3])
def test_a_run_is_that_of_autograd(epochs, activation, cost):
    x, y = load_digits()
    net = Network.random([784, 30, 30, 30, 10], 1, activation)
    weights, biases, rows = torch_training(net, x, y, epochs, 0.1, 5.0, cost)
    seen = train(net, x, y, epochs, 0.1, 5.0, cost)
    for found, expected in zip(
        [*seen.network.weights, *seen.network.biases], [*weights, *biases], strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
    for epoch, (value, deltas) in enumerate(rows):
        assert seen.cost[epoch] == pytest.approx(value, rel=1e-10)
        means = [np.linalg.norm(delta.mean(axis=1)) for delta in deltas]
        np.testing.assert_allclose(seen.speeds[epoch], means, rtol=1e-10)
        squares = [(delta**2).sum(axis=0).mean() for delta in deltas]
        np.testing.assert_allclose(seen.rms_speeds[epoch], np.sqrt(squares), rtol=1e-10)


@pytest.mark.parametrize("hidden", [1, 4])
def test_mini_batches_go_as_a_plain_loop_does(hidden):
    import torch

    x, y = (array.astype(np.float32) for array in load_digits())
    network, layers = Network.random([784, *[30] * hidden, 10], 2, dtype=np.float32), []
    for w, b in zip(network.weights, network.biases, strict=True):
        layers += [torch.nn.Linear(*w.shape[::-1]), torch.nn.Sigmoid()]
        with torch.no_grad():
            layers[-2].weight.copy_(torch.tensor(w))
            layers[-2].bias.copy_(torch.tensor(b[:, 0]))
    model = torch.nn.Sequential(*layers[:-1])
    decayed, rest = ([p for p in model.parameters() if (p.ndim == 2) is two] for two in (True, False))
    update = torch.optim.SGD([{"params": decayed, "weight_decay": 5.0 / 1000}, {"params": rest}], 0.1)
    cost, rng = torch.nn.BCEWithLogitsLoss(reduction="sum"), np.random.default_rng(4)
    for _ in range(2):
        order = rng.permutation(1000)
        for first in range(0, 1000, 30):
            shown = order[first : first + 30]
            update.zero_grad()
            given, wanted = (torch.tensor(array[:, shown].T.copy()) for array in (x, y))
            (cost(model(given), wanted) / len(shown)).backward()
            update.step()
    after = train(network, x, y, 2, 0.1, 5.0, batch=30, seed=4).network
    for layer, w, b in zip(layers[::2], after.weights, after.biases, strict=True):
        np.testing.assert_allclose(w, layer.weight.detach().numpy(), atol=1e-5)
        np.testing.assert_allclose(b[:, 0], layer.bias.detach().numpy(), atol=1e-5)

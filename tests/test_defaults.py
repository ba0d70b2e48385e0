"""The defaults of the frameworks' dense layers, against the real ones; each under a marker of its own.

Autograd is backpropagation (test_torch.py), so the frameworks' weights go through the few lines of `factors`.
"""

import os
import re
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vgcore import ACTIVATIONS, BIASES, DEFAULTS, INITIALISERS, load_digits

ROOT = Path(__file__).parents[1]
SIZES = [784, *[100] * 50, 10]
SEEDS = 8
PACKAGES = {
    "PyTorch": "torch",
    "Keras": "keras",
    "Flax": "flax",
    "PaddlePaddle": "paddlepaddle",
    "MindSpore": "mindspore",
    "MLX": "mlx",
    "Equinox": "equinox",
    "scikit-learn": "scikit-learn",
}
# Moments 4 and 8 over powers of the second, and the largest value, of numbers of variance 1.
SHAPE = {"uniform": (9 / 5, 9.0, 3**0.5), "truncated_normal": (2.3654884, 27.189, 2 / 0.87962566)}


def pytorch(sizes, seed, _):
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(*fans) for fans in pairwise(sizes)]
    return [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in layers]


def keras(sizes, seed, _):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(sizes[:1]), *map(keras.layers.Dense, sizes[1:])])
    kernels = model.get_weights()
    return [(w.T, b) for w, b in zip(kernels[::2], kernels[1::2], strict=True)]


def flax_linen(sizes, seed, _):
    linen, jax = pytest.importorskip("flax.linen"), pytest.importorskip("jax")
    model = linen.Sequential([linen.Dense(n) for n in sizes[1:]])
    params = model.init(jax.random.key(seed), np.zeros((1, sizes[0])))["params"]
    layers = [params[f"layers_{l}"] for l in range(len(sizes) - 1)]
    return [(np.asarray(layer["kernel"]).T, np.asarray(layer["bias"])) for layer in layers]


def flax_nnx(sizes, seed, _):
    nnx = pytest.importorskip("flax.nnx")
    rngs = nnx.Rngs(seed)
    layers = [nnx.Linear(*fans, rngs=rngs) for fans in pairwise(sizes)]
    return [(np.asarray(layer.kernel[...]).T, np.asarray(layer.bias[...])) for layer in layers]


def equinox(sizes, seed, _):
    equinox, jax = pytest.importorskip("equinox"), pytest.importorskip("jax")
    keys = jax.random.split(jax.random.key(seed), len(sizes) - 1)
    layers = [equinox.nn.Linear(*fans, key=key) for fans, key in zip(pairwise(sizes), keys, strict=True)]
    return [(np.asarray(layer.weight), np.asarray(layer.bias)) for layer in layers]


def paddle(sizes, seed, _):
    paddle = pytest.importorskip("paddle")
    paddle.seed(seed)
    layers = [paddle.nn.Linear(*fans) for fans in pairwise(sizes)]
    return [(layer.weight.numpy().T, layer.bias.numpy()) for layer in layers]


def mindspore(sizes, seed, _):
    mindspore = pytest.importorskip("mindspore")
    mindspore.set_seed(seed)
    layers = [mindspore.nn.Dense(*fans) for fans in pairwise(sizes)]
    return [(layer.weight.asnumpy(), layer.bias.asnumpy()) for layer in layers]


def mlx(sizes, seed, _):
    core, nn = pytest.importorskip("mlx.core"), pytest.importorskip("mlx.nn")
    core.random.seed(seed)
    layers = [nn.Linear(*fans) for fans in pairwise(sizes)]
    return [(np.array(layer.weight), np.array(layer.bias)) for layer in layers]


def scikit_learn(sizes, seed, activation):
    neural = pytest.importorskip("sklearn.neural_network")
    model = neural.MLPClassifier(
        sizes[1:-1],
        activation={"sigmoid": "logistic"}.get(activation, activation),
        solver="sgd",
        alpha=0.0,
        learning_rate_init=1e-30,  # none would be refused, and this moves no weight
        momentum=0.0,
        random_state=seed,
    )
    model.partial_fit(np.zeros((1, sizes[0])), [0], classes=range(sizes[-1]))
    return [(w.T, b) for w, b in zip(model.coefs_, model.intercepts_, strict=True)]


def ours(sizes, seed, activation, framework):
    found, rng = DEFAULTS[framework].of(activation), np.random.default_rng(seed)
    fans = [(fan_out, fan_in) for fan_in, fan_out in pairwise(sizes)]
    return [(INITIALISERS[found.init].sample(rng, *f), BIASES[found.bias].sample(rng, *f)) for f in fans]


REAL = [
    pytest.param("PyTorch", pytorch, marks=pytest.mark.torch),
    pytest.param("Keras", keras, marks=pytest.mark.keras),
    pytest.param("Flax", flax_linen, marks=pytest.mark.jax),
    pytest.param("Flax", flax_nnx, marks=pytest.mark.jax),
    pytest.param("Equinox", equinox, marks=pytest.mark.jax),
    pytest.param("PaddlePaddle", paddle, marks=pytest.mark.paddle),
    pytest.param("MindSpore", mindspore, marks=pytest.mark.mindspore),
    pytest.param("MLX", mlx, marks=pytest.mark.mlx),
    pytest.param("scikit-learn", scikit_learn, marks=pytest.mark.sklearn),
]
each_real = pytest.mark.parametrize(("framework", "layers"), REAL)
of_theirs = pytest.mark.filterwarnings("ignore")  # what a framework's own import warns of


def is_drawn_as(found, std, shape):
    """Hold the mean, the std, the fourth moment and the bounds of what is drawn against the expected."""
    fourth, eighth, largest = SHAPE[shape]
    found = np.asarray(found, float).ravel() / std
    assert abs(found.mean()) < 5 / np.sqrt(found.size)
    assert abs((found**2).mean() - 1) < 5 * np.sqrt((fourth - 1) / found.size)
    assert abs((found**4).mean() - fourth) < 5 * np.sqrt((eighth - fourth**2) / found.size)
    assert largest * (1 - 20 / found.size**0.7) < np.abs(found).max() < largest * (1 + 1e-6)


def factors(layers, activation):
    """Return ln of what RMS delta and the norms of dC/dW and dC/db are multiplied by, a layer back."""
    a, y = load_digits(500)
    f, taken, zs, found = ACTIVATIONS[activation], [], [], []
    for w, b in layers:
        taken.append(a)
        zs.append(np.asarray(w, float) @ a + np.reshape(b, (-1, 1)))
        a = f.sigma(zs[-1])
    a = np.exp(zs[-1] - zs[-1].max(axis=0))
    delta = a / a.sum(axis=0) - y  # softmax and its cross-entropy
    for (w, _), z, a in zip(layers[:0:-1], zs[-2::-1], taken[-2::-1], strict=True):
        delta = np.asarray(w, float).T @ delta * f.sigma_prime(z)
        found.append([np.linalg.norm(of) for of in (delta, delta @ a.T, delta.sum(axis=1))])
    return np.log(np.array(found[-2]) / found[0]) / (len(found) - 2)  # layer 1's fan_in is another


@pytest.mark.parametrize("framework", DEFAULTS)
def test_the_version_is_one_that_the_requirements_install(framework):
    pins = "\n".join(path.read_text() for path in ROOT.glob("requirements-*.txt"))
    package, pinned = PACKAGES[framework], re.escape(DEFAULTS[framework].version)
    assert re.search(rf"^{package}(\[\w+\])?=={pinned}$", pins, re.MULTILINE)


def test_every_framework_is_proved():
    assert {param.values[0] for param in REAL} == set(DEFAULTS) == set(PACKAGES)


@of_theirs
@each_real
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_real_layer_draws_so(framework, layers, activation):
    fan_in, fan_out = 120, 3000
    w, b = layers([fan_in, fan_out, 10], 1, activation)[0]
    assert version(PACKAGES[framework]).split("+")[0] == DEFAULTS[framework].version
    found = DEFAULTS[framework].of(activation)
    assert w.shape == (fan_out, fan_in)
    shape = "truncated_normal" if "truncated" in found.init else "uniform"
    is_drawn_as(w, INITIALISERS[found.init].std(fan_in, fan_out), shape)
    if found.bias == "zeros":
        assert not b.any()
    else:
        is_drawn_as(b, BIASES[found.bias].std(fan_in, fan_out), "uniform")


@of_theirs
@each_real
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_gradient_of_fifty_real_layers_has_our_factor(framework, layers, activation):
    theirs = np.array([factors(layers(SIZES, seed, activation), activation) for seed in range(SEEDS)])
    mine = np.array([factors(ours(SIZES, seed, activation, framework), activation) for seed in range(SEEDS)])
    gap, spread = theirs.mean(axis=0) - mine.mean(axis=0), np.hypot(theirs.std(axis=0), mine.std(axis=0))
    assert (np.abs(gap) < 5 * spread / np.sqrt(SEEDS - 1)).all()
    assert (np.abs(gap) < 0.03).all()


@pytest.mark.parametrize(
    ("framework", "expected"), [("PyTorch", (0.4045, 0.4216, 0.4108)), ("Keras", (0.705, 1.0029, 0.7126))]
)
def test_fifty_relu_layers_shrink_delta_but_not_always_the_gradients_of_the_weights(framework, expected):
    """The expected are of a program of its own, medians of 8 seeds at 500 digits."""
    found = [factors(ours(SIZES, seed, "relu", framework), "relu") for seed in range(4)]
    np.testing.assert_allclose(np.exp(np.mean(found, axis=0)), expected, rtol=0.03)

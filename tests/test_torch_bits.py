"""The study in few bits against libraries; run it with `python -m pytest -m "torch or jax or keras"`."""

import os
import subprocess
import sys

import numpy as np
import pytest

from vgcore import Network, load_digits
from vgcore.formats import FORMATS, rounded
from vgcore.studies.bits import (
    ENTRIES,
    FAR,
    HUGE,
    SAID,
    TINY,
    _Arithmetic,
    first_flat,
    first_zero,
    gradients,
    moved,
    slope,
    walk,
)

IN_TORCH = ("float64", "float32", "bfloat16", "float16")
every_format = pytest.mark.parametrize("name", IN_TORCH)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def torch_walk(torch, name, depth):
    """da_L/db_l of a chain of weights 1 and biases 0, layer by layer."""
    dtype = getattr(torch, name)
    biases = [torch.zeros((), dtype=dtype, requires_grad=True) for _ in range(depth)]
    w, a = torch.ones((), dtype=dtype), torch.ones((), dtype=dtype)
    for b in biases:
        a = torch.sigmoid(w * a + b)
    a.backward()
    return np.array([b.grad.double().item() for b in biases])


@pytest.mark.torch
@every_format
def test_pytorch_has_the_same_first_zero(torch, name):
    depth = first_zero(name)
    assert torch_walk(torch, name, depth)[0] == 0.0
    assert torch_walk(torch, name, depth - 1)[0] != 0.0


@pytest.mark.torch
@every_format
def test_pytorch_walks_the_same_way(torch, name):
    own, seen = FORMATS[name], walk(name, depth=30).seen
    other = torch_walk(torch, name, 30)
    np.testing.assert_allclose(seen, other, rtol=4.0 * 30 * own.ulp, atol=4.0 * own.subnormal)


@pytest.mark.torch
@every_format
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_pytorch_has_no_slope_from_the_same_z_on(torch, name, activation):
    def pytorch_slope(z):
        z = torch.tensor(z, dtype=getattr(torch, name), requires_grad=True)
        getattr(torch, activation)(z).backward()
        return z.grad.item()

    flat = first_flat(name, activation)
    off = 1e-5 * flat  # where exp or tanh is off by an ulp of its output, z is off by many of its own
    assert pytorch_slope(flat + off) == 0.0
    assert pytorch_slope(flat - off) > 0.0 or name not in ("float32", "float64")
    if name in ("bfloat16", "float16"):
        assert pytorch_slope(flat) == 0.0
        assert slope(name, -flat, activation) == pytorch_slope(-flat)
        assert pytorch_slope(flat - 2.0 * FORMATS[name].ulp * flat) > 0.0


@pytest.mark.torch
@pytest.mark.parametrize("name", ["bfloat16", "float16"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_pytorch_passes_every_gradient_back_to_the_last_bit(torch, name, activation):
    rng, dtype = np.random.default_rng(2), getattr(torch, name)
    arithmetic = _Arithmetic(name)
    for size in (2e-7, 1e-3):
        z, g = (arithmetic.at(scale * rng.standard_normal(5_000)) for scale in (1.0, size))
        z_torch = torch.tensor(z, dtype=dtype, requires_grad=True)
        a = getattr(torch, activation)(z_torch)
        a.backward(torch.tensor(g, dtype=dtype))
        seen = arithmetic.back(activation, g, a.detach().float().numpy())
        np.testing.assert_array_equal(seen, z_torch.grad.float().numpy())


@pytest.mark.torch
@every_format
def test_pytorch_moves_the_same_weights(torch, name):
    w = rounded(np.random.default_rng(0).standard_normal(10_000), name)
    dtype = getattr(torch, name)
    for step in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2):
        parameter = torch.tensor(w, dtype=dtype)
        after = (parameter.double() * (1.0 + step)).to(dtype)
        share = (rounded(w * (1.0 + step), name) != w).mean()
        if name != "bfloat16":
            assert share == (after != parameter).double().mean().item()
        assert abs(share - moved(name, step)) < 0.03


@pytest.mark.torch
@every_format
@pytest.mark.parametrize(("hidden", "scale"), [(4, 1.0), (8, 1.0), (8, 2.0**16), (12, 2.0**16)])
def test_pytorch_loses_the_same_entries_on_the_digits(torch, name, hidden, scale):
    network, (x, y) = Network.random([784, *[30] * hidden, 10], 1), load_digits()
    dtype = getattr(torch, name)
    weights = [torch.tensor(w).to(dtype).requires_grad_() for w in network.weights]
    a = torch.tensor(x).to(dtype)
    for l, (w, b) in enumerate(zip(weights, network.biases, strict=True)):
        z = w @ a + torch.tensor(b).to(dtype)
        a = torch.sigmoid(z) if l < hidden else z
    a = a if name == "float64" else a.float()
    cost = torch.nn.functional.binary_cross_entropy_with_logits(
        a, torch.tensor(y).to(a.dtype), reduction="sum"
    )
    (cost * scale / x.shape[1]).backward()
    _, nabla_w = gradients(network, x, y, name, scale)
    for w, own in zip(weights, nabla_w, strict=True):
        other = w.grad.double().numpy()
        assert abs((other == 0.0).mean() - (own == 0.0).mean()) < 0.02
        assert abs(np.isfinite(other).mean() - np.isfinite(own).mean()) < 0.02
        size = np.abs(other).max()
        if size > 100.0 * FORMATS[name].subnormal:
            assert np.linalg.norm((own - other) / size) < 0.1 * np.linalg.norm(other / size)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["bfloat16", "float16", "float32", "float8_e5m2", "float8_e4m3fn"])
def test_pytorch_rounds_a_float32_the_same_way(torch, name):
    rng = np.random.default_rng(1)
    x = (rng.standard_normal(20_000) * 10.0 ** rng.uniform(-12, 2, 20_000)).astype(np.float32)
    other = torch.tensor(x).to(getattr(torch, name)).float().numpy()
    np.testing.assert_array_equal(rounded(x, name), other)


def as_said(library, version, norms, clips):
    """Hold what a library says now against what is on record of it."""
    said = SAID[library]
    assert version.partition("+")[0] == said.version
    np.testing.assert_array_equal(norms, [said.tiny, said.huge])
    assert list(clips) == list(said.clips)
    np.testing.assert_array_equal([*clips.values()], [*said.clips.values()])


def entries(size):
    return np.full(ENTRIES, size, np.float32)


@pytest.mark.torch
def test_pytorch_says_these_norms_and_clips_to_zeros(torch):
    parameter = torch.nn.Parameter(torch.zeros(ENTRIES))
    parameter.grad = torch.tensor(entries(FAR))
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    norms = [torch.linalg.norm(torch.tensor(entries(size))).item() for size in (TINY, HUGE)]
    as_said("PyTorch", torch.__version__, norms, {"clip_grad_norm_": parameter.grad.max().item()})
    assert torch.tensor(entries(TINY)).norm(dtype=torch.float64).item() == pytest.approx(1e-23)


@pytest.mark.jax
def test_jax_says_these_norms():
    jax = pytest.importorskip("jax")
    norms = [float(jax.numpy.linalg.norm(entries(size))) for size in (TINY, HUGE)]
    as_said("JAX", jax.__version__, norms, {})


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with numpy 2
def test_keras_says_these_norms_and_clips_to_zeros_or_nan():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras, clips = pytest.importorskip("keras"), {}
    for name in SAID["Keras"].clips:
        optimiser, weights = keras.optimizers.SGD(1.0, **{name: 1.0}), keras.Variable(np.zeros(ENTRIES))
        optimiser.apply([keras.ops.convert_to_tensor(entries(FAR))], [weights])
        clips[name] = float(keras.ops.convert_to_numpy(weights)[0])
    tensors = [keras.ops.convert_to_tensor(entries(size)) for size in (TINY, HUGE)]
    as_said("Keras", keras.__version__, [float(keras.ops.norm(each)) for each in tensors], clips)


JAX = """
import sys
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
name, depth = sys.argv[1], int(sys.argv[2])

def last(bs):
    a = jnp.ones((), name)
    for b in bs:
        a = jax.nn.sigmoid(a + b)
    return a

print(*[float(g) for g in jax.grad(last)([jnp.zeros((), name)] * depth)])
"""


@pytest.mark.jax
@pytest.mark.parametrize(("name", "flush"), [("float32", True), ("bfloat16", True), ("float16", False)])
def test_jax_on_a_cpu_ends_where_its_subnormals_are_flushed(name, flush):
    pytest.importorskip("jax")
    depth = first_zero(name, flush=flush)
    for layers, zero in ((depth, True), (depth - 1, False)):
        command = [sys.executable, "-c", JAX, name, str(layers)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert (float(told.split()[0]) == 0.0) is zero

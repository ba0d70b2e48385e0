"""Real networks in PyTorch, trained: the healthy are not called sick, the sick are."""

import pytest

from vgcore.norms import SICK, diagnose_all, read_norms

pytestmark = pytest.mark.torch

try:
    from tests.support import zoo
except ModuleNotFoundError:  # the test is collected where there is no PyTorch, too
    HEALTHY = SICK_ONES = ()
else:
    HEALTHY, SICK_ONES = zoo.HEALTHY, zoo.SICK

WAKES = {
    "LoRA", "ReZero", "Fixup", "adapters", "flow", "zero head", "ResNet zero gamma", "ViT zero branches",
    "adaLN-zero", "diffusion",
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    zoo.torch.set_num_threads(1)  # so small are they that threads only wait for each other


def verdicts(make, optimiser, rate):
    text, _ = zoo.logged(make, optimiser=optimiser, rate=rate)
    read = read_norms(text)
    assert (len(read.steps), read.problems) == (3, [])
    return diagnose_all(read)


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_network_is_not_called_sick_at_any_step(name):
    found = verdicts(HEALTHY[name], "adam", 1e-3)
    assert not {one.kind for one in found} & set(SICK)
    assert "stuck" not in {one.grade for one in found}
    assert (found[0].kind == "wakes") == (name in WAKES)
    assert "wakes" not in {one.kind for one in found[1:]}


@pytest.mark.parametrize("name", SICK_ONES)
def test_a_sick_network_is_caught_by_the_tenth_step(name):
    found = verdicts(SICK_ONES[name], "sgd", 0.05)
    assert {one.kind for one in found[:2]} & set(SICK)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Keras ReLU 30", ["fading_both"] * 3),
        ("He x 3", ["exploding_both", "not_finite", "not_finite"]),
        ("sigmoid 12", ["vanishing"] * 3),
        ("dead layer", ["dead"] * 3),
        ("detached", ["dead"] * 3),
        ("backwards sigmoid", ["vanishing"] * 3),
    ],
)
def test_what_is_wrong_is_said_at_three_steps(name, kinds):
    assert [one.kind for one in verdicts(SICK_ONES[name], "sgd", 0.05)] == kinds


def test_copies_of_a_layer_make_tokens_alike():
    found = verdicts(SICK_ONES["nn encoder post 24 copies"], "sgd", 0.05)
    assert found[1].kind == "alike"
    assert any(".22." in name for name in found[1].names)

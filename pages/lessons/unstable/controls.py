"""What the reader sets on lesson 3."""

from dataclasses import asdict, astuple, dataclass

from pages.ui.settings import SCALES, one_of, real, whole
from vgcore import ACTIVATIONS


@dataclass(frozen=True)
class Settings:
    """What random chains are sampled from, and the depth that is looked at."""

    depth: int = whole(10, 2, 60)
    weight_std: float = one_of(1.0, SCALES)
    bias_std: float = one_of(1.0, (0.0, *SCALES))
    seed: int = whole(1, 0, 999_999, typed=True)
    activation: str = one_of("sigmoid", ACTIVATIONS)
    a0: float = real(1.0, -2.0, 2.0, 0.05)

    @property
    def alike(self):
        """What stays the same where scales and activations are compared."""
        return {"seed": self.seed, "bias_std": self.bias_std, "a0": self.a0}

    @property
    def sampling(self):
        """What the chains are sampled from, as `random_log_ratios` takes it."""
        return {**self.alike, "weight_std": self.weight_std, "activation": self.activation}

    @property
    def as_set(self):
        """What the lines of Python are given."""
        return {**asdict(self), "alike": self.alike, "sampling": self.sampling}


@dataclass(frozen=True)
class Other:
    """The activation of the chains that may vanish or explode."""

    other: str = one_of("linear", ("linear", "leaky_relu", "relu", "tanh", "sigmoid"))


@dataclass(frozen=True)
class Identity:
    """The neuron that copies its input."""

    w1: float = one_of(4.0, (0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 16.0))
    gain: float = real(1.0, 0.5, 1.5, 0.01)
    shift: float = real(0.0, -2.0, 2.0, 0.05)

    @property
    def values(self):
        """The arguments of `identity_neuron`."""
        return astuple(self)

"""What the reader sets on lesson 4."""

from dataclasses import asdict, dataclass, replace

from pages.ui.settings import SCALES, one_of, whole
from vgcore import ACTIVATIONS, INITIALISERS

MOST_WEIGHTS = 5_000_000
"""Most weights of a network that is measured: 40 MB."""
INPUTS, OUTPUTS = 784, 10


@dataclass(frozen=True)
class Square:
    """A small network whose layers are all of one width, and the layer under discussion."""

    width: int = whole(3, 1, 6)
    depth: int = whole(4, 2, 5)
    layer: int = whole(2, 1, "depth")
    seed: int = whole(1, 0, 999_999, more=True, typed=True)
    activation: str = one_of("sigmoid", ACTIVATIONS, more=True)

    @property
    def sampling(self):
        """The network alone, as `square_form` takes it."""
        names = ("depth", "width", "seed", "activation")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Design:
    """A network for the digits, and what its speeds are measured on; the fields are those of `design`."""

    hidden: int = one_of(4, (*range(1, 51), *range(60, 101, 10), 150, 200, 300, 500, 700, 1000))
    width: int = whole(30, 1, 300)
    activation: str = one_of("sigmoid", ACTIVATIONS)
    init: str = one_of("lecun_normal", INITIALISERS)
    bias_std: float = one_of(1.0, (0.0, *SCALES), more=True)
    seeds: int = whole(10, 1, 20, more=True)
    digits: int = one_of(1000, (1, 10, 100, 1000), more=True)
    measure: str = one_of("norm_of_mean", ("norm_of_mean", "rms"), more=True)

    @property
    def fitting(self):
        """This design, or the deepest of its width that has no more than `MOST_WEIGHTS`."""
        most = 1 + int(MOST_WEIGHTS - self.width * (INPUTS + OUTPUTS)) // self.width**2
        return replace(self, hidden=min(self.hidden, most))

    @property
    def sampling(self):
        """What the weights and biases are sampled from, as `design_spectra` takes it."""
        names = ("activation", "init", "bias_std")
        return {name: getattr(self, name) for name in names}

    @property
    def as_set(self):
        """What the lines of Python are given."""
        return {**asdict(self), "sampling": self.sampling}

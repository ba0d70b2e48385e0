"""What the reader sets on lesson 4."""

from dataclasses import dataclass

from pages.ui.settings import LEFT, MORE_LEFT, MORE_RIGHT, RIGHT, SCALES, one_of, whole
from vgcore import ACTIVATIONS, INITIALISERS


@dataclass(frozen=True)
class Square:
    """A small network whose layers are all of one width, and the layer under discussion."""

    width: int = whole(3, 1, 6, at=LEFT)
    depth: int = whole(4, 2, 5, at=LEFT)
    layer: int = whole(2, 1, "depth", at=RIGHT)
    seed: int = whole(1, 0, 999_999, at=MORE_LEFT, typed=True)
    activation: str = one_of("sigmoid", ACTIVATIONS, at=MORE_RIGHT)

    @property
    def sampling(self):
        """The network alone, as `square_form` takes it."""
        names = ("depth", "width", "seed", "activation")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Design:
    """A network for the digits, and what its speeds are measured on; the fields are those of `design`."""

    hidden: int = whole(4, 1, 50, at=LEFT)
    width: int = whole(30, 1, 300, at=LEFT)
    activation: str = one_of("sigmoid", ACTIVATIONS, at=RIGHT)
    init: str = one_of("lecun_normal", INITIALISERS, at=RIGHT)
    bias_std: float = one_of(1.0, (0.0, *SCALES), at=MORE_LEFT)
    seeds: int = whole(10, 1, 20, at=MORE_LEFT)
    digits: int = one_of(1000, (1, 10, 100, 1000), at=MORE_RIGHT)
    measure: str = one_of("norm_of_mean", ("norm_of_mean", "rms"), at=MORE_RIGHT)

    @property
    def sampling(self):
        """What the weights and biases are sampled from, as `design_spectra` takes it."""
        names = ("activation", "init", "bias_std")
        return {name: getattr(self, name) for name in names}

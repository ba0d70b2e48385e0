"""What the reader sets on lesson 6."""

from dataclasses import asdict, dataclass

from pages.lessons.ways_out.recipes import PROFILE_DIGITS
from pages.lessons.ways_out.trials import COMPARED
from pages.ui.settings import one_of
from vgcore import ACTIVATIONS, INITIALISERS
from vgcore.initialisers import DEFAULTS

GAINS = (0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.327, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Plain:
    """A deep network with no help but its weights, and the framework whose own is drawn beside it."""

    activation: str = one_of("relu", ACTIVATIONS)
    init: str = one_of("lecun_normal", INITIALISERS)
    scale: float = one_of(1.0, GAINS)
    bias_std: float = one_of(0.0, (0.0, 0.1, 0.2, 0.5, 1.0, 2.0))
    hidden: int = one_of(50, (*range(5, 51, 5), 100, 200, 500, 1000))
    framework: str = one_of("PyTorch", DEFAULTS)

    @property
    def recipe(self):
        """Its settings, as `deep_profile` takes them."""
        own = {name: value for name, value in asdict(self).items() if name not in ("hidden", "framework")}
        return {**own, "batch": PROFILE_DIGITS}

    @property
    def made(self):
        """What the framework makes of the activation, as `deep_profile` takes it."""
        return DEFAULTS[self.framework].recipe(self.activation, batch=PROFILE_DIGITS)


@dataclass(frozen=True)
class Made:
    """Layers as a framework makes them, whose gradients are printed."""

    made_by: str = one_of("Keras", DEFAULTS)
    made_of: str = one_of("relu", ACTIVATIONS)


@dataclass(frozen=True)
class Skip:
    """The factor alpha of what a block computes, before it is added."""

    alpha: float = one_of(1.0, (0.0, 0.03, 0.1, 0.14, 0.2, 0.3, 0.5, 0.7, 1.0))


@dataclass(frozen=True)
class Norm:
    """What is normalised, over how many digits."""

    normed: str = one_of("relu", ACTIVATIONS)
    batch: int = one_of(128, (8, 32, 128, 500, 1000))


@dataclass(frozen=True)
class Training:
    """Whose networks are trained."""

    trained: str = one_of("relu", COMPARED)

"""What the reader sets in the lesson through time."""

from dataclasses import dataclass

from pages.ui.settings import one_of
from vgcore.cells import MADE_BY


@dataclass(frozen=True)
class Time:
    """Who makes the layers, the gain of the plain one, and what is added in the gates that keep."""

    made_by: str = one_of("Keras", MADE_BY)
    gain: float = one_of(1.0, (0.5, 0.9, 1.0, 1.1, 1.5, 2.0, 3.0))
    forget_bias: float = one_of(1.0, (-1.0, 0.0, 1.0, 2.0, 3.0, 4.0))


@dataclass(frozen=True)
class Clipping:
    """The scale of the weights that are too large."""

    clipped_scale: float = one_of(2.0, (1.4, 1.6, 2.0, 2.5, 3.0))

"""What the reader sets on the lesson in few bits."""

from dataclasses import dataclass

from pages.ui.settings import one_of, real, whole
from vgcore import FORMATS


@dataclass(frozen=True)
class Chain:
    """A chain of equal neurons, and the format that its gradient is computed in."""

    format: str = one_of("float16", FORMATS)
    w: float = real(1.0, 0.1, 6.0, 0.1)
    b: float = real(0.0, -3.0, 3.0, 0.1)
    depth: int = whole(20, 2, 80)

    @property
    def of(self):
        """The format and the neuron, as `walk` and `first_zero` take them."""
        return self.format, self.w, self.b


@dataclass(frozen=True)
class Full:
    """One sigmoid neuron, and the format of its slope."""

    full_format: str = one_of("bfloat16", FORMATS)
    z: float = real(6.5, -20.0, 20.0, 0.25)


@dataclass(frozen=True)
class Digits:
    """A network on the digits, and the scale of its loss, 2 to the power."""

    deep: int = whole(8, 3, 32)
    power: int = whole(0, 0, 24, 2)


@dataclass(frozen=True)
class Rate:
    """The learning rate of the trainings."""

    eta: float = one_of(0.001, (0.001, 0.01, 0.1))

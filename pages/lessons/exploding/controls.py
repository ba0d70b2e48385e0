"""What the reader sets on lesson 2."""

from dataclasses import dataclass

from pages.ui.settings import SCALES, one_of, real, whole


@dataclass(frozen=True)
class Settings:
    """The contrived chain."""

    weight: float = real(100.0, 1.0, 200.0, 1.0)
    depth: int = whole(4, 2, 60)
    a0: float = real(1.0, -2.0, 2.0, 0.05)


@dataclass(frozen=True)
class Start:
    """Where the training of random chains begins, and how far each step goes."""

    weight_std: float = one_of(1.0, SCALES)
    eta: float = one_of(5.0, (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0))

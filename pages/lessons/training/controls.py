"""What the reader sets on lesson 5: the settings of one training run, by default those of the chapter."""

from dataclasses import dataclass, replace

from pages.ui.settings import one_of, whole
from vgcore import ACTIVATIONS, COSTS, INITIALISERS

ETAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
LAMBDAS = (0.0, 0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 30.0, 100.0)
STEPS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
ALL_DIGITS = 1000


@dataclass(frozen=True)
class Settings:
    """One training run, as `train_steps` takes it."""

    hidden: int = whole(4, 1, 10)
    steps: int = one_of(500, STEPS, low=1, high=STEPS[-1])
    eta: float = one_of(0.1, ETAS, low=0.0, high=100.0)
    lmbda: float = one_of(5.0, LAMBDAS, low=0.0, high=100.0)
    batch: int = one_of(ALL_DIGITS, (1, 10, 100, ALL_DIGITS))
    held: int = one_of(0, (0, 200))
    width: int = whole(30, 1, 100, more=True)
    seed: int = whole(0, 0, 999_999, more=True, typed=True)
    frozen: int = whole(0, 0, "hidden", more=True)
    activation: str = one_of("sigmoid", ACTIVATIONS, more=True)
    init: str = one_of("lecun_normal", INITIALISERS, more=True)
    cost: str = one_of("cross_entropy", COSTS, more=True)


BOOK = Settings()
FREE = replace(BOOK, lmbda=0.0)

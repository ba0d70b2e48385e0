"""What the reader sets in the lesson on the edge."""

from dataclasses import dataclass

from pages.lessons.edge.trials import MAP_STDS, TIMES
from pages.ui.settings import SCALES, one_of, whole
from vgcore import ACTIVATIONS


@dataclass(frozen=True)
class Layers:
    """Wide layers: what they are sampled from, how many there are, and how wide."""

    activation: str = one_of("sigmoid", ACTIVATIONS)
    weight_std: float = one_of(1.0, (*SCALES, 20.0, 50.0), low=0.1, high=50.0)
    bias_std: float = one_of(1.0, (0.0, *SCALES))
    hidden: int = one_of(10, (*range(1, 11), 15, *range(20, 51, 10), 100))
    width: int = whole(30, 1, 300)


@dataclass(frozen=True)
class Point:
    """A place in the phase diagram."""

    sigma_w: float = one_of(1.0, (0.6, 0.8, 1.0, 1.15, 1.327, 1.6, 2.0, 2.5, 3.0))
    sigma_b: float = one_of(0.2, (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0))


@dataclass(frozen=True)
class Map:
    """The multiple of xi at which the line is drawn, and a network of the reader's own."""

    times: int = one_of(4, TIMES)
    own_std: float = one_of(1.0, MAP_STDS)
    own_depth: int = whole(20, 5, 50, 5)

"""How luck averages out where many paths are added: the factor of a layer, in networks of several widths."""

from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_number, list_of, one_of, whole_number
from vgcore.field import mean_field
from vgcore.initialisers import INITIALISERS, sigma_w

LAYERS = 5
"""Hidden layers of each network."""


class Factors(NamedTuple):
    """The factor of a layer in random networks of several widths.

    Attributes
    ----------
    widths : array (W,)
    log10 : array (W, N), of |delta^1| / |delta^L|, shared out over the steps from the last layer to the
        first; -inf where nothing comes through
    theory : array (W,), the root of chi_1 at each width
    """

    widths: np.ndarray
    log10: np.ndarray
    theory: np.ndarray

    def apart(self, place):
        """How many times as large the factor is in the largest 5 % as in the smallest, at a width's place.

        NaN where nothing comes through any network.
        """
        alive = self.log10[place][np.isfinite(self.log10[place])]
        return float(10.0 ** np.subtract(*np.quantile(alive, [0.95, 0.05]))) if alive.size else np.nan


def factors_by_width(widths, networks, seed, activation="sigmoid", init="lecun_normal", bias_std=1.0):
    """Measure the factor of a layer in random networks of LAYERS layers, width by width.

    Each is shown one example of independent standard normal numbers, and a gradient of such numbers comes
    in behind its last layer.

    Parameters
    ----------
    widths : sequence of int
    networks : int, at least 1, of each width
    seed : int, at least 0
    activation, init, bias_std : as in `Network.random`

    Returns
    -------
    Factors

    Raises
    ------
    ValueError
        If a number is out of range or a name unknown.
    """
    widths = [whole_number("every width", n, 1) for n in list_of("numbers of neurons", "widths", widths)]
    function = one_of("activation", activation, ACTIVATIONS)
    sample = one_of("initialiser", init, INITIALISERS).sample
    bias_std = finite_number("bias_std", bias_std, 0.0)
    rng, count = np.random.default_rng(whole_number("seed", seed, 0)), whole_number("networks", networks, 1)
    theory = [mean_field(activation, sigma_w(init, n), bias_std).chi ** 0.5 for n in widths]
    logs = [[_log10_factor(rng, n, function, sample, bias_std) for _ in range(count)] for n in widths]
    return Factors(np.array(widths), np.array(logs), np.array(theory))


def _log10_factor(rng, n, function, sample, bias_std):
    """Return the log10 of the factor of one network; -inf where nothing comes through."""
    a, back = rng.standard_normal((n, 1)), []
    for _ in range(LAYERS):
        w = sample(rng, n, n)
        z = w @ a + bias_std * rng.standard_normal((n, 1))
        a = function.sigma(z)
        back.append((w, function.sigma_prime(z)))
    delta = back[-1][1] * rng.standard_normal((n, 1))
    last = np.linalg.norm(delta)
    for (w, _), (_, slope) in zip(back[:0:-1], back[-2::-1], strict=True):
        delta = slope * (w.T @ delta)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log10(np.linalg.norm(delta) / last)
    return log / (LAYERS - 1) if np.isfinite(log) else -np.inf

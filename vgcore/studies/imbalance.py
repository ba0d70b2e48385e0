"""How far the layers of random chains learn at different speeds, simulated and in theory."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from vgcore.activations import ACTIVATIONS
from vgcore.checks import finite_array, finite_number, list_of, one_of, whole_number
from vgcore.read_only import read_only
from vgcore.signed_log import SignedLog
from vgcore.studies.histogram import counted

FACTORS = (2.0, 10.0, 100.0)
"""How far apart the speeds of layers may be to count as within a factor of each other."""

_TINY = 1e-30
_FEWEST_KNOTS, _KNOTS_PER_UNIT = 64, 5.0
_AT_ONCE = 6  # knots through which a polynomial goes
_DENOMINATORS = read_only(
    np.array([np.prod([float(k - j) for j in range(_AT_ONCE) if j != k]) for k in range(_AT_ONCE)])
).reshape(-1, 1, 1)
_BLOCK = 16384  # chains whose numbers stay in the cache


class LogRatioTheory(NamedTuple):
    """What one layer adds to log10 |dC/db_1 / dC/db_L|, in a long chain.

    Attributes
    ----------
    mean : float, the slope of its mean against the depth
    std : float, its standard deviation over the root of the depth
    """

    mean: float
    std: float


def random_log_ratios(depth, chains, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Return log10 |dC/db_1 / dC/db_L| of random chains.

    It is the sum of log10 |sigma'(z_j) w_{j+1}| for j = 1 ... L - 1, whatever the cost. The chains
    are those of `Chain.random`, but only one layer of them is in memory at a time.

    Parameters
    ----------
    depth, chains, seed, weight_std, bias_std, activation : as in `Chain.random`
    a0 : float, the input of every chain

    Returns
    -------
    array (chains,); -inf where dC/db_1 is 0

    Raises
    ------
    ValueError
        As in `Chain.random` and `Chain.forward`.

    Source: Nielsen ch. 5, "The unstable gradient problem".
    """
    weight_std = finite_number("weight_std", weight_std, 0.0)
    if not 1e-3 <= weight_std <= 1e3:  # products of eight such weights may leave float64
        *_, ratios = _running(depth, chains, seed, weight_std, bias_std, activation, a0)
        return ratios
    samples = _samples(depth, chains, seed, weight_std, bias_std, activation)
    return _log_ratios(samples, depth, chains, activation, a0)


def _log_ratios(samples, depth, chains, activation, a0):
    activation, alive = ACTIVATIONS[activation], np.arange(chains)
    a, logs, product = np.full(chains, finite_number("a0", a0)), np.zeros(chains), np.ones(chains)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for layer, (w, b) in enumerate(samples, 1):
            if alive.size < chains:
                w, b = w[alive], b[alive]
            for start in range(0, alive.size, _BLOCK):
                block = slice(start, start + _BLOCK)
                if layer > 1:
                    product[block] *= w[block]
                if layer < depth:
                    z = w[block] * a[block]
                    z += b[block]
                    _no_overflow(z, layer)
                    a[block], prime = activation.both(z)
                    if not np.abs(prime).min() > _TINY:  # a NaN too
                        far = ~(np.abs(prime) > _TINY)
                        logs[block][far] += activation.signed_log_prime(z[far]).log10_abs
                        prime[far] = 1.0
                    product[block] *= prime
            if layer % 8 == 0 or layer == depth:
                logs += np.log10(np.abs(product))
                product[:] = 1.0
                living = ~np.isneginf(logs)
                if 2 * np.count_nonzero(living) < alive.size:  # the dead stay dead
                    alive, a, logs, product = (each[living] for each in (alive, a, logs, product))
                if not alive.size:
                    break
    ratios = np.full(chains, -np.inf)
    ratios[alive] = logs
    return ratios


class Scales(NamedTuple):
    """The typical log10 |dC/db_1 / dC/db_L| of random chains against the scale of their weights.

    Attributes
    ----------
    weight_stds : array (S,), the scales
    median : array (S,), the median over the chains; -inf where most of them are dead
    vanished, exploded : arrays (S,), the shares of chains whose ratio is below 1/10, and above 10
    """

    weight_stds: np.ndarray
    median: np.ndarray
    vanished: np.ndarray
    exploded: np.ndarray

    @property
    def best(self):
        """The scale whose median is nearest to 0, and |dC/db_1 / dC/db_L| there, a SignedLog."""
        index = int(np.argmin(np.abs(self.median)))
        return float(self.weight_stds[index]), SignedLog.from_log10(self.median[index])


def balance_by_scale(weight_stds, depth, chains, seed, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Try several scales of the weights on the same samples, which are all in memory at once.

    Parameters
    ----------
    weight_stds : array (S,), the scales, from 1e-3 to 1e3
    depth, chains, seed, bias_std, activation, a0 : as in `random_log_ratios`

    Returns
    -------
    Scales

    Raises
    ------
    ValueError
        As in `random_log_ratios`, or if a scale is out of range.
    """
    weight_stds = finite_array("weight_stds", weight_stds, (1,))
    if not ((weight_stds >= 1e-3) & (weight_stds <= 1e3)).all() or weight_stds.size == 0:
        raise ValueError(f"weight_stds must be numbers from 1e-3 to 1e3, not {weight_stds}")
    _samples(depth, chains, seed, 1.0, bias_std, activation)  # checks them
    a0 = finite_number("a0", a0)
    found = _balance(tuple(weight_stds.tolist()), depth, chains, seed, float(bias_std), activation, a0)
    return Scales(*(array.copy() for array in found))


@lru_cache(maxsize=16)  # for `compare_activations`, which tries what has often been tried
def _balance(weight_stds, depth, chains, seed, bias_std, activation, a0):
    weight_stds, ratios = np.array(weight_stds), []
    at_once = max(_BLOCK // chains, 1)  # of small arrays the calls would cost more than the sums
    sampled = _samples(depth, chains, seed, 1.0, 1.0, activation)
    sampled = [(w, np.tile(bias_std * b, at_once)) for w, b in sampled]
    for scales in (weight_stds[k : k + at_once, None] for k in range(0, weight_stds.size, at_once)):
        count = scales.size * chains
        samples = (((scales * w).ravel(), b[:count]) for w, b in sampled)
        ratios.extend(_log_ratios(samples, depth, count, activation, a0).reshape(-1, chains))
    median = np.quantile(ratios, 0.5, axis=1, method="inverted_cdf")
    below, above = (np.mean(far, axis=1) for far in (np.less(ratios, -1.0), np.greater(ratios, 1.0)))
    return read_only(Scales(weight_stds, median, below, above))


class Balance(NamedTuple):
    """How the layers of random chains come apart as the chains grow.

    Attributes
    ----------
    layers : array (L,), the depth, 1 ... L
    mean, std : arrays (L,), of log10 |dC/db_1 / dC/db_L| over the chains where it is not 0
    zero : array (L,), the share of chains in which dC/db_1 is 0
    within : array (3, L), the shares whose layers all learn within the factors of `FACTORS`
    theory : LogRatioTheory, or None where there is none
    """

    layers: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    zero: np.ndarray
    within: np.ndarray
    theory: LogRatioTheory | None

    @property
    def balanced(self):
        """The share of chains whose layers all learn within a factor 2 of each other, (L,)."""
        return self.within[0]

    def balanced_at(self, layer):
        """Return the share of balanced chains at a depth, from 1 to L; else raise ValueError."""
        if whole_number("layer", layer, 1) > self.layers.size:
            raise ValueError(f"layer must be at most {self.layers.size}, the deepest, not {layer!r}")
        return float(self.balanced[layer - 1])


def balance_by_depth(depth, chains, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Follow log10 |dC/db_1 / dC/db_L| of random chains as they grow to `depth`.

    Parameters and Raises as in `random_log_ratios`, and as in `log_ratio_theory` where the variance
    settles. Returns Balance.
    """
    rows = []
    for ratios, span in _spans(_running(depth, chains, seed, weight_std, bias_std, activation, a0)):
        alive = np.isfinite(ratios)
        within = [(span <= np.log10(factor)).mean() for factor in FACTORS]
        some = ratios[alive] if alive.any() else np.array([np.nan])
        rows.append((some.mean(), some.std(), 1.0 - alive.mean(), *within))
    mean, std, zero, *within = np.array(rows).T
    theory = log_ratio_theory(weight_std, bias_std, activation) if _settles(activation, weight_std) else None
    return Balance(np.arange(1, len(rows) + 1), mean, std, zero, np.array(within), theory)


class LogRatios(NamedTuple):
    """The distribution of log10 |dC/db_1 / dC/db_L| over random chains.

    Attributes
    ----------
    lower, upper : arrays, the edges of its bins
    share : array, the share of chains in each
    theory : array, the share by the central limit theorem; NaN where there is no theory
    zero : float, the share of chains in which dC/db_1 is 0, which are in no bin
    """

    lower: np.ndarray
    upper: np.ndarray
    share: np.ndarray
    theory: np.ndarray
    zero: float


def log_ratio_histogram(depth, chains, seed, weight_std=1.0, bias_std=1.0, activation="sigmoid", a0=1.0):
    """Count `random_log_ratios` in bins. Parameters and Raises as in `balance_by_depth`. Returns LogRatios.

    The theory gives a normal distribution with depth - 1 times the mean and the variance of a layer.
    """
    ratios = random_log_ratios(depth, chains, seed, weight_std, bias_std, activation, a0)
    lower, upper, share = counted(ratios)
    theory = np.full(share.shape, np.nan)
    if _settles(activation, weight_std) and depth > 1:
        mean, std = log_ratio_theory(weight_std, bias_std, activation)
        z = ((lower + upper) / 2.0 - (depth - 1) * mean) / (std * np.sqrt(depth - 1.0))
        density = np.exp(-0.5 * z**2) / (std * np.sqrt(2.0 * np.pi * (depth - 1.0)))
        theory = density * (upper - lower)
    return LogRatios(lower, upper, share, theory, float(np.isneginf(ratios).mean()))


class Comparison(NamedTuple):
    """How random chains of several activations compare, each at its own best scale of the weights.

    Attributes
    ----------
    names : tuple of str
    steepest : array (A,), the greatest slope of each
    best : array (A,), the scale at which the median of log10 |dC/db_1 / dC/db_L| is nearest to 0
    ratio : SignedLog (A,), the ratio of that median
    balanced : array (A,), the share of chains whose layers learn within a factor 2 of each other
    """

    names: tuple
    steepest: np.ndarray
    best: np.ndarray
    ratio: SignedLog
    balanced: np.ndarray

    def balanced_of(self, name):
        """Return the share of balanced chains of an activation."""
        return float(self.balanced[self.names.index(name)])


def compare_activations(activations, weight_stds, depth, chains, seed, bias_std=1.0, a0=1.0):
    """Compare activations by `balance_by_scale`, each at its best scale.

    Parameters
    ----------
    activations : sequence of str, names in `ACTIVATIONS`
    weight_stds, depth, chains, seed, bias_std, a0 : as in `balance_by_scale`

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        As in `balance_by_scale`, or if there is nothing to compare.
    """
    names, rows = list_of("names", "activations", activations), []
    if not names:
        raise ValueError(f"activations must hold a name at least, not {activations!r}")
    for name in names:
        best, ratio = balance_by_scale(weight_stds, depth, chains, seed, bias_std, name, a0).best
        *_, (_, span) = _spans(_running(depth, chains, seed, best, bias_std, name, a0))
        balanced = (span <= np.log10(FACTORS[0])).mean()
        steepest = one_of("activation", name, ACTIVATIONS).steepest()[1]
        rows.append((steepest, best, float(ratio.log10_abs), balanced))
    steepest, best, log10_ratio, balanced = np.array(rows).T
    return Comparison(tuple(names), steepest, best, SignedLog.from_log10(log10_ratio), balanced)


def _running(depth, chains, seed, weight_std, bias_std, activation, a0):
    """Yield log10 |dC/db_1 / dC/db_L| of the chains for L = 1 ... depth."""
    samples = _samples(depth, chains, seed, weight_std, bias_std, activation)
    activation, a = ACTIVATIONS[activation], np.full(chains, finite_number("a0", a0))
    logs, log_prime = np.zeros(chains), None
    for layer, (w, b) in enumerate(samples, 1):
        if layer > 1:
            with np.errstate(divide="ignore"):
                logs = logs + log_prime + np.log10(np.abs(w))
        yield logs
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            z = w * a + b
            _no_overflow(z, layer)
            a, prime = activation.both(z)
            log_prime = np.log10(np.abs(prime))
        far = np.flatnonzero(~(np.abs(prime) > _TINY))
        log_prime[far] = activation.signed_log_prime(z[far]).log10_abs


def _spans(running):
    """Yield the log ratios, and by how much the log speeds of the layers of each chain differ."""
    low, high = 0.0, 0.0
    for ratios in running:
        low, high = np.minimum(low, ratios), np.maximum(high, ratios)
        yield ratios, high - low


def _settles(activation, weight_std):
    return 0.0 < weight_std < ACTIVATIONS[activation].settles_below


def _samples(depth, chains, seed, weight_std, bias_std, activation):
    """Check the settings of random chains; return an iterator of w_j and b_j, layer by layer."""
    depth, chains = whole_number("depth", depth, 1), whole_number("chains", chains, 1)
    scales = [[finite_number("weight_std", weight_std, 0.0)], [finite_number("bias_std", bias_std, 0.0)]]
    if max(scales) > [1e300]:
        raise ValueError(f"weight_std and bias_std must be at most 1e300, not {weight_std} and {bias_std}")
    one_of("activation", activation, ACTIVATIONS)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    if scales == [[1.0], [1.0]]:
        return (rng.standard_normal((2, chains)) for _ in range(depth))
    return (scales * rng.standard_normal((2, chains)) for _ in range(depth))


def _no_overflow(z, layer):
    if not np.isfinite(z.sum()) and not np.isfinite(z).all():
        raise ValueError(f"z overflows float64 in layer {layer} of these chains: use smaller weights")


def log_ratio_theory(weight_std=1.0, bias_std=1.0, activation="sigmoid"):
    """Return what one layer adds to log10 |dC/db_1 / dC/db_L| of a long random chain.

    The outputs a_1, a_2, ... are a Markov chain: given a, the next weighted input is z = w a + b,
    the next output sigma(z), and the layer adds Y = log10 |w sigma'(z)|. With pi the distribution
    in which the outputs settle and m(a) the mean of Y after an output a, the sum of L such terms has
    the mean L mu, mu = E_pi[m]. Its variance grows by E_pi[(Y + h(a') - h(a) - mu)^2] a layer, where
    h solves Poisson's equation h(a) - E[h(a') | a] = m(a) - mu: the central limit theorem of Markov
    chains. Both means follow from such an equation, solved on a grid of a that is even in its logarithm; the
    normal w and b are summed by Gauss and Legendre's rule, w in the cube root, where log |w| is tame.

    Without biases the outputs of tanh sink to 0 up to a weight_std of 1.887, where E[log |w|] is 0; the law
    is that of linear then. Just above it they sink far and come back late: at 1.9, a chain has its law after
    some hundred thousand layers. Near a weight_std of sqrt(2), rare large outputs of softplus make
    most of the variance.

    Parameters
    ----------
    weight_std : float, from 1e-100 to 1e100
    bias_std : float, from 0 to 1e100
    activation : str: sigmoid, tanh, softplus, leaky_relu or linear
        Chains of the others die, or meet slopes so small that no variance settles; so do those of
        softplus from a weight_std of sqrt(2) on.

    Returns
    -------
    LogRatioTheory, in units of log10

    Raises
    ------
    ValueError
        If a number is out of range, or the activation is another.

    Source: Meyn and Tweedie, Markov Chains and Stochastic Stability, ch. 17.
    """
    activation = one_of("activation", activation, ACTIVATIONS)
    weight_std = finite_number("weight_std", weight_std, 1e-100)
    bias_std = finite_number("bias_std", bias_std, 0.0)
    if max(weight_std, bias_std) > 1e100:
        raise ValueError(f"weight_std and bias_std must be at most 1e100, not {weight_std} and {bias_std}")
    if activation.settles_below == 0.0:
        settling = ", ".join(name for name, each in ACTIVATIONS.items() if each.settles_below)
        raise ValueError(
            f"there is no such theory for {activation.name!r}, whose variance is not known to settle: "
            f"use one of {settling}"
        )
    if not _settles(activation.name, weight_std):
        most = activation.settles_below
        raise ValueError(
            f"the variance of {activation.name} settles for weight_std below {most:.3g}, not for {weight_std}"
        )
    return _theory(weight_std, bias_std, activation.name)


@lru_cache(maxsize=64)
def _theory(weight_std, bias_std, activation):
    activation = ACTIVATIONS[activation]
    root, root_weight = _normal_nodes(48, power=3)
    b, b_weight = _normal_nodes(32, power=1) if bias_std else (np.zeros(1), np.ones(1))
    w, b = weight_std * root[:, None], bias_std * b[None, :]
    log_w, chance = SignedLog.from_float(w).log10_abs, root_weight[:, None] * b_weight[None, :]
    grid, terms, outputs = _Grid(activation, bias_std), [], []
    for a in grid.outputs:
        z = w * a + b
        terms.append(log_w + activation.signed_log_prime(z).log10_abs)
        outputs.append(np.abs(activation.sigma(z)))
    mean = np.array([(chance * term).sum() for term in terms])
    if np.ptp(mean) < 1e-9 or (grid.endless and (chance * log_w).sum() <= 0.0):  # alike, or a sinks to 0
        return LogRatioTheory(float(mean[0]), float(np.sqrt((chance * (terms[0] - mean[0]) ** 2).sum())))
    move = [grid.expected(chance, a, power=1) for a in outputs]
    mu, h = _settled(mean, move)
    squares = np.array(
        [
            (chance * (term + grid.at(a, h) - h[k] - mu) ** 2).sum()
            for k, (term, a) in enumerate(zip(terms, outputs, strict=True))
        ]
    )
    if not activation.bounded:
        move = [grid.expected(chance, a, power=2) for a in outputs]
    variance, _ = _settled(squares, move)
    return LogRatioTheory(float(mu), float(np.sqrt(variance)))


def _settled(values, move):
    """Return the mean of values where the outputs settle, and the h of Poisson's equation, 0 at the end."""
    unknown = np.eye(len(values)) - move
    unknown[:, -1] = 1.0  # h at the end is free: in its place, the mean
    *h, mean = np.linalg.solve(unknown, values)
    return mean, np.array([*h, 0.0])


class _Grid:
    """Functions of |a| by their values at knots even in arsinh(|a| / unit); the sign of a is lost in w a.

    Without biases the outputs of tanh come as near to 0 as they like. Far enough down ln |a| walks alike
    wherever it is: so the knots are even in it, and functions linear in it below the lowest. Above the
    highest, which only softplus passes, they are linear in |a|, or in a power of it.
    """

    def __init__(self, activation, bias_std):
        sinks = float(activation.sigma(0.0)) == 0.0  # as far as the biases let it
        self.endless = sinks and bias_std == 0.0
        self.unit, limit = max(1.0, bias_std), 1e4 * max(1.0, bias_std)
        if activation.bounded:
            self.unit, limit = min(bias_std / 10.0, 1.0) if sinks else 1e-3, 1.0
        low, high = (-30.0, 0.0) if self.endless else (0.0, float(np.arcsinh(limit / self.unit)))
        self.knots = np.linspace(low, high, max(_FEWEST_KNOTS, round(_KNOTS_PER_UNIT * (high - low))))
        self.outputs = np.exp(self.knots) if self.endless else self.unit * np.sinh(self.knots)

    def expected(self, chance, a, power):
        """Return how much the value at each knot counts in the mean over outputs of these chances."""
        knots, weights = self._weights(a, power)
        return np.bincount(knots.ravel(), (chance * weights).ravel(), self.knots.size)

    def at(self, a, values):
        """Return a function at outputs, linear in them above the knots, by its values at the knots."""
        knots, weights = self._weights(a, power=1)
        return (weights * values[knots]).sum(axis=0)

    def _weights(self, a, power):
        """Return the knots nearest to each output, first axis, and how much each counts there: Lagrange's."""
        with np.errstate(divide="ignore"):
            t = np.maximum(np.log(a), -1e3) if self.endless else np.arcsinh(a / self.unit)
        place, last = (t - self.knots[0]) / (self.knots[1] - self.knots[0]), _AT_ONCE - 1
        first = np.clip(place.astype(int) - last // 2, 0, self.knots.size - _AT_ONCE)
        gaps = (place - first) - np.arange(_AT_ONCE).reshape(-1, 1, 1)
        ahead, behind = np.ones((2, *gaps.shape))
        np.cumprod(gaps[:-1], axis=0, out=behind[1:])
        np.cumprod(gaps[:0:-1], axis=0, out=ahead[-2::-1])
        weights = behind * ahead / _DENOMINATORS
        below, above = gaps[0] < 0.0, gaps[last] > 0.0
        weights[:, below | above] = 0.0
        weights[0, below], weights[1, below] = -gaps[1, below], gaps[0, below]
        before, beyond = ((each / self.outputs[-1]) ** power for each in (self.outputs[-2], a[above]))
        share = (beyond - before) / (1.0 - before)
        weights[last - 1, above], weights[last, above] = 1.0 - share, share
        return first + np.arange(_AT_ONCE).reshape(-1, 1, 1), weights


def _normal_nodes(count, power):
    """Return nodes and weights for the standard normal, even in the given root on each side of 0."""
    x, weight = np.polynomial.legendre.leggauss(count)
    x, weight = (x + 1.0) / 2.0 * 9.0 ** (1.0 / power), weight / 2.0 * 9.0 ** (1.0 / power)
    nodes = x**power
    weight = weight * power * x ** (power - 1) * np.exp(-0.5 * nodes**2)
    weight = np.concatenate([weight, weight])
    return np.concatenate([-nodes, nodes]), weight / weight.sum()

"""The activation functions, each one object with its derivative."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev

from vgcore import slopes
from vgcore.checks import finite_number, whole_number
from vgcore.read_only import read_only
from vgcore.signed_log import SignedLog

LEAK = 0.01
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

_NODES, _NODE_WEIGHTS = read_only(np.polynomial.legendre.leggauss(12))
_MOST_PANELS, _MOST_AT_ONCE = 16, 4096
_LONGEST_PATH = 32.0


@dataclass(frozen=True)
class Activation:
    """An activation function sigma with its derivative.

    Attributes
    ----------
    name : str
    sigma, sigma_prime : functions of an array z of any shape, to an array of that shape
        float32 stays float32. No overflow and no NaN for any finite z.
    log_sigma_prime, log_sigma : functions, optional
        ln|sigma'(z)| and ln|sigma(z)| where these themselves would underflow; without them, the
        logs of `sigma_prime` and `sigma`.
    kinks : tuple of float
        The z at which sigma' jumps or bends.
    fused : function of (z, out), optional
        sigma(z) and sigma'(z) at once, for speed; out, which may be z, may serve for the slope.
    log_gap : function of (z, y), optional
        sigma(z) - y as a SignedLog, where a subtraction would lose its digits.
    gap : function of (z, y), optional
        The same as plain floats.
    window : function of an array, optional
        The width of the z with |sigma'(z)| >= 1/size for an array of sizes; without it, a search.
    widest : float or tuple of two, optional
        The smallest weight whose window has no end, or two weights between which the widest lies.
    settles_below : float
        The scale of the weights below which log |sigma'(z_j)| has a variance that settles along a long
        random chain; 0 where it is not known to.
    bounded : bool
        Whether the outputs stay within -1 and 1.
    """

    name: str
    sigma: Callable
    sigma_prime: Callable
    log_sigma_prime: Callable | None = None
    log_sigma: Callable | None = None
    kinks: tuple = ()
    fused: Callable | None = None
    log_gap: Callable | None = None
    gap: Callable | None = None
    window: Callable | None = None
    widest: float | tuple | None = None
    settles_below: float = 0.0
    bounded: bool = False

    def both(self, z, out=None):
        """Return sigma(z) and sigma'(z); `out`, which may be z, may serve for the slope."""
        z = np.asarray(z)
        if self.fused is None or z.ndim == 0 or z.dtype.kind != "f":
            return self.sigma(z), self.sigma_prime(z)
        return self.fused(z, out)

    def signed_log_prime(self, z):
        """Return sigma'(z) as a SignedLog that does not underflow, of the shape of z."""
        if self.log_sigma_prime is None:
            return SignedLog.from_float(self.sigma_prime(z))
        with np.errstate(over="ignore", divide="ignore"):
            log = self.log_sigma_prime(z)
        # Only gelu and silu fall anywhere, and there sigma' is far from underflow where it turns.
        falling = self.sigma_prime(np.maximum(z, -30.0)) < 0
        return SignedLog.from_log(np.where(falling, -1.0, 1.0), log)

    def signed_log(self, z):
        """Return sigma(z) as a SignedLog that does not underflow, of the shape of z."""
        if self.log_sigma is None:
            return SignedLog.from_float(self.sigma(z))
        with np.errstate(over="ignore", divide="ignore"):
            log = self.log_sigma(z)
        sign = np.sign(z) if self.sigma(-1.0) < 0 else 1.0
        return SignedLog.from_log(sign, log)

    def change(self, z, step):
        """Return sigma(z + step) - sigma(z), to full relative precision even for a tiny step.

        Where the two agree in their first digits, a subtraction would lose these; the integral of
        sigma' from z to z + step keeps them. It is cut into panels at most 2 wide and at the kinks,
        and summed by Gauss and Legendre's rule, over the 32 nearest to 0 of a longer step; beyond 1000
        every activation is straight, and nearer a subtraction tells what is left. Within an ulp of a
        kink, z itself is no sharper than that.
        """
        z, step = np.broadcast_arrays(np.asarray(z, float), np.asarray(step, float))
        before, after = self.sigma(z), self.sigma(z + step)
        largest = np.maximum(np.abs(after), np.abs(before))
        apart = np.abs(after - before) >= 0.25 * largest
        whole, step = step, np.clip(step, -_LONGEST_PATH, _LONGEST_PATH)
        rest, inward = whole - step, np.abs(z + whole) < np.abs(z)
        z, far = z + np.where(inward, rest, 0.0), np.where(inward, z, z + step)
        longest = np.fmax.reduce(np.abs(step), axis=None, initial=1.0)  # whatever is NaN
        panels = min(int(np.ceil(longest)), _MOST_PANELS)
        cuts = [np.full(z.shape, cut) for cut in np.linspace(0.0, 1.0, panels + 1)]
        for kink in self.kinks:
            with np.errstate(over="ignore"):
                where = np.divide(kink - z, step, out=np.zeros(z.shape), where=step != 0)
            cuts.append(np.clip(where, 0.0, 1.0))
        cuts = np.sort(np.stack(cuts), axis=0)
        starts, lengths = cuts[:-1], np.diff(cuts, axis=0)
        mean_slope = mean_size = 0.0
        groups = 1 if starts.size <= _MOST_AT_ONCE else _NODES.size  # for speed, or for memory
        for nodes in np.array_split(np.arange(_NODES.size), groups):
            at = starts + lengths * ((1.0 + _NODES[nodes]) / 2.0).reshape(-1, *[1] * starts.ndim)
            slopes = lengths * self.sigma_prime(z + at * step)
            mean_slope = mean_slope + np.tensordot(_NODE_WEIGHTS[nodes] / 2.0, slopes.sum(axis=1), axes=1)
            slopes = np.abs(slopes).sum(axis=1)
            mean_size = mean_size + np.tensordot(_NODE_WEIGHTS[nodes] / 2.0, slopes, axes=1)
        apart |= np.abs(step) * mean_size > 4.0 * largest  # there and back: the integral cancels
        end = far + rest
        straight = (np.sign(far) == np.sign(end)) & (np.minimum(np.abs(far), np.abs(end)) > 1e3)
        outer = self.sigma_prime(np.where(inward, far, end))
        beyond = np.where(straight, rest * outer, self.sigma(end) - self.sigma(far))
        return np.where(apart, after - before, step * mean_slope + beyond)

    def curve(self, low, high, points=241):
        """Return z, sigma(z) and sigma'(z) at `points` evenly spaced z from `low` to `high`."""
        low, high = finite_number("low", low), finite_number("high", high)
        with np.errstate(over="ignore"):
            finite_number("high - low", np.subtract(high, low))
        z = np.linspace(low, high, whole_number("points", points, 2))
        return z, self.sigma(z), self.sigma_prime(z)

    def steepest(self, low=-8.0, high=8.0):
        """Return the z in [low, high] where sigma' is greatest, on a grid of 1/1000, and sigma' there."""
        low = finite_number("low", low)
        high = finite_number("high", high, low)
        if high - low > 1e4:
            raise ValueError(f"low and high must be at most 10000 apart, not {low} and {high}")
        z, _, slope = self.curve(low, high, round(1000 * (high - low)) + 1)
        return float(z[np.argmax(slope)]), float(slope.max())


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.less(z, 0.0), e, 1.0) / (1.0 + e)


def _sigmoid_prime(z):
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


def _log_sigmoid_prime(z):
    return -np.abs(z) - 2.0 * np.log1p(np.exp(-np.abs(z)))


def _log_sigmoid(z):
    return np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))


def _tanh_prime(z):
    e = np.exp(-np.abs(z))
    return (2.0 * e / (1.0 + e * e)) ** 2


def _tanh_fused(z, out=None):
    """From one tanh; where 1 - a^2 would lose its digits, the slope is computed by itself."""
    a = np.tanh(z)
    far = np.flatnonzero(np.abs(a) > 0.99)
    steep = _tanh_prime(z.take(far))
    slope = np.multiply(a, a, out=out)
    np.subtract(1.0, slope, out=slope)
    slope.put(far, steep)
    return a, slope


def _log_tanh_prime(z):
    return 2.0 * (math.log(2.0) - np.abs(z) - np.log1p(np.exp(-np.abs(z)) ** 2))


def _elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def _selu(z):
    z = np.asarray(z)
    # Cut so that the largest finite z stays finite.
    largest = np.finfo(np.result_type(z, np.float32)).max / SELU_SCALE
    return SELU_SCALE * np.where(z > 0, np.minimum(z, largest), SELU_ALPHA * np.expm1(np.minimum(z, 0.0)))


def _silu_prime(z):
    return _sigmoid(z) * (1.0 + z * _sigmoid(-z))


def _log_silu_prime(z):
    return _log_sigmoid(z) + np.log(np.abs(1.0 + z * _sigmoid(-z)))


def _sigmoid_fused(z, out=None):
    """From one exponential, off by less than |z| ulps; no slope underflows: the least is the least number."""
    e = _falling(z, out)
    a = e + 1.0
    np.divide(1.0, a, out=a)  # faster than np.reciprocal
    e *= a
    e *= a
    return a, e


def _falling(z, out=None):
    """Return e^-z, cut off before 1/e^-z is too small a number to have all its digits."""
    power, rate, most = _exponential(z.dtype)
    e = np.multiply(z, rate, out=out)
    np.minimum(e, most, out=e)
    return power(e, out=e)


@cache
def _exponential(dtype):
    """Return an exponential, what z is multiplied by for it to be that of -z, and the most that it takes."""
    smallest = float(-np.log2(np.finfo(dtype).tiny))
    if dtype == np.float32:  # the faster of the two in numpy: exp on float32, exp2 on float64
        return np.exp, -1.0, math.log(2.0) * smallest
    return np.exp2, -math.log2(math.e), smallest


def _sigmoid_gap(z, y):
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(float)
    e = _falling(z, np.empty_like(z))
    a = 1.0 / (e + 1.0)
    return (1.0 - y) * a - y * (e * a)  # sigma(-z) = e sigma(z)


def _sigmoid_log_gap(z, y):
    # Near 0, sigmoid(z) = 1/2 + tanh(z/2) / 2 keeps the digits.
    near = SignedLog.from_float(0.5 * np.tanh(0.5 * z) - (y - 0.5))
    return choose(np.abs(z) > 1.0, _far_sigmoid_log_gap(z, y, 1.0 - y), near)


def _tanh_log_gap(z, y):
    # Far from 0, tanh(z) = 2 sigmoid(2z) - 1 keeps the digits.
    far = _far_sigmoid_log_gap(2.0 * z, (1.0 + y) / 2.0, (1.0 - y) / 2.0)
    far = SignedLog(far.sign, far.log10_abs + np.log10(2.0))
    return choose(np.abs(z) > 1.0, far, SignedLog.from_float(np.tanh(z) - y))


def _elu_log_gap(z, y):
    # elu(z) - y = e^z - (1 + y) on the left.
    far = SignedLog.from_float(np.exp(np.minimum(z, 0.0)) - (1.0 + y))
    far = choose(y == -1.0, SignedLog.from_log(1.0, z), far)
    return choose(z < -1.0, far, SignedLog.from_float(_elu(z) - y))


def _far_sigmoid_log_gap(z, y, rest):
    """Return rest * sigmoid(z) - y * sigmoid(-z) for rest = 1 - y, both terms by their logarithms."""
    with np.errstate(divide="ignore"):
        plus = np.log(np.abs(rest)) + _log_sigmoid(z)
        minus = np.log(np.abs(y)) + _log_sigmoid(-z)
        largest = np.maximum(np.maximum(plus, minus), -np.finfo(float).max)
        left = np.sign(rest) * np.exp(plus - largest) - np.sign(y) * np.exp(minus - largest)
        return SignedLog.from_log(np.sign(left), largest + np.log(np.abs(left)))


def choose(where, one, other):
    """Return the entries of one SignedLog where a condition holds, and those of another elsewhere."""
    sign = np.where(where, one.sign, other.sign)
    return SignedLog(sign, np.where(where, one.log10_abs, other.log10_abs))


def _scaled_erfc(t):
    """Return e^(x^2) erfc(x) at x = 3.75 (1 + t) / (1 - t), for t from -1 to 1: after Schonfelder (1978)."""
    x = 3.75 * (1.0 + t) / (1.0 - t)
    if x < 4.0:
        return math.erfc(x) * math.exp(x * x)
    fraction = x
    for k in range(120, 0, -1):
        fraction = x + 0.5 * k / fraction  # Laplace's
    return 1.0 / (math.sqrt(math.pi) * fraction)


_ERFC = chebyshev.cheb2poly(chebyshev.chebinterpolate(np.vectorize(_scaled_erfc), 24))


def _normal(z):
    """Return the standard normal's distribution function and density, to 1e-13 of each."""
    z = np.asarray(z)
    size = np.minimum(np.abs(z), 40.0).astype(float, copy=False)
    power = np.exp(-0.5 * size * size)
    t = size + 3.75 * math.sqrt(2.0)
    t = 1.0 - 7.5 * math.sqrt(2.0) / t
    tail = np.full_like(t, 0.5 * _ERFC[-1])
    for coefficient in 0.5 * _ERFC[-2::-1]:
        tail *= t
        tail += coefficient
    tail *= power
    kind = np.result_type(z, np.float32)
    return np.where(z < 0, tail, 1.0 - tail).astype(kind), (power / math.sqrt(2.0 * math.pi)).astype(kind)


def _gelu_prime(z):
    return _gelu_fused(z)[1]


def _gelu_fused(z, out=None):
    cdf, density = _normal(z)
    return z * cdf, cdf + np.clip(z, -40.0, 40.0) * density


def _log_normal_density(z):
    return -0.5 * z**2 - 0.5 * math.log(2.0 * math.pi)


def _mills(far):
    # Far left, Phi(z) = phi(z) (1/|z| - 1/|z|^3 + 3/|z|^5 - ...): Mills' ratio.
    return -(1.0 - (1.0 - (3.0 - 15.0 / far**2) / far**2) / far**2) / far


def _log_gelu(z):
    far = np.minimum(z, -30.0)
    log_far = np.log(-far) + _log_normal_density(far) + np.log(_mills(far))
    return np.where(z < -30.0, log_far, np.log(np.abs(_gelu(np.maximum(z, -30.0)))))


def _gelu(z):
    return _gelu_fused(z)[0]


def _log_softplus(z):
    # ln(1 + e^z) = e^z - e^2z / 2 + ..., whose first term is all of it below -40.
    return np.where(z < -40.0, z, np.log(np.logaddexp(0.0, np.maximum(z, -40.0))))


def _log_gelu_prime(z):
    far = np.minimum(z, -30.0)
    log_far = _log_normal_density(far) + np.log(np.abs(far + _mills(far)))
    return np.where(z < -30.0, log_far, np.log(np.abs(_gelu_prime(np.maximum(z, -30.0)))))


def _relu_prime(z):
    return np.greater(z, 0.0).astype(np.result_type(z, np.float32))  # np.heaviside takes nine times as long


def _relu_fused(z, out=None):
    return np.maximum(z, 0.0), np.greater(z, 0.0, out=np.empty_like(z) if out is None else out)


def _leaky_fused(z, out=None):
    slope = np.greater(z, 0.0, out=np.empty_like(z))
    slope *= 1.0 - LEAK
    slope += LEAK
    return z * slope, slope


def _selu_prime(z):
    return SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0.0)))


_FROM_1 = {"window": slopes.half_line(1.0), "widest": 1.0}
_ABOVE_1 = float(np.nextafter(1.0, 2.0))

ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation(
            "sigmoid",
            _sigmoid,
            _sigmoid_prime,
            _log_sigmoid_prime,
            fused=_sigmoid_fused,
            log_gap=_sigmoid_log_gap,
            gap=_sigmoid_gap,
            window=slopes.bump(4.0, lambda w: 2.0 * np.arcsinh(np.sqrt(w - 4.0) / 2.0)),
            widest=(4.0, 16.0),
            settles_below=math.inf,
            bounded=True,
        ),
        Activation(
            "tanh",
            np.tanh,
            _tanh_prime,
            _log_tanh_prime,
            fused=_tanh_fused,
            log_gap=_tanh_log_gap,
            window=slopes.bump(1.0, lambda w: np.arcsinh(np.sqrt(w - 1.0))),
            widest=(1.0, 4.0),
            settles_below=math.inf,
            bounded=True,
        ),
        Activation(
            "relu",
            lambda z: np.maximum(z, 0.0),
            _relu_prime,
            kinks=(0.0,),
            fused=_relu_fused,
            **_FROM_1,
        ),
        Activation(
            "leaky_relu",
            lambda z: np.where(z > 0, z, LEAK * z),
            lambda z: LEAK + (1.0 - LEAK) * np.heaviside(z, 0.0),
            kinks=(0.0,),
            fused=_leaky_fused,
            settles_below=math.inf,
            **_FROM_1,
        ),
        Activation(
            "elu",
            _elu,
            lambda z: np.exp(np.minimum(z, 0.0)),
            lambda z: np.minimum(z, 0.0),
            kinks=(0.0,),
            log_gap=_elu_log_gap,
            **_FROM_1,
        ),
        Activation(
            "selu",
            _selu,
            _selu_prime,
            lambda z: math.log(SELU_SCALE) + np.where(z > 0, 0.0, math.log(SELU_ALPHA) + np.minimum(z, 0.0)),
            kinks=(0.0,),
            window=slopes.half_line_and_tail(
                1.0 / float(_selu_prime(np.array(1.0))), float(_selu_prime(np.array(0.0)))
            ),
            widest=1.0 / SELU_SCALE,
        ),
        Activation(
            "gelu",
            _gelu,
            _gelu_prime,
            _log_gelu_prime,
            _log_gelu,
            fused=_gelu_fused,
            window=slopes.hump(_gelu_prime, np.sqrt(2.0)),
            widest=1.0,
        ),
        Activation(
            "silu",
            lambda z: z * _sigmoid(z),
            _silu_prime,
            _log_silu_prime,
            lambda z: np.log(np.abs(z)) + _log_sigmoid(z),
            window=slopes.hump(_silu_prime, 2.399357280520),
            widest=1.0,
        ),
        Activation(
            "softplus",
            lambda z: np.logaddexp(0.0, z),
            _sigmoid,
            _log_sigmoid,
            _log_softplus,
            window=slopes.half_line(_ABOVE_1),
            widest=_ABOVE_1,
            settles_below=2.0**0.5,
        ),
        Activation(
            "hard_tanh",
            lambda z: np.clip(z, -1.0, 1.0),
            lambda z: np.heaviside(1.0 - np.abs(z), 0.0),
            kinks=(-1.0, 1.0),
            window=slopes.bump(1.0, np.ones_like),
            widest=(1.0, 4.0),
            bounded=True,
        ),
        Activation(
            "linear",
            lambda z: 1.0 * np.asarray(z),
            lambda z: 0.0 * np.asarray(z) + 1.0,
            settles_below=math.inf,
            **_FROM_1,
        ),
    )
}
"""The activations by name; at a kink sigma' is the slope on the left, and 0 at both ends of hard_tanh."""

"""Numbers kept as a sign and the log10 of their size, so that no product of factors underflows."""

import numpy as np


class SignedLog:
    """Real numbers x as sign(x) and log10|x|, as numpy's `SlogdetResult` keeps them with ln.

    A chain of depth 600 has gradients near 4^-600, which float64 rounds to zero; their logarithm is
    an ordinary number. Products and quotients with each other and with plain numbers are exact but for
    the rounding of the logarithms; an index picks entries as it does from an array. Comparisons go by
    magnitude, |x| < |y|, whatever the signs: they ask which gradient is larger.

    Parameters
    ----------
    sign : array of -1.0, 0.0 or 1.0
    log10_abs : array of the same shape; -inf where the sign is 0
    """

    __slots__ = ("log10_abs", "sign")
    __array_ufunc__ = None  # else an array times a SignedLog would be an array of them
    __hash__ = None

    def __init__(self, sign, log10_abs):
        self.sign, self.log10_abs = sign, log10_abs

    @classmethod
    def from_float(cls, value):
        """Return the SignedLog of an array of floats."""
        with np.errstate(divide="ignore"):
            return cls(np.sign(value), np.log10(np.abs(value)))

    @classmethod
    def from_log(cls, sign, natural_log):
        """Return the SignedLog of sign * exp(natural_log); its sign is 0 where the log is -inf."""
        return cls(np.where(np.isneginf(natural_log), 0.0, sign), natural_log / np.log(10))

    @classmethod
    def from_log10(cls, log10_abs):
        """Return the SignedLog of the positive numbers, or zeros, of these logarithms."""
        return cls(np.where(np.isneginf(log10_abs), 0.0, 1.0), log10_abs)

    def to_float(self):
        """Return the plain floats; beyond float64's range they become 0 or an infinity."""
        with np.errstate(over="ignore"):
            return self.sign * 10.0**self.log10_abs

    @property
    def shape(self):
        """The shape of both arrays."""
        return np.shape(self.log10_abs)

    def __getitem__(self, index):
        return SignedLog(np.asarray(self.sign)[index], np.asarray(self.log10_abs)[index])

    def __len__(self):
        return len(self.sign)

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def __mul__(self, other):
        other = _signed_log(other)
        with np.errstate(invalid="ignore"):
            sign, log10_abs = self.sign * other.sign, self.log10_abs + other.log10_abs
        return SignedLog(sign, np.where(sign == 0.0, -np.inf, log10_abs))

    __rmul__ = __mul__

    def __truediv__(self, other):
        """Return the quotient; over zero it is an infinity, and zero over zero is no number."""
        other = _signed_log(other)
        sign = self.sign * np.where(other.sign == 0.0, 1.0, other.sign)
        with np.errstate(invalid="ignore"):
            return SignedLog(sign, self.log10_abs - other.log10_abs)

    def __rtruediv__(self, other):
        return _signed_log(other) / self

    def __neg__(self):
        return SignedLog(-self.sign, self.log10_abs)

    def __abs__(self):
        return SignedLog(np.abs(self.sign), self.log10_abs)

    def __lt__(self, other):
        return self.log10_abs < _signed_log(other).log10_abs

    def __le__(self, other):
        return self.log10_abs <= _signed_log(other).log10_abs

    def __gt__(self, other):
        return self.log10_abs > _signed_log(other).log10_abs

    def __ge__(self, other):
        return self.log10_abs >= _signed_log(other).log10_abs

    def __eq__(self, other):
        """Whether the numbers, signs and all, are the same, entry by entry."""
        try:
            other = _signed_log(other)
        except (TypeError, ValueError):
            return NotImplemented
        return (self.sign == other.sign) & (self.log10_abs == other.log10_abs)

    def __repr__(self):
        return f"SignedLog({_listed(self)})"

    def product(self):
        """Return the product of all entries along the first axis."""
        return self.cumprod()[-1]

    def cumprod(self):
        """Return the products of the first 1, 2, ..., L entries along the first axis."""
        with np.errstate(over="ignore"):
            log10_abs = np.cumsum(self.log10_abs, axis=0)
        return SignedLog(np.where(np.isneginf(log10_abs), 0.0, np.cumprod(self.sign, axis=0)), log10_abs)

    def median(self):
        """Return the median along the first axis; of two in the middle their mean."""
        return self._over_the_largest(np.median)

    def sum(self):
        """Return the sum along the first axis."""
        return self._over_the_largest(np.sum)

    def _over_the_largest(self, reduced):
        largest = np.max(self.log10_abs, axis=0)
        largest = np.where(np.isfinite(largest), largest, 0.0)
        return SignedLog.from_float(
            reduced(SignedLog(self.sign, self.log10_abs - largest).to_float(), axis=0)
        ) * SignedLog.from_log10(largest)

    def zeros(self):
        """Return how many entries are exactly zero."""
        return int(np.sum(np.equal(self.sign, 0.0)))

    def then(self, other):
        """Return the entries of this one, then those of another, along the first axis."""
        signs, logs = (self.sign, other.sign), (self.log10_abs, other.log10_abs)
        return SignedLog(np.concatenate(signs), np.concatenate(logs))


def _signed_log(value):
    if isinstance(value, SignedLog):
        return value
    return SignedLog.from_float(np.asarray(value, float))


def _listed(value):
    if np.ndim(value.sign):
        shown = [_listed(entry) for entry in value[:3]]
        return f"[{', '.join([*shown, '...'] if len(value) > 4 else [_listed(entry) for entry in value])}]"
    if value.sign == 0.0 or not np.isfinite(value.log10_abs):
        return f"{float(value.to_float()):g}"
    exponent = int(np.floor(value.log10_abs))
    mantissa = f"{10.0 ** (value.log10_abs - exponent):.6g}"
    if mantissa == "10":
        mantissa, exponent = "1", exponent + 1
    return f"{'-' if value.sign < 0 else ''}{mantissa}e{exponent:+d}"

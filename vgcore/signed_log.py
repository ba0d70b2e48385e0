"""Numbers kept as a sign and the log10 of their size, so that no product of factors underflows."""

from typing import NamedTuple

import numpy as np


class SignedLog(NamedTuple):
    """A real number x as sign(x) and log10|x|, as numpy's `SlogdetResult` does with ln.

    A chain of depth 600 has gradients near 4^-600, which float64 rounds to zero; their logarithm is
    an ordinary number.

    Attributes
    ----------
    sign : array of -1.0, 0.0 or 1.0
    log10_abs : array of the same shape; -inf where the sign is 0
    """

    sign: np.ndarray
    log10_abs: np.ndarray

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

    def times(self, other):
        """Return the product with another SignedLog: signs multiply, logarithms add."""
        return SignedLog(self.sign * other.sign, self.log10_abs + other.log10_abs)

    def inverse(self):
        """Return 1 / x; the inverse of zero is +inf."""
        return SignedLog(np.where(self.sign == 0.0, 1.0, self.sign), -self.log10_abs)

    def abs(self):
        """Return |x|."""
        return SignedLog(np.abs(self.sign), self.log10_abs)

    def product(self):
        """Return the product of all entries along the first axis."""
        return self.running_product().entry(-1)

    def zeros(self):
        """Return how many entries are exactly zero."""
        return int((self.sign == 0).sum())

    def entry(self, index):
        """Return the SignedLog at an index along the first axis."""
        return SignedLog(self.sign[index], self.log10_abs[index])

    def then(self, other):
        """Return the entries of this one, then those of another, along the first axis."""
        return SignedLog(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))

    def running_product(self):
        """Return the products of the first 1, 2, ..., L entries along the first axis."""
        with np.errstate(over="ignore"):
            log10_abs = np.cumsum(self.log10_abs, axis=0)
        return SignedLog(np.where(np.isneginf(log10_abs), 0.0, np.cumprod(self.sign, axis=0)), log10_abs)

    def flip(self):
        """Return the entries in reverse order along the first axis."""
        return SignedLog(self.sign[::-1], self.log10_abs[::-1])

"""The 1,000 handwritten digits that every measurement of the app runs on."""

from functools import cache
from pathlib import Path

import numpy as np

from vgcore.checks import whole_number
from vgcore.read_only import read_only

_FILE = Path(__file__).parent / "data" / "mnist_1000.npz"


def load_digits(count=1000):
    """Return the first `count` digits as columns, in arrays of the caller's own.

    Parameters
    ----------
    count : int, from 1 to 1000

    Returns
    -------
    x : array (784, count) of grey levels in [0, 1), the 28 x 28 pixels row by row
    y : array (10, count), one-hot: row k is 1 where the digit is k

    Raises
    ------
    ValueError
        If there are not so many.

    Source: LeCun, Cortes and Burges, MNIST; see data/README.md.
    """
    x, y = _all()
    if whole_number("count", count, 1) > x.shape[1]:
        raise ValueError(f"count must be at most {x.shape[1]}, not {count!r}")
    return x[:, :count].copy(), y[:, :count].copy()


@cache
def _all():
    with np.load(_FILE) as arrays:
        return read_only((arrays["images"].T / 256.0, np.eye(10)[:, arrays["labels"]]))

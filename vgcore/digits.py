"""The 1,000 handwritten digits that every measurement of the app runs on."""

from pathlib import Path

import numpy as np

_FILE = Path(__file__).parent / "data" / "mnist_1000.npz"


def load_digits():
    """Return the digits as columns.

    Returns
    -------
    x : array (784, 1000) of grey levels in [0, 1), the 28 x 28 pixels row by row
    y : array (10, 1000), one-hot: row k is 1 where the digit is k

    Source: LeCun, Cortes and Burges, MNIST; see data/README.md.
    """
    with np.load(_FILE) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return images.T / 256.0, np.eye(10)[:, labels]

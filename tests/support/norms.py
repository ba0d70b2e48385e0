"""Norms that should be the same, however they were read."""

import numpy as np


def assert_same(one, other, but=()):
    for name in one._fields:
        if name not in but:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)

"""What is computed once and shared by many, made so that nobody can change it."""

from dataclasses import fields, is_dataclass

import numpy as np

from vgcore.signed_log import SignedLog


def read_only(value):
    """Return the value, whose arrays can no longer be written to.

    Parameters
    ----------
    value : array, SignedLog, or a tuple, list, dict or dataclass of such, however deep; all else stays
    """
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    for part in _parts(value):
        read_only(part)
    return value


def _parts(value):
    if isinstance(value, SignedLog):
        return value.sign, value.log10_abs
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, tuple | list):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    return ()

"""The edge between vanishing and exploding, against the scale of the weights."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import finite_array
from vgcore.field import critical_weight_std, mean_field


class FieldCurve(NamedTuple):
    """sqrt(chi_1) against sigma_w.

    Attributes
    ----------
    weight_stds, root_chi : arrays (S,)
    edge : float, the critical weight_std
    """

    weight_stds: np.ndarray
    root_chi: np.ndarray
    edge: float


def field_curve(activation, weight_stds, bias_std):
    """Return sqrt(chi_1) for several values of sigma_w, and the edge.

    Parameters
    ----------
    activation, bias_std : as in `mean_field`
    weight_stds : array (S,)

    Returns
    -------
    FieldCurve

    Raises
    ------
    ValueError
        As in `mean_field`.
    """
    weight_stds = finite_array("weight_stds", weight_stds, (1,))
    chi = np.array([mean_field(activation, weight_std, bias_std).chi for weight_std in weight_stds])
    return FieldCurve(weight_stds, np.sqrt(chi), critical_weight_std(activation, bias_std))

"""The edge between vanishing and exploding, against the scale of the weights."""

from typing import NamedTuple

import numpy as np

from vgcore.checks import finite_array
from vgcore.field import critical_weight_std, mean_field


class FieldCurve(NamedTuple):
    """sqrt(chi_1) against sigma_w.

    Attributes
    ----------
    sigma_ws, root_chi : arrays (S,)
    edge : float, the critical sigma_w
    """

    sigma_ws: np.ndarray
    root_chi: np.ndarray
    edge: float


def field_curve(activation, sigma_ws, bias_std):
    """Return sqrt(chi_1) for several values of sigma_w, and the edge.

    Parameters
    ----------
    activation, bias_std : as in `mean_field`
    sigma_ws : array (S,)

    Returns
    -------
    FieldCurve

    Raises
    ------
    ValueError
        As in `mean_field`.
    """
    sigma_ws = finite_array("sigma_ws", sigma_ws, (1,))
    chi = np.array([mean_field(activation, sigma_w, bias_std).chi for sigma_w in sigma_ws])
    return FieldCurve(sigma_ws, np.sqrt(chi), critical_weight_std(activation, bias_std))

"""The speed at which each layer learns."""

import numpy as np

from vgcore.checks import finite_array, list_of, one_of, real_array

_MEASURES = {
    "norm_of_mean": lambda delta: np.sqrt((delta.mean(axis=1) ** 2).sum()),
    "rms": lambda delta: np.sqrt(np.vdot(delta, delta) / delta.shape[1]),
}


def speeds(deltas, measure="norm_of_mean"):
    """Return the speed of learning of every layer.

    Parameters
    ----------
    deltas : list of arrays (n_l, m)
        dC/dz^l of m examples, as `Network.backward` returns them.
    measure : str
        "norm_of_mean", the norm of the mean over the examples of delta^l, in which examples of
        opposite sign cancel; or "rms", the root of the mean of its squared norm, in which they do
        not.

    Returns
    -------
    array (L,)

    Raises
    ------
    ValueError
        If a delta is not a finite matrix with examples in it, or the measure is unknown.

    Source: Nielsen ch. 5, "The vanishing gradient problem", for norm_of_mean.
    """
    of_layer = one_of("measure", measure, _MEASURES)
    deltas = [
        real_array(f"the delta of layer {l}", delta, (2,))
        for l, delta in enumerate(list_of("arrays", "deltas", deltas), 1)
    ]
    for l, delta in enumerate(deltas, 1):
        if delta.size == 0:
            raise ValueError(f"the delta of layer {l} must hold examples, not the shape {delta.shape}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        measured = np.array(
            [_speed(of_layer, l, delta.astype(float, copy=False)) for l, delta in enumerate(deltas, 1)]
        )
    if not np.isfinite(measured).all():
        raise ValueError(
            f"the speed of layer {int(np.argmin(np.isfinite(measured))) + 1} overflows: scale the deltas"
        )
    return measured


def _speed(of_layer, l, delta):
    speed = of_layer(delta)
    if 1e-140 < speed < 1e140:  # which no NaN and no infinity lets it be
        return speed
    finite_array(f"the delta of layer {l}", delta, (2,))
    largest = np.abs(delta).max()  # so small or large that its square may underflow or overflow
    return largest * of_layer(delta / largest) if largest > 0.0 else 0.0

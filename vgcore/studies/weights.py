"""The gradients of a deep network's parameters, as a framework shows them, and their theory."""

from typing import NamedTuple

import numpy as np

from vgcore.blocks import Recipe, arrays, backward, rms
from vgcore.checks import whole_number
from vgcore.costs import softmax
from vgcore.digits import load_digits
from vgcore.signed_log import SignedLog
from vgcore.studies.ways_out import of_seeds, weight_theory, wide_layers


class WeightProfile(NamedTuple):
    """The gradients of the parameters between the hidden layers of random networks on the digits.

    Attributes
    ----------
    norms : SignedLog (seeds, hidden - 1)
        Of dC/dW, C the mean over the digits, as a framework has them: of the weights into layers
        2 ... hidden, or with skips of W of every block.
    theory : SignedLog (hidden - 1,)
        What very wide layers would have for one digit, from the median of the last one back. In a mean
        over m digits some of the gradient cancels, in each layer another share: the norms may differ
        from it by a factor up to sqrt(m), however wide the layers.
    bias_norms : SignedLog (seeds, hidden - 1), of dC/db beside them
    deltas : SignedLog (seeds, hidden - 1)
        The root of the mean over the digits of the squared norm of delta, where these weights lead.
    forward : SignedLog (seeds, hidden - 1)
        The root of the mean square over the digits and the neurons of z^l, l = 1 ... hidden - 1, or with
        skips of h^l: of what goes into these layers.
    """

    norms: SignedLog
    theory: SignedLog
    bias_norms: SignedLog
    deltas: SignedLog
    forward: SignedLog


def weight_profile(recipe, hidden=50, width=100, seeds=4):
    """Measure the gradients of the parameters of random networks on the digits: softmax, log-likelihood cost.

    Parameters
    ----------
    recipe : Recipe, or a mapping of its fields
    hidden, width : int, at least 2 and 1
    seeds : int, at least 1: the networks of the seeds 0, 1, ... are sampled

    Returns
    -------
    WeightProfile

    Raises
    ------
    ValueError
        If a number is out of range, a name is unknown, settings make no sense together, or a number
        overflows.
    """
    recipe, hidden, width = (
        Recipe.of(recipe),
        whole_number("hidden", hidden, 2),
        whole_number("width", width, 1),
    )
    x, y = load_digits(recipe.batch)
    wide = wide_layers(recipe, hidden, width, x)
    logs = of_seeds(recipe, hidden, width, seeds, x, y, wide, _log10_norms)
    norms, bias_norms, deltas, forward = (SignedLog.from_log10(logs[:, k]) for k in range(4))
    theory = norms[:, -1].median() * weight_theory(recipe, hidden, width, x)
    return WeightProfile(norms, theory, bias_norms, deltas, forward)


def _log10_norms(recipe, layers, params, x, y):
    """Return log10 of the norms of dC/dW, dC/db and delta, and of what goes in, (4, hidden - 1)."""
    found = []
    backs = backward(layers, params, x, lambda z: softmax(z) - y, True, recipe.straight)
    for back in list(backs)[1:-1]:
        w, b, *_ = arrays(back.nabla)
        with np.errstate(divide="ignore"):
            of_w, of_b, of_delta = (
                np.log2(rms(part) * size**0.5) + back.exponent
                for part, size in ((w, w.size), (b, b.size), (back.delta, len(back.delta)))
            )
        found.append((of_w + back.shift, of_b, of_delta, back.taken))
    return np.log10(2.0) * np.transpose(found[::-1])

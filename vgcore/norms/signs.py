"""What attention and neurons say: tokens that have become alike, layers of which hardly a neuron lives."""

from collections import defaultdict

import numpy as np

from vgcore.norms.kinds import attention

_ALIKE = 1e-4  # of the gradient of the values
_LIVING = 2  # neurons


def alike(step, out):
    """Return "alike" and the queries and keys that get next to nothing of what the values get, or None.

    Where all tokens are the same, the mean that attention takes does not depend on its weights: neither
    queries nor keys have a gradient, and the values have all of theirs.

    Parameters
    ----------
    step : Step
    out : set of int, the layers that are out of line: values among them prove nothing
    """
    heads = defaultdict(dict)
    for k in step.of_kind("weight"):
        head, which = attention(step.read.names[k])
        if which:
            heads[head][which] = k
    shares = {}
    for own in heads.values():
        if len(own) == 3 and own["v"] not in out:
            query, key, value = (step.norms[own[which]] for which in "qkv")
            share = max(query, key) / value if min(query, key, value) > 0.0 else np.inf
            if share < _ALIKE:
                shares[own["q"]] = shares[own["k"]] = float(share)
    if not shares:
        return None
    step.say("alike", names=step.named(shares), share=min(shares.values()))
    return "alike", list(shares)


def dying(step):
    """Return "dying" and the biases of layers of which one or two neurons live, or None.

    Where half of a layer and all but two of its neurons are dead, all that is said goes through these.
    One such layer with a single neuron is enough, or a fifth of all layers.
    """
    living, hidden = {}, {}
    for k in step.of_kind("bias"):
        hidden.setdefault((step.found[k].branch, "{e}" in step.found[k].role), []).append(k)
    # What comes out may be asked of a few only, as actions are, and an expert may have no tokens.
    biases = [k for (_, expert), own in hidden.items() for k in own[:-1] if not expert]
    for k in biases:
        sides, zeros = step.found[k].sides, step.zeros[k]
        if len(sides) == 1 and sides[0] > 2 * _LIVING and 0.5 <= zeros < 1.0:
            count = round((1.0 - zeros) * sides[0])
            if count <= _LIVING:
                living[k] = count
    if not living or (min(living.values()) > 1 and 5 * len(living) < len(biases)):
        return None
    step.say("dying", names=step.named(living), living=min(living.values()))
    return "dying", list(living)

"""What attention and neurons say: tokens that have become alike, layers of which hardly a neuron lives."""

from collections import defaultdict

import numpy as np

from vgcore.norms.kinds import attention

_ALIKE = 1e-4  # of the gradient of the values
_LIVING = 2  # neurons
_DEEP = 2.99  # hidden layers of one neuron, or as many more as they are wider


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

    Where half of a layer and all but two of its neurons get exactly nothing, all that is said goes through
    these. That alone is survived; but where the network is three times as deep as it is wide, it adds up:
    the sum over the hidden layers of one over their width rules how far luck carries signal and gradient.

    Source: Hanin and Rolnick (2018), theorem 5; Lu et al. (2020), theorem 3.1, for ReLU networks born dead.
    """
    networks = defaultdict(list)
    for k in step.of_kind("bias"):
        if "{e}" not in step.found[k].role:  # an expert may have no tokens
            networks[step.found[k].branch].append(k)
    living = {}
    for own in networks.values():
        hidden = {k: step.found[k].sides[0] for k in own[:-1] if len(step.found[k].sides) == 1}
        if sum(1.0 / width for width in hidden.values()) < _DEEP:
            continue
        for k, width in hidden.items():
            alive = round((1.0 - step.zeros[k]) * width) if 0.5 <= step.zeros[k] < 1.0 else width
            if alive <= _LIVING < width / 2:
                living[k] = alive
    if not living:
        return None
    step.say("dying", names=step.named(living), living=min(living.values()))
    return "dying", list(living)

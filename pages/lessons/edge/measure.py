"""What the lesson on the edge computes, each thing once for all readers."""

from pages.lessons.edge.recipes import BIAS_STDS, LUCK_SEEDS, LUCKY, WEIGHT_STDS
from pages.lessons.edge.rows import LAYERS, STARTS
from pages.lessons.edge.trials import MAP_BIAS_STD
from pages.ui import trainings
from pages.ui.page import cached
from vgcore import critical_weight_std, mean_field
from vgcore.studies.edge import sampled_variances
from vgcore.studies.edge import settling as follow
from vgcore.studies.phase import phase_diagram
from vgcore.studies.trials import run
from vgcore.studies.ways_out import deep_profile

_phase, _profile = cached(phase_diagram), cached(deep_profile)


def field(layers):
    """What theory says of very wide layers like the reader's."""
    return cached(mean_field)(layers.activation, layers.weight_std, layers.bias_std)


def settling(layers):
    """The variance of the weighted inputs, layer by layer: followed by theory, and sampled at their width."""
    of = layers.activation, layers.weight_std, layers.bias_std
    sampled = [
        cached(sampled_variances)(*of, start, LAYERS, layers.width, seed) for seed, start in enumerate(STARTS)
    ]
    return cached(follow)(*of, STARTS, LAYERS), sampled


def lucky():
    """The profiles of many networks that are shown one digit, by name."""
    return {name: _profile(recipe, 50, width, LUCK_SEEDS) for name, (recipe, width) in LUCKY.items()}


def plane():
    """The phase diagram of tanh, and its edge: the scale of the weights at each scale of the biases."""
    edge = [cached(critical_weight_std)("tanh", bias_std) for bias_std in BIAS_STDS]
    return _phase("tanh", WEIGHT_STDS, BIAS_STDS), edge


def point(weight_std=1.0, bias_std=0.2):
    """One point of the phase diagram of tanh."""
    return _phase("tanh", (weight_std,), (bias_std,))


def reach():
    """How far signals reach in tanh networks with the biases of the map, by the scale of the weights."""
    return _phase("tanh", WEIGHT_STDS, (MAP_BIAS_STD,))


def trained(page, function, trials, *data, **options):
    """Train what `trials` lists, and show it; see `pages.ui.trainings`."""
    trainings.shown(page, run, trials, function, *data, **options)

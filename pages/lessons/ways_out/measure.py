"""What lesson 6 measures, each measurement once for all readers."""

from pages.lessons.ways_out import rows
from pages.lessons.ways_out.recipes import (
    BLOCKS,
    BOOK,
    COMPARED_SHAPE,
    DEEP,
    DEEP_SEEDS,
    GROWING,
    HE,
    LEVEL_ALPHA,
    PROFILE_DIGITS,
    PROFILE_SEEDS,
    PROFILE_WIDTH,
    RECIPES,
    TRAPS,
)
from pages.ui import runs, trainings
from pages.ui.page import cached
from pages.ui.pool import Room
from vgcore import Network, load_digits
from vgcore.blocks import NORMS
from vgcore.initialisers import DEFAULTS
from vgcore.studies.trials import WIDTH, run
from vgcore.studies.ways_out import deep_profile
from vgcore.studies.weights import weight_profile

profile = cached(deep_profile)


def untrained(plain, on_step=lambda *seen: True):
    """The profiles of the reader's network, the framework's, the book's and He's, all of one depth."""
    found, seeds = (deep_profile, DEEP_SEEDS) if plain.hidden > DEEP else (profile, PROFILE_SEEDS)
    seen = ()
    for recipe in (plain.recipe, plain.made, BOOK, HE):
        seen += (found(recipe, plain.hidden, PROFILE_WIDTH, seeds),)
        on_step(len(seen), seen)
    return seen


def compared(page, plain):
    """Show what is `untrained`, in the pool where it takes seconds; return it, or None if it is not yet."""

    def show(profiles, complete):
        if complete:
            page.figure(rows.profiles, *profiles, plain)

    if plain.hidden > DEEP:
        weights = plain.hidden * PROFILE_WIDTH**2  # as they are sampled, and in float32
        room = Room(48e6 + 12.0 * weights, 16e6)
        return runs.live(page, "profiles", untrained, plain, 4, room, show)
    seen = untrained(plain)
    show(seen, complete=True)
    return seen


def printed(made_by="Keras", made_of="relu"):
    """The gradients of the parameters of layers as a framework makes them."""
    return cached(weight_profile)(DEFAULTS[made_by].recipe(made_of, batch=PROFILE_DIGITS), *COMPARED_SHAPE)


def traps():
    """The profiles of three networks that one might take for level, by name."""
    return {name: profile(recipe, *COMPARED_SHAPE) for name, recipe in TRAPS.items()}


def skipping(alpha=LEVEL_ALPHA):
    """The profile of ReLU blocks with skips."""
    return profile({**HE, "residual": alpha}, *COMPARED_SHAPE)


def resnet():
    """The profile of ReLU blocks with plain skips and a batch normalisation in each, as in a ResNet."""
    return profile({**HE, "residual": 1.0, "norm": "batch"}, *COMPARED_SHAPE)


def weighted_inputs(digits):
    """What one neuron of the second layer of a ReLU network gets from so many digits."""
    network = Network.random(
        [784, PROFILE_WIDTH, PROFILE_WIDTH], 0, activation="relu", init="he_normal", bias_std=0.0
    )
    return network.forward(load_digits(digits)[0])[0][1][0]


def growing():
    """The profiles of tanh blocks with plain skips, by the number of blocks."""
    return {blocks: profile(GROWING, blocks + 1, PROFILE_WIDTH, 2) for blocks in BLOCKS}


def normed(normed="relu", batch=128):
    """The profiles of a network as it is, with batch, with layer and with RMS normalisation."""
    init = "he_normal" if normed == "relu" else "lecun_normal"
    recipe = {"activation": normed, "init": init, "batch": batch}
    return [profile({**recipe, "norm": norm}, *COMPARED_SHAPE) for norm in (None, *NORMS)]


def cures():
    """The profiles of all that the last table compares, by name."""
    return {name: profile(recipe, *COMPARED_SHAPE) for name, recipe in RECIPES.items()}


def before_training(trials):
    """The profiles, before training, of the networks that are trained, by name."""
    return {each.name: profile(each.recipe, each.hidden, WIDTH, 4) for each in trials}


def trained(page, function, trials, *data, **options):
    """Train what `trials` lists, and show it; see `pages.ui.trainings`."""
    trainings.shown(page, run, trials, function, *data, **options)

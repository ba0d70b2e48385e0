"""What lesson 6 measures, each measurement once for all readers."""

from functools import partial

from pages.lessons.ways_out import rows
from pages.lessons.ways_out.recipes import (
    BIAS_STDS,
    BLOCKS,
    BOOK,
    COMPARED_SHAPE,
    DEEP,
    DEEP_SEEDS,
    GROWING,
    HE,
    LEVEL_ALPHA,
    LUCK_SEEDS,
    LUCKY,
    PROFILE_DIGITS,
    PROFILE_SEEDS,
    PROFILE_WIDTH,
    RECIPES,
    TRAPS,
    WEIGHT_STDS,
)
from pages.lessons.ways_out.trials import MAP_BIAS_STD, TRAINED_WIDTH, run
from pages.ui import runs
from pages.ui.page import cached
from pages.ui.pool import Room
from vgcore import critical_weight_std
from vgcore.blocks import NORMS
from vgcore.initialisers import DEFAULTS
from vgcore.studies.phase import phase_diagram
from vgcore.studies.recurrent import recurrent_profile
from vgcore.studies.ways_out import deep_profile
from vgcore.studies.weights import weight_profile

profile = cached(deep_profile)
_ROOM = Room(48e6, 16e6)  # the digits, and at a training's end the signals of all in its widest network

_phase, _read = cached(phase_diagram), cached(recurrent_profile)


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


def lucky():
    """The profiles of many networks that are shown one digit, by name."""
    return {name: profile(recipe, 50, width, LUCK_SEEDS) for name, (recipe, width) in LUCKY.items()}


def skipping(alpha=LEVEL_ALPHA):
    """The profile of ReLU blocks with skips."""
    return profile({**HE, "residual": alpha}, *COMPARED_SHAPE)


def growing():
    """The profiles of tanh blocks with plain skips, by the number of blocks."""
    return {blocks: profile(GROWING, blocks + 1, PROFILE_WIDTH, 2) for blocks in BLOCKS}


def normed(normed="relu", batch=128):
    """The profiles of a network as it is, with batch, with layer and with RMS normalisation."""
    init = "he_normal" if normed == "relu" else "lecun_normal"
    recipe = {"activation": normed, "init": init, "batch": batch}
    return [profile({**recipe, "norm": norm}, *COMPARED_SHAPE) for norm in (None, *NORMS)]


def plane():
    """The phase diagram of tanh, and its edge: the scale of the weights at each scale of the biases."""
    edge = [cached(critical_weight_std)("tanh", bias_std) for bias_std in BIAS_STDS]
    return _phase("tanh", WEIGHT_STDS, BIAS_STDS), edge


def point(weight_std=1.0, bias_std=0.2):
    """One point of the phase diagram of tanh."""
    return _phase("tanh", (weight_std,), (bias_std,))


def reading(gain=1.0, forget_bias=0.0):
    """The profiles through time of a plain recurrent network, an LSTM and a GRU."""
    few = {"seeds": 4, "digits": 200}
    gated = (_read(cell, forget_bias=forget_bias, **few) for cell in ("lstm", "gru"))
    return _read("rnn", gain, **few), *gated


def cures():
    """The profiles of all that the last table compares, by name."""
    return {name: profile(recipe, *COMPARED_SHAPE) for name, recipe in RECIPES.items()}


def before_training(trials):
    """The profiles, before training, of the networks that are trained, by name."""
    return {each.name: profile(each.recipe, each.hidden, TRAINED_WIDTH, 4) for each in trials}


def reach():
    """How far signals reach in tanh networks with the biases of the map, by the scale of the weights."""
    return _phase("tanh", WEIGHT_STDS, (MAP_BIAS_STD,))


def trained(page, function, trials, *data, show=None, **options):
    """Train what `trials` lists; show by a function of `rows` the results so far, and whether these are all.

    `data` is what the function takes besides, `show` what shows it where that is not `page.figure`.
    """
    body = partial(show or page.figure, function, **options)
    name = function.__name__
    runs.live(page, name, run, trials, len(trials), _ROOM, lambda *seen: body(*seen, *data))

"""The gradients of deep networks, their products and their statistics.

The core is here; `vgcore.studies` has a module for each question of the lessons.
"""

from vgcore.activations import ACTIVATIONS, Activation
from vgcore.blocks import Block, Recipe
from vgcore.chain import Chain
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.field import MeanField, critical_weight_std, mean_field
from vgcore.formats import FORMATS, rounded
from vgcore.initialisers import BIASES, DEFAULTS, INITIALISERS, Initialiser
from vgcore.measures import speeds
from vgcore.network import Gradients, Network
from vgcore.signed_log import SignedLog
from vgcore.training import History, train

__version__ = "1.1.0"

__all__ = [
    "ACTIVATIONS",
    "BIASES",
    "COSTS",
    "DEFAULTS",
    "FORMATS",
    "INITIALISERS",
    "Activation",
    "Block",
    "Chain",
    "Gradients",
    "History",
    "Initialiser",
    "MeanField",
    "Network",
    "Recipe",
    "SignedLog",
    "critical_weight_std",
    "load_digits",
    "mean_field",
    "read_norms",
    "rounded",
    "speeds",
    "train",
]


def __getattr__(name):
    """Import `read_norms` when it is asked for: its patterns take longer than all the rest."""
    if name != "read_norms":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vgcore.norms import read_norms

    return read_norms

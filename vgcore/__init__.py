"""The computing wing: gradients of deep networks, their products and their statistics."""

from vgcore.activations import ACTIVATIONS, Activation
from vgcore.audit import Audit, Family, Products, audit_usually, products_by_depth, scale_family
from vgcore.chain import Chain, Link, Trace
from vgcore.costs import COSTS
from vgcore.digits import load_digits
from vgcore.initialisers import INITIALISERS
from vgcore.network import Gradients, Network
from vgcore.signed_log import SignedLog
from vgcore.speeds import PRINTED_SPEEDS, SpeedSamples, speeds, speeds_before_training

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "INITIALISERS",
    "PRINTED_SPEEDS",
    "Activation",
    "Audit",
    "Chain",
    "Family",
    "Gradients",
    "Link",
    "Network",
    "Products",
    "SignedLog",
    "SpeedSamples",
    "Trace",
    "audit_usually",
    "load_digits",
    "products_by_depth",
    "scale_family",
    "speeds",
    "speeds_before_training",
]

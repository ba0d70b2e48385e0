"""The computing wing: gradients of deep networks, their products and their statistics."""

from vgcore.activations import ACTIVATIONS, Activation
from vgcore.audit import Audit, Family, Products, audit_usually, products_by_depth, scale_family
from vgcore.chain import Chain, Link, Trace
from vgcore.costs import COSTS
from vgcore.descent import Descent, descend, descend_from_random
from vgcore.digits import load_digits
from vgcore.explosion import (
    ShiftFamily,
    WindowFamily,
    contrived_chain,
    gradient_kept,
    shift_family,
    window_family,
)
from vgcore.identity import IdentityCurve, IdentityNeuron, identity_curve, identity_errors, identity_neuron
from vgcore.initialisers import INITIALISERS
from vgcore.network import Gradients, Network
from vgcore.ratios import (
    FACTORS,
    Activations,
    Balance,
    LogRatios,
    LogRatioTheory,
    Scales,
    balance_by_depth,
    balance_by_scale,
    compare_activations,
    log_ratio_histogram,
    log_ratio_theory,
    random_log_ratios,
)
from vgcore.signed_log import SignedLog
from vgcore.speeds import PRINTED_SPEEDS, SpeedSamples, speeds, speeds_before_training
from vgcore.window import Windows, widest_window, window_chance, window_curve, window_width

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "FACTORS",
    "INITIALISERS",
    "PRINTED_SPEEDS",
    "Activation",
    "Activations",
    "Audit",
    "Balance",
    "Chain",
    "Descent",
    "Family",
    "Gradients",
    "IdentityCurve",
    "IdentityNeuron",
    "Link",
    "LogRatioTheory",
    "LogRatios",
    "Network",
    "Products",
    "Scales",
    "ShiftFamily",
    "SignedLog",
    "SpeedSamples",
    "Trace",
    "WindowFamily",
    "Windows",
    "audit_usually",
    "balance_by_depth",
    "balance_by_scale",
    "compare_activations",
    "contrived_chain",
    "descend",
    "descend_from_random",
    "gradient_kept",
    "identity_curve",
    "identity_errors",
    "identity_neuron",
    "load_digits",
    "log_ratio_histogram",
    "log_ratio_theory",
    "products_by_depth",
    "random_log_ratios",
    "scale_family",
    "shift_family",
    "speeds",
    "speeds_before_training",
    "widest_window",
    "window_chance",
    "window_curve",
    "window_family",
    "window_width",
]

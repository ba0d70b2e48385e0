"""The computing wing: gradients of deep networks, their products and their statistics."""

from vgcore.activations import ACTIVATIONS, Activation
from vgcore.audit import Audit, Family, Products, audit_usually, products_by_depth, scale_family
from vgcore.chain import Chain, Link, Trace
from vgcore.costs import COSTS
from vgcore.descent import Descent, DescentShares, descend, descend_from_random, descent_shares
from vgcore.design import Design, design, digit_sizes, printed_speeds
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
from vgcore.initialisers import INITIALISERS, weight_std
from vgcore.luck import Luck, LuckByWidth, LuckTheory, luck, luck_by_width, luck_theory, random_log_jacobians
from vgcore.matrix import (
    MatrixForm,
    Spectra,
    delta_product,
    design_spectra,
    jacobian_spectrum,
    matrix_form,
    spectra,
    square_form,
    square_network,
)
from vgcore.mean_field import FieldCurve, MeanField, critical_weight_std, field_curve, mean_field
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
from vgcore.training import History, train, train_on_digits
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
    "DescentShares",
    "Design",
    "Family",
    "FieldCurve",
    "Gradients",
    "History",
    "IdentityCurve",
    "IdentityNeuron",
    "Link",
    "LogRatioTheory",
    "LogRatios",
    "Luck",
    "LuckByWidth",
    "LuckTheory",
    "MatrixForm",
    "MeanField",
    "Network",
    "Products",
    "Scales",
    "ShiftFamily",
    "SignedLog",
    "Spectra",
    "SpeedSamples",
    "Trace",
    "WindowFamily",
    "Windows",
    "audit_usually",
    "balance_by_depth",
    "balance_by_scale",
    "compare_activations",
    "contrived_chain",
    "critical_weight_std",
    "delta_product",
    "descend",
    "descend_from_random",
    "descent_shares",
    "design",
    "design_spectra",
    "digit_sizes",
    "field_curve",
    "gradient_kept",
    "identity_curve",
    "identity_errors",
    "identity_neuron",
    "jacobian_spectrum",
    "load_digits",
    "log_ratio_histogram",
    "log_ratio_theory",
    "luck",
    "luck_by_width",
    "luck_theory",
    "matrix_form",
    "mean_field",
    "printed_speeds",
    "products_by_depth",
    "random_log_jacobians",
    "random_log_ratios",
    "scale_family",
    "shift_family",
    "spectra",
    "speeds",
    "speeds_before_training",
    "square_form",
    "square_network",
    "train",
    "train_on_digits",
    "weight_std",
    "widest_window",
    "window_chance",
    "window_curve",
    "window_family",
    "window_width",
]

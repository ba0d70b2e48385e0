"""The gradient norms of a network's layers: read from a text, and judged."""

from vgcore.norms.kinds import kinds
from vgcore.norms.line import FEWEST
from vgcore.norms.step import Reason
from vgcore.norms.table import COLUMNS, Norms, Problem
from vgcore.norms.text import MOST_BYTES, read_norms
from vgcore.norms.verdict import (
    OPTIMISERS,
    SICK,
    Diagnosis,
    compared,
    diagnose,
    diagnose_all,
    diagnose_step,
)

__all__ = [
    "COLUMNS",
    "FEWEST",
    "MOST_BYTES",
    "OPTIMISERS",
    "SICK",
    "Diagnosis",
    "Norms",
    "Problem",
    "Reason",
    "compared",
    "diagnose",
    "diagnose_all",
    "diagnose_step",
    "kinds",
    "read_norms",
]

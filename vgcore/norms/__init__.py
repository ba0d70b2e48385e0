"""The gradient norms of a network's layers: read from a text in any of its forms, and judged."""

from vgcore.norms.forms import FORMS, LARGEST_FILE, MOST_BYTES, Form, read_norms
from vgcore.norms.kinds import kinds
from vgcore.norms.line import FEWEST
from vgcore.norms.step import Reason
from vgcore.norms.table import COLUMNS, LeftOut, Norms, Note
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
    "FORMS",
    "LARGEST_FILE",
    "MOST_BYTES",
    "OPTIMISERS",
    "SICK",
    "Diagnosis",
    "Form",
    "LeftOut",
    "Norms",
    "Note",
    "Reason",
    "compared",
    "diagnose",
    "diagnose_all",
    "diagnose_step",
    "kinds",
    "read_norms",
]

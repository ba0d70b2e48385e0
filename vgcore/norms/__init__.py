"""The gradient norms of a network's layers: read from a text in any of its forms, and judged."""

from vgcore.norms.forms import FORMS, LARGEST_FILE, MOST_BYTES, Form, read_norms
from vgcore.norms.kinds import kinds
from vgcore.norms.table import COLUMNS, LeftOut, Norms, Note
from vgcore.norms.verdict import FEWEST, Diagnosis, compared, diagnose, diagnose_step

__all__ = [
    "COLUMNS",
    "FEWEST",
    "FORMS",
    "LARGEST_FILE",
    "MOST_BYTES",
    "Diagnosis",
    "Form",
    "LeftOut",
    "Norms",
    "Note",
    "compared",
    "diagnose",
    "diagnose_step",
    "kinds",
    "read_norms",
]

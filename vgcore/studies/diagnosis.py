"""The diagnosis of lesson 7 under its old name: see `vgcore.norms`."""

from vgcore.norms import (
    COLUMNS,
    FEWEST,
    MOST_BYTES,
    Diagnosis,
    Norms,
    Problem,
    compared,
    diagnose,
    diagnose_step,
    kinds,
    read_norms,
)

__all__ = [
    "COLUMNS",
    "FEWEST",
    "MOST_BYTES",
    "Diagnosis",
    "Norms",
    "Problem",
    "compared",
    "diagnose",
    "diagnose_step",
    "kinds",
    "read_norms",
]

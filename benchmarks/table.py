"""The table that every benchmark prints."""

import csv
from pathlib import Path


class Table:
    """The rows that are measured: each is printed as it comes."""

    columns = ("figure", "of", "value", "unit", "ratio", "reach", "met")
    widths = (42, 34, 10, 6, 8, 10, 5)

    def __init__(self):
        self.rows = []
        self._print(self.columns)

    def add(self, figure, page, value, unit, ratio=None, most=None, least=None):
        """Add a row; its reach bounds the ratio where there is one, else the value."""
        judged, reach, met = value if ratio is None else ratio, "", ""
        if most is not None:
            reach, met = f"<= {most:g}", "yes" if judged <= most else "no"
        if least is not None:
            reach, met = f">= {least:g}", "yes" if judged >= least else "no"
        row = (figure, page, f"{value:.3g}", unit, "" if ratio is None else f"{ratio:.2f}", reach, met)
        self.rows.append(row)
        self._print(row)

    def _print(self, row):
        figure, page, *rest = (f"{cell:<{width}}" for cell, width in zip(row, self.widths, strict=True))
        print(figure, page, *rest, flush=True)

    def save(self, script):
        """Write the rows as CSV, next to the script that measured them."""
        with open(Path(script).with_suffix(".csv"), "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([self.columns, *self.rows])

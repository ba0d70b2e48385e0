"""The colours, from Okabe and Ito's palette, which readers with colour-blindness can tell apart.

Each reads on the light and on the dark background; shape, dash or sign always says the same again.
"""

FACTOR = "#D55E00"  # the factor under discussion, in diagram, formula and chart alike
CHAIN = "#2389D7"  # what is measured
THEORY = "#009E73"  # what is predicted or printed
FAINT = "#8A8F98"  # what is there for comparison
GUESS = "#CC79A7"  # what the reader has guessed

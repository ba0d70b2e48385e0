"""The charts: each a function of the reader's language that draws the rows of its series.

A chart holds no data. It is compiled once a process and a language; the rows arrive with each run,
one table with a column `series` that names the layer of the drawing where a row belongs.
"""

from functools import cache

import pandas  # noqa: F401 - whole: Altair fails on one that another page's thread has half imported

from pages.ui.charts import chain, exploding, home, matrix, training, unstable
from pages.ui.labels import label

HEIGHT = 320
CHARTS = {
    draw.__name__: draw
    for draw in (
        home.layer_speeds,
        chain.gradient_by_scale,
        chain.nudge_links,
        chain.nudge_gap,
        chain.sigma_prime,
        chain.product_by_depth,
        chain.ratio_histogram,
        exploding.gradient_by_layer,
        exploding.gradient_by_shift,
        exploding.factor_by_input,
        exploding.chains_trained,
        unstable.ratio_by_scale,
        unstable.balanced_by_depth,
        unstable.ratio_spread,
        unstable.spread_by_depth,
        unstable.window_widths,
        unstable.window_region,
        unstable.identity_copy,
        unstable.identity_error,
        matrix.design_speeds,
        matrix.factor_spectrum,
        matrix.product_spectrum,
        matrix.chi_by_scale,
        matrix.luck_spread,
        matrix.luck_by_width,
        training.mean_speeds,
        training.rms_speeds,
        training.epochs_scrubbed,
        training.rest_speeds,
        training.ratio_by_epoch,
        training.accuracy_by_epoch,
        training.speed_and_accuracy,
    )
}


@cache
def spec(name, lang):
    """Return the Vega-Lite spec of a chart, without data."""
    drawn = CHARTS[name](lambda key: label(f"{name}.{key}", lang))
    whole = drawn.to_dict(validate=False)  # which takes as long as all the rest, and the tests do it
    compiled = {key: part for key, part in whole.items() if key not in ("data", "datasets")}
    return compiled if "vconcat" in compiled else {**compiled, "height": HEIGHT}

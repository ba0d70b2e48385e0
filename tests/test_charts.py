"""Every chart: compiles in both languages, holds no data, and its rows fit it."""

import json
import re
from functools import cache

import numpy as np
import pytest

from pages.ui import prose
from pages.ui.charts import CHARTS, HEIGHT, spec
from pages.ui.frame import PAGES
from pages.ui.labels import LANGUAGES, label
from pages.ui.registry import BOOK, Run
from pages.ui.tables import chain as lesson1
from pages.ui.tables import exploding as lesson2
from pages.ui.tables import home, tidy
from pages.ui.tables import matrix as lesson4
from pages.ui.tables import training as lesson5
from pages.ui.tables import unstable as lesson3
from vgcore import (
    ACTIVATIONS,
    FACTORS,
    PRINTED_SPEEDS,
    Chain,
    Network,
    SpeedSamples,
    audit_usually,
    balance_by_depth,
    balance_by_scale,
    contrived_chain,
    descend_from_random,
    design,
    field_curve,
    identity_curve,
    identity_neuron,
    load_digits,
    log_ratio_histogram,
    luck,
    luck_by_width,
    products_by_depth,
    scale_family,
    shift_family,
    spectra,
    train_on_digits,
    window_curve,
    window_family,
)

STEPS = (1e-6, 1e-3, 1.0)
FIELD = field_curve("sigmoid", 1.0)


def _chain_series(activation, depth, weight_std):
    chain = Chain.random(depth, 1, weight_std, activation=activation)
    trace, links = chain.trace(1.0, 0.0), chain.nudge(1.0, 0.0, 0.1)
    kind = {"seed": 1, "weight_std": weight_std, "activation": activation}
    return {
        "gradient_by_scale": lesson1.family(scale_family(chain, 1.0, 0.0)),
        "nudge_links": lesson1.links(links),
        "nudge_gap": lesson1.gaps(STEPS, chain.nudge(1.0, 0.0, STEPS)[-1], 0.1, links[-1]),
        "sigma_prime": lesson1.slopes(ACTIVATIONS[activation].curve(-8, 8), trace, 1),
        "product_by_depth": lesson1.products(products_by_depth(20, 50, **kind), chain.response(1.0), 1),
        "ratio_histogram": lesson1.ratios(audit_usually(500, **kind)),
    }


@cache
def _home_series():
    sizes = (784, 30, 30, 30, 30, 10)
    speeds = np.geomspace(1e-3, 1.0, 10).reshape(2, 5)
    samples = SpeedSamples(np.arange(2)[:, None], np.arange(1, 6), speeds)
    return {"layer_speeds": home.speeds(samples, PRINTED_SPEEDS[sizes])}


@cache
def _explosion_series():
    chain = contrived_chain()
    return {
        "gradient_by_layer": lesson2.by_layer(chain.trace(1.0, 0.0)),
        "gradient_by_shift": lesson2.shifts(shift_family(chain, 1.0, 0.0)),
        "factor_by_input": lesson2.windows(window_family()),
        "chains_trained": lesson2.descent(descend_from_random(20, 1, 4, 1.0, 5.0, 10)),
    }


@cache
def _balance_series(activation):
    kind = {"seed": 1, "activation": activation}
    grown, windows = balance_by_depth(12, 400, **kind), window_curve(1, activation=activation)
    return {
        "ratio_by_scale": lesson3.scales(balance_by_scale(4, 50, **kind), 0.7),
        "balanced_by_depth": lesson3.balanced(grown, FACTORS, 2),
        "ratio_spread": lesson3.spread(log_ratio_histogram(4, 400, **kind)),
        "spread_by_depth": lesson3.grown(grown),
        "window_widths": lesson3.window_widths(windows),
        "window_region": lesson3.window_region(windows),
        "identity_copy": lesson3.identity(identity_neuron(2.0)),
        "identity_error": lesson3.identity_errors(identity_curve(), identity_neuron(2.0)),
    }


@cache
def _matrix_series(activation):
    found = design(3, 4, 3, 10, activation=activation)
    values = spectra(Network.random(found.sizes, 0, activation), load_digits(1)[0])
    drawn = luck(4, 3, 50, 1)
    return {
        "design_speeds": lesson4.speeds(found._replace(printed=(0.1, 0.2, 0.3))),
        "factor_spectrum": lesson4.factors(values),
        "product_spectrum": lesson4.products(values),
        "chi_by_scale": lesson4.scales(FIELD, found),
        "luck_spread": lesson4.luck(drawn),
        "luck_by_width": lesson4.widths(luck_by_width(3, 20, 1), drawn, 3, 4),
    }


@cache
def _training_series(activation):
    run = Run(BOOK, train_on_digits(2, 3, 12, activation=activation))
    return {
        "mean_speeds": lesson5.curves(run.history, "speeds"),
        "rms_speeds": lesson5.curves(run.history, "rms_speeds"),
        "epochs_scrubbed": lesson5.scrubbed(run.history),
        "rest_speeds": lesson5.rest(run.history),
        "ratio_by_epoch": lesson5.ratios([run]),
        "accuracy_by_epoch": lesson5.accuracy([run]),
        "speed_and_accuracy": lesson5.learned({"book": run}),
    }


def _every_series(activation="sigmoid", depth=4, weight_std=1.0):
    chain = _chain_series(activation, depth, weight_std)
    return (
        chain
        | _home_series()
        | _explosion_series()
        | _balance_series(activation)
        | _matrix_series(activation)
        | _training_series(activation)
    )


def _encodings(part):
    if isinstance(part, dict):
        if "encoding" in part:
            yield from (encoding for encoding in part["encoding"].values() if isinstance(encoding, dict))
        for value in part.values():
            yield from _encodings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _encodings(value)


def _layers(compiled):
    """Every layer that draws, with the series that its filter names."""
    for view in compiled.get("vconcat", [compiled]):
        yield from _drawn(view)


def _drawn(view):
    for part in view.get("layer", []):
        yield from _drawn(part)
    if "layer" not in view:
        layer = view
        filters = " ".join(str(transform.get("filter", "")) for transform in layer["transform"])
        yield re.search(r"datum.series == '(\w+)'", filters)[1], layer


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_compiles_and_round_trips(name, lang):
    compiled = spec(name, lang)
    assert json.loads(json.dumps(compiled)) == compiled
    valid = CHARTS[name](lambda key: label(f"{name}.{key}", lang)).to_dict()
    assert compiled.items() <= {**valid, "height": HEIGHT}.items()
    titles = [encoding["axis"]["title"] for encoding in _encodings(compiled) if encoding.get("axis")]
    assert {label(f"{name}.x", lang), label(f"{name}.y", lang)} <= set(titles)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_key_in_the_prose_of_its_page(name):
    pages = [stem for _, stem in PAGES.values() if name in prose.sections(f"{stem}.en")]
    assert len(pages) == 1


@pytest.mark.parametrize("name", CHARTS)
def test_every_layer_finds_its_series_and_every_field_its_column(name):
    rows = tidy(_every_series()[name]).to_pandas()
    drawn = list(_layers(spec(name, "en")))
    assert {wanted for wanted, _ in drawn} == set(rows["series"])
    for wanted, layer in drawn:
        made = {made for transform in layer["transform"] for made in _made(transform)}
        for encoding in layer["encoding"].values():
            for part in encoding if isinstance(encoding, list) else [encoding]:
                if "field" in part and part["field"] not in made:
                    assert rows.loc[rows["series"] == wanted, part["field"]].notna().all(), part["field"]


def _made(transform):
    yield from (aggregate["as"] for aggregate in transform.get("aggregate", []))
    yield from ([transform["as"]] if "calculate" in transform else [])


@pytest.mark.parametrize(
    ("name", "scrubbed"),
    [
        ("gradient_by_scale", "log10_scale"),
        ("gradient_by_shift", "log10_shift"),
        ("factor_by_input", "weight"),
        ("epochs_scrubbed", "place"),
    ],
)
def test_a_slider_steps_from_line_to_line(name, scrubbed):
    rows = tidy(_every_series()[name]).to_pandas()
    (param,) = spec(name, "en")["params"]
    low, high, step = (param["bind"][key] for key in ("min", "max", "step"))
    lines = np.unique(rows[scrubbed].dropna())
    places = np.arange(low, high + step / 2, step)
    np.testing.assert_allclose(lines, places, atol=5e-7)  # half of the filter's


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_neuron_drawn_lies_on_the_curve(activation):
    curve = ACTIVATIONS[activation].curve(-8, 8)
    trace = Chain.random(6, 1, activation=activation).trace(1.0, 0.0, "cross_entropy")
    drawn = lesson1.slopes(curve, trace, 6)["chain"]
    lies = np.isfinite(drawn["z"])
    assert lies.sum() == 6 - lesson1.neuron(curve, trace, 6)["outside"]
    np.testing.assert_allclose(drawn["slope"][lies], ACTIVATIONS[activation].sigma_prime(drawn["z"][lies]))


@pytest.mark.parametrize("weight_std", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("depth", [2, 60])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rows_are_finite_and_no_logarithm_meets_a_zero(activation, depth, weight_std):
    every = _every_series(activation, depth, weight_std)
    assert set(every) == set(CHARTS)
    for name, series in every.items():
        rows = tidy(series).to_pandas()
        fields = {e["field"]: e for e in _encodings(spec(name, "en")) if "field" in e}
        for field, encoding in fields.items():
            if (encoding.get("scale") or {}).get("type") == "log":
                assert (rows[field].dropna() > 0).all(), (name, field)

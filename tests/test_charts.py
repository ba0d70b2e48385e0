"""Every chart: compiles in both languages, holds no data, and its rows fit it."""

import json

import numpy as np
import pytest

from pages.ui import prose, tables
from pages.ui.charts import CHARTS, spec
from pages.ui.frame import PAGES
from vgcore import (
    ACTIVATIONS,
    PRINTED_SPEEDS,
    Chain,
    SpeedSamples,
    audit_usually,
    products_by_depth,
    scale_family,
)

STEPS = (1e-6, 1e-3, 1.0)


def _chain_series(activation, depth, weight_std):
    chain = Chain.random(depth, 1, weight_std, activation=activation)
    trace, links = chain.trace(1.0, 0.0), chain.nudge(1.0, 0.0, 0.1)
    kind = {"seed": 1, "weight_std": weight_std, "activation": activation}
    return {
        "gradient_by_scale": tables.family(scale_family(chain, 1.0, 0.0)),
        "nudge_links": tables.links(links),
        "nudge_gap": tables.gaps(STEPS, chain.nudge(1.0, 0.0, STEPS)[-1].gap, 0.1, links[-1].gap),
        "sigma_prime": tables.slopes(ACTIVATIONS[activation].curve(-8, 8), trace, 1),
        "product_by_depth": tables.products(products_by_depth(20, 50, **kind), chain.response(1.0), 1),
        "ratio_histogram": tables.ratios(audit_usually(500, **kind)),
    }


def _home_series():
    sizes = (784, 30, 30, 30, 30, 10)
    speeds = np.geomspace(1e-3, 1.0, 10).reshape(2, 5)
    samples = SpeedSamples(np.arange(2)[:, None], np.arange(1, 6), speeds)
    return {"layer_speeds": tables.speeds(samples, PRINTED_SPEEDS[sizes])}


def _encodings(part):
    if isinstance(part, dict):
        if "encoding" in part:
            yield from (encoding for encoding in part["encoding"].values() if isinstance(encoding, dict))
        for value in part.values():
            yield from _encodings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _encodings(value)


@pytest.mark.parametrize("lang", prose.LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_compiles_without_data_and_round_trips(name, lang):
    compiled = spec(name, lang)
    assert json.loads(json.dumps(compiled)) == compiled
    assert '"values": [{' not in json.dumps(compiled)
    assert "data" not in compiled
    titles = [encoding["axis"]["title"] for encoding in _encodings(compiled) if encoding.get("axis")]
    assert titles
    assert all(titles)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_key_in_the_prose_of_its_page(name):
    pages = [stem for _, stem in PAGES.values() if name in prose.sections(f"{stem}.en")]
    assert len(pages) == 1


def test_the_languages_differ_only_in_their_texts():
    for name in CHARTS:
        english, chinese = (list(_encodings(spec(name, lang))) for lang in ("en", "zh"))
        assert [encoding.get("field") for encoding in english] == [
            encoding.get("field") for encoding in chinese
        ]


@pytest.mark.parametrize("weight_std", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("depth", [2, 60])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rows_are_finite_and_no_logarithm_meets_a_zero(activation, depth, weight_std):
    every = _chain_series(activation, depth, weight_std) | _home_series()
    assert set(every) == set(CHARTS)
    for name, series in every.items():
        rows = tables.tidy(series)
        fields = {e["field"]: e for e in _encodings(spec(name, "en")) if "field" in e}
        assert not np.isinf(rows.select_dtypes("number")).any(axis=None)
        for field, encoding in fields.items():
            if (encoding.get("scale") or {}).get("type") == "log":
                assert (rows[field].dropna() > 0).all(), (name, field)

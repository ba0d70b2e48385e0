"""Every figure of every page: its drawing compiles without data, and rows, words and drawing fit."""

import json
import re
from importlib import import_module

import numpy as np
import pytest

from pages.ui import figure
from pages.ui.figure import HEIGHT, Names, spec, table, text
from pages.ui.series import NAME_HEIGHT, apart
from pages.ui.words import Words, languages
from tests.support.lessons import drawings
from tests.support.pages import answered, complete, guessed, open_page
from vgcore import ACTIVATIONS

WIDE = {"chain": {"chain_depth": "60"}, "unstable": {"unstable_depth": "60"}}
SETTINGS = {
    "chain": [{"chain_activation": "hard tanh", "chain_weight_std": "10.0"}, {"chain_activation": "linear"}],
    "exploding": [{"exploding_weight": "1.0"}, {"exploding_weight": "200.0", "exploding_depth": "60"}],
    "unstable": [{"unstable_activation": "ReLU"}, {"unstable_activation": "linear", "unstable_depth": "2"}],
    "matrix": [
        {"matrix_digits": "10", "matrix_hidden": "1"},
        {"matrix_digits": "10", "matrix_hidden": "300", "matrix_width": "5", "matrix_measure": "RMS"},
        {"matrix_digits": "10", "matrix_activation": "ReLU", "matrix_init": "He normal", "matrix_width": "1"},
    ],
    "network": [
        *({"network_example": name} for name in ("exploding", "dead", "broken", "transformer", "copies")),
        {"network_norms": "1 0.1 nan 0.01 0.001 0 1e-4 1e-5 inf"},
        {"network_norms": "0 0 0 0 0"},
        {"network_norms": "\n".join(f"w{k} grad norm: {10.0 ** (k - 7):.4f}" for k in range(9))},
        {"network_norms": "\n".join(f"{t},w{k},{(0.1 + t) ** k}" for t in (0, 1) for k in range(9))},
        {"network_norms": "3"},
        {"network_norms": "0,a.weight,1\n0,b.bias,1\n1,b.bias,1\n1,c.bias,1"},
        {"network_norms": "0,w.weight,1\n0,cls_token,1\n0,v.weight,1"},
        {"network_norms": "1 1e-3 1 1e3 1 1e3 1e-3 1"},
        {"network_norms": "w: 1\nb: 1e-9\nv: 2\nu: 0.1\nt: 1"},
        {"network_norms": "\n".join(f"{2.0**-k}" for k in range(60))},
        {"network_norms": "\n".join(f"w{k}: {1e4 ** (k % 2)}\nb{k}.bias: {10.0**k}" for k in range(6))},
    ],
    "bits": [
        {"bits_format": "float64", "bits_z": "3.0", "bits_power": "24"},
        {"bits_w": "6.0", "bits_b": "-3.0", "bits_power": "16", "bits_deep": "3"},
    ],
    "training": [
        {"training_runs": "hidden=1 steps=12; lmbda=0 steps=12 held=200", "training_log": "true"},
    ],
}
"""Screens on which figures have cases of their own."""


class Shown(dict):
    """The rows of the figures that pages show, by lesson and figure: a list of Rows each.

    A lesson is opened when one of its figures is asked for.
    """

    def __missing__(self, lesson):
        self[lesson] = {}

        def record(words, name, rows, answer):
            self[lesson].setdefault(name, []).append(rows)
            return text(words, name, rows, answer)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(figure, "text", record)
            for query in ({}, *SETTINGS.get(lesson, ())):
                complete(answered(lesson, "en", **query))
            complete(guessed(lesson, "en"))
        return self[lesson]


@pytest.fixture(scope="module")
def shown():
    return Shown()


every_drawing = pytest.mark.parametrize(("lesson", "name"), list(drawings()))


def _encodings(part):
    if isinstance(part, dict):
        if "encoding" in part:
            yield from (encoding for encoding in part["encoding"].values() if isinstance(encoding, dict))
        for value in part.values():
            yield from _encodings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _encodings(value)


def _layers(view):
    """Every layer that draws, with the series that its filter names."""
    parts = [*view.get("vconcat", ()), *view.get("layer", ())]
    for part in parts:
        yield from _layers(part)
    if not parts:
        filters = " ".join(str(transform.get("filter", "")) for transform in view["transform"])
        yield re.search(r"datum.series == '([^']+)'|\[\"[^\"]+\"\] == \"([^\"]+)\"", filters), view


def _made(transform):
    yield from (aggregate["as"] for aggregate in transform.get("aggregate", []))
    yield from ([transform["as"]] if "calculate" in transform else [])


@every_drawing
def test_a_drawing_is_valid_in_every_language_and_holds_no_data(shown, lesson, name):
    module = import_module(f"pages.lessons.{lesson}.draw")
    for options in {rows.options for rows in shown[lesson][name]}:
        for lang in languages():
            words, compiled = Words(lesson, lang), spec(lesson, name, lang, options)
            assert json.loads(json.dumps(compiled)) == compiled
            assert "data" not in compiled or lesson == "training"
            assert "datasets" not in compiled
            valid = getattr(module, name)(lambda key, words=words: words(f"{name}.{key}"), *options).to_dict()
            assert set(compiled) <= {*valid, "height"}
            assert "vconcat" in compiled or compiled["height"] >= HEIGHT
            titles = {
                encoding["axis"].get("title") for encoding in _encodings(compiled) if encoding.get("axis")
            }
            assert {words(f"{name}.x"), words(f"{name}.y")} <= titles
            assert words(f"{name}.alt")


@every_drawing
def test_every_layer_finds_its_series_and_every_field_its_column(shown, lesson, name):
    for lang in languages():
        called, seen = Names(Words(lesson, lang), name), set()
        for rows in shown[lesson][name]:
            data = table(Words(lesson, lang), name, rows).to_pandas()
            column = called.column("series")
            layers = list(_layers(spec(lesson, name, lang, rows.options)))
            wanted = {next(filter(None, match.groups())) for match, _ in layers if match}
            assert set(data[column]) <= wanted
            seen |= set(data[column])
            for match, layer in layers:
                series = data[data[column] == next(filter(None, match.groups()))]
                made = {made for transform in layer["transform"] for made in _made(transform)}
                for encoding in layer["encoding"].values():
                    for part in encoding if isinstance(encoding, list) else [encoding]:
                        if (
                            isinstance(part, dict)
                            and "field" in part
                            and part["field"] not in made
                            and len(series)
                        ):
                            assert series[part["field"]].notna().all(), part["field"]
        assert seen == wanted, f"never shown: {wanted - seen}"


@every_drawing
def test_every_column_and_every_series_has_a_word_in_every_language(shown, lesson, name):
    for lang in languages():
        words = Words(lesson, lang)
        for rows in shown[lesson][name]:
            columns = ["series", *dict.fromkeys(name for series in rows.series.values() for name in series)]
            for column in columns:
                assert words.get(f"{name}.column.{column}", f"column.{column}"), f"{lang}: column {column}"
            for series in rows.series:
                assert words.get(f"{name}.series.{series}", f"series.{series}"), f"{lang}: series {series}"
            named = [Names(words, name).column(column) for column in columns]
            assert len(set(named)) == len(named), named
            named = [Names(words, name).series(series) for series in rows.series]
            assert len(set(named)) == len(named), named


@every_drawing
def test_every_text_of_a_figure_is_filled_in_every_language(shown, lesson, name):
    for rows in shown[lesson][name]:
        for lang in languages():
            said = text(Words(lesson, lang), name, rows)
            assert "{{" not in said
            assert "nan" not in said.lower().split()
            assert said.startswith("**")


@every_drawing
def test_no_logarithm_meets_a_zero(shown, lesson, name):
    for rows in shown[lesson][name]:
        data = table(Words(lesson, "en"), name, rows).to_pandas()
        for encoding in _encodings(spec(lesson, name, "en", rows.options)):
            if (encoding.get("scale") or {}).get("type") == "log" and encoding.get("field") in data:
                assert (data[encoding["field"]].dropna() > 0).all()


@every_drawing
def test_a_guess_is_drawn_where_the_rows_have_it_and_is_named(shown, lesson, name):
    for rows in shown[lesson][name]:
        assert figure.guessed(rows, None) is rows
        drawn = json.dumps(spec(lesson, name, "en", rows.options))
        assert (r"\"your guess\"" in drawn) == any(each.guess for each in shown[lesson][name])
        if not rows.guess:
            assert figure.guessed(rows, 0.25) is rows
            continue
        for lang, label in (("en", "your guess"), ("zh", "你的猜测")):
            words = Words(lesson, lang)
            made = table(words, name, figure.guessed(rows, 0.25))
            series = made[Names(words, name).column("series")].to_pylist()
            assert series.count(label) == 1
            written = [
                layer["encoding"]["text"]["field"]
                for match, layer in _layers(spec(lesson, name, lang, rows.options))
                if label in match.groups() and "text" in layer["encoding"]
            ]
            assert set(written) == {Names(words, name).column("series")}


def test_a_guess_of_nothing_has_no_place_on_a_log_axis(shown):
    for lesson, name in (("chain", "product_by_depth"), ("unstable", "balanced_by_depth")):
        rows = shown[lesson][name][0]
        for guess, marks in ((0.0, 0), (0.01, 1)):
            drawn = table(Words(lesson, "en"), name, figure.guessed(rows, guess)).to_pandas()
            assert (drawn["Series"] == "your guess").sum() == marks
    (made, *_) = shown["exploding"]["chains_trained"]
    drawn = table(Words("exploding", "en"), "chains_trained", figure.guessed(made, 0.0)).to_pandas()
    assert drawn["Share"][drawn["Series"] == "your guess"].tolist() == [0.0]


def test_powers_of_ten_are_written_with_raised_exponents(shown):
    for lesson, name in drawings():
        for rows in shown[lesson][name]:
            for encoding in _encodings(spec(lesson, name, "en", rows.options)):
                if (encoding.get("scale") or {}).get("type") == "log":
                    share = "'%'" in encoding["axis"]["labelExpr"]
                    assert share or "⁻" in encoding["axis"]["labelExpr"], name
                    assert "datum.value" in encoding["axis"]["labelExpr"], name  # the axis's own


@pytest.mark.parametrize(
    ("lesson", "name"),
    [("chain", "gradient_by_scale"), ("exploding", "gradient_by_shift"), ("exploding", "factor_by_input")],
)
def test_a_slider_steps_from_line_to_line(shown, lesson, name):
    (param,) = spec(lesson, name, "en")["params"]
    low, high, step = (param["bind"][key] for key in ("min", "max", "step"))
    column = {"gradient_by_scale": "log10_scale", "gradient_by_shift": "log10_shift"}.get(name, "weight")
    lines = np.unique(shown[lesson][name][0].series["family"][column])
    np.testing.assert_allclose(
        lines, np.arange(low, high + step / 2, step), atol=5e-7
    )  # half of the filter's


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_neuron_drawn_lies_on_the_curve(activation):
    from pages.lessons.chain import rows
    from vgcore import Chain

    trace = Chain.random(6, 1, activation=activation).trace(1.0, 0.0, "cross_entropy")
    made = rows.sigma_prime(ACTIVATIONS[activation], trace, 6)
    neurons = made.series["chain"]
    lies = np.isfinite(neurons["z"])
    assert lies.sum() == 6 - made.slots["outside"] - ("last" in made.notes)
    np.testing.assert_allclose(
        neurons["value"][lies], ACTIVATIONS[activation].sigma_prime(neurons["z"][lies])
    )


def test_a_translated_spec_names_the_columns_of_the_translated_rows():
    shown = open_page("chain", "zh").get("vega_lite_chart")[0].proto.spec
    series = Names(Words("chain", "zh"), "scale_family").column("series")
    assert f"datum.{series}" not in shown
    assert rf"datum[\"{series}\"]" in json.dumps(json.loads(shown), ensure_ascii=False)
    assert "datum.series" not in shown


def test_a_name_with_marks_of_its_own_is_found():
    named = spec("ways_out", "relu_sigmoid", "en")
    assert any("ReLU's slope" in str(found and found[2]) for found, _ in _layers(named))


def test_the_names_of_lines_that_end_together_stand_apart_in_the_order_of_the_lines():
    ends = np.array([0.02, 0.0, np.nan, 0.01, 1.0])
    moved = apart(ends, span=1.0)
    near = [1, 3, 0]
    np.testing.assert_allclose(np.diff(moved[near]), NAME_HEIGHT)
    assert moved[near].mean() == pytest.approx(0.01)
    assert moved[4] == 1.0
    assert np.isnan(moved[2])
    assert np.ptp(apart(np.zeros(40), span=1.0)) < 1.0

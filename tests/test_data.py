"""The rows behind the charts."""

import numpy as np

from pages.ui.data import Listed, Name, Word, said, some, texts, tidy
from pages.ui.words import Words


def rows_of(series):
    return tidy(series).to_pandas()


def test_columns_broadcast_to_a_row_a_point():
    table = rows_of(
        {"family": {"layer": np.arange(1, 3)[:, None], "step": np.arange(3), "size": np.ones((2, 3))}}
    )
    assert list(table.columns) == ["series", "layer", "step", "size"]
    assert list(table["layer"]) == [1, 1, 1, 2, 2, 2]
    assert list(table["step"]) == [0, 1, 2, 0, 1, 2]


def test_rows_that_are_not_finite_are_left_out():
    table = rows_of(
        {"one": {"x": np.arange(3.0), "y": [0.5, -np.inf, np.nan]}, "two": {"x": 7.0, "name": "z₁"}}
    )
    assert list(table["x"]) == [0.0, 7.0]
    assert list(table["series"]) == ["one", "two"]


def test_numbers_reach_the_reader_to_seven_digits():
    table = rows_of(
        {"one": {"seed": 999_999, "tenth": 0.1, "tiny": 1e-300, "whole": 2.0}, "two": {"seed": 3}}
    )
    assert list(table["seed"]) == [999_999, 3]
    assert table["tenth"][0] == np.float32(0.1)
    assert table["tiny"][0] == 1e-300
    table = tidy({"one": {"whole": 2.0, "tiny": 1e-300, "layer": [1, 127], "seed": 999_999}})
    assert [str(table[name].type) for name in table.column_names[1:]] == ["float", "double", "int8", "int32"]


def test_a_table_is_downloaded_as_it_was_written():
    rows = rows_of({"one": {"share": [0.1, 0.25, 1 / 3]}})
    assert rows.to_csv(index=False) == "series,share\none,0.1\none,0.25\none,0.33333334\n"


def test_flags_and_texts_have_a_place_where_a_series_lacks_them():
    table = tidy({"one": {"x": np.arange(9), "even": np.arange(9) % 2 == 0, "name": "中文"}, "two": {"x": 7}})
    assert table["even"].to_pylist() == [True, False] * 4 + [True, None]
    assert table["name"].to_pylist() == ["中文"] * 9 + [None]
    table.validate(full=True)


def test_a_table_without_rows_is_one_of_texts():
    assert texts({"layer": []}).to_pydict() == {"layer": []}
    assert str(texts({"layer": []}).schema.field("layer").type) == "string"


def test_what_stands_for_a_text_is_said_in_the_language():
    few = [Name("leaky_relu"), Word("which.keeps"), Word("profile.readout", {"step": 7}), "0.5"]
    shown = {
        "en": ["leaky ReLU", "close to level", "Step 7", "0.5"],
        "zh": ["leaky ReLU", "差不多平", "第 7 步", "0.5"],
    }
    for lang, texts_shown in shown.items():
        words = Words("network", lang)
        assert said(few, words).tolist() == texts_shown
        assert said(np.array([few[:2], few[2:]], object), words).tolist() == [
            texts_shown[:2],
            texts_shown[2:],
        ]
        assert said(Name("sigmoid"), words) == "sigmoid"
        assert (
            said(Listed(few[:2]), words) == texts_shown[0] + {"en": ", ", "zh": "、"}[lang] + texts_shown[1]
        )
        assert said(Listed([]), words) == ""
    numbers = np.arange(3.0)
    assert said(numbers, words) is numbers


def test_a_slot_of_the_words_may_be_a_text_that_is_said():
    slots = {"hidden": 5, "weight_std": Listed(["1", Name("relu")]), "share": Word("which.overflows")}
    assert "1, ReLU" in Words("edge", "en")("own_cell", **slots)


def test_a_table_of_texts_has_a_column_a_name():
    table = texts({"层": ["1", "2"], "speed": ("−0.5", "")})
    assert table.to_pydict() == {"层": ["1", "2"], "speed": ["−0.5", ""]}
    table.validate(full=True)


def test_of_many_points_some_are_drawn_and_both_ends():
    assert some(5).tolist() == [0, 1, 2, 3, 4]
    assert some(0).size == 0
    at = some(1000)
    assert (at[0], at[-1], len(set(at))) == (0, 999, 200)
    assert set(np.diff(at)) <= {5, 6}

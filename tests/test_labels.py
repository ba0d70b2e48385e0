"""The short texts: complete in both languages."""

import re

import pytest

from pages.ui.charts import CHARTS
from pages.ui.labels import LABELS, label


@pytest.mark.parametrize("name", LABELS)
def test_each_text_is_there_in_both_languages(name):
    english, chinese = LABELS[name]
    assert english.strip()
    assert chinese.strip()
    assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", chinese))


@pytest.mark.parametrize("part", ["title", "x", "y", "alt"])
@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_has_its_texts(chart, part):
    assert label(f"{chart}.{part}", "zh")


def test_an_unknown_text_is_an_error():
    with pytest.raises(KeyError, match="nothing"):
        label("nothing", "en")

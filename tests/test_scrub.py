"""Where the sliders under drawings stand: a link opens the drawing there, if it can."""

import json

import pytest

from pages.ui import figure
from tests.support.pages import healthy, open_page

AT = "chain_gradient_by_scale_at_scrubbed"


def place(app):
    """Where the slider of the first drawing stands."""
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    (param,) = [each for each in spec["params"] if each["name"] == "scrubbed"]
    return param["value"]


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), ("-1", -1), ("1.01", 0), ("nan", 0), ("<b>", 0), ("", 0), ("1e999", 0)]
)
def test_a_link_opens_a_drawing_where_its_slider_was_left(text, value):
    assert place(healthy(open_page("chain", "en", **{AT: text}))) == value


def test_a_slider_that_moves_draws_no_new_chart():
    app = open_page("chain", "en")
    app.text_input(key=AT).set_value("0.7").run()
    assert place(healthy(app)) == 0


def test_only_sliders_are_asked_where_they_stand():
    params = [
        {"name": "a", "value": 1, "bind": {"input": "range", "min": 0, "max": 2}},
        {"name": "b", "value": 1},
        {"name": "c", "select": "point", "bind": "scales"},
    ]
    assert figure.sliders({"params": params}) == {"a": (0, 2)}
    assert figure.started({"params": params}, {"a": 2})["params"][0]["value"] == 2
    assert params[0]["value"] == 1

"""Every page, in every language, at the ends of every control."""

import json
import re
from itertools import cycle

import pytest
from streamlit.testing.v1 import AppTest

from pages.lessons import LESSONS, PAGES
from pages.ui.numbers import number
from pages.ui.words import Words, languages
from tests.support import ROOT
from tests.support.numbers import RECORD, on_screen
from tests.support.pages import (
    answered,
    answers,
    drawn,
    ends,
    every_page,
    healthy,
    in_each_language,
    labelled,
    open_page,
)
from vgcore import Chain

NUMBERS = json.loads(RECORD.read_text("utf-8"))


@in_each_language
@every_page
def test_the_untouched_page_carries_its_message(name, lang):
    app = healthy(open_page(name, lang))
    assert app.main.markdown[0].value.split("\n")[0] == f"# {Words(name, lang)('title')}"
    drawn = {"home": "bidi_component", "time": "html"}.get(name, "vega_lite_chart")
    assert app.main.get(drawn) or name not in LESSONS


@pytest.mark.parametrize("name", NUMBERS)
def test_the_numbers_of_the_default_screen_are_those_of_record(name):
    assert on_screen(name) == NUMBERS[name], "`python -m tests.support.numbers` writes them anew"


def test_every_lesson_is_on_record():
    assert list(NUMBERS) == list(LESSONS), "`python -m tests.support.numbers` writes them anew"


@pytest.mark.parametrize(("name", "lang"), list(zip(PAGES, cycle(languages()), strict=False)))
def test_every_control_at_its_ends(name, lang):
    """In one language: that the other has the same slots for the same words is tested without a page."""
    app = answered(name, lang)
    for index, (_, values) in enumerate(list(ends(app))):
        before = list(ends(app))[index][0].value
        for value in values:
            control, _ = list(ends(app))[index]
            control.set_value(type(before)(value) if before is not None and value is not None else value)
            healthy(app.run())
        list(ends(app))[index][0].set_value(before)


def test_width_1_is_the_chain_of_lesson_1():
    shown = drawn(open_page("matrix", "en", matrix_square_width="1", matrix_square_layer="1"), "vg-net")
    trace = Chain.random(4, 1).trace(1.0, 0.0)
    for value in (trace.nabla_b[0], trace.slope[0], *trace.weights[1:]):
        assert number(value, 2) in shown


@in_each_language
def test_the_language_of_the_link_holds_for_links_onward(lang):
    app = open_page("home", lang)
    links = app.get("page_link")
    assert len(links) > len(PAGES)
    assert all(f"lang={lang}" in link.proto.query_string for link in links)


def test_the_browsers_language_is_the_default():
    app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=60).run()
    assert app.main.markdown[0].value.startswith(f"# {Words('home', 'en')('title')}")


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("activation", ["relu", "hard_tanh", "linear", "selu", "gelu"])
def test_dead_and_exploding_chains_are_shown(activation, cost):
    app = answered("chain", "en")
    app.slider(key="chain_depth").set_value(60)
    app.select_slider(key="chain_weight_std").set_value(10.0)
    app.selectbox(key="chain_activation").set_value(activation)
    app.selectbox(key="chain_cost").set_value(cost)
    healthy(app.run())


def test_the_book_s_chain_is_audited_with_the_book_s_numbers():
    shown = " ".join(element.value for element in answered("chain", "en").markdown)
    assert "| 68." in shown
    assert "| 81." in shown
    assert "| 91." in shown


def verdicts(app):
    return [said.value for kind in (app.success, app.info) for said in kind]


def test_the_verdict_stands_under_the_guesses_and_the_answer_below():
    app = open_page("chain", "en")
    assert not answers(app)
    assert not verdicts(app)
    app.button_group(key="chain_compare_guess").set_value("16").run()
    assert verdicts(app) == ["You guessed 16. The answer is 96.2, and 64 is nearest to it."]
    assert answers(app) == ["In this chain: **96.2**."]
    app.button_group(key="chain_compare_guess").set_value("64").run()
    assert verdicts(app) == ["You guessed 64, and your guess is right: none of the others is nearer to 96.2."]
    shown = [element for element in app.main if element.type in ("button_group", "success", "markdown")]
    at = [element.key for element in shown if element.type == "button_group"].index("chain_compare_guess")
    group = [element for element in shown if element.type == "button_group"][at]
    after = shown[shown.index(group) + 1 :]
    assert [element.type for element in after[:2]] == ["success", "markdown"]


@in_each_language
def test_what_was_right_stays_right_until_it_is_asked_anew(lang):
    app = open_page("chain", lang, chain_compare_guess="64", chain_slope_guess="1")
    words, told = Words("chain", lang), {"guess": "64", "nearest": "64", "value": "96.2"}
    wrong = {"guess": "1", "nearest": "1/4", "value": "0.25"}
    assert set(verdicts(app)) == {words("experiment.right", **told), words("experiment.wrong", **wrong)}
    app.number_input(key="chain_seed").set_value(2).run()
    app = healthy(app.selectbox(key="chain_activation").set_value("relu").run())
    assert set(verdicts(app)) == {
        words("experiment.right.then", **told),
        words("experiment.wrong.then", **wrong),
    }
    app = healthy(app.button(key="chain_compare_again").click().run())
    assert verdicts(app) == [words("experiment.wrong.then", **wrong)]
    assert app.button_group(key="chain_compare_guess").value is None
    assert "chain_compare_guess" not in app.query_params
    app.selectbox(key="chain_activation").set_value("sigmoid").run()
    assert verdicts(app) == [words("experiment.wrong", **wrong)]
    app.button_group(key="chain_compare_guess").set_value("64").run()
    assert words("experiment.right", guess="64", nearest="64", value="87.0") in verdicts(app)


def test_what_was_reached_fills_as_the_questions_are_guessed():
    def foot(app):
        return next(shown.value for shown in app.markdown if "have guessed, or asked to see" in shown.value)

    app = open_page("exploding", "en")
    names = ("explosion", "edge", "window", "training")
    assert all(f"](#{name})" in foot(app) for name in names)
    for name in names[:-1]:
        app.button_group(key=f"exploding_{name}_guess").set_value(
            app.button_group(key=f"exploding_{name}_guess").options[0]
        ).run()
        assert f"](#{name})" not in foot(app)
    app.toggle(key="exploding_training_skip").set_value(True).run()
    lead = Words("exploding", "en")("lesson.reached", said="").strip()
    (said,) = (shown.value for shown in app.markdown if lead in shown.value)
    assert "a factor is 25.0" in said
    assert "](#" not in said


def test_the_answer_to_the_nudge_stays_the_answer_to_its_question():
    app = open_page("chain", "en", chain_nudge_guess="10⁻³")
    answer = answers(app)
    app.select_slider(key="chain_delta_b").set_value(1e-6).run()
    assert answers(app) == answer
    assert len(answer) == 1


def test_setting_a_weight_writes_it_into_the_link():
    app = open_page("chain", "en", chain_layer="3")
    labelled(app, "w₃").set_value(4.0).run()
    labelled(app, "b₃").set_value(-2.0).run()
    assert app.text_input(key="chain_set").value == "w3=4, b3=-2"
    assert app.query_params["chain_set"] == "w3=4, b3=-2"
    assert labelled(app, "w₃").value == 4.0
    app.text_input(key="chain_set").set_value("w3=1").run()
    assert labelled(app, "w₃").value == 1.0


def test_a_link_with_hand_set_values_opens_on_them():
    app = healthy(open_page("chain", "en", chain_set="w2 = 3; b4=-1"))
    assert labelled(app, "w₂").value == 3.0
    labelled(app, "w₂").set_value(5.0).run()
    assert app.text_input(key="chain_set").value == "b4=-1, w2=5"
    assert not app.warning


def test_what_makes_no_sense_is_named_and_kept():
    app = healthy(open_page("chain", "en", chain_set="w9=1, w2=1e9, x=3, b1=--2, w1=2"))
    assert len(app.warning) == 1
    assert app.get("text")[0].value == "w9=1\nw2=1e9\nx=3\nb1=--2"
    assert app.text_input(key="chain_set").value == "w9=1, w2=1e9, x=3, b1=--2, w1=2"


@every_page
def test_a_figure_is_a_text_and_a_drawing_that_says_what_it_shows(name):
    app = answered(name, "en")
    charts = app.get("vega_lite_chart")
    assert all(chart.proto.alt for chart in charts)
    headlines = re.findall(
        r"^\*\*[^\n]+\*\*$", "\n".join(shown.value for shown in app.markdown), re.MULTILINE
    )
    assert len(headlines) >= len(charts)


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
def test_drawing_formula_and_charts_agree_on_the_product(cost):
    settings = {"chain_activation": "tanh", "chain_cost": cost, "chain_layer": "4"}
    app = answered("chain", "en", **settings)
    trace = Chain.random(4, 1, activation="tanh").trace(1.0, 0.0, cost)
    product = Chain.random(4, 1, activation="tanh").response(1.0, cost)[3]
    gradient = product * trace.slope[0]
    assert number(gradient) == number(trace.nabla_b[0])
    assert number(gradient) in drawn(app, "vg-chain")

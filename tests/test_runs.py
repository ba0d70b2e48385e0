"""What takes long on a page: it shows what it has, and leaves nothing running."""

import time

import numpy as np
import pytest

from pages.lessons import PAGES
from pages.lessons.matrix import measure
from pages.lessons.matrix.controls import MOST_WEIGHTS, Design
from pages.ui.runs import pool
from pages.ui.words import Words
from tests.support.pages import complete, healthy, in_each_language, open_page
from vgcore import SignedLog
from vgcore.studies.designs import digit_sizes


def slowly(monkeypatch, seconds):
    design = measure.design

    def slow(*args, on_seed=None, **settings):
        def told(seen, measured):
            time.sleep(seconds)
            return on_seed(seen, measured)

        return design(*args, **settings, on_seed=on_seed and told)

    monkeypatch.setattr(measure, "design", slow)


def test_seeds_appear_one_by_one_and_then_all(monkeypatch):
    slowly(monkeypatch, 1.0)
    asked = {"matrix_hidden": "2", "matrix_width": "5", "matrix_seeds": "6", "matrix_digits": "10"}
    app = healthy(open_page("matrix", "en", **asked))
    (progress,) = app.get("progress")
    assert progress.proto.text.endswith("of 6 networks measured")
    first = app.session_state["matrix_design_speeds_run"]
    assert 0 < first.seen < 6
    app = complete(app)
    assert first.done.is_set()
    assert len(first.history.samples.seeds) == 6


def test_a_control_that_moves_again_leaves_nothing_running(monkeypatch):
    slowly(monkeypatch, 0.3)
    asked = {"matrix_hidden": "2", "matrix_width": "7", "matrix_seeds": "9", "matrix_digits": "10"}
    app = healthy(open_page("matrix", "en", **asked))
    left = app.session_state["matrix_design_speeds_run"]
    app = healthy(app.slider(key="matrix_width").set_value(8).run())
    assert left.stopped
    assert left.done.wait(2.0)
    assert left.seen < 9
    healthy(complete(app))


@in_each_language
def test_a_design_that_is_too_deep_for_its_width_is_said_to_be(lang):
    asked = {"matrix_hidden": "1000", "matrix_width": "300", "matrix_seeds": "1", "matrix_digits": "1"}
    app = complete(healthy(open_page("matrix", lang, **asked)))
    words = Words("matrix", lang)
    said = words("too_many", asked=1000, width=300, hidden=53)
    assert said in [element.value for element in app.markdown]
    assert app.query_params["matrix_hidden"] == "1000"
    assert len(app.session_state["matrix_design_speeds_run"].history.samples.layers) == 54
    app = complete(healthy(app.slider(key="matrix_width").set_value(3).run()))
    assert len(app.session_state["matrix_design_speeds_run"].history.samples.layers) == 1001
    assert not any(element.value.startswith(said[:10]) for element in app.markdown)


def test_a_design_holds_as_many_weights_as_are_measured():
    for width in range(1, 301):
        fitting = Design(1000, width).fitting.hidden
        for hidden in {fitting, min(fitting + 1, 1000)}:
            sizes = np.array(digit_sizes(hidden, width))
            assert (sizes[1:] @ sizes[:-1] <= MOST_WEIGHTS) == (hidden == fitting)
        assert Design(fitting, width).fitting == Design(fitting, width)
        assert fitting >= 50


def test_a_factor_product_that_outgrows_all_numbers_is_said_to():
    asked = {"matrix_hidden": "1000", "matrix_width": "30", "matrix_seeds": "1", "matrix_digits": "1"}
    asked |= {"matrix_activation": "linear", "matrix_init": "standard normal", "matrix_shrink_skip": "true"}
    app = complete(healthy(open_page("matrix", "en", **asked)))
    assert Words("matrix", "en")("outgrown") in [element.value for element in app.markdown]


def test_a_thousand_layers_of_lesson_6_are_measured_beside_the_page():
    app = complete(healthy(open_page("ways_out", "en", ways_out_hidden="1000")))
    own, made, book, he = app.session_state["ways_out_profiles_run"].history
    assert own.rms.shape == (2, 1000)
    assert own.factor == pytest.approx(0.5**0.5, rel=0.02)
    assert made.first_over_last < SignedLog.from_log10(-300.0)  # where a float is 0
    assert book.first_over_last < made.first_over_last < he.first_over_last
    assert any("exercise_" in each.key for each in app.expander if each.key)
    healthy(app.select_slider(key="ways_out_hidden").set_value(20).run())


def test_what_is_soon_done_shows_no_progress():
    asked = {"matrix_hidden": "1", "matrix_width": "3", "matrix_seeds": "2", "matrix_digits": "1"}
    assert not healthy(open_page("matrix", "en", **asked)).get("progress")


def test_who_moves_on_to_another_page_leaves_nothing_running(monkeypatch):
    slowly(monkeypatch, 0.3)
    asked = {"matrix_hidden": "2", "matrix_width": "9", "matrix_seeds": "20", "matrix_digits": "10"}
    app = healthy(open_page("matrix", "en", **asked))
    left = app.session_state["matrix_design_speeds_run"]
    healthy(app.switch_page(PAGES["glossary"]).run())
    assert left.done.wait(3.0)
    assert left.stopped


@in_each_language
@pytest.mark.parametrize(
    ("failure", "said", "quoted"),
    [(KeyError("nosuch"), "run.broken", []), (ValueError("too large"), "run.failed", ["too large"])],
)
def test_what_breaks_is_told_in_words_and_what_is_refused_as_the_core_says_it(
    monkeypatch, caplog, lang, failure, said, quoted
):
    def fail(*args, **settings):
        raise failure

    monkeypatch.setattr(measure, "design", fail)
    pool.clear()
    app = healthy(open_page("matrix", lang))
    assert [warning.value for warning in app.warning] == [Words("matrix", lang)(said)]
    assert [text.value for text in app.text] == quoted
    assert ("nosuch" in caplog.text) == (not quoted)

"""What takes long on a page: it shows what it has, and leaves nothing running."""

import time

import pytest

from pages.lessons import PAGES
from pages.lessons.matrix import measure
from pages.ui.runs import pool
from pages.ui.words import Words
from tests.support.pages import complete, healthy, in_each_language, open_page


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

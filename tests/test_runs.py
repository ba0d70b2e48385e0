"""What takes long on a page: it shows what it has, and leaves nothing running."""

import time

from pages.lessons.matrix import measure
from tests.support.pages import complete, healthy, open_page


def slowly(monkeypatch, seconds):
    design = measure.design

    def slow(*args, on_seed=None, **settings):
        def told(seen, measured):
            time.sleep(seconds)
            return on_seed(seen, measured)

        return design(*args, **settings, on_seed=on_seed and told)

    monkeypatch.setattr(measure, "design", slow)


def test_seeds_appear_one_by_one_and_then_all(monkeypatch):
    slowly(monkeypatch, 0.4)
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

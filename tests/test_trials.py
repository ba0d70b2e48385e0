"""The short trainings of several lessons: which there are, how they run, and that a reader can stop them."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

from pages.lessons.edge import rows as edge
from pages.lessons.edge import trials as edge_trials
from pages.lessons.time import trials as time_trials
from pages.lessons.ways_out import rows, trials
from pages.ui.pool import Pool
from pages.ui.runs import pool
from tests.support.pages import healthy, open_page
from vgcore import SignedLog
from vgcore.studies import trials as short
from vgcore.studies.trials import Result, Trial

LISTS = {
    **{f"compared {name}": trials.compared(name) for name in trials.COMPARED},
    "clipped": time_trials.clipped(2.0),
    "mapped": edge_trials.mapped(),
    "cures": trials.cures(),
}


@pytest.mark.parametrize("name", LISTS)
def test_no_training_is_listed_twice(name):
    assert len(set(LISTS[name])) == len(LISTS[name])
    assert all(each.eta > 0.0 for each in LISTS[name])


def test_all_are_run_and_each_is_told():
    told, some = [], trials.compared("relu")[:4]
    results = short.run(some, lambda seen, results: told.append((seen, len(results))) or True)
    assert [each.trial for each in results] == list(some)
    assert all(seen == count for seen, count in told)
    assert {seen for seen, _ in told} == {0, 1, 2, 3, 4}
    assert all(each.seconds > 0.0 for each in results)


def test_a_stop_takes_effect_within_a_training():
    results = short.run(edge_trials.mapped(), lambda seen, results: seen < 2)
    assert len(results) == 2


def test_a_pool_runs_them():
    some = trials.compared("tanh")[:3]
    run = Pool().ask(short.run, some, len(some), "a")
    assert run.done.wait(30)
    assert (run.seen, len(run.history), run.error) == (3, 3, "")


def results(shares, **settings):
    recipe = trials.compared("relu")[0].recipe
    return tuple(
        Result(Trial(name, recipe, 0.1, seed=seed, **settings), share, 2.0, 0.5, 1.0)
        for name, seen in shares.items()
        for seed, share in enumerate(seen)
    )


@pytest.mark.parametrize(
    ("shares", "finding"),
    [
        ({"relu_he": [0.5, 0.7], "relu_batch": [0.8, 0.9]}, "apart"),
        ({"relu_he": [0.5, 0.85], "relu_batch": [0.8, 0.9]}, "overlap"),
        ({"relu_he": [0.5]}, "running"),
        ({"relu_he": [np.nan], "relu_batch": [0.8]}, "apart"),
        ({"relu_he": [np.nan, 0.5], "relu_batch": [0.8, 0.8]}, "apart"),
        ({"relu_batch": [0.8, np.nan, 0.9], "relu_he": [np.nan, 0.1, 0.2]}, "overlap"),
    ],
)
def test_no_ranking_where_ranges_overlap(shares, finding):
    profile = SimpleNamespace(first_over_last=SignedLog.from_float(0.5))
    shown = rows.learning(results(shares), True, {"relu_he": profile, "relu_batch": profile})
    assert shown.finding == finding
    assert ("gone" in shown.notes) == bool(np.isnan(shares["relu_he"]).any())
    assert (shown.answer is not None) == ("relu_batch" in shares)


def test_the_line_is_counted_cell_by_cell():
    """Networks that learn exactly down to 4 xi are all on their right side there."""
    xi = np.linspace(2.0, 12.0, len(edge.WEIGHT_STDS))
    diagram = SimpleNamespace(xi=xi[None])
    cells = edge_trials.mapped()
    limit = 4.0 * np.interp([each.recipe.scale for each in cells], edge.WEIGHT_STDS, xi)
    seen = tuple(
        Result(each, 0.9 if each.hidden <= most else 0.1, 1.0, 0.0, 1.0)
        for each, most in zip(cells, limit, strict=True)
    )
    shown = edge.trained(seen, True, diagram, SimpleNamespace(times=4, own_std=1.0, own_depth=20))
    assert (shown.slots["fits"], shown.slots["best"]) == (45, 4)
    assert (
        edge.trained(seen[:7], False, diagram, SimpleNamespace(times=4, own_std=1.0, own_depth=20)).finding
        == "running"
    )


def test_cells_of_the_map_touch_and_do_not_overlap():
    left, right = edge._edges(edge_trials.MAP_STDS, np.array(edge_trials.MAP_STDS))
    np.testing.assert_allclose(left[1:], right[:-1])
    assert (left < edge_trials.MAP_STDS).all()
    assert (right > edge_trials.MAP_STDS).all()


@pytest.fixture
def slowly(monkeypatch):
    """A training takes its time, and none is there already that another test's page has asked for."""
    learn = short.learn
    monkeypatch.setattr(short, "learn", lambda *args, **kw: time.sleep(0.4) or learn(*args, **kw))
    pool.clear()


@pytest.mark.usefixtures("slowly")
def test_a_reader_stops_the_trainings_and_has_them_again():
    app = healthy(open_page("ways_out", "en", ways_out_trained="tanh", ways_out_learn_skip="true"))
    (stop,) = [button for button in app.button if button.key.startswith("ways_out_stop")]
    app = healthy(stop.click().run())
    assert not app.get("progress")
    (again,) = [button for button in app.button if button.key.startswith("ways_out_again")]
    app = healthy(again.click().run())
    assert app.get("progress")


@pytest.mark.usefixtures("slowly")
def test_who_asks_for_others_leaves_nothing_running_behind():
    asked = {"ways_out_learn_skip": "true", "ways_out_trained": "sigmoid"}
    app = healthy(open_page("ways_out", "en", **asked))
    left = app.session_state["ways_out_learning_run"]
    app = healthy(app.selectbox(key="ways_out_trained").set_value("relu").run())
    assert app.session_state["ways_out_learning_run"] is not left
    assert left.stopped
    assert left.done.wait(5)
    assert left.seen < left.steps

"""The waits that were measured, and that a run begun anew goes the way they went."""

import numpy as np
import pytest

from tests.support.bad_input import NOT_NAMES, NOT_WHOLE, refuses_each
from vgcore import load_digits, train
from vgcore.studies.waits import WAYS, begin, long_runs, measured_by, waits


def wait(way, hidden, seed=0):
    (found,) = (each for each in waits() if each[:3] == (way, hidden, seed))
    return found


def test_the_data_say_where_they_come_from():
    assert measured_by().startswith("benchmarks/waits.py, Python 3")


def test_every_wait_is_one_of_a_known_way():
    assert len({each[:3] for each in waits()}) == len(waits())
    for each in waits():
        assert each.way in WAYS
        assert each.to_half is None or 0 < each.to_half <= each.steps
        assert each.to_most is None or each.to_half < each.to_most <= each.steps


def test_each_layer_makes_the_wait_at_least_twice_as_long():
    halves = [wait("as_it_is", hidden).to_half for hidden in (1, 2, 3, 4, 5)]
    assert (np.divide(halves[1:], halves[:-1]) > 2).all()


@pytest.mark.parametrize("hidden", long_runs())
def test_a_long_run_is_whole(hidden):
    run = long_runs()[hidden]
    assert (np.diff(run.steps) > 0).all()
    assert run.steps[0] == 0
    assert run.steps[-1] <= wait("as_it_is", hidden).steps
    for array in run[3:]:
        assert array.shape == (len(run.steps), hidden + 1)
        assert (array > 0).all()
        assert not array.flags.writeable


def test_a_run_begun_anew_goes_the_way_of_the_data():
    network, how = begin("as_it_is", 2, 0)
    run = long_runs()[2]
    steps = run.steps[run.steps <= 2000]
    seen = train(network, *load_digits(), 20, seed=0, every=steps, **how)
    kept = slice(0, len(steps))
    np.testing.assert_allclose(seen.rms_speeds[:3], run.rms_speeds[:3], rtol=1e-3)
    np.testing.assert_allclose(seen.accuracy, run.accuracy[kept], atol=0.03)
    np.testing.assert_allclose(seen.weight_norms, run.weight_norms[kept], rtol=0.02)


def test_each_way_changes_what_it_says():
    plain, how = begin("as_it_is", 5, 3)
    assert how == {"eta": 0.1, "batch": 10}
    assert {array.dtype for array in plain.weights + plain.biases} == {np.dtype(np.float32)}
    assert begin("batch_1", 5, 3)[1]["batch"] == 1
    assert begin("batch_100", 5, 3)[1]["batch"] == 100
    assert begin("eta_1", 5, 3)[1]["eta"] == 1.0
    assert begin("last_two_slow", 5, 3)[1]["rates"] == [1.0, 1.0, 1.0, 1.0, 0.1, 0.1]
    assert begin("last_slow", 5, 3)[1]["rates"] == [1.0] * 5 + [0.1]
    for way, factor in (("weights_2", 2.0), ("weights_4", 4.0)):
        for w, other in zip(begin(way, 5, 3)[0].weights, plain.weights, strict=True):
            np.testing.assert_array_equal(w, factor * other)
    assert not any(b.any() for b in begin("biases_0", 5, 3)[0].biases)
    x, y = load_digits()
    outputs = begin("shares", 5, 3)[0].forward(x)[1][-1].mean(axis=1)
    np.testing.assert_allclose(outputs, y.mean(axis=1), rtol=1e-4)


def test_bad_input_is_refused():
    refuses_each(NOT_NAMES, lambda bad: begin(bad, 2, 0))
    refuses_each(NOT_WHOLE, lambda bad: begin("as_it_is", bad, 0))
    refuses_each(NOT_WHOLE, lambda bad: begin("as_it_is", 2, bad))

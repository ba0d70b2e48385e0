"""The lesson in few bits: its cases, against what holds in them, and its trainings as they are watched."""

import math

import numpy as np
import pytest

from pages.lessons.bits import controls, rows, trainings
from pages.ui.figure import text
from pages.ui.words import Words, languages
from vgcore import FORMATS
from vgcore.studies.bits import WAYS, Lost, Trained, first_flat, first_zero, lost, moved, slope, walk


def headline(name, shown):
    """The headline of a figure in English; it and its reading are whole in every language."""
    said = {lang: text(Words("bits", lang), name, shown) for lang in languages()}
    assert all("{{" not in each for each in said.values())
    return said["en"].split("**")[1]


def walked(**changed):
    chosen = controls.Chain(**changed)
    return rows.walk(walk(*chosen.of, chosen.depth), chosen, first_zero(*chosen.of))


def test_the_walk_tells_of_zeros_where_there_are_zeros():
    shown = walked()
    assert headline("walk", shown) == "In float16, 9 of 20 layers have a gradient of exactly 0"
    assert np.isfinite(shown.series["seen"]["log10_abs"]).sum() == 11
    assert shown.notes == ("first",)
    assert shown.guess == {"back": float}
    assert walked(depth=11).finding == "alive"


def test_an_end_far_below_the_drawing_is_told_and_not_drawn():
    shown = walked(format="float64")
    assert "beyond" in shown.notes
    assert not {"normal", "subnormal"} & set(shown.series)
    assert headline("walk", shown) == "In float64, the gradient reaches all 20 layers"
    assert shown.guess == {}


def test_the_digits_of_a_format_are_those_of_its_ulp():
    assert rows.digits_of("float64") == pytest.approx(53 * math.log10(2))
    assert rows.formats("bfloat16").slots["digits"] == "2.4"


@pytest.mark.parametrize(("z", "finding"), [(6.25, "dead"), (6.0, ""), (-20.0, "")])
def test_a_neuron_that_is_fully_on_is_dead_and_one_that_is_off_is_not(z, finding):
    own, curves = controls.Full("bfloat16", z), {name: slope(name, rows.Z) for name in rows.DRAWN}
    ends = tuple(first_flat("bfloat16", side=side) for side in (-1, 1))
    shown = rows.slopes(curves, ends, own, float(slope("bfloat16", z)))
    assert shown.finding == finding
    assert ("dead" in headline("slopes", shown)) == bool(finding)


@pytest.mark.parametrize(
    ("deep", "power", "finding", "notes"),
    [
        (8, 0, "gone", ()),
        (3, 0, "partly", ()),
        (8, 16, "whole", ("bought",)),
        (8, 24, "whole", ("bought", "overflow")),
    ],
)
def test_what_is_said_of_layer_1_is_what_float16_leaves_of_it(deep, power, finding, notes):
    own = controls.Digits(deep, power)
    shown = rows.lost({name: lost(name, deep, 2.0**power) for name in rows.COMPARED}, own)
    assert (shown.finding, shown.notes) == (finding, notes)
    headline("lost", shown)


def test_a_scale_buys_as_many_layers_as_its_logarithm_has_factors():
    exact = 0.25 ** np.arange(9.0, -1.0, -1.0)
    seen = dict.fromkeys(rows.COMPARED, Lost(exact, exact, 0.0 * exact, 0.0 * exact))
    assert rows.lost(seen, controls.Digits(9, 16)).slots["bought"] == "8"


def test_the_limits_that_are_printed_are_where_the_first_weights_move():
    for name in ("bfloat16", "float16", "float8_e4m3fn"):
        limit = FORMATS[name].ulp / 4.0
        assert moved(name, 0.999 * limit) == 0.0
        assert moved(name, 1.05 * limit) > 0.0


@pytest.mark.parametrize(("end", "finding"), [(0.99, "stands"), (0.6, "behind"), (0.51, "level")])
def test_a_training_stands_falls_behind_or_keeps_up(end, finding):
    def trained(last):
        return Trained(np.linspace(1.0, last, 5), np.full(5, 0.1))

    results = [(way, trained(end if way == "bfloat16" else 0.5)) for way in WAYS]
    shown = rows.trained(results, True, rows.ASKED_ETA)
    assert shown.finding == finding
    assert shown.answer == pytest.approx((1.0 - end) / 0.5)
    headline("trained", shown)
    running = rows.trained(results[:2], False, 0.1)
    assert (running.finding, running.notes, running.answer) == ("running", (), None)
    headline("trained", running)


def test_the_trainings_are_told_step_by_step_in_their_order(monkeypatch):
    monkeypatch.setattr(trainings, "STEPS", 6)
    monkeypatch.setattr(trainings, "REPORT", 2)
    seen = []

    def on_step(*told):
        seen.append(told)
        return True

    results = trainings.run(trainings.all_ways(0.1), on_step)
    assert [way for way, _ in results] == list(WAYS)
    assert [told[0] for told in seen if told] == list(range(2, 6 * len(WAYS) + 1, 2))
    assert len(seen) == 6 * len(WAYS)
    assert all(len(trained.loss) == 6 for _, trained in results)


def test_before_the_guess_neither_home_nor_the_end_of_the_page_has_an_answer():
    chosen = controls.Chain()
    shown = rows.reached(walk(*chosen.of, chosen.depth), chosen)
    answers = {str(first_zero("float16")), str(first_zero("bfloat16")), "6.25"}
    assert not answers & {*map(str, shown.slots.values())}

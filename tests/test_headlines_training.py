"""Lesson 5: what a headline and a sentence claim holds of the run on the screen, at any setting."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from pages.lessons.training import rows, waits
from pages.lessons.training.controls import BOOK, FREE
from pages.ui.data import Word
from pages.ui.figure import text
from pages.ui.words import Words, languages
from tests.support.headlines import says, value
from vgcore.studies.published import train_steps
from vgcore.studies.waiting import Training, Waited, halving, wait
from vgcore.studies.waits import LongRun

CHANGES = [
    {"hidden": 1},
    {"hidden": 2, "eta": 100.0, "activation": "relu", "init": "standard_normal", "cost": "quadratic"},
    {"frozen": 4},
    {"activation": "relu", "init": "he_normal", "lmbda": 0.0, "eta": 0.3, "hidden": 3, "width": 20},
    {"activation": "relu", "width": 1, "hidden": 6},
    {"activation": "linear", "init": "orthogonal", "lmbda": 100.0},
    {"activation": "tanh", "init": "standard_normal", "cost": "quadratic", "hidden": 10},
    {"activation": "tanh", "eta": 0.0},
    {"activation": "gelu", "init": "he_normal", "hidden": 8, "eta": 30.0, "lmbda": 0.0},
    {"steps": 1, "hidden": 2},
    {"batch": 10, "steps": 250, "held": 200, "hidden": 2, "lmbda": 0.0},
    {"batch": 1, "steps": 33, "hidden": 1, "held": 200},
    *(
        {"eta": eta, "lmbda": lmbda, "hidden": hidden, "width": 30, "steps": 60 if hidden > 2 else 200}
        for eta in (1.0, 3.0)
        for lmbda in (0.0, 1.0, 5.0)
        for hidden in (2, 4, 10)
    ),
]


def said(name, shown):
    """The whole text of a figure in English; that it can be said in every language."""
    texts = {}
    for lang in languages():
        texts[lang] = text(Words("training", lang), name, shown, lambda value: f"{value:.6g}.")
        assert "{{" not in texts[lang]
        assert "nan" not in texts[lang]
    return texts["en"]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_what_is_said_of_a_run_of_the_readers_own(changes):
    settings = replace(BOOK, **{"steps": 12, "width": 8, **changes})
    history = train_steps(**asdict(settings))
    for name, speeds in (("rms_speeds", history.rms_speeds), ("mean_speeds", history.speeds)):
        shown = getattr(rows, name)(history, "a run", False)
        headline = said(name, shown).split("\n")[0]
        if settings.hidden == 1:
            assert headline.endswith("?**")
        elif "?" in headline:
            assert min(speeds[0, [0, -2]].min(), speeds[-1, [0, -2]].min()) == 0.0
        else:
            assert says(shown, "start", speeds[0, -2] / speeds[0, 0])
            assert says(shown, "end", speeds[-1, -2] / speeds[-1, 0])
            assert shown.slots["step"] == f"{history.steps[-1]:,}"
    if not history.diverged:
        assert history.steps[-1] == settings.steps

    shown = rows.accuracy_by_step({"a run": history}, True)
    whole = said("accuracy_by_step", shown)
    assert says(shown, "best", history.accuracy[-1])
    assert whole.startswith("**So far") == (history.accuracy[-1] < 0.2)
    assert ("held out" in whole) == bool(settings.held)
    if settings.held:
        assert says(shown, "unseen", history.held_accuracy[-1])
    several = rows.accuracy_by_step({"a run": history, "the same": history}, False)
    assert said("accuracy_by_step", several).startswith("**The best of these runs")
    assert said("steps_scrubbed", rows.steps_scrubbed(history, "a run")).split("\n")[0].endswith("?**")


@pytest.mark.parametrize("seed", range(3))
def test_digit_by_digit_the_gradient_shrinks_about_a_hundredfold_at_the_start_whatever_the_setting(seed):
    """Of four hidden layers; what is set for the training comes in later."""
    ratios = [
        train_steps(4, **change, hidden=4, width=30, seed=seed).rms_speeds[0]
        for change in ({}, {"eta": 3.0, "lmbda": 0.0}, {"batch": 10, "lmbda": 1.0})
    ]
    assert all((ratio == ratios[0]).all() for ratio in ratios)
    assert 40.0 < ratios[0][-2] / ratios[0][0] < 250.0


@pytest.fixture(scope="module")
def fixed():
    return train_steps(**asdict(BOOK)), train_steps(**asdict(FREE))


def test_what_is_said_of_the_books_run(fixed):
    book, free = fixed
    early = int(np.searchsorted(book.steps, 40))
    assert (book.speeds[early] < 0.2 * book.speeds[0]).all()  # it plunges
    rest = book.rest_speeds[:, :-1]
    assert (rest[0] < 2.0 * rest[book.kept.searchsorted(early)]).all()  # without the mean error it does not
    assert (rest.max(axis=1) < 1.5 * rest.min(axis=1)).all()  # the lines almost coincide
    said("rest_speeds", rows.rest_speeds(book))
    assert 0.003 < rows.left(book) < 0.03

    shown = rows.ratio_by_step(book, free)
    said("ratio_by_step", shown)
    assert 0.5 < value(shown.slots["free_mean"]) < 2.0  # the book's measure makes it look level
    assert value(shown.slots["free_rms"]) > 50.0  # which it is not
    assert value(shown.slots["book_mean"]) > 10.0
    for history in fixed:
        ratios = history.rms_speeds[:, -2] / history.rms_speeds[:, 0]
        assert ratios.min() > 80.0  # these steps do not mend it
        assert history.accuracy.max() < 0.2  # five hundred steps did nothing


@pytest.fixture(scope="module")
def waited():
    """Two depths that wake at once, and one that has not."""
    asked = {4: 300, 1: 2000, 2: 3000}
    return tuple(wait(Training(hidden=hidden), limit, 0.9) for hidden, limit in asked.items())


def awake(waited, steps, limit=20_000):
    """The same, as if it had waked after so many steps, or not at all."""
    looks = np.arange(0, limit + 1, 100)
    accuracy = np.where(looks >= (np.inf if steps is None else steps), 0.6, 0.1)
    return waited._replace(steps=looks, accuracy=accuracy, cost=3.0 - accuracy)


def test_the_wait_is_told_as_it_is(waited):
    asleep, one, two = waited
    assert said("waits", rows.waits(waited[:1])).startswith("**4 hidden layers: does the network learn")
    late = rows.waits((awake(asleep, 6500), one, two))
    assert late.answer == 6500.0
    assert "half of the digits are right after 6,500 steps" in said("waits", late)
    never = rows.waits((awake(asleep, None), one, two))
    assert "has not learned in the steps" in said("waits", never)

    shown = rows.wait_by_depth(waited)
    assert "Each further hidden layer" in said("wait_by_depth", shown)
    factor = two.steps_to() / one.steps_to()
    assert value(shown.slots["factor"]) == pytest.approx(factor, rel=0.05)
    assert value(shown.slots["ten"]) == pytest.approx(one.steps_to() * factor**9, rel=0.05)
    assert said("wait_by_depth", rows.wait_by_depth(waited[:2])).startswith("**How long")


@pytest.mark.parametrize(
    ("seconds", "unit", "count"),
    [
        (90, "seconds", 90),
        (150, "minutes", 2.5),
        (9000, "hours", 2.5),
        (2.16e5, "days", 2.5),
        (1e9, "years", 32),
    ],
)
def test_a_duration_is_told_in_its_unit(seconds, unit, count):
    told = rows._duration(seconds)
    assert told.key == f"duration.{unit}"
    assert value(told.slots["count"]) == pytest.approx(count, rel=0.05)


def test_the_gap_closes_where_it_does(waited):
    two = waited[2]
    shown = rows.gap(two)
    assert said("gap", shown).startswith("**The gap closes: after")
    speeds, at = two.history.rms_speeds, two.steps.tolist().index(int(shown.slots["step"].replace(",", "")))
    ratio = speeds[:, -2] / speeds[:, 0]
    assert (ratio[at:] < 2.0).all()
    assert at == 0 or ratio[at - 1] >= 2.0
    assert shown.answer == two.accuracy[at]
    assert said("gap", rows.gap(waited[0])).startswith("**In this run the first layer has not")
    assert "grows" in said("spreads", rows.spreads(two)).split("\n")[0]
    assert "come apart" not in said("spreads", rows.spreads(waited[0])).split("\n")[0]


def long_run(steps, accuracy, spreads):
    empty = np.ones((len(steps), 3))
    spread = np.array([[1.0, each, 1.0] for each in spreads])
    return LongRun(np.array(steps), np.ones(len(steps)), np.array(accuracy), empty, empty, empty, spread)


@pytest.mark.parametrize(("last", "says_so"), [(0.1, "The door closes: 8"), (0.9, "The door opens late: 8")])
def test_the_door_is_told_as_it_was_measured(last, says_so):
    runs = {
        7: long_run([0, 1000, 5000], [0.1, 0.1, 0.6], [1e-3, 1e-4, 0.1]),
        8: long_run([0, 1000, 9000], [0.1, 0.1, last], [1e-3, 1e-4, 1e-5]),
    }
    shown = rows.doors(runs)
    whole = said("doors", shown)
    assert whole.startswith(f"**{says_so}")
    assert "with 7 layers after 5,000 steps" in whole
    assert rows.left_open(runs) == pytest.approx(0.01)


def changed(way, *steps):
    one = Waited(Training(way, 5), np.array([0]), np.array([0.1]), np.array([3.0]), 1e-4)
    return tuple(awake(one, step, 100_000) for step in steps)


def test_what_shortens_the_wait_is_told_as_it_ran():
    plain, held = (
        changed("as_it_is", 20_000, 19_000, 42_000),
        changed("last_two_slow", 46_000, 36_000, 47_000),
    )
    rest = (*changed("shares", 26_000), *changed("eta_1", 8_000), *changed("weights_4", 300))
    assert said("ways", rows.ways(plain, False)).split("\n")[0].endswith("?**")
    shown = rows.ways((*plain, *held, *rest), True)
    whole = said("ways", shown)
    assert "makes the wait 2.3 times as long**" in whole
    assert shown.answer == 46_000 / 20_000
    assert "longer with: output biases at the shares, last two layers at η/10." in whole
    assert "shorter with: weights four times as large, η = 1." in whole
    other = rows.ways((*plain, *changed("last_two_slow", 1000), *rest), True)
    assert "0.05 times as long: shorter" in said("ways", other)
    never = rows.ways((*plain, *changed("last_two_slow", None), *rest), True)
    assert said("ways", never).split("\n")[0].endswith("?**")
    assert never.answer is None

    cured = rows.cures((*plain, *changed("relu", 100), *changed("skips", 300)), True)
    assert "ReLU and He's weights, 100 steps" in said("cures", cured)
    assert "the network takes 20,000" in said("cures", cured)
    assert cured.answer == 100.0
    assert said("cures", rows.cures(changed("as_it_is", None), False)).split("\n")[0].endswith("?**")


def raced(waited, woken, hidden=4):
    return tuple(
        awake(waited, 5000 if lmbda in woken else None)._replace(
            training=Training(hidden=hidden, lmbda=lmbda)
        )
        for lmbda in waits.LAMBDAS
    )


@pytest.mark.parametrize(
    ("woken", "finding", "answer"),
    [((0.0, 0.3, 0.5), "some", 0.5), (waits.LAMBDAS, "all", 5.0), ((), "none", None), ((0.0,), "some", None)],
)
def test_who_wins_the_race_is_told_as_it_ran(waited, woken, finding, answer):
    results = raced(waited[0], woken)
    shown = rows.races((*results, *raced(waited[0], woken, 3)))
    said("races", shown)
    assert (shown.finding, shown.answer) == (finding, answer)
    if woken == (0.0, 0.3, 0.5):
        assert shown.slots["from"] == "1"
    assert said("races", rows.races(results[:3])).split("\n")[0].endswith("?**")

    shown = rows.shrinking(results)
    said("shrinking", shown)
    assert value(shown.slots["halving"].replace(",", "")) == pytest.approx(halving(0.1, 5.0), rel=0.01)
    assert rows.pulled(results[:1]) is None

    shown = rows.stopped(results)
    whole = said("stopped", shown)
    assert "would have ended 6 of these 6 runs, with at most 10% of the digits right" in whole.replace(
        ".0%", "%"
    )
    assert ("went on to learn" in whole) == bool(woken)
    learning = tuple(each._replace(cost=np.linspace(3.0, 0.0, len(each.steps))) for each in results)
    assert "would have ended none" in said("stopped", rows.stopped(learning))


def test_every_way_has_a_name_in_every_language():
    for lang in languages():
        for way in {*waits.ASKED_WAYS, *waits.OTHER_WAYS, *waits.CURES}:
            assert Word(f"way.{way}").said(Words("training", lang))


def test_a_run_of_many_trainings_is_told_part_by_part():
    parts = []
    asked = tuple(waits.Asked(Training(hidden=1, seed=seed), 200, 2.0) for seed in range(2))
    results = waits.run(asked, lambda seen, results: parts.append((seen, len(results))))
    assert [one for one, _ in parts] == [1, 25, 50, 50, 75, 100]
    assert [count for _, count in parts] == [1, 1, 1, 2, 2, 2]
    assert [waited.training.seed for waited in results] == [0, 1]

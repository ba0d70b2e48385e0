"""What stands around every lesson: its goal, its sections to jump to, what was reached, and the path home."""

import re
import xml.etree.ElementTree as ET
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from pages.lessons import LESSONS
from pages.ui.numbers import number
from pages.ui.path import picture, steps
from pages.ui.words import Words, headings, languages, minutes
from tests.support.numbers import TRAINED
from tests.support.pages import NUMBER, answered, complete, in_each_language, open_page
from vgcore import Chain
from vgcore.studies.explosion import contrived_chain
from vgcore.studies.published import train_on_digits
from vgcore.studies.scaling import scale_family

NUMBERED = [name for name, script in LESSONS.items() if re.match(r"\d", Path(script).name)]
NEEDED = ("goal", "path", "path.question", "path.alt", "path.needs", "reached")
every_lesson = pytest.mark.parametrize("name", NUMBERED)


def rows_of(name):
    return import_module(f"pages.lessons.{name}.rows")


def missing(name, lang):
    """What a lesson lacks of what stands around every lesson."""
    words = Words(name, lang)
    yield from (f"{words.where}: a section {key!r}" for key in NEEDED if words.get(key) is None)
    yield from (
        f"rows.py: a function {key!r}" for key in ("path", "reached") if not hasattr(rows_of(name), key)
    )


@in_each_language
@every_lesson
def test_a_lesson_has_all_that_stands_around_it(name, lang):
    assert list(missing(name, lang)) == []


@in_each_language
@every_lesson
def test_the_goal_stands_at_the_top_and_what_was_reached_at_the_end(name, lang):
    words, app = Words(name, lang), open_page(name, lang)
    assert words("goal") in app.main.markdown[0].value
    lead = words("lesson.reached", said="").strip()
    assert not [shown for shown in app.main.markdown if lead in shown.value]
    for toggle in app.toggle:
        toggle.set_value(
            toggle.key.removeprefix(f"{name}_").removesuffix("_skip") not in TRAINED.get(name, ())
        )
    shown = [element.value for element in app.run().main.markdown]
    waiting = words("lesson.waiting", questions="|").split("|")[0]
    (said,) = (at for at, text in enumerate(shown) if lead in text or waiting in text)
    assert said < next(at for at, text in enumerate(shown) if words("summary") in text)
    assert name in ("training", *TRAINED) or NUMBER.search(shown[said])
    assert "{{" not in shown[said]


@in_each_language
@every_lesson
def test_the_sections_listed_are_those_of_the_page_in_its_order(name, lang):
    shown = complete(open_page(name, lang)).header
    assert [(title.value, title.proto.anchor) for title in shown] == [
        (title, section) for section, title in headings(name, lang).items()
    ]


@in_each_language
@every_lesson
def test_the_list_of_the_sections_stands_in_the_sidebar_and_under_the_title(name, lang):
    app = open_page(name, lang)
    for place, tag in ((app.sidebar, "<nav"), (app.main, "<details")):
        (body,) = (html.proto.body for html in place.get("html") if f"{tag} class" in html.proto.body)
        assert re.findall(r'<a href="#(\w+)"', body) == list(headings(name, lang))


def test_a_heading_is_no_two_sections_and_has_no_slot():
    for name in LESSONS:
        for lang in languages():
            titles = list(headings(name, lang).values())
            assert len(set(titles)) == len(titles)
            assert "{{" not in "".join(titles)


@in_each_language
def test_home_shows_every_lesson_as_a_step_of_the_path(lang):
    assert steps(LESSONS, lang) == NUMBERED
    app = answered("home", lang)
    shown = [html.proto.body for html in app.main.get("html") if "vg-step" in html.proto.body]
    assert len(shown) == len(NUMBERED)
    for name, body in zip(NUMBERED, shown, strict=True):
        assert f"<h3>{Words(name, lang)('path.question')}</h3>" in body
        assert f" {minutes(name)} " in body
        assert "{{" not in body
        assert "**" not in body
        assert "$" not in body
    ways = [link.proto.label for link in app.main.get("page_link")]
    assert ways[: len(NUMBERED)] == [Words(name, lang)("title") for name in NUMBERED]


@every_lesson
def test_the_picture_of_a_lesson_is_its_own_rows(name):
    rows = rows_of(name).path()
    assert "line" in rows.series
    drawn = ET.fromstring(picture(rows.series)).findall("{http://www.w3.org/2000/svg}polyline")
    assert len(drawn) == len(rows.series)
    for line, columns in zip(drawn, reversed(rows.series.values()), strict=True):
        x, y = np.array([point.split(",") for point in line.get("points").split()], float).T
        assert x.min() >= 0
        assert x.max() <= 200
        assert y.min() >= 0
        assert y.max() <= 100
        for places, values in ((x, columns["x"]), (-y, columns["y"])):
            assert (np.diff(places) * np.diff(values) >= -0.1 * np.ptp(values)).all()
    slots = set(
        re.findall(
            r"\{\{(\w+)\}\}", Words(name, "en")("path", **{key: f"{{{{{key}}}}}" for key in rows.slots})
        )
    )
    assert slots == rows.slots.keys()


def test_the_path_says_what_the_lessons_compute():
    said = {name: rows_of(name).path().slots for name in NUMBERED}
    assert said["exploding"]["factor"] == number(contrived_chain().trace(1.0, 0.0).term(2), 2)
    products = Chain.random(10, 1, chains=1000).response(1.0).log10_abs[-1]
    assert abs(np.median(products) - np.log10(1.7e-10)) < 0.3
    assert said["chain"]["typical"].endswith("×\xa010⁻¹⁰")
    from vgcore import critical_weight_std, mean_field

    assert said["matrix"]["edge"] == number(critical_weight_std("sigmoid", 1.0), 2)
    assert said["matrix"]["factor"] == number(mean_field("sigmoid", 1.0, 1.0).chi ** 0.5)
    np.testing.assert_allclose(rows_of("ways_out").path().series["line"]["y"], 0.0, atol=1e-9)
    deep = Chain.random(4, 1, 3.0, chains=rows_of("unstable").CHAINS).nabla_b(1.0, 0.0).log10_abs
    share = (np.ptp(deep, axis=0) <= np.log10(2.0)).mean()
    assert float(said["unstable"]["at_4"].rstrip("%")) == pytest.approx(100.0 * share, rel=0.25)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_the_path_counts_the_chains_of_the_lesson(depth):
    from pages.lessons.unstable.controls import Settings
    from vgcore.studies.imbalance import balance_by_depth

    rows = rows_of("unstable")
    grown = balance_by_depth(rows.DEEPEST, rows.CHAINS, **Settings(weight_std=3.0).sampling)
    assert rows.path().slots[f"at_{depth}"] == rows.reached(grown, depth).slots["share"]


def reached_on(**sampling):
    chain = Chain.random(seed=1, **sampling)
    trace = chain.trace(1.0, 0.0)
    return trace, rows_of("chain").reached(trace, scale_family(chain, rows_of("chain").FACTORS, 1.0, 0.0))


def test_what_is_reached_on_a_chain_is_of_this_chain():
    trace, rows = reached_on(depth=4)
    assert rows.notes == ("slower", "uneven")
    assert rows.slots["times"] == number(abs(trace.nabla_b[-1].to_float() / trace.nabla_b[0].to_float()))
    assert reached_on(depth=40, activation="relu")[1].notes == ("dead",)
    assert "faster" in reached_on(depth=3, activation="linear", weight_std=10.0)[1].notes


@pytest.mark.parametrize(("weight", "note"), [(100.0, "grows"), (4.0, "level"), (2.0, "falls")])
def test_what_is_reached_on_the_contrived_chain_holds_at_every_weight(weight, note):
    trace = contrived_chain(weight, 6).trace(1.0, 0.0)
    rows = rows_of("exploding").reached(trace)
    assert rows.notes == (note,)
    assert rows.slots["times"] == number(trace.ratio(1, 6))


@pytest.mark.parametrize(("hidden", "note"), [(None, "running"), (1, "one_layer"), (2, "ratios")])
def test_what_a_run_has_reached_is_said_once_it_has_ended(hidden, note):
    history = hidden and train_on_digits(hidden, 5, 2)
    run = SimpleNamespace(done=SimpleNamespace(is_set=lambda: bool(hidden)), history=history)
    rows = rows_of("training").reached(run)
    assert rows.notes == (note,)
    for lang in languages():
        assert "{{" not in Words("training", lang)(f"reached.{note}", **rows.slots)

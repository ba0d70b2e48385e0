"""What stands around every lesson: its goal, its sections to jump to, what was reached, and the path home."""

import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from pages.lessons import LESSONS
from pages.ui.numbers import number
from pages.ui.path import steps
from pages.ui.words import Words, headings, languages, minutes, questions
from tests.support.numbers import TRAINED
from tests.support.pages import NUMBER, answered, complete, in_each_language, open_page
from vgcore import Chain
from vgcore.studies.explosion import contrived_chain
from vgcore.studies.published import train_on_digits
from vgcore.studies.scaling import scale_family

NUMBERED = [name for name, script in LESSONS.items() if re.match(r"\d", Path(script).name)]
NEEDED = ("goal", "path", "path.question", "path.needs", "reached")
every_lesson = pytest.mark.parametrize("name", NUMBERED)


def rows_of(name):
    return import_module(f"pages.lessons.{name}.rows")


def missing(name, lang):
    """What a lesson lacks of what stands around every lesson."""
    words = Words(name, lang)
    yield from (f"{words.where}: a section {key!r}" for key in NEEDED if words.get(key) is None)
    if not hasattr(rows_of(name), "reached"):
        yield "rows.py: a function 'reached'"


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
    if questions(name):  # else nothing is left to be guessed
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


@in_each_language
def test_the_path_has_no_number_that_a_lesson_asks_for(lang):
    for name in NUMBERED:
        words = Words(name, lang)
        assert not re.search(r"\d[.,/]\d|[×%]|10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]", words("path.question") + words("path")), name


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

"""For teachers: the plans fill their minutes, every link opens what it promises, and BibTeX is sound."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from pages.lessons import COURSE, LESSONS
from pages.lessons.teachers.plans import CITED, PLANS, SCREENS, moments, timetable
from pages.lessons.teachers.sheet import ON_IT, sheet
from pages.ui.words import Words, headings
from tests.support.pages import healthy, in_each_language, open_page, path_of, told, values


def links(minutes, lang):
    """The links of a plan as they stand on the page, by screen: label, path, what it is asked, section."""
    app = healthy(open_page("teachers", lang, teachers_minutes=minutes))
    assert told(app) == []
    said = "\n".join(element.value for element in app.markdown)
    found = []
    for label, address in re.findall(r"^:material/open_in_new: \[(.+)\]\((.+)\)$", said, re.MULTILINE):
        parts = urlsplit(address)
        found.append((label, parts.path, parse_qs(parts.query), parts.fragment))
    return dict(zip(PLANS[minutes], found, strict=True))


@pytest.mark.parametrize("minutes", PLANS)
def test_a_plan_fills_its_minutes_without_a_gap(minutes):
    steps = timetable(PLANS[minutes])
    assert [name for name, *_ in steps] == list(PLANS[minutes])
    assert [begin for _, begin, _ in steps] == [0, *(end for *_, end in steps[:-1])]
    assert steps[-1][-1] == int(minutes)
    assert all(begin < end for _, begin, end in steps)


@pytest.mark.parametrize("minutes", PLANS)
def test_a_class_shows_its_guesses_guesses_again_and_sees_within_its_step(minutes):
    for name, begin, end in timetable(PLANS[minutes]):
        show, again, answer = moments(begin, end).values()
        assert begin < show < again < answer < end, name


@in_each_language
def test_a_step_at_a_question_says_when_a_class_guesses(lang):
    said = [element.value for element in open_page("teachers", lang, teachers_minutes="45").markdown]
    steps = [(SCREENS[name], begin, end) for name, begin, end in timetable(PLANS["45"])]
    asking = [Words("teachers", lang)("moments", **moments(*ends)) for screen, *ends in steps if screen.asks]
    assert len(asking) >= 3
    assert [text for text in said if text in asking] == asking


def test_every_screen_is_shown_in_a_plan():
    assert {name for plan in PLANS.values() for name in plan} == set(SCREENS)
    assert {screen.page for screen in SCREENS.values()} <= set(LESSONS)


@in_each_language
@pytest.mark.parametrize("minutes", PLANS)
def test_every_step_has_its_link_and_its_words(minutes, lang):
    app = open_page("teachers", lang, teachers_minutes=minutes)
    words, said = Words("teachers", lang), " ".join(element.value for element in app.markdown)
    assert [heading.proto.anchor for heading in app.subheader] == list(PLANS[minutes])
    for name, (label, path, asked, section) in links(minutes, lang).items():
        screen = SCREENS[name]
        assert label == words(f"{name}.link")
        assert path == (path_of(screen.page) or ".")
        assert set(asked) == {"lang", *(f"{screen.page}_{key}" for key in screen.settings)}
        assert asked["lang"] == [lang]
        assert section == screen.section
        assert not section or section in headings(screen.page, lang)
        for part in ("ask", "wrong", "look"):
            assert words(f"{name}.{part}") in said


@pytest.mark.parametrize("name", SCREENS)
def test_a_link_opens_on_what_it_asks_for(name):
    minutes = next(minutes for minutes, plan in PLANS.items() if name in plan)
    _, _, asked, _ = links(minutes, "en")[name]
    (lang,) = asked.pop("lang")
    app = healthy(open_page(SCREENS[name].page, lang, **{key: text for key, (text,) in asked.items()}))
    assert told(app) == []
    held = values(app)
    for key, value in SCREENS[name].settings.items():
        assert held[f"{SCREENS[name].page}_{key}"] == value


@in_each_language
def test_the_course_on_one_page_has_every_lesson_and_prints_alone(lang):
    text = sheet(lang)
    assert [*ON_IT] == [name for name in COURSE if name != "home"]
    for name in ON_IT:
        assert f"<h2>{Words(name, lang)('title')}" in text
        assert Words("teachers", lang)(f"sheet.{name}") in unescape(text)
    assert not re.search(r"\{\{|\$|\*\*|<script|src=|href=", text)
    assert len(re.sub(r"<style>.*?</style>|<[^>]+>", "", text, flags=re.DOTALL)) < 2500  # a page of A4


def test_what_to_cite_is_bibtex_and_stands_on_the_page():
    text = CITED.read_text("utf-8")
    entries = re.findall(r"^@(\w+)\{([\w-]+),\n(.*?)\n\}$", text, re.MULTILINE | re.DOTALL)
    assert len(entries) == text.count("@") == len({key for _, key, _ in entries}) >= 10
    for kind, key, body in entries:
        fields = dict(re.findall(r"^  (\w+) *= \{(.*)\},?$", body, re.MULTILINE))
        assert {"title", "author", "year"} <= set(fields), key
        assert len(fields) == len(body.split("\n")), key
        assert all(line.endswith(",") for line in body.split("\n")[:-1]), key
        assert all(value.count("{") == value.count("}") for value in fields.values()), key
        assert kind != "article" or "journal" in fields, key
        assert key.endswith(fields["year"]) or key == "why-gradients-vanish"
    assert text.strip() in [code.value for code in open_page("teachers", "en").code]

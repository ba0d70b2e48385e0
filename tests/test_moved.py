"""Old links: what they ask of a lesson that another one has now leads there, and loses nothing."""

from urllib.parse import parse_qs

import pytest

from pages.lessons import LESSONS, MOVED
from pages.ui.words import Words, questions
from tests.support.lessons import EXERCISES
from tests.support.pages import answered, healthy, in_each_language, open_page, told, values


def ways(app, lang, lesson):
    """What the links to a lesson ask for that are not the menu's."""
    title = Words(lesson, lang)("title")
    links = [link.proto for link in app.main.get("page_link") if link.proto.label == title]
    return [parse_qs(link.query_string) for link in links]


@in_each_language
@pytest.mark.parametrize(
    ("old", "new", "asked", "then"),
    [
        ("matrix", "edge", {"matrix_critical_guess": "10"}, {"edge_critical_guess": "10"}),
        ("matrix", "edge", {"matrix_luck_skip": "true"}, {"edge_luck_skip": "true"}),
        (
            "ways_out",
            "time",
            {"ways_out_gain": "1.5", "ways_out_forget_bias": "3.0", "ways_out_time_skip": "true"},
            {"time_gain": "1.5", "time_forget_bias": "3.0", "time_time_skip": "true"},
        ),
        (
            "ways_out",
            "edge",
            {"ways_out_sigma_w": "2.0", "ways_out_reach_skip": "true"},
            {"edge_sigma_w": "2.0", "edge_reach_skip": "true"},
        ),
    ],
)
def test_an_old_link_leads_to_where_its_settings_are_now(old, new, asked, then, lang):
    app = healthy(open_page(old, lang, **asked))
    assert [info.value for info in app.info] == [Words(old, lang)("address.moved")]
    assert told(app) == []
    assert {"lang": [lang], **{key: [text] for key, text in then.items()}} in ways(app, lang, new)
    there = healthy(open_page(new, lang, **then))
    assert told(there) == []


def test_what_has_moved_is_there():
    for old, lessons in MOVED.items():
        for new, names in lessons.items():
            there = values(answered(new, "en"))
            exercises = {f"exercise_{name}" for lesson, name in EXERCISES if lesson == new}
            for name in names:
                known = name in exercises | set(questions(new)) or f"{new}_{name}" in there
                assert known, f"{old}_{name} has not moved to {new}"
                assert f"{old}_{name}" not in values(open_page(old, "en"))


def test_an_untouched_page_offers_no_way_for_old_links():
    for old in MOVED:
        assert not open_page(old, "en").info
        assert old in LESSONS

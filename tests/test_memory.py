"""Nothing is lost between pages: who comes back finds his settings, his guesses and their verdicts."""

from urllib.parse import parse_qs

from pages.lessons import LESSONS
from pages.ui import memory
from pages.ui.page import Page
from pages.ui.words import Words, questions
from tests.support.pages import healthy, open_page, told, values

SET = {"chain_depth": 9, "chain_seed": 3, "chain_compare_guess": "64", "chain_slope_skip": True}
ASKED = {"chain_depth": "9", "chain_seed": "3", "chain_compare_guess": "64", "chain_slope_skip": "true"}


def answered_chain():
    return healthy(open_page("chain", "en", **ASKED))


def turned_to(app, name, **query):
    """The page that a link of the menu or a step of Back leads to, with what the address then has."""
    app.query_params.clear()
    for key, value in {"lang": "en", **query}.items():
        app.query_params[key] = value
    return healthy(app.switch_page(LESSONS[name]).run())


def link_to(app, name):
    """What the menu's link to a page has in its address."""
    title = Words(name, "en")("title")
    (link,) = (each for each in app.sidebar.get("page_link") if each.proto.label == title)
    return {key: value for key, (value,) in parse_qs(link.proto.query_string).items()}


def held(app):
    return {key: values(app).get(key) for key in SET}


def test_the_menu_leads_back_to_the_page_as_it_was_left():
    app = turned_to(answered_chain(), "exploding")
    assert held(app) == dict.fromkeys(SET)
    asked = link_to(app, "chain")
    assert asked == {"lang": "en", **ASKED}
    app = turned_to(app, "chain", **asked)
    assert held(app) == SET
    assert told(app) == []


def test_a_step_of_back_to_a_bare_address_finds_the_page_as_it_was_left():
    app = turned_to(turned_to(answered_chain(), "exploding", exploding_depth="20"), "chain")
    assert held(app) == SET
    assert {key: app.query_params[key] for key in ASKED} == ASKED
    app = turned_to(app, "exploding", chain_depth="9")  # as the platform leaves it on the way to lesson 1
    assert app.slider(key="exploding_depth").value == 20
    assert "chain_depth" not in app.query_params
    assert told(app) == []


def test_a_page_that_is_left_as_it_began_is_come_back_to_so():
    app = turned_to(turned_to(open_page("chain", "en"), "exploding"), "chain")
    assert list(app.query_params) == ["lang"]


def test_a_verdict_is_kept_with_its_numbers_between_pages():
    app = open_page("chain", "en", chain_compare_guess="64")
    app.number_input(key="chain_seed").set_value(2).run()
    (said,) = [shown.value for shown in app.success]
    app = turned_to(turned_to(app, "exploding"), "chain", chain_seed="2", chain_compare_guess="64")
    assert [shown.value for shown in app.success] == [said]


def test_a_link_of_somebody_else_is_another_session():
    answered_chain()
    assert held(open_page("chain", "en")) != SET


def test_how_far_a_reader_is_counts_what_he_guessed_or_asked_to_see(monkeypatch):
    app = turned_to(answered_chain(), "exploding")
    monkeypatch.setattr(memory.st, "session_state", {"questions": app.session_state["questions"]})
    page = Page("home", "en")
    assert page.progress("chain") == (2, len(questions("chain")))
    assert page.progress("exploding") == (0, 4)
    assert page.progress("unstable") == (0, len(questions("unstable")))

"""Every page in a real Firefox, once: `python -m pytest -m browser`."""

from itertools import cycle

import pytest

from pages.lessons import PAGES
from pages.ui.words import Words, languages
from tests.support.firefox import firefox
from tests.support.lessons import drawings
from tests.support.pages import path_of

pytestmark = pytest.mark.browser
DRAWN = {lesson for lesson, _ in drawings()} - {"time"}  # which opens with a sketch


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with firefox(tmp_path_factory.mktemp("firefox")) as tab:
        yield tab


@pytest.mark.parametrize(("name", "lang"), list(zip(PAGES, cycle(languages()), strict=False)))
def test_a_page_draws_itself_without_an_error(tab, app, name, lang):
    tab.visit(f"{app}/{path_of(name)}?lang={lang}", charts=int(name in DRAWN))
    assert tab.evaluate("document.querySelector('h1').innerText") == Words(name, lang)("title")
    assert tab.evaluate("document.documentElement.lang") == lang
    assert tab.evaluate("document.querySelectorAll('[data-testid=stException]').length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert tab.errors == []


def test_an_error_of_a_page_is_seen(tab, app):
    tab.visit(f"{app}/{path_of('glossary')}", charts=0)
    assert tab.errors == []
    tab.evaluate("console.error('it broke')")
    tab.evaluate("new Promise(after => setTimeout(after, 200))")
    assert tab.errors == ["it broke"]
    with pytest.raises(ValueError, match="nothing is not defined"):
        tab.evaluate("nothing")

"""The first screen in a real Chromium: `python -m pytest -m browser tests/test_browser_home.py`."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.app import PATIENCE, chromium, settled
from pages.ui.words import Words, languages

pytestmark = pytest.mark.browser
SLIDER, DRAWING = ".vg-first input[type=range]", ".vg-drawing"
_DRAWN = """() => { const drawing = document.querySelector('.vg-drawing');
  return [...drawing.querySelectorAll('path')].map(path => path.getAttribute('d')).join() }"""
_OPACITIES = """() => [...document.querySelectorAll('.vg-drawing path[d^=M][opacity]')]
  .map(path => path.getAttribute('opacity')).join()"""
_DRAG = """() => new Promise(done => {
  let sent = 0, value = 0;
  const slider = document.querySelector('.vg-first input[type=range]');
  const send = WebSocket.prototype.send, seen = [];
  WebSocket.prototype.send = function (...data) { sent += 1; return send.apply(this, data); };
  const drawing = document.querySelector('.vg-drawing');
  const frame = () => {
    if (value) seen.push([...drawing.querySelectorAll('text')].map(e => e.textContent).join() +
      [...drawing.querySelectorAll('path')].map(e => e.getAttribute('d')).join());
    if (value === 10) { WebSocket.prototype.send = send; return done([new Set(seen).size, sent]); }
    slider.value = ++value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def look(browser, app):
    """Open home and wait until its networks are trained; it fails at the end if a script has failed."""
    contexts, errors = [], []

    def open_home(lang="en", width=1280, height=800, theme="light", motion="no-preference", **query):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion=motion
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{app}/?{urlencode({'lang': lang, **query})}")
        settled(page, charts=0)
        page.locator(f"{DRAWING}[aria-label]").wait_for()
        return page

    yield open_home
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_screen_has_question_network_controls_and_numbers(look, lang, width, height):
    page = look(lang, width, height)
    for shown in ("h1", DRAWING, SLIDER, ".vg-first fieldset", ".vg-speed p", ".vg-read p"):
        box = page.locator(shown).first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, shown
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width, shown
    assert page.locator("[data-testid=stVegaLiteChart]").count() == 0


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing(look, theme, width):
    page = look(theme=theme, width=width)
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_the_slider_is_dragged_without_a_trip_to_the_server(look):
    page = look()
    assert page.evaluate(_DRAG) == [10, 0]
    page.wait_for_function("location.search.includes('home_hidden=10')")


def test_the_keyboard_moves_both_controls_and_the_link_follows(look):
    page = look()
    before = page.evaluate(_DRAWN)
    page.locator(SLIDER).focus()
    for key in ("End", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.locator(".vg-controls output").inner_text() == "9"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(_DRAWN) != before
    page.wait_for_function("location.search.includes('home_activation=relu')")
    settled(page, charts=0)
    query = {key: value for key, (value,) in parse_qs(urlsplit(page.url).query).items() if key != "lang"}
    assert query == {"home_hidden": "9", "home_activation": "relu"}
    other = look(**query)
    assert other.evaluate(_DRAWN) == page.evaluate(_DRAWN)
    assert other.locator(".vg-cards p").all_inner_texts() == page.locator(".vg-cards p").all_inner_texts()


def test_back_brings_the_network_back_that_was_shown(look):
    page = look()
    before = page.evaluate(_DRAWN)
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('home_hidden=10')")
    settled(page, charts=0)
    page.go_back()
    page.wait_for_function("!location.search.includes('home_hidden=10')")
    page.wait_for_function("document.querySelector('.vg-controls output').textContent === '4'")
    assert page.evaluate(_DRAWN) == before


def test_a_wave_runs_once_where_motion_is_welcome(look):
    page = look()
    rest = page.evaluate(_OPACITIES)
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"before => ({_OPACITIES})() !== before", arg=rest)
    page.wait_for_function(f"before => ({_OPACITIES})() === before", arg=rest)
    page.wait_for_timeout(1000)
    assert page.evaluate(_OPACITIES) == rest


def test_nothing_moves_for_who_asks_for_less_motion(look):
    page = look(motion="reduce")
    rest = page.evaluate(_OPACITIES)
    page.evaluate(
        """() => { window.moved = 0; new MutationObserver(() => { window.moved += 1 })
          .observe(document.querySelector('.vg-drawing'),
            { subtree: true, attributeFilter: ['opacity'] }) }"""
    )
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(1500)
    assert page.evaluate(_OPACITIES) == rest
    assert page.evaluate("window.moved") <= 2, "only where the slider moved"


@pytest.mark.parametrize("lang", languages())
def test_who_hears_the_page_hears_both_numbers(look, lang):
    page, words = look(lang, home_hidden=4), Words("home", lang)
    large = page.locator(".vg-cards b").all_inner_texts()
    page.wait_for_function("document.querySelector('.vg-said').textContent")
    heard = page.locator(".vg-said").text_content()
    assert len(large) == 2
    assert all(text in heard for text in large)
    assert "**" not in heard
    name = page.locator(DRAWING).get_attribute("aria-label")
    slots = {"label": 5, "hidden": 4, "activation": words("screen.sigmoid"), "shares": ""}
    assert name.startswith(words("screen.alt", **slots)[:40])


def test_what_was_looked_at_stays_in_the_small_chart(look):
    page = look()
    bars = page.locator(".vg-read rect:not(.vg-room)")
    assert bars.count() == 1
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert bars.count() == 3
    heights = bars.evaluate_all("bars => bars.map(bar => +bar.getAttribute('height'))")
    assert heights[0] > heights[1] > heights[2]


def test_a_switch_of_language_keeps_the_network(look):
    page = look()
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('home_hidden=10')")
    before = page.evaluate(_DRAWN)
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=Words("home", "zh")("title")).wait_for()
    settled(page, charts=0)
    assert page.evaluate(_DRAWN) == before
    assert page.locator(".vg-label").inner_text() == Words("home", "zh")("screen.hidden")

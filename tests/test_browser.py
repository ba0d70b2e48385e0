"""The pages in a real Chromium: `python -m pytest -m browser`."""

from itertools import cycle
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.app import PATIENCE, chromium, settled
from pages.lessons import PAGES
from pages.ui.data import Name
from pages.ui.terms import BETWEEN
from pages.ui.words import Words, headings, languages, questions
from tests.support.browser import complete, serving, values
from tests.support.lessons import EXERCISES, drawings
from tests.support.pages import path_of
from vgcore import ACTIVATIONS, COSTS

pytestmark = pytest.mark.browser
LONG = {"training": ("wait", "shortens", "race", "helps"), "ways_out": ("which",), "edge": ("map",)}
"""A minute each: their figures and tables are looked at without a browser."""
THE_PLATFORMS_OWN = [["[data-testid=stMultiSelect] span[title]"]]
"""White on the theme's colour, whatever that is; too faint on the dark theme, whose links need it light."""
_TRAINED = ("waits", "wait_by_depth", "ways", "races", "shrinking", "stopped", "cures")
RARE = {("edge", "trained"), ("network", "course"), *(("training", drawing) for drawing in _TRAINED)}
"""Drawings that the pages as they are looked at have not: of an experiment in LONG, of a run that changes."""
CHARTS = {lesson: sum(lesson == each[0] and each not in RARE for each in drawings()) for lesson in PAGES}
AT_FIRST = {lesson: min(1, count) for lesson, count in CHARTS.items()} | {"time": 0}
"""Charts that are awaited on a page as it opens: that of a network in time is a sketch."""


def _answered(name):
    return {
        f"{name}_{experiment}_skip": "true"
        for experiment in questions(name)
        if experiment not in LONG.get(name, ())
    }


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def look(browser):
    """Open a page and wait for it; it fails at the end if the console has had an error."""
    contexts, errors = [], []

    def open_page(address, name, query=(), width=1280, theme="light", locale="en-US", wait=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale=locale
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _note(errors, message))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/{path_of(name)}?{urlencode(dict(query))}")
        if wait:
            asked = _answered(name).keys() & dict(query).keys()
            settled(page, charts=CHARTS[name] if asked else AT_FIRST[name])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors, message):
    # The platform itself logs a 404 for the health and the host of a deep link.
    if message.type == "error" and "404" not in message.text:
        errors.append(f"{message.text} {message.location}")


def _title(name, lang):
    return Words(name, lang)("title")


def _press(page, key, *keys):
    page.locator(f".st-key-{key} input").first.focus()
    for name in keys:
        page.keyboard.press(name)
    settled(page)


@pytest.mark.parametrize(("name", "lang"), list(zip(PAGES, cycle(languages()), strict=False)))
def test_a_deep_link_is_the_first_thing_a_fresh_server_is_asked_for(look, name, lang):
    with serving() as address:
        page = look(address, name, {"lang": lang})
        assert page.locator("h1").inner_text() == _title(name, lang)
        assert page.locator("[data-testid=stVegaLiteChart] svg").count() >= AT_FIRST[name]
        assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
        page.context.close()


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_in_both_themes(look, app, name, lang):
    """Each width in each language and in each theme; axe-core sees one language on light, another on dark."""
    page = look(app, name, {"lang": lang, **_answered(name)}, width=390)
    themes = ("light", "dark") if list(languages()).index(lang) % 2 == 0 else ("dark", "light")
    for width, theme in zip((390, 1280), themes, strict=True):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        complete(page, charts=CHARTS[name])
        _fits(page, theme, CHARTS[name])
        if width == 1280:
            assert _violations(page) == []


def _violations(page):
    """What axe-core finds of serious or critical weight, but for what is the platform's own."""
    found = Axe().run(page, context={"exclude": THE_PLATFORMS_OWN}).response["violations"]
    return [
        (violation["id"], node["html"][:200])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


MARKS = ", ".join(f".mark-{kind} path" for kind in ("symbol", "rect", "line", "area"))
"""What a chart has at least one of."""


def _fits(page, theme, count):
    over = page.evaluate(
        "(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))"
    )
    assert over <= 0
    wide = page.evaluate(
        """() => [...document.querySelectorAll(
            '.katex-display, .vg-drawing, .vg-chain, .vg-net, .vg-product, svg.marks')]
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1)
          .map(e => e.textContent.slice(0, 80))"""
    )
    assert wide == []
    red, green, blue = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (red + green + blue < 200) == (theme == "dark")
    charts = page.locator("[data-testid=stVegaLiteChart]")
    assert charts.count() == count
    for index in range(count):
        assert charts.nth(index).locator(MARKS).count() > 0


@pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (390, "en")])
def test_a_section_is_jumped_to_and_ticked_where_the_reader_has_guessed(look, app, width, lang):
    page = look(app, "chain", {"lang": lang, "chain_depth": 6}, width=width)
    narrow = width < 768
    if narrow:
        page.locator("details.vg-contents summary").focus()
        page.keyboard.press("Enter")
    seen = page.locator(".vg-contents a:visible")
    titles = headings("chain", lang)
    assert seen.all_inner_texts() == list(titles.values())
    page.evaluate("window.reloaded = false")
    link = seen.nth(list(titles).index("product"))
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert urlsplit(page.url).fragment == "product"
    assert parse_qs(urlsplit(page.url).query)["chain_depth"] == ["6"]
    assert page.evaluate("window.reloaded") is False
    assert 0 <= page.locator("h2#product").bounding_box()["y"] < 200
    ticks = """() => [...document.querySelectorAll('.vg-contents a')]
        .filter(a => getComputedStyle(a, '::after').content.includes('✓')).map(a => a.hash)"""
    assert page.evaluate(ticks) == []
    page.locator(".st-key-chain_product_guess button").first.click()
    settled(page, charts=2)
    assert page.evaluate(ticks) == ["#product", "#product"]


def test_the_document_says_its_language_and_follows_a_switch(look, app):
    page = look(app, "home", {"lang": "en"})
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=_title("home", "zh")).wait_for()
    settled(page)
    assert page.evaluate("document.documentElement.lang") == "zh"


def test_the_browsers_language_decides_where_the_link_does_not(look, app):
    assert look(app, "home", locale="zh-CN").locator("h1").inner_text() == _title("home", "zh")
    assert look(app, "home", locale="de-DE").locator("h1").inner_text() == _title("home", "en")


def test_the_way_to_the_lesson_and_back_keeps_the_language(look, app):
    page = look(app, "home", {"lang": "zh"})
    page.locator("[data-testid=stMain] a", has_text=_title("chain", "zh")).first.click()
    page.wait_for_url("**/single_neuron_chain*")
    settled(page)
    assert page.locator("h1").inner_text() == _title("chain", "zh")
    page.go_back()
    settled(page)
    assert page.locator("h1").inner_text() == _title("home", "zh")
    page.go_forward()
    settled(page)
    assert page.locator("h1").inner_text() == _title("chain", "zh")


def test_switching_the_language_keeps_the_controls(look, app):
    page = look(app, "chain", {"lang": "en", "chain_depth": 9, "chain_compare_guess": "64"})
    en, zh = Words("chain", "en"), Words("chain", "zh")
    named = {en.said(Name(each)): zh.said(Name(each)) for each in (*ACTIVATIONS, *COSTS)}
    before = [
        [key, named.get(text, text), *more] for key, text, *more in values(page) if key != "chain_language"
    ]
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=_title("chain", "zh")).wait_for()
    settled(page)
    assert [value for value in values(page) if value[0] != "chain_language"] == before
    assert parse_qs(urlsplit(page.url).query)["lang"] == ["zh"]


def test_back_after_a_switch_of_language_brings_the_switch_back_too(look, app):
    page = look(app, "home", {"lang": "en"})
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=_title("home", "zh")).wait_for()
    settled(page)
    page.go_back()
    page.locator("h1", has_text=_title("home", "en")).wait_for()
    settled(page)
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=_title("home", "zh")).wait_for()


def test_what_a_link_brings_along_is_shown_as_text(look, app):
    page = look(
        app, "chain", {"chain_set": "![x](http://127.0.0.1:1/x.png) [y](http://127.0.0.1:1/) <b>z</b>"}
    )
    assert (
        page.locator(
            "[data-testid=stMain] img, [data-testid=stMain] a[href*=':1/'], [data-testid=stText] b"
        ).count()
        == 0
    )
    assert "![x](http://127.0.0.1:1/x.png)" in page.locator("[data-testid=stText]").inner_text()


def test_what_a_link_cannot_have_is_told_until_the_reader_moves_on(look, app):
    asked = {"lang": "en", "chain_depth": 999, "chain_seed": "inf", "chain_cost": "<b>\u202e", "embed": "no"}
    page = look(app, "chain", asked)
    told = page.locator("[data-testid=stMain] [data-testid=stText]")
    assert told.inner_text() == "chain_depth=999\nchain_seed=inf\nchain_cost=<b>\\u202e"
    page.get_by_text("中文", exact=True).click()
    page.locator("h1", has_text=_title("chain", "zh")).wait_for()
    settled(page)
    assert told.inner_text() == "chain_depth=999\nchain_seed=inf\nchain_cost=<b>\\u202e"
    _press(page, "chain_depth", "ArrowRight")
    assert told.inner_text() == "chain_seed=inf\nchain_cost=<b>\\u202e"
    page.locator("[data-testid=stMain] a", has_text=_title("exploding", "zh")).click()
    page.locator("h1", has_text=_title("exploding", "zh")).wait_for()
    settled(page)
    assert told.count() == 0


def test_a_link_shows_somebody_else_the_same_screen(look, app):
    page = look(app, "chain", {"lang": "en", **_answered("chain")})
    _press(page, "chain_depth", *["ArrowRight"] * 5)
    _press(page, "chain_weight_std", "ArrowRight", "ArrowRight")
    _press(page, "chain_layer", "ArrowRight", "ArrowRight")
    _press(page, "chain_delta_b", "ArrowLeft")
    weight = page.get_by_label("w₄")
    weight.fill("3.5")
    weight.press("Enter")
    settled(page)
    query = parse_qs(urlsplit(page.url).query)
    assert query["chain_depth"] == ["9"]
    assert query["chain_set"] == ["w4=3.5"]
    other = look(app, "chain", {key: value[0] for key, value in query.items()})
    assert values(other) == values(page)
    assert other.locator(".vg-chain").inner_text() == page.locator(".vg-chain").inner_text()
    # Vega draws the ticks of a living axis in another order than those of a new one.
    here, there = (sorted(p.locator("[data-testid=stMain]").inner_text().split("\n")) for p in (page, other))
    assert there == here


def test_a_shorter_chain_lets_go_of_a_layer_it_has_not(look, app):
    page = look(app, "chain", {"lang": "en", "chain_depth": 9, "chain_layer": 8})
    _press(page, "chain_depth", "Home")
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator(".vg-now").count() == 1


def test_a_control_swaps_rows_and_tears_no_chart_down(look, app):
    page = look(app, "chain", {"lang": "en", **_answered("chain")})
    page.evaluate("document.querySelectorAll('svg.marks').forEach(svg => { svg.lived = true })")
    before = page.locator("svg.marks").nth(0).inner_html()
    _press(page, "chain_depth", *["ArrowRight"] * 4)
    page.wait_for_timeout(500)
    assert page.locator("svg.marks").nth(0).inner_html() != before
    assert page.evaluate("[...document.querySelectorAll('svg.marks')].every(svg => svg.lived)")


def test_the_hero_is_scrubbed_without_a_trip_to_the_server(look, app):
    page = look(app, "chain", {"lang": "en", "chain_depth": 60})
    hero = page.locator("[data-testid=stVegaLiteChart]").first
    page.evaluate(
        """() => { window.sent = 0; const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (...a) { window.sent += 1; return send.apply(this, a); } }"""
    )
    lines = set()
    for value in (-1, -0.5, 0.35, 1):
        hero.locator("input[type=range]").evaluate(
            """(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})) }""", value
        )
        page.wait_for_timeout(200)
        lines.add(hero.locator("svg.marks").inner_html())
    assert len(lines) == 4
    assert page.evaluate("window.sent") == 0


@pytest.mark.parametrize("name", ["chain", "exploding"])
def test_where_a_slider_under_a_drawing_stands_is_in_the_link(look, app, name):
    page = look(app, name, {"lang": "en", **_answered(name)})
    complete(page, charts=CHARTS[name])
    sliders, at = page.locator(".vega-bindings input[type=range]"), "_at_scrubbed"
    moved = {}
    for slider in sliders.all():
        value = slider.evaluate("""e => { e.value = e.max;
          for (const what of ['input', 'change']) e.dispatchEvent(new Event(what, {bubbles: true}));
          return e.value; }""")
        page.wait_for_function("n => location.search.split('_at_scrubbed=').length === n", arg=len(moved) + 2)
        moved[len(moved)] = value
    settled(page)
    asked = parse_qs(urlsplit(page.url).query)
    assert sorted(value for key, (value,) in asked.items() if key.endswith(at)) == sorted(moved.values())
    other = look(app, name, parse_qsl(urlsplit(page.url).query))
    complete(other, charts=CHARTS[name])
    there = other.locator(".vega-bindings input[type=range]")
    assert [slider.input_value() for slider in there.all()] == list(moved.values())
    assert at not in other.locator("[data-testid=stMain]").inner_text()  # as what could not be used


def test_an_epoch_is_scrubbed_in_all_three_drawings(look, app):
    page = look(app, "training", {"lang": "en"})
    slider = page.locator(".vega-bindings input[type=range]")
    page.get_by_text("after 500 steps it gets").first.wait_for(timeout=90_000)
    settled(page)
    before = page.evaluate(_PLACES)
    slider.evaluate("e => { e.value = 4; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    page.wait_for_function(f"before => ({_PLACES})().cursor[0] !== before", arg=before["cursor"][0])
    after = page.evaluate(_PLACES)
    for name, count in (("cursor", 1), ("dots", 120), ("bars", 10)):  # 4 x 30 neurons, 10 outputs
        assert [len(set(found[name])) for found in (before, after)] == [count, count]
        assert set(before[name]).isdisjoint(after[name])


_PLACES = """() => {
  const chart = document.querySelector('.vega-bindings:has(input)').closest('[data-testid=stVegaLiteChart]');
  const places = marks => [...chart.querySelectorAll(`${marks} > *`)].map(e => e.getAttribute('transform'));
  return { cursor: places('.concat_0_layer_1_marks'), dots: places('.concat_1_layer_1_marks'),
    bars: places('.concat_2_layer_1_marks') };
}"""


def test_a_quick_hand_writes_down_only_what_it_sets(look, app):
    page = look(app, "chain", {"lang": "en", "chain_depth": 20})
    page.locator(".st-key-chain_layer input").first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)
    settled(page)
    weight = page.get_by_label("w₁₀")
    weight.fill("2")
    weight.press("Enter")
    for _ in range(5):
        weight.press("ArrowUp")
        page.wait_for_timeout(30)
    settled(page)
    assert weight.input_value() == "2.5"
    assert parse_qs(urlsplit(page.url).query)["chain_set"] == ["w10=2.5"]


def test_an_exercise_is_answered_by_keyboard_and_its_answer_lives_in_the_link(look, app):
    page = look(app, "exploding", {"lang": "en"})
    exercise = page.locator(".st-key-exploding_exercise_climb")
    exercise.locator("summary").focus()
    page.keyboard.press("Enter")
    exercise.get_by_label("Your answer").fill("25^2")
    page.keyboard.press("Enter")
    exercise.get_by_text("Not yet: 25^2 is too small.").wait_for()
    exercise.get_by_label("Your answer").fill("25³")
    page.keyboard.press("Enter")
    exercise.get_by_text("Right: you said 25³, and the answer is 15625.").wait_for()
    exercise.get_by_text("take it to the power 3").wait_for()
    settled(page)
    other = look(app, "exploding", parse_qsl(urlsplit(page.url).query), width=390)
    assert parse_qs(urlsplit(page.url).query)["exploding_exercise_climb_answer"] == ["25³"]
    assert (
        other.locator(".st-key-exploding_exercise_climb").get_by_text("and the answer is 15625.").count() == 1
    )
    other.close()
    exercise.locator("summary").click()
    exercise.get_by_label("Your answer").wait_for(state="detached")
    settled(page)
    assert not [name for name in parse_qs(urlsplit(page.url).query) if "answer" in name]
    exercise.locator("summary").click()
    exercise.get_by_text("Right: you said 25³, and the answer is 15625.").wait_for()


@pytest.mark.parametrize("name", sorted({name for name, _ in EXERCISES}))
def test_open_exercises_fit_a_phone(look, app, name):
    asked = [f"{name}_exercise_{exercise}" for lesson, exercise in EXERCISES if lesson == name]
    query = {f"{key}{part}": "true" for key in asked for part in ("", "_hint", "_worked")}
    page = look(app, name, {"lang": "en", **query}, width=390)
    for key in asked:
        box = page.locator(f".st-key-{key} details")
        box.locator("[data-testid=stAlert], [data-testid=stTextInput]").first.wait_for()
    assert (
        page.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))")
        == 0
    )
    wide = page.evaluate("""() => [...document.querySelectorAll('[class*="_exercise_"] .katex')]
      .filter(e => e.getBoundingClientRect().right > innerWidth - 16).map(e => e.textContent)""")
    assert wide == []


def _stop(page):
    """The button of a run: while a script runs, the platform shows a Stop of its own above it."""
    return page.get_by_test_id("stMain").get_by_role("button", name="Stop")


def test_a_run_is_stopped_reloaded_and_laid_over(look, app):
    asked = "hidden=10 steps=1000 width=100 seed=7"
    page = look(app, "training", {"lang": "en", "training_runs": asked}, wait=False)
    _stop(page).click()
    _stop(page).wait_for(state="detached")
    settled(page)
    (stopped,) = parse_qs(urlsplit(page.url).query)["training_runs"]
    seen = int(stopped.split()[1].removeprefix("steps="))
    assert stopped == f"hidden=10 steps={seen} width=100 seed=7"
    assert 0 < seen < 1000
    assert f"after {seen} steps" in page.locator("[data-testid=stMain]").inner_text()
    page.reload()
    settled(page)
    assert f"after {seen} steps" in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("button", name="Run and add to the charts").click()
    page.wait_for_url("**book**")
    settled(page, seconds=90)
    assert parse_qs(urlsplit(page.url).query)["training_runs"] == [f"{stopped}; book"]


def test_run_takes_what_the_sliders_show(look, app):
    page = look(app, "training", {"lang": "en", "training_runs": "steps=10"})
    slider = page.locator(".st-key-training_hidden input").first
    for button, presses, wanted in (
        ("Run these settings", 2, "hidden=2"),
        ("Run and add to the charts", 1, "hidden=2; hidden=1"),
    ):
        for _ in range(presses):
            slider.press("ArrowLeft")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_function(
            "wanted => new URLSearchParams(location.search).get('training_runs') === wanted", arg=wanted
        )
    settled(page, seconds=90)


def test_a_verdict_comes_while_the_training_goes_on(look, app):
    page = look(app, "training", {"lang": "en", "training_runs": "steps=10", "training_wait_guess": "1000"})
    page.get_by_text("You guessed 1000.").wait_for(timeout=90_000)
    assert page.get_by_test_id("stProgress").count() == 1  # deeper networks are still on their way
    page.locator(".st-key-training_closes_guess").get_by_text("90%").click()
    page.get_by_text("You guessed 90%.").wait_for(timeout=90_000)
    assert page.get_by_test_id("stException").count() == 0


def test_two_tabs_train_at_once_and_one_stops(look, app):
    asked = "hidden=10 steps=1000 width=100 seed=8"  # so long that both find it under way
    one, other = (look(app, "training", {"lang": "en", "training_runs": asked}, wait=False) for _ in range(2))
    _stop(other).wait_for()
    _stop(one).click()
    _stop(one).wait_for(state="detached")
    epoch = "+document.querySelector('[data-testid=stProgress]').innerText.match(/step (\\d+) of/)[1]"
    other.wait_for_function(f"seen => {epoch} > seen + 20", arg=other.evaluate(epoch))
    assert parse_qs(urlsplit(other.url).query)["training_runs"] == [asked]
    assert parse_qs(urlsplit(one.url).query)["training_runs"] != [asked]
    _stop(other).click()
    _stop(other).wait_for(state="detached")


@pytest.mark.parametrize("lang", languages())
def test_a_term_says_what_it_means_where_it_is_pointed_at(look, app, lang):
    page = look(app, "chain", {"lang": lang})
    term, box = page.locator('.stMain a[href^="glossary?"]').last, page.locator("#vg-term")
    name, text = term.get_attribute("title").split(BETWEEN)
    term.hover()
    box.wait_for()
    assert box.inner_text().split("\n")[:2] == [name, text]
    assert term.get_attribute("title") == "", "the browser would say it a second time"
    assert _violations(page) == []
    page.mouse.move(5, 5)
    box.wait_for(state="hidden")
    term.click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(1000)
    assert box.is_visible(), "what was clicked stays"
    assert len(page.context.pages) == 1
    page.locator("h1").click()
    assert box.is_hidden()
    assert term.get_attribute("title") == name + BETWEEN + text


def test_the_keyboard_hears_a_term_and_follows_it_into_the_glossary(look, app):
    page = look(app, "chain", {"chain_depth": "9"})
    term, box = page.locator('.stMain a[href^="glossary?"]').last, page.locator("#vg-term")
    anchor = urlsplit(term.get_attribute("href")).fragment
    term.focus()
    box.wait_for()
    assert term.get_attribute("aria-describedby") == box.get_attribute("id")
    page.keyboard.press("Escape")
    assert box.is_hidden()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    glossary = opened.value
    settled(glossary, charts=0)
    top = glossary.locator(f"#{anchor}").bounding_box()["y"]
    assert 0 <= top < 300
    assert parse_qs(urlsplit(page.url).query)["chain_depth"] == ["9"]
    glossary.reload()  # as a link that somebody else has sent
    settled(glossary, charts=0)
    assert glossary.locator(f"#{anchor}").bounding_box()["y"] == pytest.approx(top, abs=40)


@pytest.mark.parametrize("lang", languages())
def test_on_a_phone_a_tap_says_a_term_and_another_closes_the_menu(browser, app, lang):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{app}/{path_of('chain')}?lang={lang}")
    settled(page)
    box = page.locator("#vg-term")
    page.locator('.stMain a[href^="glossary?"]').first.tap()
    box.wait_for()
    place = box.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    page.locator("h1").tap()
    box.wait_for(state="hidden")
    for place, title in ((3, None), (-1, _title("matrix", lang))):
        page.locator("[data-testid=stExpandSidebarButton]").tap()
        menu = page.locator("[data-testid=stSidebar]")
        menu.get_by_role("link", name=title).tap() if title else menu.locator("a").nth(place).tap()
        page.wait_for_function(
            "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0"
        )
    page.get_by_role("heading", level=1, name=_title("matrix", lang)).wait_for()
    context.close()


def test_a_menu_stays_open_while_trainings_report(look):
    with serving() as address:  # where nothing has been trained yet
        page = look(
            address, "ways_out", {"ways_out_learn_skip": "true", "ways_out_trained": "tanh"}, wait=False
        )
        page.locator("[data-testid=stProgress]").first.wait_for()
        options, menu = (
            page.locator("[role=option]"),
            page.locator(".stMain [data-testid=stSelectbox] input").last,
        )
        for _ in range(5):  # a click on what still moves as the page is drawn does not open it
            menu.click()
            page.wait_for_timeout(500)
            if options.count():
                break
        said = page.locator("[data-testid=stProgress]").first.inner_text()
        page.wait_for_function(
            "said => document.querySelector('[data-testid=stProgress]')?.innerText != said", arg=said
        )
        page.wait_for_timeout(1500)
        assert options.count() >= 3
        page.context.close()


def test_a_switch_of_language_takes_the_menus_along(look, app):
    page = look(app, "matrix", {"lang": "en", "matrix_init": "He normal"})
    page.get_by_role("radio", name=languages()["zh"]).click()
    page.get_by_role("heading", level=1, name=_title("matrix", "zh")).wait_for()
    settled(page)
    said = Words("matrix", "zh")("names.he_normal")
    assert page.locator(".st-key-matrix_init input").input_value() == said
    assert parse_qs(urlsplit(page.url).query)["matrix_init"] == [said]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_line_begins_with_a_mark_that_follows_a_formula(look, app, name, width):
    page = look(app, name, {"lang": "zh", **_answered(name)}, width=width)
    complete(page, charts=CHARTS[name])
    begun = page.evaluate(
        """() => [...document.querySelectorAll('.stMain .katex')].map(formula => {
          const next = formula.nextSibling;
          if (next?.nodeType !== 3 || !/^[,.;:!?)，。；：、！？）”]/.test(next.data)) return '';
          const mark = document.createRange();
          mark.setStart(next, 0);
          mark.setEnd(next, 1);
          const own = [...formula.querySelectorAll('.base')].at(-1).getBoundingClientRect();
          return mark.getBoundingClientRect().top > own.bottom ? formula.parentNode.innerText : '';
        }).filter(Boolean)"""
    )
    assert begun == []


def test_chinese_marks_of_quotation_are_as_wide_as_a_character(look, app):
    page = look(app, "chain", {"lang": "zh"})
    widths = page.evaluate(
        """() => ['我', '我，', '我“'].map(text => {
          const span = document.querySelector('.stMain p').appendChild(document.createElement('span'));
          Object.assign(span.style, { position: 'absolute', whiteSpace: 'nowrap' });
          span.textContent = `${text}我`;
          return span.getBoundingClientRect().width;
        })"""
    )
    assert widths[1:] == 2 * [pytest.approx(1.5 * widths[0])]


@pytest.mark.parametrize("lang", languages())
def test_a_teacher_s_link_opens_the_prepared_screen(look, app, lang):
    page = look(app, "teachers", {"lang": lang})
    with page.expect_popup() as opened:
        page.get_by_text(Words("teachers", lang)("product.link")).click()
    screen = opened.value
    settled(screen)
    assert screen.locator("h1").inner_text() == _title("chain", lang)
    assert screen.locator(".st-key-chain_depth input").first.input_value() == "10"
    assert parse_qs(urlsplit(screen.url).query) == {"lang": [lang], "chain_depth": ["10"]}
    assert 0 <= screen.locator("#slope").bounding_box()["y"] < 450


def test_a_section_in_the_address_stays_in_view_until_the_reader_moves(look, app):
    page = look(app, "chain", {"lang": "en"}, wait=False)
    page.goto(f"{page.url}#slope")
    page.reload()
    settled(page)
    top = page.locator("#slope").bounding_box()["y"]
    assert 0 <= top < 450
    _push_down(page)
    assert page.locator("#slope").bounding_box()["y"] == pytest.approx(top, abs=40)
    page.mouse.wheel(0, -5)
    _push_down(page)
    assert page.locator("#slope").bounding_box()["y"] > top + 900


def _push_down(page):
    """Let something tall appear above, which the browser does not make up for by itself."""
    page.evaluate(
        """() => {
          document.querySelector('[data-testid=stMain]').style.overflowAnchor = 'none';
          const tall = document.createElement('div');
          tall.style.height = '1000px';
          document.querySelector('[data-testid=stMainBlockContainer]').prepend(tall);
        }"""
    )
    page.wait_for_timeout(300)


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_every_control(look, app, name):
    page = look(app, name, {"lang": "en", **_answered(name)})
    for summary in page.locator("[data-testid=stMain] summary:visible").all():
        summary.click()
    complete(page, charts=min(1, CHARTS[name]))
    wanted = set(
        page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stMain] [class*="st-key-"]')]
              .filter(e => e.checkVisibility() && e.querySelector('input, button'))
              .map(e => e.className.match(/st-key-(\\w+)/)[1])"""
        )
    )
    page.locator("h1").click()
    reached = set()
    for _ in range(250):
        page.keyboard.press("Tab")
        key = page.evaluate(
            """() => { const e = document.activeElement.closest('[class*="st-key-"]');
              return e && e.className.match(/st-key-(\\w+)/)[1] }"""
        )
        reached.add(key)
        if wanted <= reached:
            break
    assert wanted - reached == set()


def test_a_link_by_an_options_identifier_stays_a_link_to_the_same_screen(look, app):
    page = look(app, "chain", {"lang": "en", "chain_activation": "leaky_relu"})
    assert parse_qs(urlsplit(page.url).query)["chain_activation"] == ["leaky ReLU"]
    shown = values(page)
    page.reload()
    settled(page)
    assert values(page) == shown


def test_what_is_pasted_is_judged_and_lives_in_the_link(look, app):
    page = look(app, "network", {"lang": "en"})
    area = page.locator("textarea")
    page.get_by_role("button", name="Dead ReLU").click()
    page.locator("strong", has_text="No gradient at all:").wait_for()
    assert area.input_value().startswith(
        "step,layer,shape,grad_norm,weight_norm,zeros\n0,fc1.weight,100x784,0,"
    )
    assert "network_example=dead" in page.url
    page.go_back()
    page.locator("strong", has_text="The gradient vanishes:").wait_for()
    page.go_forward()
    page.locator("strong", has_text="No gradient at all:").wait_for()
    settled(page)
    area.fill("l1: 1\nl2: 0.1\nl3: 0.01\nl4: 0.001\nl5: 0.0001")
    area.press("Control+Enter")
    page.locator("strong", has_text="The gradient explodes:").wait_for()
    settled(page)
    assert "network_example" not in page.url
    own = page.url, area.input_value()
    page.go_back()
    page.locator("strong", has_text="No gradient at all:").wait_for()
    assert "network_example=dead" in page.url
    page.go_forward()
    page.locator("strong", has_text="The gradient explodes:").wait_for()
    settled(page)
    assert (page.url, area.input_value()) == own
    again = look(app, "network", parse_qsl(urlsplit(page.url).query))
    assert again.locator("textarea").input_value() == area.input_value()


def test_a_name_that_is_markup_is_shown_as_text_where_a_point_is_pointed_at(look, app):
    name = "<img src=nothing onerror=document.title='taken'>"
    text = f"layer,grad_norm\n{name},1\nl2,2\nl3,1\nl4,2"
    page = look(app, "network", {"lang": "en", "network_norms": text})
    page.locator("[data-testid=stVegaLiteChart] .mark-symbol path").first.hover(force=True)
    page.locator("#vg-tooltip-element.visible").wait_for()
    assert "img" in page.locator("#vg-tooltip-element").inner_text()
    assert page.locator("img[src=nothing]").count() == 0
    assert page.title() != "taken"


def test_a_reader_comes_back_by_the_menu_and_by_one_step_of_back(look, app):
    page = look(app, "chain", {"lang": "en"})
    _press(page, "chain_depth", *["ArrowRight"] * 3)
    page.locator(".st-key-chain_compare_guess button").nth(2).click()
    page.get_by_text("You guessed 64, and your guess is right").wait_for()
    settled(page)

    def turn_to(lesson):
        page.get_by_test_id("stSidebar").get_by_text(f"{lesson} ·").first.click()
        page.wait_for_url("**/exploding*" if lesson == 2 else "**/single_neuron*")
        settled(page)

    def as_left():
        page.wait_for_url("**chain_compare_guess=64**")
        settled(page)
        assert page.locator(".st-key-chain_depth input").first.input_value() == "7"
        assert page.get_by_text("You guessed 64, and your guess is right").count() == 1
        assert (
            page.locator('nav.vg-contents a[href="#compare"]')
            .evaluate("e => getComputedStyle(e, '::after').content")
            .startswith('" ✓"')
        )

    turn_to(2)
    page.locator(".st-key-exploding_edge_guess button").nth(1).click()
    settled(page)
    turn_to(1)
    as_left()
    page.go_back()
    page.get_by_text("You guessed 1/2.").wait_for()
    turn_to(1)
    as_left()
    turn_to(2)
    page.go_back()
    as_left()
    assert page.get_by_text("could not be used").count() == 0


def test_the_foot_fills_as_the_questions_are_guessed(look, app):
    page = look(app, "exploding", {"lang": "en"})
    foot = page.locator("[data-testid=stMarkdown]", has_text="What you can say then")
    assert foot.locator("a").count() == 4
    page.locator(".st-key-exploding_window_guess button").nth(2).click()
    foot.locator("a[href='#window']").wait_for(state="detached")
    assert foot.locator("a").count() == 3
    for name in ("explosion", "edge", "training"):
        page.locator(f".st-key-exploding_{name}_guess button").nth(0).click()
        settled(page)
    page.get_by_text("Now you can say it, in numbers from this screen.").wait_for()
    settled(page)
    assert page.get_by_text("What you can say then").count() == 0


def test_a_verdict_stays_until_it_is_asked_anew(look, app):
    page = look(app, "chain", {"lang": "en", "chain_compare_guess": "64"})
    page.get_by_text("You guessed 64, and your guess is right: none").wait_for()
    _press(page, "chain_depth", "ArrowRight")
    page.locator(".st-key-chain_seed input").fill("2")
    page.keyboard.press("Enter")
    page.get_by_text("You guessed 64, and your guess was right: with the settings of then").wait_for()
    settled(page)
    page.get_by_role("button", name="Ask again with the new settings").click()
    page.get_by_text("You guessed 64").wait_for(state="detached")
    settled(page)
    assert "chain_compare_guess" not in page.url
    page.locator(".st-key-chain_compare_guess button").nth(2).click()
    page.get_by_text(
        "You guessed 64, and your guess is right: none of the others is nearer to 87.0"
    ).wait_for()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_what_is_shared_fits_the_window_and_can_be_copied(look, app, width, theme):
    own = {"chain_depth": "9", "chain_slope_guess": "1/4", "chain_exercise_factor": "true"}
    page = look(app, "chain", {"lang": "en", **own}, width=width, theme=theme)
    page.locator(".st-key-chain_share button").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("code", has_text="chain_depth=9").wait_for()
    assert "chain_slope_guess" not in dialog.locator("code").inner_text()
    dialog.get_by_text("With my guesses and answers").click()
    dialog.locator("code", has_text="chain_slope_guess").wait_for()
    code = dialog.get_by_alt_text("The link as a QR code").bounding_box()
    assert code["y"] + code["height"] <= 900
    assert code["x"] >= 0
    assert code["x"] + code["width"] <= width
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    assert dialog.get_by_label("Copy to clipboard").evaluate("""e => {
      for (let at = e; at && at.role !== 'dialog'; at = at.parentElement)
        if (getComputedStyle(at).opacity < 1 || getComputedStyle(at).visibility !== 'visible') return false;
      return true; }""")
    assert [violation for violation in _violations(page) if "stDialog" not in violation[1]] == []

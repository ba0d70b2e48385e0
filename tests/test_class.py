"""A class in Chromium: its teacher at a projector, its students at phones; `python -m pytest -m browser`."""

import re
from contextlib import ExitStack

import pytest

from benchmarks.app import answering, chromium, free_port, start
from benchmarks.postgres import postgres
from pages.ui.words import Words
from tests.support.browser import nginx

pytestmark = pytest.mark.browser
PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
LANGUAGE = {"en": "en-US", "zh": "zh-CN"}
LESSON = "single_neuron_chain"
SECONDS = 60_000
"""Milliseconds until a screen counts as hung."""


@pytest.fixture(scope="module")
def browser():
    with chromium("--process-per-site") as browser:
        yield browser


class Reader:
    """Somebody with a browser of his own."""

    def __init__(self, browser, lang, size=PHONE, **context):
        self.lang = lang
        self.context = browser.new_context(viewport=size, locale=LANGUAGE[lang], **context)
        self.tab = self.context.new_page()

    def word(self, key, **slots):
        return Words("chain", self.lang)(f"class.{key}", **slots)

    def goes(self, address):
        self.tab.goto(address)
        self.tab.locator("[data-testid=stMain] h1").wait_for(timeout=SECONDS)
        return self

    def guesses(self, place):
        self.tab.locator("[class*=st-key-chain_nudge_guess] button").nth(place).click(timeout=SECONDS)

    def reads(self, key, **slots):
        """Wait until the words are on the screen."""
        text = self.word(key, **slots).replace("**", "")
        self.tab.get_by_text(text, exact=True).first.wait_for(timeout=SECONDS)

    def presses(self, key):
        self.tab.get_by_role("button", name=self.word(key), exact=True).first.click(timeout=SECONDS)

    def acts(self, act):
        """Press a teacher's button of the experiment."""
        self.tab.locator(f".st-key-chain_nudge_class_{act} button").click(timeout=SECONDS)

    def bars(self):
        """The rows of the histogram: what each says."""
        self.tab.locator(".vg-class").first.wait_for(timeout=SECONDS)
        return self.tab.locator(".vg-class").first.locator("tr").all_inner_texts()

    def sees_what_happens(self):
        return self.tab.locator("[class*=st-key-chain_delta_b]").count() > 0

    def waits_for_what_happens(self):
        self.tab.locator("[class*=st-key-chain_delta_b]").first.wait_for(timeout=SECONDS)


class Teacher(Reader):
    """A teacher, who opens a class in the first tab and leads it in another."""

    def __init__(self, browser, lang, address):
        super().__init__(browser, lang, PROJECTOR, permissions=["clipboard-read", "clipboard-write"])
        self.desk = self.tab
        self.goes(f"{address}/for_teachers")
        self.presses("open")
        self.tab.wait_for_url(re.compile("class="))
        self.code = re.search("class=(.*)", self.tab.url)[1]
        self.presses("copy")
        self.tab.get_by_role("button", name=self.word("copied")).wait_for(timeout=SECONDS)
        self.link = self.tab.evaluate("navigator.clipboard.readText()")
        self.secret = self.link.partition("#teacher=")[2]
        self.tab = self.context.new_page()
        self.goes(f"{address}/{LESSON}?class={self.code}")
        self.reads("guessed", count=0, here=0)


@pytest.mark.parametrize("lang", LANGUAGE)
def test_a_class_guesses_argues_guesses_again_and_sees(app, browser, lang):
    teacher = Teacher(browser, lang, app)
    one, two = (Reader(browser, each).goes(f"{app}/{LESSON}?class={teacher.code}") for each in LANGUAGE)
    one.reads("ask")
    two.reads("ask")
    one.guesses(1)
    one.reads("counted", guess="10⁻²")
    teacher.reads("guessed", count=1, here=2)
    two.guesses(4)
    teacher.reads("guessed", count=2, here=2)
    assert not any(reader.sees_what_happens() for reader in (teacher, one, two))

    teacher.acts("show")
    for reader in (teacher, one, two):
        assert [row.split("\t")[-1] for row in reader.bars()] == [
            "0 · 0%", "1 · 50%", "0 · 0%", "0 · 0%", "1 · 50%", "0 · 0%"
        ]  # fmt: skip
    teacher.acts("again")
    one.reads("again")
    one.guesses(4)
    teacher.reads("guessed_again", count=1, here=2)
    two.reads("again")
    two.guesses(4)
    teacher.reads("guessed_again", count=2, here=2)

    teacher.acts("answer")
    for reader in (teacher, one, two):
        reader.waits_for_what_happens()
        assert len(reader.bars()) == 12
        assert sum("✓" in row for row in reader.bars()) <= 1
    one.presses("leave")
    teacher.reads("bar", code=teacher.code, count=1)
    for context in browser.contexts:
        context.close()


def test_the_secret_is_on_no_screen_and_makes_a_teacher_of_whoever_has_the_link(app, browser):
    teacher = Teacher(browser, "en", app)
    assert len(teacher.secret) * 6 >= 128
    for tab in (teacher.desk, teacher.tab):
        assert teacher.secret not in tab.url
        assert teacher.secret not in tab.locator("body").inner_text()
        assert teacher.secret not in tab.content()
    asked = []
    other = Reader(browser, "zh", PROJECTOR)
    other.tab.on("request", lambda request: asked.append((request.url, str(request.headers))))
    other.goes(teacher.link)
    other.tab.get_by_text(other.word("close"), exact=True).wait_for(timeout=SECONDS)
    assert teacher.secret not in other.tab.url
    other.tab.reload()
    other.tab.get_by_text(other.word("close"), exact=True).wait_for(timeout=SECONDS)
    other.tab.go_back()
    other.tab.wait_for_timeout(1000)
    assert teacher.secret not in other.tab.url
    assert asked
    assert not any(teacher.secret in url or teacher.secret in headers for url, headers in asked)

    forged = Reader(browser, "en", PROJECTOR).goes(f"{app}/for_teachers?class={teacher.code}#teacher=forged")
    forged.reads("bar", code=teacher.code, count=0)
    forged.tab.wait_for_timeout(2000)
    assert forged.tab.get_by_text(forged.word("close"), exact=True).count() == 0

    other.goes(teacher.link)
    other.tab.get_by_text(other.word("close"), exact=True).click(timeout=SECONDS)
    other.presses("close_now")
    forged.tab.reload()
    forged.reads("none")
    for context in browser.contexts:
        context.close()


def test_a_server_that_is_killed_and_started_again_has_lost_nothing(browser):
    port = free_port()
    with ExitStack() as servers:
        server = servers.enter_context(_killed(port))
        address = f"http://127.0.0.1:{port}"
        teacher = Teacher(browser, "en", address)
        one = Reader(browser, "en").goes(f"{address}/{LESSON}?class={teacher.code}")
        one.guesses(1)
        one.reads("counted", guess="10⁻²")
        server.kill()
        server.wait(10)
        servers.enter_context(_killed(port))
        teacher.reads("guessed", count=1, here=1)
        teacher.acts("show")
        assert one.bars()[1].endswith("1 · 100%")
        assert one.word("shown") in one.tab.locator("[data-testid=stMain]").inner_text()
    for context in browser.contexts:
        context.close()


def test_two_servers_share_a_class_and_one_goes_on_alone(browser, tmp_path, monkeypatch):
    with postgres() as url, ExitStack() as servers:
        monkeypatch.setenv("VANISHING_CLASSES", url)
        ports = [free_port(), free_port()]
        running = [servers.enter_context(_killed(port)) for port in ports]
        address = servers.enter_context(nginx(tmp_path, ports))
        teacher = Teacher(browser, "en", address)
        students = []
        for place, cookie in enumerate(("one", "two", "three", "four")):
            student = Reader(browser, ("en", "zh")[place % 2])
            student.context.add_cookies([{"name": "reader", "value": cookie, "url": address}])
            students.append(student.goes(f"{address}/{LESSON}?class={teacher.code}"))
            student.guesses(place)
            student.reads("counted", guess=("10⁻¹", "10⁻²", "10⁻³", "10⁻⁴")[place])
        teacher.reads("guessed", count=4, here=4)
        running[1].kill()
        running[1].wait(10)
        for student in students:
            student.tab.wait_for_function(
                "document.querySelector('[data-testid=stApp]').dataset.testConnectionState === 'CONNECTED'"
            )
            student.guesses(4)
            student.reads("counted", guess="10⁻⁵")
        teacher.reads("guessed", count=4, here=4)
        teacher.acts("show")
        for student in students:
            assert [row.split("\t")[-1] for row in student.bars()][4] == "4 · 100%"
    for context in browser.contexts:
        context.close()


class _killed:
    """A server of the app that is ended at the end, however it is by then."""

    def __init__(self, port):
        self.port = port

    def __enter__(self):
        self.process = start(self.port)
        answering(self.port)
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(10)

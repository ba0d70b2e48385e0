"""Servers are killed under their readers, behind nginx and alone: `python -m pytest -m browser`."""

import re
import time
import urllib.error
import urllib.request

import pytest

from benchmarks.app import answering, chromium, free_port, start
from tests.support.browser import nginx, values

pytestmark = pytest.mark.browser
KNOWN = ("one", "two", "three", "four")
"""Cookies that nginx sends to either replica, two and two."""
TABS = 4
SMALL = {"width": 390, "height": 400}


def _link(index):
    """Another screen for every session; lesson 2 is the lightest page with controls."""
    lang = ("en", "zh")[index % 2]
    if index % 10 == 0:
        return f"single_neuron_chain?lang={lang}&chain_seed={index}&chain_depth={5 + index}&chain_layer=4"
    return f"exploding_gradient?lang={lang}&exploding_depth={5 + index}&exploding_weight={90 + index}"


class _Servers:
    """Servers of the app on ports of their own, to be killed and started again."""

    def __init__(self, count):
        self.ports = [free_port() for _ in range(count)]
        self._alive = {port: start(port) for port in self.ports}
        for port in self.ports:
            answering(port)

    def kill(self, *ports):
        for port in ports:
            server = self._alive.pop(port)
            server.kill()
            server.wait(10)

    def start(self, port):
        self._alive[port] = start(port)
        answering(port)

    def sessions(self):
        """How many sessions every living server has."""
        return {port: _sessions(port) for port in self._alive}


def _sessions(port):
    url = f"http://127.0.0.1:{port}/_stcore/metrics?families=active_sessions"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(re.search(r"^active_sessions (\d+)", answer.read().decode(), re.MULTILINE)[1])


def _status(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


class _Session:
    """A tab that notices when it loses its server."""

    def __init__(self, context, link):
        self.lost, self.heard, self.screen = False, False, None
        self.page = context.new_page()
        self.page.on("websocket", self._listen)
        self.page.goto(link, wait_until="commit")

    def ready(self):
        return self.page.evaluate(_READY)

    def remember(self):
        """From here on, the screen is to stay as it is."""
        self.lost, self.heard, self.screen = False, False, self._screen()

    def back(self):
        """Whether the screen is as before, and a server that has run it stands behind it."""
        return self.heard == self.lost and self.ready() and self._screen() == self.screen

    def drawing(self):
        """The marks of the first chart."""
        return self.page.locator("svg.marks .mark-line, svg.marks .mark-symbol").first.inner_html()

    def _screen(self):
        # Vega draws the ticks of a living axis in another order than those of a new one.
        lines = self.page.locator("[data-testid=stMain]").inner_text().split("\n")
        return self.page.url, values(self.page), sorted(lines)

    def _listen(self, socket):
        socket.on("close", lambda _: setattr(self, "lost", True))
        socket.on("framereceived", lambda _: setattr(self, "heard", True))


_READY = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return Boolean(app && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning' && document.querySelector('svg.marks path')
    && !document.querySelector('[data-stale=true], [role=dialog]'));
}"""


def _wait(sessions, condition, seconds=180):
    """Wait until the condition holds for every session."""
    waiting, end = sessions, time.monotonic() + seconds
    while waiting:
        assert time.monotonic() < end, [session.page.url for session in waiting]
        waiting[0].page.wait_for_timeout(100)
        waiting = [session for session in waiting if not condition(session)]


def _open(browser, address, cookies=()):
    """Open some tabs for a new reader and for each that has been here and has a cookie."""
    sessions = []
    for cookie in (None, *cookies):
        context = browser.new_context(viewport=SMALL)
        if cookie:
            context.add_cookies([{"name": "reader", "value": cookie, "url": address}])
        for _ in range(TABS):
            sessions.append(_Session(context, f"{address}/{_link(len(sessions))}"))
    _wait(sessions, _Session.ready)
    for session in sessions:
        session.remember()
    return sessions


@pytest.fixture(scope="module")
def browser():
    with chromium("--process-per-site") as browser:
        yield browser


def _started(count):
    servers = _Servers(count)
    yield servers
    servers.kill(*servers.sessions())


@pytest.fixture
def lone():
    yield from _started(1)


@pytest.fixture
def replicas():
    yield from _started(2)


def test_readers_of_a_replica_that_is_killed_are_back_on_the_other(browser, replicas, tmp_path):
    with nginx(tmp_path, replicas.ports) as address:
        assert _status(address) == _status(address, Origin=address) == 200
        assert _status(address, Origin=f"{address}.elsewhere.example") == 403
        assert _status(f"{address}/_stcore/metrics") == 403
        sessions = _open(browser, address, KNOWN)
        spread = replicas.sessions()
        assert sorted(spread.values()) == [2 * TABS, 3 * TABS]
        gone, stays = sorted(spread, key=spread.get, reverse=True)

        replicas.kill(gone)
        _wait(sessions[:1], lambda _: sum(session.lost for session in sessions) == spread[gone])
        _wait(sessions, _Session.back)
        assert replicas.sessions() == {stays: len(sessions)}
        moved = [session for session in sessions if session.lost][-1]
        drawing = moved.drawing()
        answers = moved.page.get_by_text(re.compile("You guessed|你猜"))
        shown = answers.count()
        moved.page.locator("[class*=_guess] button").first.click()
        answers.nth(shown).wait_for()

        replicas.start(gone)
        moved.page.wait_for_timeout(2500)  # until nginx asks it again
        assert moved.drawing() == drawing
        for context in browser.contexts:
            context.close()


def test_a_lone_server_that_is_restarted_has_its_readers_back(browser, lone):
    (port,) = lone.ports
    sessions = _open(browser, f"http://127.0.0.1:{port}")
    lone.kill(port)
    _wait(sessions, lambda session: session.lost)
    lone.start(port)
    _wait(sessions, _Session.back)

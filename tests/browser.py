"""A server of the app and a Chromium to look at it, for the browser tests and the benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port, *options, root=ROOT, script="streamlit_app.py"):
    """Start the app as the README does. Returns its process, which does not answer yet."""
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    address = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    return subprocess.Popen(
        [*command, *address, *options], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextmanager
def _ended(server):
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def serving(*options, root=ROOT, seconds=60):
    """Start the app on a free port of this machine; yield its address."""
    port = free_port()
    with _ended(start(port, *options, root=root)):
        answering(port, seconds)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(folder, replicas, seconds=30):
    """Start Debian's nginx before two replicas, as deploy/nginx.conf has it; yield its address.

    Raises
    ------
    FileNotFoundError : where there is none
    """
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        raise FileNotFoundError("the test of replicas needs nginx: apt-get install nginx")
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    port = free_port()
    for written, used in zip((8080, 8501, 8502), (port, *replicas), strict=True):
        assert text.count(f"127.0.0.1:{written}") == 1
        text = text.replace(f"127.0.0.1:{written}", f"127.0.0.1:{used}")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    with _ended(subprocess.Popen([path, "-p", folder, "-c", folder / "nginx.conf"])):
        answering(port, seconds)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def chromium(*flags):
    """Start Debian's Chromium; raise FileNotFoundError where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("the browser tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def settled(page, charts=1, seconds=60):
    """Wait until the app has run to its end, at least `charts` charts are drawn, and nothing moves."""
    last, still = None, 0
    for _ in range(seconds * 10):
        page.wait_for_timeout(100)
        now = page.evaluate(_STATE, charts)
        still = still + 1 if now is not None and now == last else 0
        last = now
        if still == 7:
            return
    raise TimeoutError(f"{page.url} has not settled after {seconds} seconds")


def complete(page, charts=1, seconds=100):
    """Wait until the runs that the page shows are complete, and it has settled."""
    page.wait_for_function("!document.querySelector('[data-testid=stProgress]')", timeout=1000 * seconds)
    settled(page, charts)


def values(page):
    """What every control of the page shows."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] [class*="st-key-"]')].map(e =>
          [e.className.match(/st-key-(\\w+)/)[1],
           [...e.querySelectorAll('input')].map(i => i.type === 'checkbox' ? i.checked : i.value).join(),
           [...e.querySelectorAll('[aria-checked=true], [aria-pressed=true]')].map(s => s.innerText).join()])
          .filter(([key, ...shown]) => shown.some(Boolean))"""
    )


_STATE = """wanted => {
  const app = document.querySelector('[data-testid=stApp]');
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
  const done = app && charts.length >= wanted &&
    app.dataset.testScriptState === 'notRunning' && document.querySelector('h1') &&
    !document.querySelector('[data-stale=true]') && charts.every(chart => chart.querySelector('.marks path'));
  return done ? `${document.body.innerHTML.length} ${location.href}` : null;
}"""


def answering(port, seconds=60):
    """Wait until the app answers on a port of this machine."""
    url = f"http://127.0.0.1:{port}/_stcore/health"
    for _ in range(seconds * 10):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} has not answered after {seconds} seconds")

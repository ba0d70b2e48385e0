"""The app on a server of its own, and a Chromium to look at it."""

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
PATIENCE = 90_000  # ms that a browser waits for what a test names, on a machine that has much else to do
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


def settled(page, charts=1, seconds=120):
    """Wait until the app has run to its end, at least `charts` charts are drawn, and nothing moves."""
    last, still = None, 0
    for _ in range(seconds * 10):
        page.wait_for_timeout(100)
        now = page.evaluate(STATE, charts)
        still = still + 1 if now is not None and now == last else 0
        last = now
        if still == 7:
            return
    raise TimeoutError(f"{page.url} has not settled after {seconds} seconds")


STATE = """wanted => {
  const app = document.querySelector('[data-testid=stApp]');
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
  const drawn = charts.length + document.querySelectorAll('.vg-drawing').length;  // home's is no chart
  const done = app && drawn >= wanted &&
    app.dataset.testScriptState === 'notRunning' && document.querySelector('h1') &&
    !document.querySelector('[data-stale=true], .vg-waiting') &&
    charts.every(chart => chart.querySelector('.marks path'));
  return done ? `${document.body.innerHTML.length} ${location.href}` : null;
}"""

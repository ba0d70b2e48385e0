"""Debian's Firefox, asked what it sees by the W3C's WebDriver BiDi."""

import json
import shutil
import subprocess
import time
from contextlib import contextmanager

from websockets.sync.client import connect

from benchmarks.app import STATE, free_port


@contextmanager
def firefox(profile, seconds=120):
    """Start Debian's Firefox with a fresh profile in a folder; yield a `Tab`.

    Raises
    ------
    FileNotFoundError : where there is none
    """
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        raise FileNotFoundError("the test of Firefox needs it: apt-get install firefox-esr")
    port = free_port()
    command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _connected(f"ws://127.0.0.1:{port}/session", seconds) as socket:
            yield Tab(socket, seconds)
    finally:
        process.terminate()
        process.wait(20)


def _connected(address, seconds):
    for _ in range(10 * seconds):
        try:
            return connect(address, max_size=None)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"Firefox has not answered at {address} after {seconds} seconds")


class Tab:
    """The only tab of a Firefox; `errors` are those that its console has had on the open page."""

    def __init__(self, socket, seconds):
        self._socket, self._seconds, self._asked, self.errors = socket, seconds, 0, []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._tab = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def visit(self, address, charts=1):
        """Open an address and wait until the app has run to its end and `charts` charts are drawn."""
        self._go("about:blank")
        self.errors.clear()  # what the page that is left has said on leaving is none of this one's
        self._go(address)
        last, still = None, 0
        for _ in range(5 * self._seconds):
            time.sleep(0.2)
            now = self.evaluate(f"({STATE})({charts})")
            still = still + 1 if now is not None and now == last else 0
            last = now
            if still == 5:
                return
        raise TimeoutError(f"{address} has not settled after {self._seconds} seconds")

    def _go(self, address):
        self._ask("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression):
        """Return the value of an expression of JavaScript: a number, a text or None."""
        target = {"context": self._tab}
        said = self._ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if said["type"] != "success":
            raise ValueError(f"{expression!r}: {said['exceptionDetails']['text']}")
        return said["result"].get("value")

    def _ask(self, method, **params):
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while (said := json.loads(self._socket.recv(self._seconds))).get("id") != self._asked:
            entry = said.get("params", {})
            if said.get("method") == "log.entryAdded" and entry["level"] == "error":
                self.errors.append(entry["text"])
        if said["type"] == "error":
            raise ValueError(f"{method}: {said['message']}")
        return said["result"]

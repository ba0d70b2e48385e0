"""Servers of the app for the browser tests, and what they see on a page."""

import os
import shutil
import subprocess
from contextlib import contextmanager

from benchmarks.app import answering, free_port, settled, start
from tests.support import ROOT


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

"""Time the pages in Chromium: `python -m benchmarks.browser` from the project's root prints a table.

The charts are scrubbed as a hand does, one step of the slider a frame, there and back for three seconds.
Beside this app a stock app runs, of one slider and one chart, as the platform comes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

from benchmarks.app import chromium, settled
from benchmarks.server import ROOT, started, write_others
from benchmarks.table import Table

_FRAMES = """scrub => new Promise(done => {
  let sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...data) { sent += 1; return send.apply(this, data); };
  const slider = document.querySelector('.vega-bindings input[type=range], .vg-first input[type=range]');
  const [low, high] = [+slider.min, +slider.max];
  const gaps = [], start = performance.now();
  let last = start, value = low, step = +slider.step;
  const frame = now => {
    gaps.push(now - last);
    last = now;
    if (now - start > 3000) { WebSocket.prototype.send = send; return done([gaps.slice(2), sent]); }
    if (scrub) {
      if (value + step > high || value + step < low) step = -step;
      value += step;
      slider.value = value;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""
_REPAINTED = """() => {
  const charts = [...document.querySelectorAll('svg.marks')];
  charts.forEach(svg => { svg.lived = true });
  window.repainted = new Promise(done => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()) });
    watch.observe(charts[0], { subtree: true, childList: true, attributes: true });
    addEventListener('keydown', () => { window.pressed = performance.now() }, { once: true, capture: true });
  });
}"""
_TORN = "[...document.querySelectorAll('svg.marks')].filter(svg => !svg.lived).length"
_WORDS = "[data-testid=stMain] [data-testid=stMarkdown] p"
_FIRST = ".vg-drawing path[d^=M], [data-testid=stVegaLiteChart] .marks path"


def cold(browser, script, folder, path=""):
    """Return the seconds from the start of a server to its first picture."""
    begun = time.perf_counter()
    with started(script, folder) as server:
        page = browser.new_page()
        page.goto(f"http://{server.address}/{path}")
        page.locator(_FIRST).first.wait_for(state="attached")
        page.close()
        return time.perf_counter() - begun


@contextmanager
def a_quarter(pid):
    """Leave a process a quarter of one core: it has to share it with three that never rest."""
    core = {min(os.sched_getaffinity(0))}
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for each in (*(int(task) for task in os.listdir(f"/proc/{pid}/task")), *(one.pid for one in busy)):
            os.sched_setaffinity(each, core)
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def slow_visit(browser, path):
    """Return the seconds to the first words and the first picture of a page that a fresh server is asked for.

    The server, which is up, has a quarter of a core, and the browser runs at a quarter of its speed.
    """
    with started("streamlit_app.py", ROOT) as server, a_quarter(server.pid):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        begun, seen = time.perf_counter(), []
        page.goto(f"http://{server.address}/{path}", wait_until="commit")
        for awaited in (_WORDS, _FIRST):
            page.locator(awaited).first.wait_for(state="attached", timeout=120_000)
            seen.append(time.perf_counter() - begun)
        context.close()
    return seen


def repaint(browser, server, key, path="", times=10):
    """Return the median seconds from a key on a slider to a changed chart, and the charts torn down."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"http://{server.address}/{path}")
    settled(page) if path else page.locator(_FIRST).first.wait_for(state="attached")
    page.wait_for_timeout(1000)
    page.locator(f".st-key-{key} input").first.focus()
    taken, torn = [], 0
    for turn in range(times):
        page.evaluate(_REPAINTED)
        page.keyboard.press("ArrowRight" if turn % 2 == 0 else "ArrowLeft")
        taken.append(page.evaluate("window.repainted.then(now => now - window.pressed)") / 1000)
        page.wait_for_timeout(600)
        torn += page.evaluate(_TORN)
    page.close()
    return sorted(taken)[times // 2], torn


def scrubbed(table, browser, server, name, path):
    """Add the frames of the first scrubbed chart of a page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"http://{server.address}/{path}")
    settled(page, seconds=90)
    page.locator(".vega-bindings:has(input), .vg-first").first.scroll_into_view_if_needed()
    for moved in (False, True):
        gaps, messages = page.evaluate(_FRAMES, moved)
        gaps, what = sorted(gaps), f"{name}, {'scrubbed' if moved else 'at rest'}"
        table.add("frames per second", what, 1000 * len(gaps) / sum(gaps), "1/s")
        table.add("p95 of a frame", what, gaps[int(0.95 * len(gaps))], "ms", most=33 if moved else None)
        table.add("messages to the server", what, messages, "", most=0 if moved else None)
    page.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--csv", action="store_true", help="write the rows beside this file too")
    asked, table = parser.parse_args(), Table()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        write_others(folder)
        for name, path in (("home", ""), ("chain", "single_neuron_chain")):
            pairs = [
                (cold(browser, "streamlit_app.py", ROOT, path), cold(browser, "stock.py", folder))
                for _ in range(3)
            ]
            ours, stock = sorted(pairs, key=lambda pair: pair[0] / pair[1])[1]
            table.add("cold start to the first picture", name, ours, "s", ours / stock, most=1.3)
        for name, path in (("home", ""), ("chain", "single_neuron_chain")):
            visits = zip(*(slow_visit(browser, path) for _ in range(3)), strict=True)
            for what, most, seen in zip(("words", "first picture"), (2.5, 4.5), visits, strict=True):
                table.add(f"first visit, a quarter of the CPU: {what}", name, sorted(seen)[1], "s", most=most)
        with started("streamlit_app.py", ROOT) as server, started("stock.py", folder) as stock:
            usual, _ = repaint(browser, stock, "n")
            for key, path in (("chain_depth", "single_neuron_chain"), ("matrix_hidden", "matrix_form")):
                took, torn = repaint(browser, server, key, path)
                table.add("control changed to chart repainted", key, took, "s", took / usual, most=1.2)
                table.add("charts torn down by ten changes", key, torn, "", most=0)
            for depth in (4, 60):
                path = f"single_neuron_chain?chain_depth={depth}"
                scrubbed(table, browser, server, f"chain, depth {depth}", path)
            scrubbed(table, browser, server, "home", "")
            scrubbed(table, browser, server, "training", "training_on_digits")
    if asked.csv:
        table.save(__file__)


if __name__ == "__main__":
    main()

"""Time the hero chart in Chromium: `python -m benchmarks.browser` from the project's root prints a table.

The chart is scrubbed as a hand does, one step of its slider a frame, there and back for three seconds.
Beside it, in the same run, the frames of a page on which nothing is moved.
"""

from tests.browser import chromium, serving, settled

_FRAMES = """scrub => new Promise(done => {
  let sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...data) { sent += 1; return send.apply(this, data); };
  const slider = document.querySelector('.vega-bindings input[type=range]');
  const gaps = [], start = performance.now();
  let last = start, value = -1, step = 0.05;
  const frame = now => {
    gaps.push(now - last);
    last = now;
    if (now - start > 3000) { WebSocket.prototype.send = send; return done([gaps.slice(2), sent]); }
    if (scrub) {
      if (value + step > 1 || value + step < -1) step = -step;
      value += step;
      slider.value = value;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def main():
    print(f"{'hero of lesson 1':<26}{'frames/s':>10}{'p50 ms':>10}{'p95 ms':>10}{'messages':>10}")
    with serving() as address, chromium() as browser:
        for depth in (4, 60):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/single_neuron_chain?lang=en&chain_depth={depth}")
            settled(page)
            page.locator(".vega-bindings").first.scroll_into_view_if_needed()
            for scrubbed in (False, True):
                gaps, messages = page.evaluate(_FRAMES, scrubbed)
                gaps = sorted(gaps)
                rate = 1000 * len(gaps) / sum(gaps)
                p50, p95 = gaps[len(gaps) // 2], gaps[int(0.95 * len(gaps))]
                name = f"depth {depth}, {'scrubbed' if scrubbed else 'at rest'}"
                print(f"{name:<26}{rate:>10.1f}{p50:>10.1f}{p95:>10.1f}{messages:>10}")
            page.close()


if __name__ == "__main__":
    main()

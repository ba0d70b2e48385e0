"""Judge the gradients of a network on the command line: `python -m vgcore.diagnose < norms.csv`."""

import argparse
import os
import sys
from textwrap import fill

import numpy as np

from vgcore.studies.diagnosis import COLUMNS, MOST_BYTES, diagnose_step, read_norms

SICK = {"vanishing", "exploding", "dead", "outlier"}
WIDTH, NAME, SHOWN = 80, 32, 10
ABOUT = f"""Read the gradient norms of the layers of a network from the standard input and say whether they
vanish, explode, are 0, or are out of line. The text is CSV with the columns {",".join(COLUMNS)}, or
"name: norm" lines, or numbers, from the first layer to the last. The weights are judged, or the biases where
these alone show what is wrong; normalisations and embeddings only where there are no weights."""
CODES = """exit code: 0 if level or unclear, 1 if sick or a norm is nan or infinite, 2 if nothing could be
read or written"""


def main():
    parser = argparse.ArgumentParser("python -m vgcore.diagnose", description=ABOUT, epilog=CODES)
    parser.add_argument("--step", type=float, help="the step to judge; without it, the last in the text")
    wanted = parser.parse_args().step
    sys.stdout.reconfigure(errors="replace")
    try:
        read = read_norms(_decoded(sys.stdin.buffer.read(2 * MOST_BYTES + 4)))
    except ValueError as error:
        parser.error(str(error))
    for problem in read.problems[:SHOWN]:
        print(_printable(f"line {problem.line}, {problem.reason}: {problem.text}")[:WIDTH])
    if len(read.problems) > 1:
        print(f"{len(read.problems)} problems in {len({problem.line for problem in read.problems})} lines")
    if not read.steps:
        parser.error("no norm could be read")
    if wanted is not None and wanted not in read.steps:
        parser.error(f"there is no step {wanted:g}, only {', '.join(map(str, read.steps[:SHOWN]))}")
    step = len(read.steps) - 1 if wanted is None else read.steps.index(wanted)
    return judge(read, step)


def judge(read, step):
    """Print the diagnosis of one of the steps; return the exit code."""
    given, (judged, found) = np.flatnonzero(read.given[step]), diagnose_step(read, step)
    names, norms = [_printable(name) for name in read.names], read.norms[step]
    chart([names[l] for l in judged], norms[judged], found)
    out = [names[l] for l in given if not np.isfinite(norms[l])]
    print()
    say(f"step {read.steps[step]}, {len(judged)} of {len(given)} layers")
    named = _named([_printable(name) for name in found.names])
    say(f"{found.kind}: {SAYS[found.kind].format(named=named, trend=found.trend)}")
    if np.isfinite(found.factor):
        low, high = found.interval
        say(
            f"In line, each layer towards the input has {found.factor:.3g} times the gradient "
            f"({low:.3g} to {high:.3g}), the first {found.first_over_last:.3g} times that of the last."
        )
    if found.kind == "dead" and found.trend == "vanishing":
        say("The others vanish: these may be too small for a number.")
    if out:
        say(f"Not finite: {_named(out)}.")
    return int(found.kind in SICK or bool(out))


SAYS = {
    "vanishing": "the gradient shrinks from layer to layer towards the input.",
    "exploding": "the gradient grows from layer to layer towards the input.",
    "level": "the first layer has as much gradient as the last, within a factor of 10.",
    "dead": "the gradient is exactly 0 in {named}.",
    "outlier": "out of line with its neighbours: {named}. The others are {trend}.",
    "unclear": "there are too few layers, or they differ too much from their neighbours, to say.",
}


def chart(names, norms, found):
    """Print a bar a layer, on a log scale, an arrow at those that the diagnosis is about."""
    with np.errstate(divide="ignore"):
        log = np.log10(norms)
    some = log[np.isfinite(log)]
    low, high = (min(np.floor(some.min()), some.max() - 1.0), some.max()) if some.size else (0.0, 1.0)
    names = [name if len(name) <= NAME else f"...{name[3 - NAME :]}" for name in names]
    name, marked = max(map(len, names)), found.layers if found.kind in ("dead", "outlier") else ()
    longest = WIDTH - name - len(" 1.23e-300 |") - len(" <--")
    for l, value in enumerate(log):
        share = (value - low) / (high - low) if np.isfinite(value) else 0.0
        bar = "#" * round(share * longest)
        arrow = " <--" if l in marked or l in found.not_finite else ""
        print(f"{names[l]:<{name}} {norms[l]:>9.3g} |{bar}{arrow}")


def say(text):
    print(fill(text, WIDTH))


def _decoded(said):
    """Return the text of bytes; UTF-16 is what a redirection gives in Windows' PowerShell."""
    # A byte that is not UTF-8 stays one, or the text would be longer than it is.
    utf16 = said[:2] in (b"\xff\xfe", b"\xfe\xff")
    return said.decode("utf-16", "replace") if utf16 else said.decode(errors="surrogateescape")


def _named(names):
    """Return the names in a row; of many the first and the last."""
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} layers, {names[0]} to {names[-1]}"


def _printable(text):
    return "".join(char if char.isprintable() else "?" for char in text)


if __name__ == "__main__":
    if sys.stdin is None or sys.stdout is None:
        sys.exit(2)
    try:
        code = main()
        sys.stdout.flush()
    except OSError:
        os._exit(2)  # without another try to write
    sys.exit(code)

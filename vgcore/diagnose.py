"""Judge the gradients of a network on the command line: `python -m vgcore.diagnose < norms.csv`."""

import argparse
import os
import sys
from textwrap import fill

import numpy as np

from vgcore.norms import COLUMNS, MOST_BYTES, OPTIMISERS, SICK, diagnose, diagnose_step, read_norms

WIDTH, NAME, SHOWN = 80, 32, 10
ABOUT = f"""Read the gradient norms of the layers of a network from the standard input and say whether they
vanish, explode, fade both ways, are 0, or are out of line. The text is CSV with the columns
{",".join(COLUMNS)}, or "name: norm" lines, or numbers, from the first layer to the
last. The weights are judged, like with like across depth; the biases (or the column delta, the gradient at
the layers' outputs) say what goes back and what goes forth."""
CODES = """exit code: 0 if training gets on, or it is unclear; 1 if it will not get anywhere; 2 if nothing
could be read or written, or all gradients are 0. With --strict 1, too, if the first layer is off the last by
more than tenfold, or a layer is exactly 0"""


def main():
    parser = argparse.ArgumentParser("python -m vgcore.diagnose", description=ABOUT, epilog=CODES)
    parser.add_argument("--step", type=float, help="the step to judge; without it, the last in the text")
    parser.add_argument("--optimiser", choices=OPTIMISERS, help="what trains it; without it, both are told")
    parser.add_argument("--strict", action="store_true", help="a slope that training survives is sick, too")
    options = parser.parse_args()
    wanted = options.step
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
    return judge(read, step, options.optimiser, options.strict)


def judge(read, step, optimiser=None, strict=False):
    """Print the diagnosis of one of the steps; return the exit code."""
    given, (judged, found) = np.flatnonzero(read.given[step]), diagnose_step(read, step, optimiser)
    names, norms = [_printable(name) for name in read.names], read.norms[step]
    chart([names[l] for l in judged], norms[judged], found)
    out = [names[l] for l in given if not np.isfinite(norms[l])]
    print()
    say(f"step {read.steps[step]}, {len(judged)} of {len(given)} layers")
    named = _named([_printable(name) for name in found.names])
    say(f"{found.kind}: {SAYS[found.kind].format(named=named, trend=TRENDS[found.trend])}")
    if np.isfinite(found.factor):
        low, high = found.interval
        say(
            f"By the line through them, each {found.per} towards the input has {found.factor:.3g} times the "
            f"gradient ({low:.3g} to {high:.3g}). The first has {found.first_over_last:.3g} times that of "
            f"the last, the largest {found.largest_over_smallest:.3g} times that of the smallest."
        )
    for key, slots in found.reasons:
        if key in WHY:
            slots = {name: _slot(value) for name, value in slots.items()}
            say(WHY[key].format(**slots, per=found.per))
    if found.kind == "dead" and found.trend == "vanishing":
        say("The others vanish: these may be too small for a number.")
    if out:
        say(f"Not finite: {_named(out)}.")
    if step > 0:
        say(f"At step {read.steps[0]}, the first, it was {diagnose_step(read, 0, optimiser)[1].kind}.")
    if found.kind == "nothing":
        return 2
    old = diagnose(norms[judged]) if strict and judged.size else found
    return int(found.kind in SICK or (strict and (old.kind in SICK or bool(out))))


TRENDS = {
    "vanishing": "shrink towards the input",
    "exploding": "grow towards the input",
    "level": "are level",
    "unclear": "are unclear",
}
SAYS = {
    "not_finite": "the gradient is not a number, or infinite, in {named}.",
    "nothing": "no gradient anywhere. Read after zero_grad() or before backward()? A detached loss?",
    "wakes": "{named}: no gradient yet, and that is meant. What follows is 0 and wakes after one step.",
    "dead": "the gradient is exactly 0 in {named}.",
    "alike": "tokens have become alike: {named} get next to nothing of what the values get. Initialise each "
    "layer anew, or put the norm before the sum.",
    "fading_both": "what goes back to the input fades, and so does what goes forth to the output.",
    "exploding_both": "what goes back to the input explodes, and so does what goes forth to the output.",
    "vanishing": "the gradient shrinks from layer to layer towards the input.",
    "exploding": "the gradient grows from layer to layer towards the input.",
    "small": "all layers get so little that no usual step moves them.",
    "large": "all layers get so much that a usual step throws them away.",
    "outlier": "out of line with its neighbours: {named}. The others {trend}.",
    "dying": "next to no neuron is alive in {named}.",
    "slope": "the layers {trend}, but not so much that training gets nowhere.",
    "level": "the first layer has as much gradient as the last, within a factor of 10.",
    "unclear": "there are too few layers, or they differ too much from their neighbours, to say.",
}
WHY = {
    "turned": "The names count down, so the last layer was printed first: it is turned round.",
    "decoder_last": "The decoder is printed before the encoder: it is put behind it.",
    "ends": "What is called a stem or a head is put to its end.",
    "skipped_step": "Not finite at this step only: a loss scaler skips such a step.",
    "wakes": "{by} is 0 itself and gets a gradient: after one step it lets through to {names}.",
    "too_small_to_print": "Printed as 0 but too small to print, not 0: {names}.",
    "no_bias": "No gradient where a bias has no say (before a normalisation): {names}.",
    "rounded_biases": "Nothing but rounding, before a normalisation or of keys: {names}.",
    "asleep": "At rest at this step; an expert without tokens, or a block that was left out? {names}.",
    "unused": "Nothing hears what these say; not used, or a head without a loss: {names}.",
    "cancels": "What goes back has {back} times its size a {per}, what goes forth {forward} times: in the "
    "gradients of the weights the two cancel.",
    "descent_waits": "With plain descent the first layer needs {times} times the steps of the last.",
    "adam_evens": "Adam evens that out: all typical entries are above its epsilon of {epsilon}.",
    "adam_starved": "Adam does not even that out: in {share} of the layers the typical entry is below its "
    "epsilon of {epsilon}.",
    "small": "Gradient over weight is {ratio}.",
    "large": "Gradient over weight is {ratio}.",
    "small_scales": "The blocks get little because of the small scales beside them, which grow: {names}.",
    "few": "{count} can be compared, of which at least {least} are needed.",
    "wide": "The factor could be {low} or {high}: more steps, or more layers of one make, would tell.",
}


def chart(names, norms, found):
    """Print a bar a layer, on a log scale, an arrow at those that the diagnosis is about."""
    with np.errstate(divide="ignore"):
        log = np.log10(norms)
    some = log[np.isfinite(log)]
    low, high = (min(np.floor(some.min()), some.max() - 1.0), some.max()) if some.size else (0.0, 1.0)
    names = [name if len(name) <= NAME else f"...{name[3 - NAME :]}" for name in names]
    name, marked = max(map(len, names)), found.layers if found.kind in ("dead", "outlier", "alike") else ()
    longest = WIDTH - name - len(" 1.23e-300 |") - len(" <--")
    for l, value in enumerate(log):
        share = (value - low) / (high - low) if np.isfinite(value) else 0.0
        bar = "#" * round(share * longest)
        arrow = " <--" if l in marked or not np.isfinite(value) else ""
        print(f"{names[l]:<{name}} {norms[l]:>9.3g} |{bar}{arrow}")


def say(text):
    print(fill(text, WIDTH))


def _slot(value):
    if isinstance(value, tuple):
        return _named([_printable(name) for name in value])
    return f"{value:.3g}" if isinstance(value, float) else str(value)


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

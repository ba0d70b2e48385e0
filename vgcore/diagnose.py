"""Judge the gradients of a network on the command line: `python -m vgcore.diagnose norms.csv`."""

import argparse
import json
import os
import sys
from collections import Counter
from textwrap import fill

import numpy as np

from vgcore.norms import FORMS, OPTIMISERS, SICK, diagnose, diagnose_step
from vgcore.norms.files import read_data, read_file
from vgcore.norms.forms import listed
from vgcore.norms.table import ORDERLY

WIDTH, NAME, SHORT, SHOWN = 80, 32, 40, 10
ABOUT = """Read the gradient norms of the layers of a network and say whether they vanish, explode, fade both
ways, are 0, or are out of line. The weights are judged, like with like across depth; the biases, or a column
delta, the gradient at the layers' outputs, say what goes back and what goes forth."""
CODES = """exit code: 0 if training gets on, or it is unclear; 1 if it will not get anywhere; 2 if nothing
could be read or written, or there is no answer. With --strict 1, too, if the first layer is off the last by
more than tenfold, or a layer is exactly 0"""
FIELDS = """--json prints one object: form (of the text), layers (every parameter that was read, in order),
steps (a list), step (the judged one), judged (names of the layers that the verdict is about), kind, trend,
factor (a layer, towards the input), interval (of the factor), first_over_last (of the judged layers' norms),
forward (a factor, or null), left_out (a list of line, text, reason), notes (a list of texts). Where there is
no verdict, kind is null and notes say why. With --all it has all, too: a list with step, kind, trend, factor,
interval, first_over_last and forward of every step."""
VERDICT = ("step", "kind", "trend", "factor", "interval", "first_over_last", "forward")


def main():
    parser = argparse.ArgumentParser(
        "vgcore-diagnose",
        description=fill(ABOUT, WIDTH),
        epilog=f"{fill(CODES, WIDTH)}\n\n{fill(FIELDS, WIDTH)}\n\nforms of text:\n{listed()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "path",
        nargs="?",
        default="-",
        help="a file, or a folder with TensorBoard's event files; - is the standard input",
    )
    parser.add_argument("--step", type=float, help="the step to judge; without it, the last in the text")
    parser.add_argument(
        "--form",
        choices=[form.name for form in FORMS],
        metavar="FORM",
        help="one of those below, where the text could have several",
    )
    parser.add_argument("--optimiser", choices=OPTIMISERS, help="what trains it; without it, both are told")
    parser.add_argument("--strict", action="store_true", help="a slope that training survives is sick, too")
    parser.add_argument("--json", action="store_true", help="print one object, for programs")
    parser.add_argument("--all", action="store_true", help="judge every step, a line each")
    asked = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    try:
        read = _read(asked.path, asked.form)
    except OSError as error:
        parser.error(f"{asked.path} cannot be read: {error.strerror or error}")
    except ValueError as error:
        parser.error(str(error))
    if not asked.json:
        tell(read)
    if read.refused or not read.steps:
        if asked.json:
            print(json.dumps(result(read), ensure_ascii=False))
        parser.exit(2, f"{parser.prog}: {said(REFUSED[read.refused or 'nothing'], read)}\n")
    if asked.step is not None and asked.step not in read.steps:
        there = ", ".join(map(str, read.steps[:SHOWN]))
        parser.error(
            f"there is no step {asked.step:g}, only {there}{', ...' if len(read.steps) > SHOWN else ''}"
        )
    step = len(read.steps) - 1 if asked.step is None else read.steps.index(asked.step)
    steps = range(len(read.steps)) if asked.all else [step]
    if asked.json:
        found = result(read, step, asked.optimiser)
        if asked.all:
            every = [verdict(read, each, asked.optimiser) for each in steps]
            found["all"] = [{name: one[name] for name in VERDICT} for one in every]
        print(json.dumps(found, ensure_ascii=False))
        return max(_code(read, each, asked) for each in steps)
    if asked.all:
        return max(line(read, each, asked) for each in steps)
    return judge(read, step, asked)


def _read(path, form):
    if path != "-":
        return read_file(path, form)
    return read_data(sys.stdin.buffer.read(), form)


REFUSED = {
    "nothing": "no norm of a layer could be read",
    "whole": "one number for the whole network per step: it says when, not where; print a norm for every "
    "layer, "
    'for name, p in model.named_parameters(): print(f"{{name}}: {{p.grad.norm()}}"){choose}',
    "signed": "half of such numbers are below 0: means with their signs, no norms; print p.grad.norm()",
    "quantity": "neither norms nor rms, std or means of absolute values: print p.grad.norm()",
    "ask": "the text can be read in two ways{choose}",
    "unread": "too many of the lines with a number could not be read, so there is no verdict",
    "kind": "all layers of one kind could not be read, so there is no verdict",
}
NOTED = {
    "none": "{count} parameters without a gradient, such as {named}: frozen or unused?",
    "beside": "{count} numbers beside the norms are not used: {named}",
    "bins": "the norms are estimates from the bins of histograms",
    "squares": "the norms are the roots of the histograms' sums of squares",
    "quantity": "no norms: the {named} is taken for them",
    "turned": "the last layer came first: turned round",
    "sorted": "the layers were put in the order of their numbers",
    "twice": "{count} names come twice in a step",
    "small": "{count} norms read 0.0 with decimals: less than {named}, not zero",
}
REASONS = {
    "line": "not understood",
    "several": "several numbers, and no name for each",
    "comma": "with a comma, one number or two?",
    "fields": "not as many fields as the header has",
    "header": "under a header that is not understood",
    "number": "no number where the norm should be",
    "negative": "a norm below 0",
    "abridged": "dots stand for a part of the numbers",
    "step": "no number where the step should be",
    "table": "too many steps and layers for one network",
    "metric": "a number of the run, no layer",
    "total": "of the whole network, no layer",
    "none": "no gradient",
    "column": "a column that is not needed",
    "other": "not named as the layers are",
    "rank": "of another process",
    "bins": "bins of a histogram",
    "remark": "a remark",
    "weight_norm": "no norm of the weights there",
    "zeros": "no share from 0 to 1 there",
}


def said(text, read):
    """Return a text about what was read, with how to choose where there are several readings."""
    choose = "; choose " + " or ".join(f"--form {form}" for form in read.readings) if read.readings else ""
    return text.format(choose=choose)


def notes(read):
    """Return the remarks about what was read, as texts."""
    found = [NOTED[note.what].format(count=note.count, named=note.named) for note in read.notes]
    if len(read.readings) > 1:
        found.append(f"read as {read.readings[0]}; it could be {' or '.join(read.readings[1:])}, too: --form")
    return found


def tell(read):
    """Print what was read, in a line, and what was left out."""
    failed = read.problems
    for each in failed[:SHOWN]:
        print(_printable(f"line {each.line}, {REASONS[each.reason]}: {each.text}")[:WIDTH])
    if len(failed) > SHOWN:
        print(f"... {len(failed)} problems in {len({each.line for each in failed})} lines")
    others = Counter(each.reason for each in read.left_out if each.reason in ORDERLY)
    for reason, count in others.items():
        if reason != "none":
            first = next(each for each in read.left_out if each.reason == reason)
            text = _printable(first.text)[:SHORT]
            say(f"left out, {REASONS[reason]}: {count}, first in line {first.line}: {text}")
    for note in notes(read):
        say(_printable(f"note: {note}"))
    if read.names:
        say(f"read as {read.form}: {len(read.names)} layers, {len(read.steps)} steps, {read.quantity}")


def result(read, step=None, optimiser=None):
    """Return what is printed as JSON about a step; None where there is no verdict."""
    found = {
        "form": read.form,
        "layers": read.names,
        "steps": [_number(each) for each in read.steps],
        **dict.fromkeys(VERDICT),
        "judged": [],
        "left_out": [each._asdict() for each in read.left_out],
        "notes": notes(read),
    }
    if step is None:
        found["notes"].append(said(REFUSED[read.refused or "nothing"], read))
        return found
    told = verdict(read, step, optimiser)
    found["notes"] += told.pop("reasons")
    return found | told


def verdict(read, step, optimiser=None):
    """Return what is printed as JSON of the verdict about a step, and the texts of its reasons."""
    judged, found = diagnose_step(read, step, optimiser)
    return {
        "step": _number(read.steps[step]),
        "judged": [read.names[l] for l in judged],
        "kind": found.kind,
        "trend": found.trend,
        "factor": _number(found.factor),
        "interval": [_number(end) for end in found.interval],
        "first_over_last": _number(found.first_over_last),
        "forward": _number(found.forward),
        "reasons": list(why(found)),
    }


def why(found):
    """Yield the reasons of a verdict, as texts."""
    for key, slots in found.reasons:
        if key in WHY:
            yield WHY[key].format(**{name: _slot(value) for name, value in slots.items()}, per=found.per)


def _number(value):
    """Return a number as JSON has it: null for what is none, or infinite."""
    return value if value is not None and np.isfinite(value) else None


def _code(read, step, asked):
    """Return the exit code of the verdict about a step."""
    judged, found = diagnose_step(read, step, asked.optimiser)
    if found.kind == "nothing":
        return 2
    if not asked.strict:
        return int(found.kind in SICK)
    strange = read.given[step] & ~np.isfinite(read.norms[step])
    slopes = diagnose(read.norms[step, judged]) if judged.size else found
    return int(found.kind in SICK or slopes.kind in SICK or bool(strange.any()))


def line(read, step, asked):
    """Print the verdict about a step in a line; return the exit code."""
    judged, found = diagnose_step(read, step, asked.optimiser)
    factor = f", factor {found.factor:.3g}" if np.isfinite(found.factor) else ""
    print(f"step {read.steps[step]}: {found.kind}{factor}, {len(judged)} layers"[:WIDTH])
    return _code(read, step, asked)


def judge(read, step, asked):
    """Print the diagnosis of one of the steps; return the exit code."""
    given = np.flatnonzero(read.given[step])
    judged, found = diagnose_step(read, step, asked.optimiser)
    names, norms = [_printable(name) for name in read.names], read.norms[step]
    if len(judged):
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
    for reason in why(found):
        say(reason)
    if found.kind == "dead" and found.trend == "vanishing":
        say("The others vanish: these may be too small for a number.")
    if out:
        say(f"Not finite: {_named(out)}.")
    if step > 0:
        say(f"At step {read.steps[0]}, the first, it was {diagnose_step(read, 0, asked.optimiser)[1].kind}.")
    return _code(read, step, asked)


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
    "descent_waits": "With plain descent the first layer needs, by the fit, {times} times as many steps as "
    "the last.",
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


def _named(names):
    """Return the names in a row; of many the first and the last."""
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} layers, {names[0]} to {names[-1]}"


def _printable(text):
    return "".join(char if char.isprintable() else "?" for char in text)


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


def run():
    """Run the command, and end with its exit code."""
    if sys.stdin is None or sys.stdout is None:
        sys.exit(2)
    try:
        code = main()
        sys.stdout.flush()
    except OSError:
        os._exit(2)  # without another try to write
    sys.exit(code)


if __name__ == "__main__":
    run()

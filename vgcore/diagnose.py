"""Judge the gradients of a network on the command line: `python -m vgcore.diagnose norms.csv`."""

import argparse
import json
import os
import sys
from collections import Counter
from textwrap import fill

import numpy as np

from vgcore.norms import FORMS, diagnose_step
from vgcore.norms.files import read_data, read_file
from vgcore.norms.forms import listed
from vgcore.norms.table import ORDERLY

SICK = {"vanishing", "exploding", "dead", "outlier"}
WIDTH, NAME, SHORT, SHOWN = 80, 32, 40, 10
ABOUT = """Read the gradient norms of the layers of a network and say whether they vanish, explode, are 0, or
are out of line. The weights are judged, or the biases where these alone show what is wrong; normalisations
and embeddings only where there are no weights."""
CODES = """exit code: 0 if level or unclear, 1 if sick or a norm is nan or infinite, 2 if nothing could be
read or written, or there is no answer"""
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
        found = result(read, step)
        if asked.all:
            found["all"] = [{name: verdict(read, each)[name] for name in VERDICT} for each in steps]
        print(json.dumps(found, ensure_ascii=False))
        return max(_code(read, each, diagnose_step(read, each)[1]) for each in steps)
    if asked.all:
        return max(line(read, each) for each in steps)
    return judge(read, step)


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


def result(read, step=None):
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
    return found | verdict(read, step)


def verdict(read, step):
    """Return what is printed as JSON of the verdict about a step."""
    judged, found = diagnose_step(read, step)
    norms = read.norms[step, judged]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ends = float(norms[0] / norms[-1]) if len(norms) else np.nan
    return {
        "step": _number(read.steps[step]),
        "judged": [read.names[l] for l in judged],
        "kind": found.kind,
        "trend": found.trend,
        "factor": _number(found.factor),
        "interval": [_number(end) for end in found.interval],
        "first_over_last": _number(ends),
        "forward": _number(getattr(found, "forward", None)),
    }


def _number(value):
    """Return a number as JSON has it: null for what is none, or infinite."""
    return value if value is not None and np.isfinite(value) else None


def _code(read, step, found):
    """Return the exit code of a verdict."""
    strange = read.given[step] & ~np.isfinite(read.norms[step])
    return int(found.kind in SICK or bool(strange.any()))


def line(read, step):
    """Print the verdict about a step in a line; return the exit code."""
    judged, found = diagnose_step(read, step)
    factor = f", factor {found.factor:.3g}" if np.isfinite(found.factor) else ""
    print(f"step {read.steps[step]}: {found.kind}{factor}, {len(judged)} layers"[:WIDTH])
    return _code(read, step, found)


def judge(read, step):
    """Print the diagnosis of one of the steps; return the exit code."""
    given, (judged, found) = np.flatnonzero(read.given[step]), diagnose_step(read, step)
    names, norms = [_printable(name) for name in read.names], read.norms[step]
    if len(judged):
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
    return _code(read, step, found)


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

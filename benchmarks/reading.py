"""How fast gradient norms are read, and what hostile texts cost: `python -m benchmarks.reading`.

The logs have 100 MB, 500 layers: wide CSV as Lightning writes it, long CSV as lesson 7's lines print it. The
command is timed as a whole, beside a process that does nothing but `pandas.read_csv`. Two minutes of a core.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.table import Table
from vgcore.norms import MOST_BYTES, diagnose_step, read_norms

ROOT = Path(__file__).parent.parent
BYTES = 100_000_000
NAMES = [f"model.layers.{layer}.{kind}" for layer in range(250) for kind in ("weight", "bias")]
# A process' own figures: the time from its first line to its last, and the most memory it had.
USED = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024"
ENDS = f"import resource; print(time.perf_counter() - t, {USED})"
PANDAS = f"import sys, time; t = time.perf_counter(); import pandas; pandas.read_csv(sys.argv[1]); {ENDS}"
OURS = f"import sys, time; t = time.perf_counter(); from vgcore.diagnose import main; main(); {ENDS}"
HOSTILE = {
    "brackets that open": "[" * MOST_BYTES,
    "brackets, a line each": "[\n" * (MOST_BYTES // 2),
    "brackets that open and close": "(" * (MOST_BYTES // 2) + ")" * (MOST_BYTES // 2),
    "nested lists over lines": "[\n" * (MOST_BYTES // 4) + "]\n" * (MOST_BYTES // 4),
    "nested dictionaries": "{'a': " * (MOST_BYTES // 14) + "1" + "}" * (MOST_BYTES // 14),
    "a digit": "1" * MOST_BYTES,
    "commas": "," * MOST_BYTES,
    "a number a line": "0.5\n" * (MOST_BYTES // 4),
    "one name": "fc1.weight: 0.5\n" * (MOST_BYTES // 16),
    "a name a line": "".join(f"fc{k}.weight: 0.5\n" for k in range(MOST_BYTES // 21)),
    "a step and a name a line": "".join(f"{k},fc{k}.weight,1\n" for k in range(MOST_BYTES // 23)),
    "a header a line": "layer,grad_norm\n" * (MOST_BYTES // 16),
    "words": "the gradient norm of the layer is " * (MOST_BYTES // 34),
    "equals signs and colons": "a=:" * (MOST_BYTES // 3),
    "dates and bars": "2026-11-29 13:20:35 0%|  | 0/1 [00:00<?, " * (MOST_BYTES // 41),
    "tensors": "tensor([1., 2.\n" * (MOST_BYTES // 15),
    "a wide header": ",".join(f"fc{k}.weight" for k in range(MOST_BYTES // 26))
    + "\n"
    + "1," * (MOST_BYTES // 26),
    "minus signs": "-" * MOST_BYTES,
    "dots": "." * MOST_BYTES,
    "names of many numbers": ("1.2." * 500 + "weight: 1\n") * (MOST_BYTES // 2010),
}


def main():
    table = Table()
    for name, text in HOSTILE.items():
        begun = time.perf_counter()
        read = read_norms(text[:MOST_BYTES])
        if read.steps and not read.refused:
            diagnose_step(read, len(read.steps) - 1)
        table.add("200 kB of text", name, time.perf_counter() - begun, "s", most=1.0)
    with tempfile.TemporaryDirectory() as folder:
        for form, written in (("wide", wide), ("long", long)):
            path = Path(folder) / f"{form}.csv"
            written(path)
            theirs, ours = (measured(program, path) for program in (PANDAS, OURS))
            table.add(f"100 MB of {form} CSV", "pandas.read_csv", theirs[0], "s")
            table.add(f"100 MB of {form} CSV", "the command", ours[0], "s")
            table.add(f"100 MB of {form} CSV", "times pandas' time", ours[0] / theirs[0], "", most=2.5)
            table.add(f"100 MB of {form} CSV", "times pandas' memory", ours[1] / theirs[1], "", most=3.0)
    table.save(__file__)


def measured(program, path):
    """Return the seconds and the megabytes of a process."""
    command = [sys.executable, "-c", program, str(path)]
    out = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    return [float(number) for number in out.splitlines()[-1].split()]


def wide(path):
    """Write a column a layer, sorted as text, and a row a step; validation has rows of its own."""
    rng, names = np.random.default_rng(1), sorted(NAMES)
    with open(path, "w", encoding="utf-8") as file:
        columns = ",".join(f"grad_2.0_norm/{name}" for name in names)
        file.write(f"epoch,{columns},grad_2.0_norm_total,step,train_loss,val_loss\n")
        step = 0
        while file.tell() < BYTES:
            norms = rng.lognormal(-5.0, 2.0, len(names)).astype(np.float32).astype(float).tolist()
            cells = "," * len(names) if step % 50 == 49 else "".join(f"{norm!r}," for norm in norms)
            end = f",{step},,1.1" if step % 50 == 49 else f"0.5,{step},1.1,"
            file.write(f"{step // 50},{cells}{end}\n")
            step += 1


def long(path):
    """Write a row a layer and step."""
    rng = np.random.default_rng(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write("step,layer,shape,grad_norm,weight_norm,zeros\n")
        step = 0
        while file.tell() < BYTES:
            norms = rng.lognormal(-5.0, 2.0, (len(NAMES), 2)).tolist()
            file.writelines(
                f"{step},{name},100x100,{norm:.6g},{weight:.6g},0\n"
                for name, (norm, weight) in zip(NAMES, norms, strict=True)
            )
            step += 100


if __name__ == "__main__":
    main()

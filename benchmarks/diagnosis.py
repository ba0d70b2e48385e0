"""How often the diagnosis is right, on 2,000 networks of each kind: `python -m benchmarks.diagnosis`.

The networks are those of `benchmarks/profiles.py`. Half a minute of a core.
"""

from collections import Counter

import numpy as np

from benchmarks.profiles import KINDS, SICK, luck
from benchmarks.table import Table
from vgcore.norms import diagnose

NETWORKS = 2_000


def main():
    rng = np.random.default_rng(1)
    shares = confusion(rng)
    print()
    table = Table()
    for kind in KINDS:
        reach = {} if kind == "level" else {"least": 0.98}
        table.add("diagnosed right", kind, shares[kind][kind], "", **reach)
    table.add("called sick", "level", sum(shares["level"][kind] for kind in SICK), "", most=0.02)
    for width, depth in ((30, 60), (30, 100), (50, 100), (100, 100), (300, 100)):
        called = [diagnose(10.0 ** luck(rng, depth, width)).kind in SICK for _ in range(NETWORKS)]
        table.add("called sick", f"level, {width} wide, {depth} deep", np.mean(called), "")
    for depth in (4, 5, 6, 7, 10, 20, 50, 100):
        walks = np.cumsum(rng.normal(scale=0.1, size=(NETWORKS, depth)), axis=1)
        intervals = (diagnose(10.0**walk).interval for walk in walks)
        missed = np.mean([not low <= 1.0 <= high for low, high in intervals])
        table.add("the interval misses the factor", f"walks of {depth}", missed, "", most=0.02)
    table.save(__file__)


def confusion(rng):
    """Print what networks of each kind are called; return the shares."""
    called = (*KINDS, "unclear")
    print(f"{'is, and is called':<20}", *(f"{kind:>10}" for kind in called))
    shares = {}
    for truth, sample in KINDS.items():
        found = Counter(diagnose(sample(rng)[0]).kind for _ in range(NETWORKS))
        shares[truth] = {kind: found[kind] / NETWORKS for kind in called}
        print(f"{truth:<20}", *(f"{share:>10.4f}" for share in shares[truth].values()), flush=True)
    return shares


if __name__ == "__main__":
    main()

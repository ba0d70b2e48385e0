"""Which learning rate suits each recipe at each depth, on seeds that lesson 6 does not show.

`python -m benchmarks.learning` prints the share of the digits that is read, by rate: ten minutes of a core.
The rates in `pages/lessons/ways_out/trials.py` are read off it.
"""

import numpy as np
from threadpoolctl import threadpool_limits

from pages.lessons.ways_out.recipes import RECIPES
from pages.lessons.ways_out.trials import DEPTHS, TANHS
from vgcore.studies.learning import learn
from vgcore.studies.trials import STEPS

ETAS = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SEEDS = (100, 101)


def main():
    threadpool_limits(1)
    print(f"{'cure':<20}{'layers':>7}", *(f"{eta:>7g}" for eta in ETAS))
    for name, recipe in {**RECIPES, **TANHS}.items():
        for hidden in DEPTHS:
            means = [
                np.mean([learn(recipe, eta, hidden, steps=STEPS, seed=seed).accuracy for seed in SEEDS])
                for eta in ETAS
            ]
            print(f"{name:<20}{hidden:>7}", *(f"{mean:>7.3f}" for mean in means), flush=True)


if __name__ == "__main__":
    main()

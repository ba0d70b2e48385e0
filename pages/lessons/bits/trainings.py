"""The trainings in few bits: which there are, and how they are run one after the other."""

from vgcore.studies import bits
from vgcore.studies.bits import WAYS

STEPS, REPORT = 400, 20
"""Steps of each training, and after how many the screen is told."""


def all_ways(eta):
    """Every way to train, at one learning rate."""
    return tuple((way, eta) for way in WAYS)


def run(settings, on_step):
    """Run the trainings in their order; `on_step` is told of every twentieth step, and of the others nothing.

    Returns
    -------
    tuple of pairs of the name of a way and Trained
    """
    results = ()

    def told(way, step, trained):
        if step % REPORT and step < STEPS:
            return on_step()
        return on_step(len(results) * STEPS + step, (*results, (way, trained)))

    for way, eta in settings:
        trained = bits.train_in(way, eta, STEPS, on_step=lambda *seen, way=way: told(way, *seen))
        results += ((way, trained),)
    return results

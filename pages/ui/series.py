"""Series that several lessons draw: the places of the names of lines, and marks of trainings."""

from itertools import product

import numpy as np

from pages.ui.data import Word

NAME_LENGTHS = (0.35, 0.12)
"""Share of the width of a drawing that a long name takes, and a short one."""

NAME_HEIGHT = 0.09
"""Share of the height of a drawing that a name takes."""


def beside(lines, along, across):
    """Where the names of lines stand: above or below their own, the first place off all lines and names."""
    values = np.array([line[across] for line in lines.values()])
    count, gap = values.shape[1], 0.1 * np.ptp(values) or 0.1
    wide, names, taken = count // 5, {}, []

    def room(place):
        at, across = place
        others = [abs(across - other) for there, other in taken if abs(at - there) < wide]
        return min([np.abs(values[:, at : at + wide] - across).min(), *others]) / gap

    for (name, line), own in zip(lines.items(), values, strict=True):
        spans = [(at, own[at : at + wide]) for at in range(count - wide)]
        places = [place for at, span in spans for place in ((at, span.max() + gap), (at, span.min() - gap))]
        place = next((each for each in places if room(each) > 0.9), max(places, key=room))
        taken.append(place)
        names[f"{name}_name"] = {along: line[along][place[0]], across: place[1]}
    return names


def apart(places, span):
    """Return the places of names in one column, moved as little as keeps them off each other.

    Parameters
    ----------
    places : ndarray, shape (n,), finite or not: those that are not stay
    span : float, what the height of the drawing stands for
    """
    moved, seen = np.array(places, dtype=float), np.flatnonzero(np.isfinite(places))
    if not len(seen):
        return moved
    order = seen[np.argsort(moved[seen], kind="stable")]
    far = min(NAME_HEIGHT, 1.0 / len(seen)) * span * np.arange(len(seen))
    level = moved[order] - far
    upwards, downwards = np.maximum.accumulate(level), np.minimum.accumulate(level[::-1])[::-1]
    moved[order] = 0.5 * (upwards + downwards) + far
    return moved


def names(lines, along, across):
    """Where the names of lines stand: near their first ends, off all lines and off each other."""
    steps = next(iter(lines.values()))[along]
    begun = (steps - steps[0]) / (steps[-1] - steps[0])
    seen = {name: line[across] for name, line in lines.items() if np.isfinite(line[across][0])}
    drawn = np.concatenate([[0.0], *seen.values()])
    room = 0.09 * (np.ptp(drawn[np.isfinite(drawn)]) or 1.0)
    taken, found = [], {}
    for name, line in sorted(lines.items(), key=lambda item: item[1][across][0]):
        first = line[across][0]
        places = [
            (first + side * far * room, reach)
            for far, reach, side in product(range(1, 9), NAME_LENGTHS, (-1, 1))
            if np.isfinite(first)
        ]
        free = [
            place
            for place, reach in places
            if all(abs(other - place) > 0.95 * room for other in taken)
            and all(np.abs(values[begun <= reach] - place).min() > 0.7 * room for values in seen.values())
        ]
        above = free[0] if free else first
        taken += [above] if free else []
        found[f"{name}_name"] = {along: 1, across: above}
    return found


def marks(shares):
    """A mark for every share, and the median of each design, by the designs' names in the words."""
    labels = {name: Word(f"which.{name}") for name in shares}
    rows = [(labels[name], share) for name, seen in shares.items() for share in seen]
    medians = [(labels[name], np.median(seen)) for name, seen in shares.items() if seen]
    named = {"designs": {"design": np.array(list(labels.values()))}}
    for series, pairs in (("networks", rows), ("median", medians)):
        if pairs:
            design, accuracy = zip(*pairs, strict=True)
            named[series] = {"design": np.array(design), "accuracy": np.array(accuracy)}
    return named

"""One step of what was read: its parameters in their order, and the networks that they make up."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from vgcore.norms.kinds import order, parameters
from vgcore.norms.line import FEWEST, Line, change, line, surely

_BLOCKS_CLEAR = 1.3  # powers of ten over four blocks or more, no half of it in one step: no luck
_ROLE_FAR = 2.5  # powers of ten off the line of a role
_BELOW, _ABOVE = 2.5, 3.2  # powers of ten off the median of all blocks: a stem or a head, alone in its role
_SMALL_SCALE = 0.1  # typical entry: a branch behind it hardly speaks yet


class Reason(NamedTuple):
    """Why a verdict is what it is, or what must be known with it.

    Attributes
    ----------
    key : str
    slots : dict of numbers, and of tuples of names
    """

    key: str
    slots: dict


class Branch(NamedTuple):
    """The weights of one network, or of one of several side by side, and the line through them.

    Attributes
    ----------
    own : array of int, the weights from the input to the output
    line : Line, through them, or through blocks
    points : array, log10 of what the line goes through, fan-in divided out
    whole : float, by how many powers of ten these surely grow towards the input
    out : tuple of int, the weights that are out of line
    roles : tuple of str, what is compared across blocks; () if all are compared in their order
    """

    own: np.ndarray
    line: Line
    points: np.ndarray
    whole: float
    out: tuple
    roles: tuple

    def inside(self):
        """Return the weights that are in line."""
        out = set(self.out)
        return [k for k in self.own.tolist() if k not in out]


@lru_cache(maxsize=4)
def _known(names, shapes):
    found = parameters(names, shapes)
    return found, *order(names, found)


class Step:
    """One step of what was read, what is known of its parameters, and what was said of it.

    Attributes
    ----------
    found : list of Parameter
    given : list of int, the parameters with a gradient, from the input to the output
    layers : array of int, those of them that are judged: the weights, or all where there are none
    at : dict, where each of all parameters stands in the order
    norms, weights, zeros : arrays, of all parameters
    reasons : list of Reason
    """

    def __init__(self, read, step):
        self.read, self.step = read, step
        self.found, self.order, turned = _known(tuple(read.names), tuple(read.shapes))
        self.given = [k for k in self.order if read.given[step, k]]
        self.norms, self.weights, self.zeros = read.norms[step], read.weights[step], read.zeros[step]
        own = [k for k in self.given if self.found[k].kind == "weight"]
        self.layers = np.array(own or self.given, int)
        self.at = {k: place for place, k in enumerate(self.order)}
        self.reasons = [Reason(turned, {})] if turned else []

    def say(self, key, **slots):
        self.reasons.append(Reason(key, slots))

    def named(self, layers):
        return tuple(self.read.names[k] for k in layers)

    def of_kind(self, kind):
        return [k for k in self.given if self.found[k].kind == kind]

    def small_scales(self):
        """Return the scales that are small, so that the branches behind them hardly speak yet."""
        typical = {
            k: self.weights[k] / np.prod(self.found[k].sides or (1,)) ** 0.5 for k in self.of_kind("scale")
        }
        return [k for k, size in typical.items() if size < _SMALL_SCALE]

    def branches(self):
        """Return every network that has a gradient that is finite and not 0."""
        apart = defaultdict(list)
        for k in self.layers.tolist():
            apart[self.found[k].branch].append(k)
        return [one for own in apart.values() if (one := self._branch(np.array(own))) is not None]

    def _branch(self, own):
        alive = np.isfinite(self.norms[own]) & (self.norms[own] > 0.0)
        if not alive.any():
            return None
        fan = np.array([self.found[k].incoming() for k in own])
        log = np.log10(self.norms[own], where=alive, out=np.full(len(own), np.nan)) - np.log10(fan)
        value = dict(zip(own[alive].tolist(), log[alive].tolist(), strict=True))
        roles = self.roles(value)
        small = self.small_scales()
        if len(roles) > 1 or (small and roles):
            return self._of_blocks(own, value, roles, small)
        at = np.flatnonzero(alive)
        found = line(at, log[at], len(own))
        out = at[found.out]
        # The stem and the head have roles of their own: a head that starts small damps all before it.
        near = np.isin(out, (0, len(own) - 1)) & (np.abs(log[out] - found.fit[out]) < _ROLE_FAR)
        inside = np.setdiff1d(at, out[~near])
        whole = -change(inside, log[inside])
        return Branch(own, found, log, whole, tuple(own[out[~near]].tolist()), ())

    def roles(self, layers):
        """Return the roles that come at four places at least, of each place its layers."""
        roles = defaultdict(lambda: defaultdict(list))
        for k in layers:
            if self.found[k].place:
                roles[self.found[k].role][self.found[k].place].append(k)
        return {role: places for role, places in roles.items() if len(places) >= FEWEST}

    def _of_blocks(self, own, value, roles, small):
        """Fit the line through blocks, and one through each role to find what is off it."""
        places, table = by_block(roles, value)
        out = set()
        for row, there in zip(table, roles.values(), strict=True):
            x = np.flatnonzero(np.isfinite(row))
            own_line = line(x, row[x], len(places))
            far = x[own_line.out & (np.abs(row[x] - own_line.fit[x]) > _ROLE_FAR)]
            out.update(k for l in far for k in there[places[l]])
            row[far] = np.nan
        at, points = profile(table)
        found = line(at, points, len(places), _BLOCKS_CLEAR)
        off = {places[l] for l in at[found.out]}
        out.update(k for k in value if self.found[k].place in off)
        if not small:
            compared = {k for there in roles.values() for layers in there.values() for k in layers}
            middle = np.median([value[k] for k in compared])
            alone = [k for k in value if k not in compared]
            out.update(k for k in alone if not -_BELOW < value[k] - middle < _ABOVE)
        inside = ~found.out
        whole = -surely(at[inside], points[inside])
        return Branch(own, found, points, whole, tuple(k for k in own.tolist() if k in out), tuple(roles))


def by_block(roles, value):
    """Return the places of blocks, and a table (roles, places) of the medians of some values there."""
    places = sorted({place for there in roles.values() for place in there})
    column = {place: l for l, place in enumerate(places)}
    table = np.full((len(roles), len(places)), np.nan)
    for row, there in zip(table, roles.values(), strict=True):
        for place, layers in there.items():
            known = [value[k] for k in layers if k in value]
            if known:
                row[column[place]] = np.median(known)
    return places, table


def profile(table):
    """Return which blocks have a value, and what it is: the median of the roles, each less its own."""
    table = table[np.isfinite(table).any(axis=1)]
    if not table.size:
        return np.zeros(0, int), np.zeros(0)
    table = table - np.nanmedian(table, axis=1, keepdims=True)
    at = np.flatnonzero(np.isfinite(table).any(axis=0))
    return at, np.nanmedian(table[:, at], axis=0)

"""What the gradients of a network's parameters say together: one verdict a step, and why."""

import re
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from vgcore.checks import list_of, one_of, real_array, whole_number
from vgcore.norms.kinds import order, parameters
from vgcore.norms.line import FEWEST, Line, change, line, steady, theil_sen

SICK = (
    "not_finite",
    "dead",
    "alike",
    "fading_both",
    "exploding_both",
    "vanishing",
    "exploding",
    "small",
    "large",
    "outlier",
    "dying",
)
"""The kinds with which training will not get anywhere."""
OPTIMISERS = ("descent", "adam")
EPSILON = 1e-8
"""What Adam adds to the root of a mean square; Keras 1e-7."""

# Powers of ten, from the first layer to the last; a minus fades towards the input.
_WAITS = -3.4  # the first layer needs 2,500 times the steps of the last one: nobody waits so long
_ERROR_GONE = -4.0  # the same of the error alone, which the biases show: an eight-layer default loses 3.4
_STORM = 3.0  # the last layer has learnt nothing when the first has gone 1,000 times as far
_BOTH = 1.0  # forth and back each change by tenfold at least, and together
_TOGETHER = 2.5  # by 300 times: no layer is then faster than another, all wait
_AGREE = 0.2  # of their mean: so nearly equal are the two where layers are homogeneous and biases small
_BLOCKS_CLEAR = 1.3  # over four blocks or more, without a single step that has half of it
_BLOCKS_FADE, _BLOCKS_STORM = -1.3, 1.7  # over blocks of the same make, whose skips keep the error's size
_ROLE_FAR = 2.5  # powers of ten off the line of a role
_BELOW, _ABOVE = 2.0, 3.0  # powers of ten beyond all blocks: a stem or a head, alone in its role
_TINY, _HUGE = -8.0, 4.0  # gradient over weight, over the error at the output
_NOTHING, _ALL = -14.0, 9.0  # gradient over weight, where no error is known; loss scales lie between
_ALIKE = 1e-4  # of the gradient of the values: attention sees tokens that do not differ
_ROUNDED = 1e5  # weights' over bias' gradient: more is rounding, no norm of inputs is so large
_SMALL_SCALE = 0.1  # typical entry: a branch behind it hardly speaks yet
_LIVING = 2  # neurons
_ATTENTION = re.compile(
    r"(?P<before>^|.*?[._/\['\"]|.*?to_)(?P<which>[qkv]|query|key|value|w[qkv])"
    r"(?P<after>(_?(proj|projection|lin|linear|weight))*([._/\]'\"\[]+(weight|kernel|w))?['\"\]:\d]*)$",
    re.IGNORECASE,
)
_LAST_STEP = re.compile(r"(weight_hh|recurrent_kernel|recurrent)")


class Reason(NamedTuple):
    """Why a verdict is what it is, or what must be known with it.

    Attributes
    ----------
    key : str
    slots : dict of numbers, and of tuples of names
    """

    key: str
    slots: dict


class Diagnosis(NamedTuple):
    """What the norms of L layers say.

    Attributes
    ----------
    kind : str
        One of `SICK`, or "nothing" (no gradient anywhere), "wakes" (zeros that end after a step), "slope"
        (of `trend`, but training gets on), "level", or "unclear". Of `diagnose`, which knows numbers only:
        "dead", at least two neighbouring layers are exactly 0; else "outlier", single layers are out of
        line, or exactly 0; else the trend.
    factor : float
        The factor a layer, towards the input, of those in line: below 1 the gradient vanishes. nan if
        there are not two of them.
    interval : tuple of two floats, around the factor; from 0 to inf if there are not four layers in line
    first_over_last : float, of the data: the first finite gradient that is not 0, over the last
    layers : tuple of int, the indices of what the kind is about; of a trend, of the layers in line
    names : tuple of str, theirs
    trend : str
        Of the layers in line: "vanishing" or "exploding" if the first is off the last by more than a
        factor of 10 and the interval excludes 1, or no luck is so large; "level" if it is off by less, and
        no layer is 100 times off the line; "unclear" if neither, if fewer than 4 are in line, if neighbours
        typically differ by a factor of 10, or if the interval is wider than 1,000 each way over the depth.
    not_finite : tuple of int, the indices of the layers that are nan or infinite
    line : array (L,), the norm of each layer if all were in line
    largest_over_smallest : float, of the data
    per : str, "layer", or "block" where like is compared with like across blocks
    back, forward : float or None
        The factor a layer of the error on its way back to the input, and of what the layers take in on
        its way forth to the output.
    source : str, what `back` was read from: "deltas", "biases" or ""
    grade : str, "fine", "waits" (with plain descent; hardly with Adam) or "stuck" (gets nowhere)
    roles : tuple of str, the roles that were compared across depth
    reasons : tuple of Reason
    """

    kind: str
    factor: float
    interval: tuple
    first_over_last: float
    layers: tuple
    names: tuple
    trend: str
    not_finite: tuple
    line: np.ndarray
    largest_over_smallest: float = np.nan
    per: str = "layer"
    back: float | None = None
    forward: float | None = None
    source: str = ""
    grade: str = "fine"
    roles: tuple = ()
    reasons: tuple = ()


def diagnose(norms, names=None):
    """Judge the norms of the gradient from the first layer to the last, by these numbers alone.

    The slope of the line through log10 of the norms is Theil and Sen's: the median of the slopes of all
    pairs of layers. Sen's own interval takes what is off the line for independent, but luck adds up from
    layer to layer: it is a random walk. Its steps, the changes between neighbours, say how far the slope of
    such a walk strays: the interval is as wide as that, and wider where few layers make the steps uncertain.

    A layer is out of line if it is on one side of both its neighbours and of the median of the seven around
    it, the slope of these taken out, by more than five times what neighbours typically differ by, but no
    less than 30 and no more than 300 times: 3.5 powers of ten are found, on a bent profile, too. None is
    where the layers cannot be compared, for neighbours typically differ tenfold.

    Parameters
    ----------
    norms : array (L,), at least 0; any unit
        nan and infinite layers are left out of the fit.
    names : sequence of L str, or None for the numbers from 1

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If norms is no series of real numbers of at least 0, is empty, or has not as many names.

    Source: Sen (1968), "Estimates of the regression coefficient based on Kendall's tau", for the slope.
    """
    norms = real_array("norms", norms, (1,)).astype(float)
    if norms.size == 0:
        raise ValueError(f"norms must hold a number for every layer, not {norms.tolist()}")
    if (norms < 0.0).any():
        raise ValueError(f"norms must be at least 0, not {norms[norms < 0.0][0]}")
    names = [str(l + 1) for l in range(norms.size)] if names is None else list_of("str", "names", names)
    if len(names) != norms.size:
        raise ValueError(f"names must be as many as the {norms.size} norms, not {len(names)}: {names!r}")
    finite, zero = np.isfinite(norms), norms == 0.0
    pairs = zero[:-1] & zero[1:]
    dead = np.append(pairs, False) | np.append(False, pairs)
    alive = np.flatnonzero(finite & ~zero)
    log = np.log10(norms[alive])
    found = line(alive, log, norms.size)
    single = zero.copy()
    single[alive[found.out]] = True
    kind, layers = found.trend, alive[~found.out]
    if dead.any():
        kind, layers = "dead", np.flatnonzero(dead)
    elif single.any():
        kind, layers = "outlier", np.flatnonzero(single)
    whole = change(alive[~found.out], -log[~found.out])
    stuck = kind in ("dead", "outlier") or (
        kind in SICK and not -_STORM < whole < -_WAITS  # towards the input
    )
    grade = "stuck" if stuck else "waits" if kind in SICK else "fine"
    return _said(kind, found, norms, layers, names, _powers(found.fit), grade=grade)


def diagnose_step(read, step, optimiser=None):
    """Judge one of the steps of what was read.

    Each of these would be a verdict; the first that holds is the kind, the others are among its reasons:
    numbers that are not finite; layers that get nothing, for good; attention that sees all tokens alike;
    what goes back and what goes forth both fade, or both explode, which cancels in the gradients of the
    weights; these vanish, or explode; they are level at a size that moves nothing; a layer is out of line;
    a layer has hardly a living neuron.

    The gradients of the weights are compared within their role across depth, fan-in divided out; where the
    network has no blocks, all in their order. In layers that are homogeneous of degree 1, without biases or
    with biases at 0, they are level whatever happens: what fades on the way back has been faded on the way
    there. So the way back is read from the gradients at the layers' outputs or those of the biases, and the
    way forth from the ratio of the two.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps
    optimiser : str, one of `OPTIMISERS`, or None for not known
        Adam evens out layers whose entries are above its epsilon: then a slope does not hold it up.

    Returns
    -------
    array of int, the layers that were judged, as `compared` has them
    Diagnosis of these

    Raises
    ------
    ValueError
        If step is no index of the steps, or the optimiser is unknown.

    Source: Du, Hu and Lee (2018), theorem 2.1, for the balance of homogeneous layers.
    """
    if optimiser is not None:
        one_of("optimiser", optimiser, OPTIMISERS)
    layers = compared(read, step)
    return layers, _Step(read, step, layers, optimiser).diagnosis()


def diagnose_all(read, optimiser=None):
    """Judge all steps: what the verdict was at the first, and is at the last.

    Returns
    -------
    list of Diagnosis, as long as the steps
    """
    return [diagnose_step(read, step, optimiser)[1] for step in range(len(read.steps))]


def compared(read, step):
    """Return the layers of a step that are judged: its weights from the input to the output, or all.

    Parameters
    ----------
    read : Norms
    step : int, the index of one of its steps

    Returns
    -------
    array of int, indices of layers

    Raises
    ------
    ValueError
        If step is no index of the steps.
    """
    if whole_number("step", step, 0) >= len(read.steps):
        raise ValueError(f"step must be the index of one of the {len(read.steps)} steps, not {step}")
    found = parameters(read.names, read.shapes)
    own = np.array([k for k in order(read.names, found)[0] if read.given[step, k]], int)
    weights = np.array([k for k in own if found[k].kind == "weight"], int)
    return weights if weights.size else own


class _Branch(NamedTuple):
    """What the weights of one network, or one of several side by side, say."""

    line: Line
    own: np.ndarray  # indices of layers
    log: np.ndarray  # of theirs, fan-in divided out
    points: np.ndarray  # what the line was fitted to: theirs, or of blocks
    out: tuple  # indices of layers
    whole: float
    roles: tuple
    blocks: bool


class _Step:
    """One step of what was read, and what is known of its parameters."""

    def __init__(self, read, step, layers, optimiser):
        self.read, self.step, self.layers, self.optimiser = read, step, layers, optimiser
        self.found = parameters(read.names, read.shapes)
        self.order, self.turned = order(read.names, self.found)
        self.given = [k for k in self.order if read.given[step, k]]
        self.norms, self.zeros = read.norms[step], read.zeros[step]
        self.kind = np.array([one.kind for one in self.found])
        self.reasons = []

    def say(self, key, **slots):
        self.reasons.append(Reason(key, slots))

    def named(self, layers):
        return tuple(self.read.names[k] for k in layers)

    def diagnosis(self):
        """Return the verdict: the first of what holds."""
        if self.turned:
            self.say(self.turned)
        broken = [k for k in self.given if not np.isfinite(self.norms[k])]
        zero = self._zeros()
        branches = self._branches()
        branch = max(branches, key=lambda one: self._weight(one), default=None)
        back = self._ways(branch)
        kind, about = "unclear", ()
        for found in (
            self._not_finite(broken),
            self._zero_kind(zero),
            self._alike(branches),
            self._both(back, branch),
            self._slope(back, branch),
            self._size(branch),
            self._outlier(branches),
            self._dying(),
        ):
            if found and (kind == "unclear" or (kind not in SICK and found[0] in SICK)):
                kind, about = found
        if kind == "unclear" and branch:
            kind = branch.line.trend if branch.line.trend in ("level", "unclear") else "slope"
            about = [k for k in branch.own if k not in branch.out]
        if kind == "unclear":
            self._unclear(branch)
        return self._diagnosis(kind, about, branch, back)

    # -- nothing and not a number

    def _not_finite(self, broken):
        if not broken:
            return None
        later = self.read.norms[self.step + 1 :][:, self.given]
        if len(later) and np.isfinite(later).all(axis=1).any():
            self.say("skipped_step", names=self.named(broken))
            return None
        self.say("not_finite", names=self.named(broken), all=len(broken) == len(self.given))
        return "not_finite", broken

    def _zeros(self):
        """Return what gets exactly nothing; what was only printed too small is none of it."""
        zero = [k for k in self.given if self.norms[k] == 0.0]
        printed = [k for k in zero if self.zeros[k] < 1.0]
        if self.read.resolution is not None:
            printed += [k for k in self.order if self.read.resolution[self.step, k] > 0.0]
        if printed:
            self.say("too_small_to_print", names=self.named(printed))
        return [k for k in zero if k not in printed]

    def _zero_kind(self, zero):
        """Say why there are zeros, and return a kind where that is the verdict."""
        alive = [k for k in self.given if self.norms[k] > 0.0]
        if not zero:
            return None
        if not alive and len(zero) == len(self.given):
            return self._nothing(zero)
        waking = self._waking(alive)
        modules = {self.found[k].module for k in zero if self.kind[k] == "weight"}
        lone = [k for k in zero if self.kind[k] == "bias" and self.found[k].module not in modules]
        if lone:
            self.say("no_bias", names=self.named(lone))
        weights = [k for k in zero if self.kind[k] == "weight" or not self._has("weight")]
        weights = [k for k in weights if k not in lone]
        if waking and weights:
            asleep = [k for k in weights if self._wakes(k, waking)]
            if asleep:
                self.say("wakes", names=self.named(asleep), by=self.named(waking))
                weights = [k for k in weights if k not in asleep]
                if not weights:
                    return "wakes", asleep
        later = [k for k in weights if self._alive_later(k)]
        if later:
            self.say("asleep", names=self.named(later))
        rest = [k for k in weights if k not in later]
        spare = [k for k in rest if self._spare(k, rest)]
        if spare:
            self.say("unused", names=self.named(spare))
        dead = [k for k in rest if k not in spare]
        if not dead:
            return None
        if self._from_the_start(dead) or self._for_good(dead) or len(dead) > 1:
            self.say("dead", names=self.named(dead))
            return "dead", dead
        return "outlier", dead

    def _has(self, kind):
        return bool((self.kind[self.given] == kind).any())

    def _nothing(self, zero):
        """All is 0: nobody computed a gradient, unless nothing moves either from step to step."""
        known = self.read.weights[:, zero]
        still = np.isfinite(known).all() and np.allclose(known, known[0], rtol=1e-6)
        if len(known) > 1 and still and (self.read.norms[:, zero] == 0.0).all():
            self.say("dead", names=self.named(zero))
            return "dead", zero
        self.say("nothing")
        return "nothing", zero

    def _waking(self, alive):
        """Return what is 0 itself and gets a gradient: after a step it is not 0, and lets through."""
        weights = self.read.weights[self.step]
        known = [k for k in alive if weights[k] == 0.0 and self.kind[k] not in ("bias", "embedding", "token")]
        named = [
            k for k in alive if np.isnan(weights[k]) and re.search("lora_?(b|up)|resweight", self._name(k))
        ]
        return [k for k in (*known, *named) if not self._norms_bias(k)]

    def _norms_bias(self, k):
        return self.kind[k] == "norm" and re.search(r"(bias|beta|\bb)\W*$", self._name(k)) is not None

    def _name(self, k):
        return self.read.names[k].lower()

    def _wakes(self, k, waking):
        """Whether a layer waits for what is 0: in its block, anywhere before it, or with a scale for all."""
        at = {own: place for place, own in enumerate(self.order)}
        mine = self.found[k]
        for other in waking:
            its = self.found[other]
            if self.kind[other] == "scale" and not its.place:
                return True
            if its.place and its.place == mine.place and its.branch == mine.branch:
                return True
            between = [m for m in self.given if at[k] < at[m] < at[other] and self.kind[m] == "weight"]
            if at[k] < at[other] and all(self.norms[m] == 0.0 for m in between):
                return True
        return False

    def _alive_later(self, k):
        """Whether a layer gets a gradient at a later step, or did before and others live without it."""
        later, before = self.read.norms[self.step + 1 :, k], self.read.norms[: self.step, k]
        return (later > 0.0).any() or ((before > 0.0).any() and not self._from_the_start([k]))

    def _from_the_start(self, dead):
        """Whether all the weights before the last of some layers get nothing: the error ends there."""
        branch = [k for k in self.layers if self.found[k].branch == self.found[dead[0]].branch]
        first = branch[: 1 + max((branch.index(k) for k in dead if k in branch), default=-1)]
        return bool(first) and all(self.norms[k] == 0.0 for k in first)

    def _for_good(self, dead):
        later = self.read.norms[self.step + 1 :][:, dead]
        return bool(len(later)) and bool((later == 0.0).all())

    def _spare(self, k, rest):
        """Whether the network lives without a layer: an expert, a state of one step, a head without loss."""
        mine = self.found[k]
        if self._from_the_start([k]):
            return False
        if "{e}" in mine.role or re.search(r"expert", self._name(k)) or _LAST_STEP.search(self._name(k)):
            return True
        order = self.layers.tolist()
        behind = [m for m in order[order.index(k) + 1 :] if self.norms[m] > 0.0] if k in order else []
        if not behind or (not mine.place and re.search("head|classifier|task|aux", self._name(k))):
            return True
        block = [m for m in self.layers if mine.place and self.found[m].place == mine.place]
        roles = [m for m in self.layers if self.found[m].role == mine.role]
        if len(block) > 2 and all(self.norms[m] > 0.0 for m in block if m != k):
            return True  # the rest of its block lives, so nothing hears what it says
        whole = len(block) > 1 and len(roles) > 1 and all(self.norms[m] == 0.0 for m in block)
        return whole and not self._for_good([k]) and self.step == len(self.read.steps) - 1

    # -- the slope of the weights

    def _branches(self):
        """Return what each of the networks side by side says; what is too short to is left out."""
        apart = defaultdict(list)
        for k in self.layers:
            apart[self.found[k].branch].append(k)
        found = [self._branch(np.array(own)) for own in apart.values()]
        return [one for one in found if one is not None]

    def _branch(self, own):
        """Fit the line of a branch: through its blocks, role by role, or through its layers."""
        norms = self.norms[own]
        alive = np.isfinite(norms) & (norms > 0.0)
        if not alive.any():
            return None
        fan = np.array([self.found[k].incoming() for k in own])
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log10(norms) - np.log10(fan)
        roles = self._roles(own[alive])
        small = self._small_scales()
        if len(roles) > 1 or (small and roles):
            return self._of_blocks(own, log, alive, roles, small)
        at = np.flatnonzero(alive)
        found = line(at, log[alive], len(own))
        inside = at[~found.out]
        whole = -change(inside, log[inside])
        out = at[found.out]
        # The stem and the head have roles of their own: a head that starts small damps all before it.
        near = np.isin(out, (0, len(own) - 1)) & (np.abs(log[out] - found.fit[out]) < _ROLE_FAR)
        return _Branch(found, own, log, log, tuple(own[out[~near]]), whole, (), False)

    def _roles(self, own):
        """Return the roles that come at four places at least: layers of the same make across depth."""
        roles = defaultdict(list)
        for k in own:
            roles[self.found[k].role].append(k)
        return {
            role: layers
            for role, layers in roles.items()
            if len({self.found[k].place for k in layers}) >= FEWEST and "{i}" in role
        }

    def _of_blocks(self, own, log, alive, roles, small):
        """Fit the line through blocks: of every role the layers less their median, of these the median."""
        places = sorted({self.found[k].place for layers in roles.values() for k in layers})
        column = {place: l for l, place in enumerate(places)}
        value = dict(zip(own.tolist(), log.tolist(), strict=True))
        table = np.full((len(roles), len(places)), np.nan)
        out = []
        for row, layers in enumerate(roles.values()):
            for place in {self.found[k].place for k in layers}:
                here = [value[k] for k in layers if self.found[k].place == place]
                table[row, column[place]] = np.median(here)
            x = np.flatnonzero(np.isfinite(table[row]))
            own_line = line(x, table[row, x], len(places))
            off = np.abs(table[row, x] - own_line.fit[x]) > _ROLE_FAR
            far = {places[l] for l in x[own_line.out & off]}
            out += [k for k in layers if self.found[k].place in far]
            table[row, [places.index(place) for place in far]] = np.nan
            table[row] -= np.nanmedian(table[row])
        at = np.flatnonzero(np.isfinite(table).any(axis=0))
        points = np.array([np.nanmedian(each[np.isfinite(each)]) for each in table.T[at]])
        found = line(at, points, len(places), _BLOCKS_CLEAR)
        out += [k for k in own if k in value and self.found[k].place in {places[l] for l in at[found.out]}]
        if not small:
            within = np.array([value[k] for layers in roles.values() for k in layers if k not in out])
            alone = [k for k in own[alive] if not any(k in layers for layers in roles.values())]
            out += [k for k in alone if not within.min() - _BELOW < value[k] < within.max() + _ABOVE]
        inside = ~found.out
        whole = -change(at[inside], points[inside])
        return _Branch(
            found,
            own,
            log,
            points,
            tuple(dict.fromkeys(k for k in own if k in out)),
            whole,
            tuple(roles),
            True,
        )

    def _small_scales(self):
        """Return the scales that are small, so that the branches behind them hardly speak yet."""
        weights = self.read.weights[self.step]
        found = [k for k in self.given if self.kind[k] == "scale" and np.isfinite(weights[k])]
        typical = [weights[k] / np.sqrt(np.prod(self.found[k].sides or (1,))) for k in found]
        return [k for k, size in zip(found, typical, strict=True) if size < _SMALL_SCALE]

    def _weight(self, branch):
        """Order branches by how sick they are."""
        fade, storm = self._limits(branch)
        sloped = branch.line.trend in ("vanishing", "exploding")
        return (sloped and not fade < branch.whole < storm, len(branch.own) >= FEWEST, abs(branch.whole))

    def _limits(self, branch):
        return (_BLOCKS_FADE, _BLOCKS_STORM) if branch.blocks else (_WAITS, _STORM)

    def _slope(self, back, branch):
        if branch is None:
            return None
        fade, storm = self._limits(branch)
        trend, whole = branch.line.trend, branch.whole
        about = [k for k in branch.own if k not in branch.out]
        gone = not branch.blocks and back["back"] <= _ERROR_GONE and whole <= -_BOTH
        if trend in ("vanishing", "exploding"):
            self._cost(branch)
        if (trend == "vanishing" and whole <= fade) or gone:
            return None if self._adam_copes(branch) else ("vanishing", about)
        if trend == "exploding" and whole >= storm:
            return None if self._adam_copes(branch) else ("exploding", about)
        return None

    def _cost(self, branch):
        """Say what a slope costs: plain descent waits, and Adam does not while it is above its epsilon."""
        if branch.line.trend == "vanishing" and self.optimiser != "adam":
            self.say("descent_waits", times=float(10.0 ** -min(branch.whole, 0.0)))
        starved = self._starved(branch)
        if starved is not None and self.optimiser != "descent":
            self.say("adam_starved" if starved else "adam_evens", share=starved, epsilon=EPSILON)

    def _starved(self, branch):
        """Return the share of layers whose typical entry is below Adam's epsilon; None without shapes."""
        entries = [
            self.norms[k] / np.sqrt(np.prod(self.found[k].sides))
            for k in branch.own
            if self.found[k].sides and self.norms[k] > 0.0
        ]
        return float(np.mean(np.array(entries) < EPSILON)) if entries else None

    def _adam_copes(self, branch):
        return self.optimiser == "adam" and self._starved(branch) == 0.0

    # -- back and forth

    def _ways(self, branch):
        """Return how the error changes on its way back and the signal on its way forth, whole and a layer."""
        ways = {"back": 0.0, "forth": 0.0, "steady": False, "source": "", "factors": (None, None)}
        if branch is None:
            return ways
        own = [k for k in branch.own if np.isfinite(self.norms[k]) and self.norms[k] > 0.0]
        error, source = self._errors(own)
        own = [k for k in own if k in error]
        if len(own) < FEWEST:
            return ways
        fan = np.log10([self.found[k].incoming() for k in own])
        delta = np.log10([error[k] for k in own])
        taken = np.log10(self.norms[own]) - delta - fan
        roles = self._roles(own) if branch.blocks else {}
        if roles:
            x, delta = self._by_block(own, delta, roles)
            at, taken = self._by_block(own, taken, roles)
        else:
            x = at = np.array([branch.own.tolist().index(k) for k in own])
            if len(own) > FEWEST:  # the first takes in the data, whose size says nothing of the layers
                at, taken = at[1:], taken[1:]
        if len(x) < FEWEST or not len(at):
            return ways
        factors = 10.0 ** -theil_sen(x, delta), 10.0 ** theil_sen(at, taken)
        ways |= {"back": -change(x, delta), "forth": change(at, taken), "source": source, "factors": factors}
        ways["steady"] = steady(delta) and steady(taken)
        return ways

    def _errors(self, own):
        """Return the norm of the error at layers' outputs: of hooks, or as the biases' gradients have it."""
        deltas = self.read.deltas[self.step]
        hooked = {k: deltas[k] for k in own if np.isfinite(deltas[k]) and deltas[k] > 0.0}
        if len(hooked) >= FEWEST:
            return hooked, "deltas"
        biases = {self.found[k].module: k for k in self.given if self.kind[k] == "bias"}
        pairs = {k: biases[self.found[k].module] for k in own if self.found[k].module in biases}
        ratio = {k: self.norms[k] / self.norms[b] for k, b in pairs.items() if self.norms[b] > 0.0}
        rounded = [k for k in ratio if ratio[k] > _ROUNDED and self._rounding(k, ratio)]
        if rounded:
            self.say("rounded_biases", names=self.named([pairs[k] for k in rounded]))
        return {k: self.norms[pairs[k]] for k in ratio if k not in rounded}, "biases"

    def _rounding(self, k, ratio):
        """Whether a bias has no gradient but rounding: a normalisation follows it, or it shifts all keys."""
        behind = self.given[self.given.index(k) + 1 :]
        following = next((self.kind[m] for m in behind if self.kind[m] in ("weight", "norm")), "")
        first = ratio[next(iter(ratio))] > _ROUNDED
        match = _ATTENTION.match(self.read.names[k])
        key = bool(match) and "k" in match["which"].lower()
        return following == "norm" or first or key or ratio[k] > _ROUNDED**2

    def _by_block(self, own, values, roles):
        value = dict(zip(own, values, strict=True))
        places = sorted({self.found[k].place for layers in roles.values() for k in layers})
        rows = []
        for layers in roles.values():
            row = np.full(len(places), np.nan)
            for l, place in enumerate(places):
                here = [value[k] for k in layers if self.found[k].place == place]
                row[l] = np.median(here) if here else np.nan
            rows.append(row - np.nanmedian(row))
        points = np.array([np.nanmedian(each) for each in np.array(rows).T])
        return np.arange(len(places)), points

    def _both(self, ways, branch):
        """What fades back and forth is level in the weights: then no layer is faster, and all wait."""
        back, forth = ways["back"], ways["forth"]
        sign = np.sign(back)
        if (
            branch is None
            or not ways["steady"]
            or sign != np.sign(forth)
            or min(abs(back), abs(forth)) < _BOTH
        ):
            return None
        each = np.abs(np.log(ways["factors"]))
        if abs(back + forth) < _TOGETHER or np.ptp(each) > _AGREE * each.mean():
            return None
        factors = dict(zip(("back", "forward"), ways["factors"], strict=True))
        self.say("cancels", **factors, source=ways["source"])
        if sign < 0.0 and self._adam_copes(branch):
            return None
        return ("fading_both" if sign < 0.0 else "exploding_both"), list(branch.own)

    def _size(self, branch):
        """A level profile at a size that moves nothing, or moves all away, is not healthy."""
        if branch is None or self._small_scales():
            return None
        ratio = self.read.over_weights(self.step, branch.own)
        if not np.isfinite(ratio).any():
            return None
        typical = float(np.nanmedian(ratio))
        its = self.found[branch.own[0]].branch
        errors = [
            self.norms[k]
            for k in self.given
            if self.kind[k] == "bias" and self.found[k].branch == its and np.isfinite(self.norms[k])
        ]
        scale = max(errors, default=0.0)
        low, high = (_TINY, _HUGE) if scale > 0.0 else (_NOTHING, _ALL)
        size = np.log10(typical / scale) if scale > 0.0 else np.log10(typical)
        if low < size < high:
            return None
        kind = "small" if size <= low else "large"
        self.say(kind, ratio=typical)
        return kind, list(branch.own)

    def _outlier(self, branches):
        out = [k for branch in branches for k in branch.out]
        if self._small_scales():
            self.say("small_scales", names=self.named(self._small_scales()))
        if not out:
            return None
        self.say("out_of_line", names=self.named(out))
        return "outlier", out

    # -- what attention and neurons say

    def _alike(self, branches):
        """Tokens that have become alike: queries and keys get next to nothing of what values get."""
        heads = defaultdict(dict)
        for k in self.given:
            match = _ATTENTION.match(self.read.names[k])
            if match and self.kind[k] == "weight":
                which = match["which"].lower().removeprefix("w")[0]
                heads[match["before"], match["after"]][which] = k
        alike, out = {}, {k for branch in branches for k in branch.out}
        for own in heads.values():
            if (
                set(own) == set("qkv")
                and own["v"] not in out
                and self.norms[own["q"]] > 0.0
                and self.norms[own["k"]] > 0.0
            ):
                with np.errstate(divide="ignore", over="ignore"):
                    share = max(self.norms[own["q"]], self.norms[own["k"]]) / self.norms[own["v"]]
                if share < _ALIKE:
                    alike[own["q"]], alike[own["k"]] = share, share
        if not alike:
            return None
        self.say("alike", names=self.named(alike), share=float(min(alike.values())))
        return "alike", list(alike)

    def _dying(self):
        """Layers of which next to no neuron is alive: all that is said goes through one or two."""
        living = {}
        for k in self.given:
            sides = self.found[k].sides
            if (
                self.kind[k] == "bias"
                and len(sides) == 1
                and sides[0] > 2 * _LIVING
                and 0.5 <= self.zeros[k] < 1.0
            ):
                count = round((1.0 - self.zeros[k]) * sides[0])
                if count <= _LIVING:
                    living[k] = count
        if not living:
            return None
        biases = sum(self.kind[k] == "bias" for k in self.given)
        if min(living.values()) > 1 and 5 * len(living) < biases:
            return None
        self.say("dying", names=self.named(living), living=min(living.values()))
        return "dying", list(living)

    def _unclear(self, branch):
        if branch is None or len(branch.points) < FEWEST:
            self.say("few", count=0 if branch is None else len(branch.points), least=FEWEST)
        else:
            low, high = _interval(branch.line)
            self.say("wide", low=low, high=high)

    def _diagnosis(self, kind, about, branch, ways):
        norms = self.norms[self.layers]
        at = {k: l for l, k in enumerate(self.layers.tolist())}
        if branch is None:
            found, fit = (
                Line(np.nan, (np.nan, np.nan), np.zeros(0), np.zeros(0, bool), np.inf, "unclear"),
                None,
            )
        else:
            found = branch.line
            fit = None if branch.blocks else (branch.own, found.fit)
        drawn = np.full(len(norms), np.nan)
        if fit is not None:
            fan = np.array([self.found[k].incoming() for k in fit[0]])
            drawn[[at[k] for k in fit[0]]] = _powers(fit[1]) * fan
        grade = "stuck" if kind in SICK else "waits" if kind == "slope" else "fine"
        blocks = branch is not None and branch.blocks
        points = norms if not blocks else _powers(branch.points)
        said = _said(kind, found, points, [at[k] for k in about if k in at], self.named(self.layers), drawn)
        return said._replace(
            names=self.named(about),
            not_finite=tuple(np.flatnonzero(~np.isfinite(norms)).tolist()),
            per="block" if blocks else "layer",
            back=ways["factors"][0],
            forward=ways["factors"][1],
            source=ways["source"],
            grade=grade,
            roles=branch.roles if branch else (),
            reasons=tuple(self.reasons),
        )


def _powers(log):
    """Return 10 to some logarithms, within what a float holds."""
    with np.errstate(under="ignore"):
        return 10.0 ** np.clip(log, -323.0, 308.0)


def _interval(found):
    with np.errstate(over="ignore", under="ignore"):
        low, high = 10.0 ** -np.array([found.ends[1], found.ends[0]])
    return float(low), float(high)


def _said(kind, found, norms, layers, names, drawn, grade="fine"):
    """Put a diagnosis together from a line and the data."""
    alive = norms[np.isfinite(norms) & (norms > 0.0)]
    with np.errstate(over="ignore", under="ignore"):
        factor = 10.0 ** -np.float64(found.slope)
        ends = np.float64([alive[0], alive.max()]) / [alive[-1], alive.min()] if alive.size else [np.nan] * 2
    return Diagnosis(
        kind,
        float(factor),
        _interval(found),
        float(ends[0]),
        tuple(int(l) for l in layers),
        tuple(names[l] for l in layers),
        found.trend,
        tuple(np.flatnonzero(~np.isfinite(norms)).tolist()),
        drawn,
        largest_over_smallest=float(ends[1]),
        grade=grade,
    )

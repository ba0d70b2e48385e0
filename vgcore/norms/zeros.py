"""Gradients that are exactly 0, or no number at all: why, and whether that is sick."""

import re
from collections import defaultdict

import numpy as np

_WAKING_NAME = re.compile(r"lora_?(b|up)|resweight")
_SHIFT = re.compile(r"(bias|beta|\bb)\W*$")
_EXPERT = re.compile(r"expert")
_LAST_STEP = re.compile(r"weight_hh|recurrent")
_HEAD = re.compile(r"head|classifier|task|aux")


def not_finite(step):
    """Return "not_finite" and what is nan or infinite, or None where that is a step that was skipped."""
    broken = [k for k in step.given if not np.isfinite(step.norms[k])]
    later = step.read.norms[step.step + 1 :][:, step.given]
    if not broken:
        return None
    if np.isfinite(later).all(axis=1).any():
        step.say("skipped_step", names=step.named(broken))
        return None
    step.say("not_finite", names=step.named(broken), all=len(broken) == len(step.given))
    return "not_finite", broken


def zero(step):
    """Say why some gradients are exactly 0, in this order, and return a kind where that is the verdict.

    They were only printed so, for they are small; there is none at all; what follows is 0 itself, and
    wakes; biases that have no say; alive at another step; nothing hears what the layer says; dead.
    """
    return _Zeros(step).kind()


class _Zeros:
    def __init__(self, step):
        self.step = step
        zeros = [k for k in step.given if step.norms[k] == 0.0]
        printed = [k for k in zeros if step.zeros[k] < 1.0]
        self.zeros = [k for k in zeros if k not in set(printed)]
        if step.read.resolution is not None:
            printed += [k for k in step.order if step.read.resolution[step.step, k] > 0.0]
        if printed:
            step.say("too_small_to_print", names=step.named(printed))
        self.alive = [k for k in step.given if step.norms[k] > 0.0]
        self.of_block, self.ends = defaultdict(list), {}
        leading, self.first = defaultdict(lambda: True), set()
        for k in step.layers.tolist():
            found = step.found[k]
            if found.place:
                self.of_block[found.branch, found.place].append(k)
            if step.norms[k] > 0.0:
                self.ends[found.branch] = k
            leading[found.branch] &= step.norms[k] == 0.0
            if leading[found.branch]:
                self.first.add(k)  # all that lies before it is 0, too: the error ends behind it

    def kind(self):
        step = self.step
        if not self.zeros:
            return None
        if len(self.zeros) == len(step.given):
            return self._nothing()
        weights = set(step.layers.tolist())
        modules = {step.found[k].module for k in self.zeros if k in weights}
        shifts = [k for k in self.zeros if k not in weights and step.found[k].kind == "bias"]
        self._say("no_bias", [k for k in shifts if step.found[k].module not in modules])
        waking = self._waking()
        waits = self._waits(set(waking))
        waiting, rest = self._parted(lambda k: k in waits, [k for k in self.zeros if k in weights])
        if waiting:
            step.say("wakes", names=step.named(waiting), by=step.named(waking))
            if not rest:
                return "wakes", waiting
        asleep, rest = self._parted(self._alive_elsewhere, rest)
        skips, rest = self._parted(lambda k: self._skipped(k, bool(asleep)), rest)
        self._say("asleep", asleep + skips)
        unused, dead = self._parted(self._unheard, rest)
        self._say("unused", unused)
        self._say("dead", dead)
        if not dead:
            return None
        lone = len(dead) == 1 and not self.first & set(dead) and not self._for_good(dead[0])
        return "outlier" if lone else "dead", dead

    def _say(self, key, layers):
        if layers:
            self.step.say(key, names=self.step.named(layers))

    def _parted(self, holds, layers):
        return [k for k in layers if holds(k)], [k for k in layers if not holds(k)]

    def _nothing(self):
        """Nobody computed a gradient; unless the weights do not move either, from step to step."""
        read, known = self.step.read, self.step.read.weights[:, self.zeros]
        still = np.isfinite(known).all() and np.allclose(known, known[0], rtol=1e-6)
        kind = "nothing"
        if len(known) > 1 and still and (read.norms[:, self.zeros] == 0.0).all():
            kind = "dead"
        self._say(kind, self.zeros)
        return kind, self.zeros

    def _waking(self):
        """Return what is 0 itself and gets a gradient: after a step it is not 0, and lets through."""
        step = self.step
        return [
            k
            for k in self.alive
            if step.found[k].kind in ("weight", "norm", "scale", "other")
            and not _SHIFT.search(step.read.names[k].lower())
            and (
                step.weights[k] == 0.0
                or (np.isnan(step.weights[k]) and _WAKING_NAME.search(step.read.names[k].lower()))
            )
        ]

    def _waits(self, waking):
        """Return which layers wait for what is 0: of its block, before it, or all of them."""
        step, found = self.step, self.step.found
        if any(found[k].kind == "scale" and not found[k].place for k in waking):
            return set(step.layers.tolist())
        blocks = {(found[k].branch, found[k].place) for k in waking if found[k].place}
        last = max((step.at[k] for k in waking), default=-1)
        others = any(step.norms[k] > 0.0 and k not in waking for k in step.layers.tolist())
        return {
            k
            for k in step.layers.tolist()
            if step.at[k] < last or (found[k].branch, found[k].place) in blocks or (waking and not others)
        }

    def _alive_elsewhere(self, k):
        """Whether a layer gets a gradient at a later step, or did before and others live without it."""
        norms, now = self.step.read.norms[:, k], self.step.step
        return (norms[now + 1 :] > 0.0).any() or ((norms[:now] > 0.0).any() and k not in self.first)

    def _for_good(self, k):
        later = self.step.read.norms[self.step.step + 1 :, k]
        return bool(len(later)) and bool((later == 0.0).all())

    def _block(self, k):
        mine = self.step.found[k]
        return self.of_block[mine.branch, mine.place] if mine.place else []

    def _skipped(self, k, seen):
        """Whether a layer may be at rest: an expert, or a whole block that chance has left out.

        Where there is one step only, or other blocks are seen to be left out at times.
        """
        block = self._block(k)
        if k in self.first:
            return False
        if "{e}" in self.step.found[k].role or _EXPERT.search(self.step.read.names[k].lower()):
            return True
        whole = len(block) > 1 and all(self.step.norms[m] == 0.0 for m in block)
        return whole and len(self.of_block) > 1 and (seen or len(self.step.read.steps) == 1)

    def _unheard(self, k):
        """Whether nothing hears a layer: a state of one step, a head without loss, a network beside."""
        step, mine, name = self.step, self.step.found[k], self.step.read.names[k].lower()
        if mine.branch and mine.branch not in self.ends:
            return bool(self.ends)
        if k in self.first:
            return False
        end = self.ends.get(mine.branch)
        last = end is None or step.at[end] < step.at[k] or (not mine.place and _HEAD.search(name))
        block = self._block(k)
        alone = len(block) > 2 and sum(step.norms[m] > 0.0 for m in block) == len(block) - 1
        return bool(last or alone or _LAST_STEP.search(name))

"""What many share, nobody can change."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from pages.ui.page import cached
from vgcore import Network, SignedLog, digits, field, load_digits
from vgcore.read_only import read_only
from vgcore.studies import imbalance
from vgcore.studies.designs import design
from vgcore.studies.matrix import square_form


class Pair(NamedTuple):
    one: object
    other: object


@dataclass(frozen=True)
class Held:
    held: object


def refuses_writing(array):
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0.0


@pytest.mark.parametrize("hold", [lambda x: Pair(1, x), Held, lambda x: {"a": x}, lambda x: [x, None]])
def test_an_array_is_read_only_wherever_it_lies(hold):
    array, signs = np.ones(3), SignedLog(np.ones(2), np.zeros(2))
    held = hold(Pair("text", [hold(array), signs]))
    assert read_only(held) is held
    for each in (array, signs.sign, signs.log10_abs):
        refuses_writing(each)


def test_a_network_is_too():
    network = read_only(Network.random([3, 4, 2], 0))
    for array in (*network.weights, *network.biases):
        refuses_writing(array)


def test_what_readers_share_is_read_only():
    refuses_writing(cached(design)(hidden=1, width=2, seeds=1, digits=2).samples.speeds.log10_abs)
    form = cached(square_form)(3, 2, 0)
    for array in (*form.weights, *form.products, form.gradient):
        refuses_writing(array)
    assert cached(square_form)(3, 2, 0) is form


def test_what_the_core_keeps_is_read_only():
    for array in (*digits._all(), field._NODES, field._NODE_WEIGHTS):
        refuses_writing(array)
    for array in imbalance._balance((0.5, 1.0), 3, 10, 0, 1.0, "sigmoid", 1.0):
        refuses_writing(array)


def test_a_caller_may_write_to_his_own_digits():
    x, y = load_digits(3)
    x[...], y[...] = 0.0, 0.0
    assert load_digits(3)[0].any()

"""Reading gradient norms: the forms, texts that people really have, and what must hold whatever the form."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bad_input import refuses_each
from tests.support.norms import assert_same
from vgcore.norms import COLUMNS, FORMS, MOST_BYTES, diagnose_step, read_norms
from vgcore.norms.table import FAILURES, ORDERLY, REFUSALS

LOGS = Path(__file__).parent / "data/gradient_logs"
EXPECTED = json.loads((LOGS / "expected.json").read_text(encoding="utf-8"))
HEADER = ",".join(COLUMNS)
NAN = float("nan")


def verdict(read, step=-1):
    """The kind of the last step, and the names that it is about; None where there is no verdict."""
    if read.refused or not read.steps:
        return None
    _, found = diagnose_step(read, len(read.steps) - 1)
    return found.kind


def as_expected(read, wanted):
    if wanted.get("refuse"):
        return bool(read.refused) and verdict(read) is None
    kind = verdict(read)
    return (
        not read.refused
        and wanted.get("layers") in (None, len(read.names))
        and wanted.get("steps") in (None, len(read.steps))
        and wanted.get("first") in (None, read.names[0])
        and wanted.get("last") in (None, read.names[-1])
        and kind not in wanted.get("not", ())
        and kind in wanted.get("kind", (kind,))
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_text_that_people_really_have_is_read_as_expected(name):
    wanted = EXPECTED[name]
    read = read_norms((LOGS / name).read_text(encoding="utf-8"))
    assert any(as_expected(read, {**wanted, **each}) for each in wanted.get("any", [{}])), read


# ---- the list of forms ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_reads_its_example_and_is_listed(form):
    read = read_norms(form.example)
    if form.name in ("whole", "steps"):
        assert (read.names, read.refused) == ([], "whole")
    else:
        assert (read.form, read.problems, read.refused) == (form.name, [], "")
        assert len(read.names) > 1
        assert read.given.all()
    assert form.name in read_norms.__doc__
    assert form.example.splitlines()[0] in read_norms.__doc__
    asked = read_norms(form.example, form.name)
    assert (asked.names, asked.refused) == (read.names, read.refused)


def test_a_form_that_is_none_and_a_text_that_is_none_are_refused():
    refuses_each([None, 5, b"1", ["1"]], read_norms)
    with pytest.raises(ValueError, match="unknown form 'tables'"):
        read_norms("1", "tables")


PLAIN = {
    "[0.1, 2e-3,\n 3]": (["1", "2", "3"], [0.1, 0.002, 3.0]),
    "0.1\r\n2\r3\n": (["1", "2", "3"], [0.1, 2.0, 3.0]),
    "0.1;2\t3 4": (["1", "2", "3", "4"], [0.1, 2.0, 3.0, 4.0]),
    "\ufeff# norms\n\n1 # one\n2": (["1", "2"], [1.0, 2.0]),
    "a: 1\nb = 2\nc 3\nd,4\nlayer 5: 5\ne:6": (["a", "b", "c", "d", "layer 5", "e"], [1, 2, 3, 4, 5, 6]),
    "[('a', 1), ('b', 2)]": (["a", "b"], [1.0, 2.0]),
    "['p']['k']: 1\ndense/kernel:0: 2": (["['p']['k']", "dense/kernel:0"], [1.0, 2.0]),
    "[np.float32(1.5), np.float64(2)]": (["1", "2"], [1.5, 2.0]),
    "a: tensor(1., device='cuda:0')\nb: Array(2, dtype=float32)": (["a", "b"], [1.0, 2.0]),
    "0 1\n1 2\n2 4": (["0", "1", "2"], [1.0, 2.0, 4.0]),
    "0,1,.5\n0,2,.4\n0,3,.3": (["1", "2", "3"], [0.5, 0.4, 0.3]),
    "a: 1\x0bb: 2\u2028c: 3": (["a", "b", "c"], [1.0, 2.0, 3.0]),
    "a: nan\nb: inf": (["a", "b"], [NAN, float("inf")]),
    "7,a,2x3,1,,\n7,b,4,2,,": (["a", "b"], [1.0, 2.0]),
    '"Layer";"grad_norm"\n"a";"1"\n"b";"2"': (["a", "b"], [1.0, 2.0]),
    "Linear(in_features=3, bias=True): 1\nLinear(in_features=3, bias=True): 2": (
        ["Linear", "Linear (2)"],
        [1.0, 2.0],
    ),
    "fc1:\n  weight: 1\n  bias: 2\nfc2:\n  weight: 3\n  bias: 4": (
        ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"],
        [1.0, 2.0, 3.0, 4.0],
    ),
}


@pytest.mark.parametrize("text", PLAIN)
def test_names_and_numbers_are_those_of_the_text(text):
    names, norms = PLAIN[text]
    read = read_norms(text)
    assert (read.names, read.problems) == (names, [])
    np.testing.assert_array_equal(read.norms, [norms])


def test_a_table_has_all_columns_in_any_order():
    rows = "0,fc1,3x2,0.1,5,0.25,2\n0,fc2,,0.2,,,\n10,fc1,3x2,0.3,6,0,3\n"
    read = read_norms(f"{HEADER}\n{rows}")
    assert (read.names, read.steps, read.shapes, read.problems) == (["fc1", "fc2"], [0, 10], ["3x2", ""], [])
    np.testing.assert_array_equal(read.norms, [[0.1, 0.2], [0.3, NAN]])
    np.testing.assert_array_equal(read.weights, [[5.0, NAN], [6.0, NAN]])
    np.testing.assert_array_equal(read.zeros, [[0.25, NAN], [0.0, NAN]])
    np.testing.assert_array_equal(read.deltas, [[2.0, NAN], [3.0, NAN]])
    np.testing.assert_array_equal(read.given, [[True, True], [True, False]])
    order = [3, 1, 6, 5, 0, 4, 2]
    for separator in ",;\t":
        turned = [separator.join(text.split(",")[k] for k in order) for text in [HEADER, *rows.split()]]
        assert_same(read_norms("\r\n".join(turned)), read)


def test_names_that_come_round_are_steps():
    read = read_norms("0 .5\n1 .4\n2 .3\n" * 2)
    assert (read.names, read.steps) == (["0", "1", "2"], [0, 1])
    read = read_norms("a: 1\nb: 2\n" * 3 + "a: 9")
    assert (read.names, read.steps) == (["a", "b"], [0, 1, 2, 3])
    np.testing.assert_array_equal(read.norms, [[1, 2]] * 3 + [[9, NAN]])
    assert read_norms("w: 1\nw: 2\nw: 3").steps == [0, 1, 2]
    read = read_norms("Step 10\na: 1\nb: 2\nStep 20\na: 1\nb: 2")
    assert (read.names, read.steps) == (["a", "b"], [10, 20])


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("0,5\n0,25\n1\n1,2e-3", [(1, "comma"), (2, "comma"), (4, "comma")]),
        ("fc1 0,5\nfc2: 0,25\nfc3 = 0,1", [(1, "comma"), (2, "comma"), (3, "comma")]),
        ("fc1.weight 0.5 5.1\nfc2.weight 0.5", [(1, "several")]),
        ("layer,grad_norm\nfc1,1\nfc2,x\nfc3\nfc4,1,2", [(3, "number"), (5, "fields")]),
        ("a: 1 grad_norm\nb grad norm: -1\nc grad norm: 1", [(2, "negative")]),
        ("fc1: tensor([1., ..., 2.])\nfc2: 1", [(1, "abridged")]),
        ("foo,bar\n1,2\n3,4", [(2, "header"), (3, "header")]),
        (f"{HEADER}\nx,a,,1,,,\n0,b,,1,y,2,", [(2, "step"), (3, "weight_norm"), (3, "zeros")]),
    ],
)
def test_what_cannot_be_read_is_quoted_with_its_line(text, reasons):
    read = read_norms(text)
    found = [(each.line, each.reason) for each in read.left_out]
    assert set(reasons) <= set(found), found
    for each in read.left_out:
        if each.reason in FAILURES and each.reason != "abridged":
            assert each.text == text.split("\n")[each.line - 1].strip()


def test_too_many_steps_and_layers_for_one_network_are_left_out():
    read = read_norms("\n".join(f"{k},layer{k}.weight,1" for k in range(600)))
    assert {each.reason for each in read.left_out} == {"table"}
    assert read.refused == "unread"


# ---- what must hold, whatever the form ------------------------------------------------------------------

VALUES = st.lists(st.floats(-9.0, 2.0), min_size=5, max_size=9).map(
    lambda logs: [float(f"{10.0**log:.4g}") for log in logs]
)
NAMES = st.sampled_from(["fc{}.weight", "layers.{}.mlp.weight", "Dense_{}/kernel", "layer {}", "{}.weight"])

SAID = {
    "lines": lambda name, value: f"{name}: {value}",
    "words": lambda name, value: f"{name} grad norm: {value}",
    "before": lambda name, value: f"grad_2.0_norm/{name} {value}",
    "tensor": lambda name, value: f"{name} tensor({value}, device='cuda:0')",
}


def lined(names, values, how="lines"):
    return [SAID[how](name, value) for name, value in zip(names, values, strict=True)]


def named(pattern, count):
    return [pattern.format(k) for k in range(count)]


PREFIXES = [
    "2026-11-29 13:20:35,926 [INFO] ",
    "INFO:train:",
    "[12:01:33] ",
    "wandb: ",
    "- ",
    "[rank0]: ",
    "2026-11-29 13:20:35.926 | DEBUG    | train:step:42 - ",
    "I1129 13:20:35.926123 140 train.py:42] ",
    "(pid=1234) ",
    "mylogger ",
    "  0%|          | 0/1 [00:00<?, ?it/s]",
    "[2026-11-29 13:20:35,926][__main__][INFO] - ",
]


@given(VALUES, NAMES, st.sampled_from(PREFIXES), st.sampled_from(list(SAID)))
@settings(max_examples=150, deadline=None)
def test_1_a_prefix_that_lines_share_is_no_data(values, pattern, prefix, how):
    lines = lined(named(pattern, len(values)), values, how)
    plain = read_norms("\n".join(lines))
    read = read_norms("```\n" + "\n".join(prefix + line for line in lines) + "\n```")
    assert_same(read, plain, ("left_out",))
    np.testing.assert_array_equal(read.norms, [values])


@given(VALUES, NAMES)
@settings(max_examples=60, deadline=None)
def test_2_the_word_for_the_quantity_is_no_part_of_the_name(values, pattern):
    names = named(pattern, len(values))
    plain = read_norms("\n".join(lined(names, values)))
    for words in (
        "grad_norm/{n}: {v}",
        "grad_2.0_norm/{n}: {v}",
        "l2_norm/grad/{n}: {v}",
        "Gradient norm for {n}: {v}",
        "gradient norm of {n} is {v}",
        "{n} grad norm: {v}",
        "{n}.grad.norm(): {v}",
        "{n} 梯度范数：{v}",
    ):
        text = "\n".join(words.format(n=n, v=v) for n, v in zip(names, values, strict=True))
        read = read_norms(f"{text}\ntotal grad norm: 9.9\nglobal norm: 9.9")
        assert_same(read, plain, ("left_out",))
        assert [each.reason for each in read.left_out] == ["total", "total"]


METRICS = [
    "loss: 0.31",
    "epoch 3, lr: 0.001",
    "Epoch 1/10 - train loss 2.31 - val acc 0.91",
    "step 20 | loss 2.1 | learning rate 1e-4 | 31.2 ms",
    "iter 7: loss 4.2, time 120.31ms, mfu 3.21%",
    "reward 12.5 tokens 4096 gpu memory 10.2 GB",
    "学习率：0.001 损失：0.5",
    "{'loss': 1.7, 'learning_rate': 2.7e-05, 'epoch': 1.42}",
]


@given(VALUES, NAMES, st.lists(st.sampled_from(METRICS), min_size=1, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_3_run_metrics_are_never_layers(values, pattern, metrics, data):
    names = named(pattern, len(values))
    lines = lined(names, values)
    plain = read_norms("\n".join(lines))
    mixed = list(lines)
    for metric in metrics:
        mixed.insert(data.draw(st.integers(0, len(mixed))), metric)
    read = read_norms("\n".join(mixed))
    assert read.names == plain.names
    np.testing.assert_array_equal(read.norms, plain.norms)
    assert {each.reason for each in read.left_out} == {"metric"}
    alone = read_norms("\n".join(metrics))
    assert (alone.names, bool(alone.refused)) == ([], True)


@pytest.mark.parametrize(
    "text", [METRICS[0], "step 1 grad_norm 0.5\nstep 2 grad_norm 0.7", "step,grad_norm\n1,2\n2,3"]
)
def test_3_one_number_for_the_whole_network_is_refused(text):
    assert read_norms(text * 1).refused in ("whole", "nothing")


@given(VALUES, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["foo", "lr", "loss", "wall time"]))
@settings(max_examples=60, deadline=None)
def test_4_under_a_header_that_is_not_understood_no_number_is_used(values, separator, head):
    rows = [f"{k}{separator}{value}" for k, value in enumerate(values)]
    read = read_norms("\n".join([f"bar{separator}{head}", *rows]))
    assert (read.names, bool(read.refused)) == ([], True)
    names = [f"fc{k}.weight" for k in range(len(values))]
    rows = [f"{name}{separator}{value}" for name, value in zip(names, values, strict=True)]
    assert not read_norms("\n".join([f"layer{separator}{head}", *rows])).names
    for one, other in (("layer", "grad_norm"), ("name", "value"), ("Parameter", "Gradient L2 norm")):
        read = read_norms("\n".join([f"{one}{separator}{other}", *rows]))
        assert (read.names, read.problems) == (names, [])


@given(st.lists(VALUES.map(lambda v: v[:5]), min_size=1, max_size=4), st.data())
@settings(max_examples=40, deadline=None)
def test_4_wide_tables_have_a_column_a_layer(rows, data):
    names = [f"{2 * k}.weight" for k in range(5)]
    header = ["epoch", *(f"grad_norm/{name}" for name in names), "train_loss", "step"]
    table = [["0", *map(str, row), "0.3", str(10 * k)] for k, row in enumerate(rows)]
    order = data.draw(st.permutations(range(len(header))))
    lines = [[line[k] for k in order] for line in [header, *table]]
    read = read_norms("\n".join(",".join(line) for line in lines))
    assert (read.names, read.steps) == (names, [10 * k for k in range(len(rows))])
    np.testing.assert_array_equal(read.norms, rows)
    assert {each.text for each in read.left_out} == {"train_loss"}


@given(st.integers(5, 30), st.permutations(range(30)), NAMES, st.sampled_from(list(SAID)))
@settings(max_examples=80, deadline=None)
def test_5_names_with_numbers_stand_in_their_order_whatever_the_text_has(count, order, pattern, how):
    order = [k for k in order if k < count]
    values = [float(k + 1) for k in order]
    read = read_norms("\n".join(lined([pattern.format(k) for k in order], values, how)))
    assert read.names == named(pattern, count)
    np.testing.assert_array_equal(read.norms, [np.arange(count) + 1.0])
    falls = [a > b for a, b in pairwise(order)]
    noted = {note.what for note in read.notes} & {"turned", "sorted"}
    assert noted == ({"turned"} if all(falls) else {"sorted"} if any(falls) else set())


def test_5_indices_that_fall_mean_that_the_last_layer_came_first():
    read = read_norms("out: 4\nfc3: 3\nfc2: 2\nfc1: 1")
    assert read.names == ["fc1", "fc2", "fc3", "out"]
    assert read_norms("stem: 1\nbody: 2\nhead: 3").names == ["stem", "body", "head"]


@given(VALUES, NAMES, st.permutations(["norm", "rms", "std", "mean", "max", "weight norm"]))
@settings(max_examples=60, deadline=None)
def test_6_several_quantities_of_a_layer_are_columns_of_it(values, pattern, words):
    names, said = named(pattern, len(values)), dict.fromkeys(words, -0.5)
    said |= {"norm": None, "rms": 0.5, "std": 0.25, "max": 0.75, "weight norm": 5.0}
    for without, chosen in (((), "norm"), (("norm",), "rms"), (("norm", "rms"), "std")):
        lines = [
            f"{name}: "
            + ", ".join(f"{w} {value if said[w] is None else said[w]}" for w in words if w not in without)
            for name, value in zip(names, values, strict=True)
        ]
        read = read_norms("\n".join(lines))
        assert (read.names, read.quantity, read.refused) == (names, chosen, "")
        np.testing.assert_array_equal(read.norms[0], values if chosen == "norm" else said[chosen])
        np.testing.assert_array_equal(read.weights[0], 5.0)
    signed = read_norms("\n".join(f"{name}: {(-1) ** k * 0.5}" for k, name in enumerate(names)))
    assert signed.refused == "signed"


@given(
    st.lists(
        st.lists(st.floats(-4, 4).map(lambda v: round(v, 4)), min_size=2, max_size=4), min_size=5, max_size=6
    )
)
@settings(max_examples=60, deadline=None)
def test_7_a_tensor_is_read_to_its_end_and_refused_where_it_is_abridged(tensors):
    tensors = [[-1.5, *tensor] for tensor in tensors]
    norms = [np.linalg.norm(tensor) for tensor in tensors]
    for how in ("tensor([{}])", "tensor([[{}]], device='cuda:0')", "Array([{}], dtype=float32)", "[[{}]]"):
        text = "\n".join(
            f"fc{k}.weight: " + how.format(",\n     ".join(map(repr, tensor)))
            for k, tensor in enumerate(tensors)
        )
        np.testing.assert_allclose(read_norms(text).norms, [norms])
        cut = read_norms(text.replace(",\n", ", ...,\n"))
        assert (cut.names, bool(cut.refused)) == ([], True)
        assert {each.reason for each in cut.left_out} == {"abridged"}


@pytest.mark.parametrize(
    "how",
    [
        "tf.Tensor({}, shape=(), dtype=float32)",
        "<tf.Tensor: shape=(), dtype=float32, numpy={}>",
        "tensor([{}], device='cuda:0', grad_fn=<NormBackward1>)",
        "Array({}, dtype=float32)",
        "np.float32({})",
        "'{}'",
    ],
)
def test_7_a_number_may_be_wrapped(how):
    for text in (
        "\n".join(f"fc{k}.weight: {how.format(0.5 + k)}" for k in range(4)),
        "{" + ", ".join(f"'fc{k}.weight': {how.format(0.5 + k)}" for k in range(4)) + "}",
    ):
        read = read_norms(text)
        assert (read.names, read.problems) == ([f"fc{k}.weight" for k in range(4)], [])
        np.testing.assert_array_equal(read.norms, [[0.5, 1.5, 2.5, 3.5]])


@given(st.integers(2, 9), st.integers(1, 4), NAMES)
def test_8_a_number_printed_with_fixed_decimals_that_reads_0_is_not_zero(places, small, pattern):
    values = [0.0] * small + [0.1 + k for k in range(5)]
    names = named(pattern, len(values))
    read = read_norms("\n".join(lined(names, [f"{value:.{places}f}" for value in values])))
    assert read.names == names
    assert not (read.norms == 0.0).any()
    assert not read.given[0, :small].any()
    np.testing.assert_allclose(read.resolution[0], [0.5 * 10.0**-places] * small + [0.0] * 5)
    assert verdict(read) not in ("dead", "outlier")
    exact = read_norms("\n".join(lined(names, [f"{value:g}" for value in values])))
    assert (exact.norms[0, :small] == 0.0).all()


def test_9_numbers_are_read_in_all_their_spellings():
    for said, value in {
        "1,234,567.8": 1234567.8,
        "1'234.5": 1234.5,
        "3.6×10^-7": 3.6e-7,
        "3.6 × 10⁻⁷": 3.6e-7,
        "3.6*10**-7": 3.6e-7,
        "1.2e−7": 1.2e-7,
        "１．５": 1.5,
        "0.5 ± 0.1": 0.5,
        "0.5 (30x30)": 0.5,
        "0.5  [too small]": 0.5,
        "0.5 # fine": 0.5,
        "0.5 <-- vanishing!": 0.5,
        "+.5": 0.5,
        "5.E-1": 0.5,
    }.items():
        read = read_norms(f"fc1.weight：{said}\nfc2.weight (30, 30): {said}\nfc3.weight [30, 30] {said}")
        assert (read.names, read.problems) == (["fc1.weight", "fc2.weight", "fc3.weight"], []), said
        np.testing.assert_allclose(read.norms, [[value] * 3], err_msg=said)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("100 0.91\n200 1.78\n300 4.82", ("steps", "layers")),
        ("1 0.91\n2 1.78\n3 4.82", ("layers", "steps")),
        ("0.1 0.2 0.3\n0.4 0.5 0.6", ("rows", "list")),
        ("[0.1, 0.2, 0.3]\n[0.4, 0.5, 0.6]", ("rows", "list")),
    ],
)
def test_10_a_text_that_could_be_read_in_two_ways_is_asked_about(text, readings):
    read = read_norms(text)
    assert read.readings == readings
    for form in readings:
        asked = read_norms(text, form)
        assert asked.readings[0] == form
        assert asked.refused == ("whole" if form == "steps" else "")


@given(VALUES, NAMES, st.integers(0, 3))
def test_11_where_too_much_was_not_read_there_is_no_verdict(values, pattern, broken):
    names = named(pattern, len(values))
    lines = lined(names, values)
    for k in range(broken):
        lines[k] = f"{names[k]}: 0.5 0.7 0.9"
    read = read_norms("\n".join(lines))
    assert read.refused == ("unread" if broken else "")
    assert len(read.problems) == broken


def test_11_nor_where_all_layers_of_one_kind_were_not_read():
    lines = [f"fc{k}.weight: 0.5" for k in range(30)]
    assert read_norms("\n".join([*lines, "fc0.bias 1 2"])).refused == "kind"
    assert read_norms("\n".join([*lines, "fc9.weight: 1 2"])).refused == ""


def test_11_a_hundred_nones_are_one_remark():
    read = read_norms(
        "\n".join([*(f"bert.{k}.weight None" for k in range(135)), "head.weight 0.3", "head.bias 0.1"])
    )
    assert (read.names, read.refused) == (["head.weight", "head.bias"], "")
    assert [(note.what, note.count) for note in read.notes] == [("none", 135)]


# ---- mutations ------------------------------------------------------------------------------------------

NORMS = [float(f"{3e-8 * 7.0**k:.4g}") for k in range(9)]
LAYERS = [f"fc{k}.weight" for k in range(9)]
PAIRS = list(zip(LAYERS, NORMS, strict=True))
MADE = {
    "long": "layer,grad_norm\n" + "".join(f"{n},{v}\n" for n, v in PAIRS),
    "wide": ",".join(["step", *LAYERS])
    + "\n"
    + "".join(f"{s}," + ",".join(map(str, NORMS)) + "\n" for s in (0, 1)),
    "pivot": "layer,0,10\n" + "".join(f"{n},{v},{v}\n" for n, v in PAIRS),
    "markdown": "| layer | grad norm |\n|---|---|\n" + "".join(f"| {n} | {v} |\n" for n, v in PAIRS),
    "frame": "   layer  grad_norm\n" + "".join(f"{k} {n} {v}\n" for k, (n, v) in enumerate(PAIRS)),
    "columns": "".join(f"0,{n},{v}\n" for n, v in PAIRS),
    "dict": "".join(f"{{'{n}': {v}}}\n" for n, v in PAIRS),
    "lines": "".join(f"{n}: {v}\n" for n, v in PAIRS),
    "list": "[" + ", ".join(map(str, NORMS)) + "]\n",
    "layers": "".join(f"{k} {v}\n" for k, v in enumerate(NORMS)),
    "rows": f"{NORMS}\n{NORMS}\n",
}


def test_every_form_has_a_text_to_change():
    assert {*MADE, "whole", "steps"} == {form.name for form in FORMS}


@pytest.mark.parametrize("form", MADE)
def test_a_changed_text_has_the_same_verdict_or_none(form):
    text = MADE[form]
    read = read_norms(text)
    assert (read.form, verdict(read)) == (form, "vanishing")
    lines = text.splitlines(keepends=True)
    changed = []
    for k in range(len(lines) + 1):
        changed += ["".join([*lines[:k], f"{metric}\n", *lines[k:]]) for metric in METRICS[:5]]
        changed += [
            "".join([*lines[:k], other, *lines[k:]])
            for other in ("oops 1 2 3\n", "fc3.weight\n", "\n", "---\n")
        ]
    for k in range(len(lines)):
        cut = lines[k].rstrip("\n0123456789.e-]|, ")
        changed += ["".join([*lines[:k], part, *lines[k + 1 :]]) for part in (f"{cut}\n", f"{cut}?\n", "")]
    changed += ["".join(prefix + line for line in lines) for prefix in PREFIXES[:6]]
    if form not in ("list", "rows"):
        head = {"long": 1, "wide": 1, "pivot": 1, "markdown": 2, "frame": 1}.get(form, 0)
        changed += ["".join([*lines[:head], *reversed(lines[head:])])]
        changed += ["".join([*lines[:head], *lines[head::2], *lines[head + 1 :: 2]])]
    wrong = [(other, verdict(read_norms(other))) for other in changed]
    assert [each for each in wrong if each[1] not in ("vanishing", "unclear", None)] == []
    kept = [kind for _, kind in wrong if kind == "vanishing"]
    assert len(kept) > len(wrong) / 4


# ---- lines that people print -----------------------------------------------------------------------------

LINES = [
    "INFO:root:{n} grad norm: {v}",
    "INFO:__main__:{n}: {v}",
    "2026-11-29 13:20:35.123 | INFO     | train:log:42 - {n} {v}",
    "[rank0]: {n} {v}",
    "[Rank 0] {n}: {v}",
    "{n} | {v}",
    "{n} -> {v}",
    "{n} => {v}",
    "{n}\t{v}",
    "{n}: grad_norm = {v}",
    "Gradient norm for {n}: {v}",
    "Grad norm of {n} = {v}",
    "||grad {n}|| = {v}",
    "* {n}: {v}",
    "- `{n}`: {v}",
    "> {n}: {v}",
    "{n}.grad: {v}",
    "{n}.grad.norm(): {v}",
    "{n}.grad.norm() = tensor({v})",
    "{n} tensor({v}, device='cuda:0')",
    "{n} tensor({v}, device='cuda:0', grad_fn=<NormBackward1>)",
    "{n}: tensor([{v}])",
    "('{n}', {v})",
    "('{n}', tensor({v}))",
    "{n} grad norm {v} ± 1e-9",
    "step 10 {n}: {v}",
    "[step 10] {n} grad={v}",
    "step=10 layer={n} grad_norm={v}",
    "Epoch 1, Batch 20, {n}: {v}",
    "epoch=3 step=120 name={n} grad_norm={v} loss=0.31",
    "Epoch 3/10 - {n} - grad norm: {v}",
    "train/grad_norm/{n}: {v}",
    "gradients/{n} {v}",
    "grad/{n}={v}",
    "{n}/grad_norm {v}",
    "l2_norm/grad/{n}: {v}",
    "model.{n} {v}",
    "layer {n}: gradient norm {v}",
    "Layer: {n} | Grad Norm: {v}",
    "Layer: {n}, Gradient: {v}",
    "Parameter: {n}, grad norm: {v}",
    "name: {n} grad_norm: {v} shape: torch.Size([30, 30])",
    "{n} torch.Size([30, 30]) {v}",
    "{n} (30, 30): {v}",
    "{n} [30, 30] {v}",
    "{n} 30x30 {v}",
    "{i} {n} {v}",
    "{i}: {n} {v}",
    "[{i}] {n} {v}",
    "{i}. {n} {v}",
    "DEBUG 2026-11-29 13:20:35,926 trainer.py:120 {n} {v}",
    "I1129 13:20:35.926123 140 train.py:42] {n}: {v}",
    "I20261129 13:20:35.926123 140 train.py:42] {n}: {v}",
    "(pid=1234) {n}: {v}",
    "(RayTrainWorker pid=1234, ip=10.0.0.1) {n}: {v}",
    "[2026-11-29 13:20:35,926][__main__][INFO] - {n}: {v}",
    "[11/29 13:20:35 d2.utils.events]: {n} {v}",
    "Nov 29 13:20:35 host train[123]: {n} {v}",
    "{n} 的梯度范数：{v}",
    "{n} 梯度范数: {v}",
    "参数 {n} 梯度均值 {v}",
    "{n}: |grad| = {v}",
    "{n}: mean |grad| {v}",
    "{n}: mean abs grad {v}",
    "{n} grad mean: 1e-9 std: {v}",
    "{n}  weight_norm 5.1  grad_norm {v}",
    "{n} weight norm: 5.1, grad norm: {v}, ratio: 0.001",
    "{n}: grad_norm={v}, weight_norm=5.1",
    "{n}: norm={v} (12% zeros)",
    "{n}: {v} (max 0.3)",
    "{n}: {v}  # fine",
    "{n} requires_grad=True grad={v}",
    "{n}: {v},",
    '"{n}": {v},',
    "'{n}': {v},",
    "exp7 {n} {v}",
    "mylogger - {n} - {v}",
    "  0%|          | 0/1 [00:00<?, ?it/s]{n}: {v}",
    "{n} np.float32({v})",
    "{n} <tf.Tensor: shape=(), dtype=float32, numpy={v}>",
    "{n}: Array({v}, dtype=float32)",
    "{n}......{v}",
    "{n}:{v}",
    "{n}={v}",
    "13:20:35 {n} {v}",
    "[13:20] {n} {v}",
    "2026-11-29T13:20:35Z {n} {v}",
    "2026-11-29T13:20:35.123+08:00 INFO {n} {v}",
    "{n} norm {v}",
    "norm {n} {v}",
    "l2 norm of gradient of {n} is {v}",
    "The gradient norm of {n} is {v}",
    "Mean gradient for {n}: {v}",
    "   {n:<20}{v:>12}",
    "| {n} | {v} |",
    "{n}; {v}",
    "{n},{v}",
    "wandb: {n} {v}",
    "0: {n} {v}",
    "gpu0 {n} {v}",
    "✓ {n}: {v}",
    "🔥 {n}: {v}",
    "[fc] {n}: {v}",
    "[conv] {n}: {v}",
    "DEBUG:{n}:{v}",
    "{n}: grad: {v}, data: 5.31",
    "{n}, grad norm {v}, param norm 5.1, lr 0.001",
    "{n} grad_norm: {v} weight_norm: 5.1 update_ratio: 1e-3",
]


@pytest.mark.parametrize("line", LINES)
def test_whatever_stands_around_name_and_norm_they_are_read(line):
    names = [f"fc{k}.{kind}" for k in range(1, 8) for kind in ("weight", "bias")]
    norms = [float(f"{3.6e-7 * 6.2 ** (k // 2):.4g}") for k in range(14)]
    told = [line.format(n=n, v=v, i=i) for i, (n, v) in enumerate(zip(names, norms, strict=True))]
    read = read_norms("\n".join(told))
    assert [name.removeprefix("model.") for name in read.names] == names
    assert (len(read.steps), read.refused, verdict(read)) == (1, "", "vanishing")
    np.testing.assert_array_equal(read.norms, [norms])


NO_LAYERS = [
    "{n}: {v} / 1.331",
    "{n} {v} 5.1",
    "{n}: {v} -> 0.5",
    "{n} activation mean {v}",
    "activations/{n} {v}",
    "{n} weight std {v}",
    "weights/{n} {v}",
    "{n}.data.norm(): {v}",
    "weight norm of {n}: {v}",
    "{n} momentum norm {v}",
    "{n} lr: {v}",
    "{n} grad^2: {v}",
    "{n} log10 grad norm: -{i}.5",
    "{n} max grad: {v}",
    "{n} has 1000 parameters",
    "{n} torch.Size([30, 30])",
    "step {i} grad_norm {v} loss 0.3",
    "iter {i}: loss 2.1, time 31.2ms, mfu 12.3%, grad norm {v}",
    "Epoch {i}: train loss {v}, val loss {v}, acc 0.91",
    "Epoch {i} Loss {v} Acc 10%",
    "[{i}, 2000] loss: {v}",
    "Gradients: min=-0.1 max=0.2 norm={v}",
    "| epoch 1 | step {i} | grad norm {v} |",
    "[2026-11-29 13:20:35,926] [INFO] [logging.py:96:log_dist] [Rank 0] step={i}, lr=[{v}], mom=[(0.9, 0.9)]",
    " iteration {i}/ 100 | learning rate: {v} | lm loss: 9.1E+00 | grad norm: {v} | skipped iterations: 0 |",
    "100/100 ━━━━━━━━ 1s 2ms/step - accuracy: {v} - loss: {v}",
    "learning_rate={v} batch_size=32 hidden_dim=128 num_layers=4 dropout=0.1",
    "1795958068.{i:02} {i} {v}",
]


@pytest.mark.parametrize("line", NO_LAYERS)
def test_what_are_no_norms_of_layers_is_refused(line):
    told = [line.format(n=f"fc{k}.weight", v=3.6e-7 * 6.2**k, i=k) for k in range(1, 9)]
    read = read_norms("\n".join(told))
    assert read.refused
    assert verdict(read) is None


# ---- any text -------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"0123456789.-e,;|:=[](){}#'\"\t\n ",
        *(
            "1.5",
            "nan",
            "inf",
            "None",
            "a",
            "fc1.weight",
            "tensor(",
            "1e999",
            "\x00",
            "\r\n",
            "\ufeff",
            "\u2028",
        ),
        *(
            HEADER,
            "grad_norm",
            "layer",
            "0,a,2x3,0.1,0.2,0.3",
            "0,b,0.5",
            "\n1 2\n2 3\n3 4\n",
            "é",
            "١",
            "loss: 0.3\n",
        ),
        *(
            "{'a': ",
            "[INFO] ",
            "step 3 ",
            "…",
            "...",
            "×10^-7",
            "| a | 1 |\n",
            "\nlayer,grad_norm\n",
            "梯度：",
            "…",
        ),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_told(text):
    read = read_norms(text)
    assert read.norms.shape == (len(read.steps), len(read.names)) == read.given.shape == read.resolution.shape
    assert len(set(read.names)) == len(read.names) == len(read.shapes)
    assert not (read.norms < 0.0).any()
    assert {each.reason for each in read.left_out} <= {*FAILURES, *ORDERLY}
    assert read.refused in ("", *REFUSALS)
    assert read.names or read.refused
    verdict(read)


@given(st.lists(st.floats(0.0, allow_nan=False), min_size=1, max_size=30))
def test_numbers_come_back_as_they_were(norms):
    read = read_norms(", ".join(map(repr, norms)))
    np.testing.assert_array_equal(read.norms, [norms])


def test_the_longest_text_of_the_page_is_read():
    row = "0,layer1.weight,100x100,0.0123,8.1,0.25\n"
    rows = MOST_BYTES // len(row)
    assert read_norms(row * rows).norms.size == rows
    assert read_norms("1 " * (MOST_BYTES // 2)).norms.shape == (1, MOST_BYTES // 2)


@pytest.mark.parametrize(
    "between",
    [
        "{'loss': '2.9', 'grad_norm': '0.3', 'learning_rate': '5e-05', 'epoch': '1'}",
        "{'train_runtime': '22.75', 'train_samples_per_second': '8.9', 'train_loss': '2.9', 'epoch': '16.8'}",
        "Modules in train mode: 37\nModules in eval mode: 0",
        "Trainable params: 1.9 K\nNon-trainable params: 0\nTotal params: 1.9 K",
    ],
)
def test_what_trainers_print_between_the_rows_of_a_table_is_of_the_run(between):
    rows = [f"{step},fc{l}.weight,3x3,{l}.5,1,0\n" for step in (0, 1) for l in range(5)]
    plain = read_norms("step,layer,shape,grad_norm,weight_norm,zeros\n" + "".join(rows))
    for at in (0, 5, 10):
        parts = [*rows[:at], *[f"{between}\n"] * 3, *rows[at:]]
        read = read_norms("step,layer,shape,grad_norm,weight_norm,zeros\n" + "".join(parts))
        assert_same(read, plain, ("left_out", "notes", "form"))
        assert read.problems == []


def test_a_norm_of_a_part_of_the_run_is_that_of_the_whole_network():
    layers = "".join(f"grad_norm/net.{k}.weight: {10.0**-k}\n" for k in range(6))
    read = read_norms(f"{layers}train/grad_norm: 1.2\neval/grad_norm: 1.3\n")
    assert read.names == [f"net.{k}.weight" for k in range(6)]
    assert [each.reason for each in read.left_out] == ["total", "total"]


def test_an_epoch_that_stands_in_quotes_is_a_step():
    """As Hugging Face's Trainer prints its dictionaries."""
    rounds = [
        "{" + ", ".join(f"'grad_norm/net.{k}.weight': '{epoch * 10.0**-k:.4g}'" for k in range(5)) + "}"
        for epoch in (1, 2, 3)
    ]
    text = "\n".join(one[:-1] + f", 'epoch': '{0.25 * k}'}}" for k, one in enumerate(rounds, 1))
    read = read_norms(text)
    assert (read.steps, len(read.names)) == ([0.25, 0.5, 0.75], 5)

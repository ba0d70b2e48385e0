"""The diagnosis on the command line, as it is run."""

import json
import subprocess
import sys

import pytest

from benchmarks.examples import digits
from tests.support import ROOT
from vgcore.norms import FORMS

EXAMPLES = ROOT / "pages/lessons/network/examples"


def run(text, *options):
    command = [sys.executable, "-W", "error", "-m", "vgcore.diagnose", *options]
    ran = subprocess.run(
        command,
        input=text if isinstance(text, bytes) else text.encode(),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    out = ran.stdout.decode()
    assert "--json" in options or all(len(line) <= 80 for line in out.splitlines())
    assert "Traceback" not in ran.stderr.decode()
    return ran.returncode, out, ran.stderr.decode()


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("healthy", 0, "level: "),
        ("vanishing", 1, "vanishing: "),
        ("exploding", 1, "exploding: "),
        ("copies", 1, "alike: tokens have become alike"),
        ("dead", 1, "dead: the gradient is exactly 0 in 7 layers, fc1.weight to fc7.weight."),
        ("broken", 1, "outlier: out of line with its neighbours: fc7.weight. The others are level."),
        ("transformer", 0, "level: "),
    ],
)
def test_the_examples_end_with_their_code(name, code, says):
    ended, out, errors = run((EXAMPLES / f"{name}.csv").read_text(encoding="utf-8"))
    assert (ended, errors) == (code, "")
    assert says in out.replace("\n", " ")


def test_the_bars_are_on_a_log_scale_and_what_is_no_number_has_none():
    code, out, _ = run("l1: 1e-4\nl2: 1e-2\nl3: 1\nl4: 0\nl5: nan\nl6: 0.1")
    bars = {line.split()[0]: line for line in out.splitlines() if "|" in line}
    lengths = [bars[f"l{l}"].count("#") for l in (1, 2, 3, 6)]
    assert lengths[0] == 0
    assert lengths[1] == pytest.approx(lengths[2] / 2, abs=1)
    assert lengths[3] == pytest.approx(0.75 * lengths[2], abs=1)
    assert bars["l4"].split()[1:] == ["0", "|", "<--"]
    assert bars["l5"].split()[1:] == ["nan", "|", "<--"]
    assert (code, "Not finite: l5." in out) == (1, True)


def test_one_layer_that_is_not_finite_is_sick_be_it_a_bias():
    level = "".join(f"fc{l}.weight: 1\nfc{l}.bias: 1\n" for l in range(5))
    assert run(level)[0] == 0
    code, out, _ = run(level + "fc9.bias: inf")
    assert (code, "step 0, 5 of 11 layers" in out, "Not finite: fc9.bias." in out) == (1, True, True)


def test_a_grade_is_the_code_and_strict_counts_every_slope():
    slope = "".join(f"fc{l}.weight: {2.0**l}\n" for l in range(8))
    assert run(slope)[:1] == (0,)
    code, out, _ = run(slope, "--strict")
    assert (code, "the first layer needs, by the fit, 128 times as many steps" in out) == (1, True)
    assert run("1 1 1 1 1", "--strict")[0] == 0
    steep = "".join(f"fc{l}.weight: {10.0**l}\n" for l in range(8))
    assert run(steep)[0] == 1
    assert run(steep, "--optimiser", "descent")[0] == 1
    assert run(steep, "--optimiser", "sgd")[0] == 2


def test_no_gradient_anywhere_is_no_answer():
    code, out, _ = run("0 0 0 0 0")
    assert (code, "nothing: no gradient anywhere" in out) == (2, True)


def test_what_goes_back_and_what_goes_forth_is_printed():
    text = (ROOT / "tests/data/networks/small/f1_bias_vanish.csv").read_text(encoding="utf-8")
    code, out, _ = run(text)
    assert (
        code,
        "goes forth 0.3 times: in the gradients of the weights the two" in out.replace("\n", " "),
    ) == (1, True)


def test_zeros_before_a_steep_fall_may_be_too_small_numbers():
    _, out, _ = run("0 0 0 1e-40 1e-30 1e-20 1e-10 1")
    assert "too small for a number" in out
    assert "too small for a number" not in run("0 0 0 1 1 1 1 1")[1]


def test_the_step_is_the_last_or_the_one_that_is_asked_for():
    text = (EXAMPLES / "transformer.csv").read_text(encoding="utf-8")
    assert "step 100, 37 of 90 layers" in run(text)[1]
    assert "At step 0, the first, it was level." in run(text)[1]
    assert "the first" not in run(text, "--step", "0")[1].split("times that of the smallest.")[1]
    assert "step 20, 37 of 90 layers" in run(text, "--step", "20")[1]
    code, _, errors = run(text, "--step", "3")
    assert (code, "no step 3, only 0, 20, 100" in errors) == (2, True)


def test_what_cannot_be_read_is_shown_with_its_line():
    code, out, _ = run(
        "Epoch \x1b[31m1/2\nfc1 grad norm: -1\n" + "".join(f"layer {k}: 1\n" for k in range(30))
    )
    assert out.splitlines()[0] == "line 2, a norm below 0: fc1 grad norm: -1"
    assert "left out, a number of the run, no layer: 1, first in line 1: Epoch ?[31m1/2" in out
    assert (code, "level: " in out, "read as lines: 30 layers, 1 steps" in out) == (0, True, True)
    code, out, errors = run("fc1.weight 1 2\n" * 14 + "fc2.weight 1")
    assert (code, "... 14 problems in 14 lines" in out, "there is no verdict" in errors) == (2, True, True)


@pytest.mark.parametrize("text", ["", "# nothing\n", "abc\n", "loss: 0.3\n", "step,grad_norm\n1,2\n"])
def test_where_nothing_can_be_read_the_code_is_2(text):
    assert run(text)[0] == 2


def test_a_file_is_read_by_its_path(tmp_path):
    assert "vanishing: " in run("", str(EXAMPLES / "vanishing.csv"))[1]
    code, _, errors = run("", str(tmp_path / "none.csv"))
    assert (code, "none.csv cannot be read: No such file" in errors) == (2, True)
    assert run("", str(tmp_path))[0] == 2


def test_the_form_is_asked_for_where_there_are_several():
    text = "".join(f"{100 * k} {10.0**k}\n" for k in range(1, 7))
    code, out, errors = run(text)
    assert (code, "could be layers, too: --form" in out, "--form layers" in errors) == (2, True, True)
    code, out, _ = run(text, "--form", "layers")
    assert (code, "vanishing: " in out) == (1, True)
    assert "choose from" in run(text, "--form", "tables")[2]


def test_json_is_one_object_with_all_that_is_documented():
    text = "loss: 0.3\n" + "".join(f"layer {k}: {10.0**k}\n" for k in range(6))
    code, out, _ = run(text * 2, "--json")
    found = json.loads(out)
    assert (code, found["kind"], found["trend"], found["form"]) == (1, "vanishing", "vanishing", "lines")
    assert found["layers"] == found["judged"] == [f"layer {k}" for k in range(6)]
    assert (found["steps"], found["step"], found["forward"]) == ([0, 1], 1, None)
    [note] = found["notes"]
    assert note == (
        "With plain descent the first layer needs, by the fit, 1e+05 times as many steps as the last."
    )
    assert (found["factor"], found["first_over_last"]) == (pytest.approx(0.1), pytest.approx(1e-5))
    assert found["left_out"][0] == {"line": 1, "text": "loss: 0.3", "reason": "metric"}
    help_ = run("", "--help")[1]
    for name in (*found, "all"):
        assert name in help_
    assert found["interval"] == [pytest.approx(0.1)] * 2
    every = json.loads(run(text * 2, "--json", "--all")[1])
    assert [each["step"] for each in every["all"]] == [0, 1]
    code, out, _ = run("loss: 0.3", "--json")
    assert (code, json.loads(out)["kind"], json.loads(out)["layers"]) == (2, None, [])
    assert json.loads(run("layer 1: 1\nlayer 2: nan", "--json")[1])["factor"] is None


def test_all_prints_a_line_a_step_and_its_code_is_that_of_the_worst():
    level = "".join(f"layer {k}: 1\n" for k in range(6))
    sick = "".join(f"layer {k}: {10.0**k}\n" for k in range(6))
    code, out, _ = run(sick + level, "--all")
    assert out.splitlines()[1:] == [
        "step 0: vanishing, factor 0.1, 6 layers",
        "step 1: level, factor 1, 6 layers",
    ]
    assert (code, run(sick + level)[0]) == (1, 0)


@pytest.mark.parametrize("closed", ["<&-", ">&-", ">/dev/full"])
def test_where_nothing_can_be_read_or_written_the_code_is_2_too(closed):
    command = f"exec {sys.executable} -m vgcore.diagnose {closed}"
    ran = subprocess.run(command, shell=True, input=b"1 1 1 1 1", capture_output=True, cwd=ROOT, check=False)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (2, False)


def test_a_file_of_another_encoding_is_read():
    text = "fc1: 1\nfc2: 1\nfc3: 1\nfc4: 1\n"
    assert "level: " in run(text.encode("utf-16"))[1]
    code, out, _ = run("# Größe\n".encode("latin-1") * 20_000 + text.encode())
    assert (code, "level: " in out) == (0, True)


def test_no_line_is_too_long_and_equal_norms_have_bars():
    assert run(f"step,layer,grad_norm\n1e300,{'x' * 99},1e300\n1e300,y,1e-300\n1e300,z,nan")[0] == 1
    assert run("1 1 1 1 1")[1].count("#") > 100


def test_help_names_the_columns_and_the_codes():
    code, out, _ = run("", "--help")
    assert code == 0
    assert "step,layer,shape,grad_norm,weight_norm,zeros" in out
    for form in FORMS:
        assert f"{form.name}: " in out
        assert form.example.splitlines()[0] in out
    assert "exit code: 0" in out


def test_the_examples_are_what_the_networks_give():
    for name, (what, rows) in digits().items():
        said, _, *stored = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert said == f"# {what}"
        for row, there in zip(rows, stored, strict=True):
            assert row.split(",")[:3] == there.split(",")[:3]
            numbers = [[float(number) for number in line.split(",")[3:]] for line in (row, there)]
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-3)

"""The diagnosis on the command line, as it is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.examples import digits

ROOT = Path(__file__).parent.parent
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
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "Traceback" not in ran.stderr.decode()
    return ran.returncode, out, ran.stderr.decode()


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("healthy", 0, "level: "),
        ("vanishing", 1, "vanishing: "),
        ("exploding", 0, "slope: the layers grow towards the input"),
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
    bars = {line.split()[0]: line for line in out.split("\n\n")[0].splitlines()}
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
    assert (code, "With plain descent the first layer needs 128 times the steps" in out) == (1, True)
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
    assert "step 100, 25 of 78 layers" in run(text)[1]
    assert "At step 0, the first, it was level." in run(text)[1]
    assert "the first" not in run(text, "--step", "0")[1].split("times that of the smallest.")[1]
    assert "step 20, 25 of 78 layers" in run(text, "--step", "20")[1]
    code, _, errors = run(text, "--step", "3")
    assert (code, "no step 3, only 0, 20, 100" in errors) == (2, True)


def test_what_cannot_be_read_is_shown_with_its_line():
    code, out, _ = run("Epoch \x1b[31m1/2\nfc1: -1\n" + "1\n" * 5)
    assert out.splitlines()[:3] == [
        "line 1, line: Epoch ?[31m1/2",
        "line 2, negative: fc1: -1",
        "2 problems in 2 lines",
    ]
    assert (code, "level: " in out) == (0, True)
    assert "14 problems in 14 lines" in run("x\n" * 14 + "1")[1]


@pytest.mark.parametrize("text", ["", "# nothing\n", "abc\n", "1" * 200_001])
def test_where_nothing_can_be_read_the_code_is_2(text):
    assert run(text)[0] == 2


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
    assert "exit code: 0" in out


def test_the_examples_are_what_the_networks_give():
    for name, (what, rows) in digits().items():
        said, _, *stored = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert said == f"# {what}"
        for row, there in zip(rows, stored, strict=True):
            assert row.split(",")[:3] == there.split(",")[:3]
            if name != "exploding" or "weight" in row:  # before batch norm a bias has nothing but rounding
                numbers = [[float(number) for number in line.split(",")[3:]] for line in (row, there)]
                assert numbers[0] == pytest.approx(numbers[1], rel=1e-3)

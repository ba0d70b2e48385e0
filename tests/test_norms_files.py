"""Gradient norms from files: what the fast way reads is what the text says, and event files."""

import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.norms import assert_same
from vgcore.norms import files, read_norms
from vgcore.norms.files import of_tags, read_data, read_file

NAMES = [f"fc{k}.{kind}" for k in range(12) for kind in ("weight", "bias")]
CELLS = st.one_of(
    st.floats(0.0, 1e9).map(repr),
    st.floats(0.0, 10.0).map("{:.4f}".format),
    st.sampled_from(["0", "0.0", "1e-300", "inf", "5"]),
)
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
WAYS = ["pandas", "without pandas"]


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    monkeypatch.setattr(files, "_LARGE", 0 if request.param == WAYS[0] else 1e9)
    return request.param


def fast(text, tmp_path):
    """What the fast way makes of a text; pytest fails where it gives up."""
    path = tmp_path / "norms.csv"
    path.write_text(text, encoding="utf-8")
    return files._read_table(path)


def slow_way(tmp_path, text):
    with pytest.raises(files._Slow):
        fast(text, tmp_path)
    path = tmp_path / "norms.csv"
    assert_same(read_file(path), read_norms(text))


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(data=st.data())
@settings(max_examples=12, **QUIET)
def test_long_tables_are_read_as_the_text_says(way, mixed, separator, data, tmp_path_factory):
    steps = data.draw(st.integers(1, 4))
    rows = [["step", "layer", "shape", "grad_norm", "weight_norm", "zeros"]]
    for step in range(steps):
        for name in NAMES:
            rows.append([str(10 * step), name, "3x2", data.draw(CELLS), data.draw(CELLS), "0.25"])
        if mixed:
            rows.append([f"step {step} loss: 0.31"])
    text = "\n".join(separator.join(row) for row in rows) + "\n"
    assert_same(fast(text, tmp_path_factory.mktemp("norms")), read_norms(text))


@given(data=st.data())
@settings(max_examples=30, **QUIET)
def test_wide_tables_are_read_as_the_text_says(way, data, tmp_path_factory):
    names = sorted(NAMES)
    rows = [
        ["epoch", *(f"grad_2.0_norm/{name}" for name in names), "grad_2.0_norm_total", "step", "val_loss"]
    ]
    for step in range(data.draw(st.integers(1, 5))):
        rows.append(["0", *(data.draw(CELLS) for _ in names), "0.5", str(step), ""])
        if data.draw(st.booleans()):
            rows.append(["0", *("" for _ in names), "", str(step), "0.3"])
    text = "\n".join(",".join(row) for row in rows) + data.draw(st.sampled_from(["", "\n"]))
    read = read_norms(text)
    assert_same(fast(text, tmp_path_factory.mktemp("norms")), read, ("left_out",))
    assert read.names == [f"fc{k}.{kind}" for k in range(12) for kind in ("weight", "bias")]


@pytest.mark.parametrize(
    "text",
    [
        "step,layer,grad_norm\n0,a.weight,1\n0,b.weight,x\n",
        "step,layer,grad_norm\n0,a.weight,1\n0,b.weight,-1\n",
        "step,layer,grad_norm\n0,a.weight,1\n0,a.weight,2\n",
        "step,layer,grad_norm\n5,a.weight,1\n0,a.weight,2\n",
        'step,layer,grad_norm\n0,"a.weight",1\n0,b.weight,2\n',
        "step,layer,grad_norm\n0,train/loss,1\n0,b.weight,2\n",
        "layer,grad_norm\na.weight,1\nb.weight,2\n",
        "step,layer,grad_norm\n0,a.weight,1\nfc1.bias: 3\n0,b.weight,2\n",
        "fc1.weight: 1\nfc2.weight: 2\n",
        "step,foo\n1,2\n",
        "",
    ],
)
def test_what_is_no_plain_table_is_read_as_any_text(way, text, tmp_path):
    slow_way(tmp_path, text)


def test_a_table_is_read_chunk_by_chunk_and_broken_rows_are_told(way, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_CHUNK", 100)
    rows = [f"{step},{name},{0.5 + k}" for step in range(9) for k, name in enumerate(NAMES)]
    text = "\n".join(["step,layer,grad_norm", *rows[:50], "0,cut", *rows[50:]])
    read = fast(text, tmp_path)
    np.testing.assert_array_equal(read.norms, [0.5 + np.arange(len(NAMES))] * 9)
    assert fast(text.replace("0,cut\n", ""), tmp_path).left_out == []


def test_large_files_are_read_by_pandas_where_it_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LARGE", 10)
    path = tmp_path / "norms.csv"
    path.write_text("step,layer,grad_norm\n0,a.weight,1\n0,b.weight,2\n", encoding="utf-8")
    assert files._pandas(path).__name__ == "pandas"
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert files._pandas(path) is None
    assert read_file(path).names == ["a.weight", "b.weight"]


def test_other_encodings_and_forms_are_read_from_files(tmp_path, monkeypatch):
    path = tmp_path / "norms.txt"
    text = "fc1: 1\nfc2: 2\nfc3: 3\n"
    for data in (text.encode("utf-16"), b"# Gr\xf6\xdfe\n" + text.encode(), b"\xef\xbb\xbf" + text.encode()):
        path.write_bytes(data)
        assert read_file(path).names == ["fc1", "fc2", "fc3"]
        assert_same(read_data(data), read_file(path))
        monkeypatch.setattr(files, "_LARGE", 10)
    path.write_text("1 0.5\n2 0.4\n3 0.3\n", encoding="utf-8")
    assert read_file(path, "steps").refused == "whole"
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none.txt")


def test_tags_of_event_files_are_names_and_histograms_only_where_they_are_of_gradients():
    rows = [
        (step, tag, 0.5 + step, kind)
        for step in (0, 10)
        for tag, kind in (
            ("train/loss", "scalar"),
            ("grad_norm/fc1.weight", "scalar"),
            ("gradients/fc2.weight", "histogram"),
            ("weights/fc2.weight", "histogram"),
        )
    ]
    read = of_tags(rows)
    assert (read.names, read.steps, read.form) == (["fc1.weight", "fc2.weight"], [0, 10], "events")
    assert [each.reason for each in read.left_out] == ["metric", "metric"]
    assert [note.what for note in read.notes] == ["squares"]


def test_event_files_without_the_package_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.backend.event_processing.event_file_loader", None)
    (tmp_path / "events.out.tfevents.1.host").write_bytes(b"")
    with pytest.raises(ValueError, match="pip install tensorboard"):
        read_file(tmp_path)


@pytest.mark.logs
@pytest.mark.filterwarnings("ignore")
def test_event_files_of_tensorboard_are_read(tmp_path):
    from torch import tensor
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "run")) as writer:
        for step in (0, 10):
            writer.add_scalar("train/loss", 0.3, step)
            for k in range(1, 12):
                writer.add_scalar(f"grad_norm/fc{k}.weight", 0.5 * k + step, step)
    read = read_file(tmp_path / "run")
    assert (read.names, read.steps) == ([f"fc{k}.weight" for k in range(1, 12)], [0, 10])
    np.testing.assert_allclose(read.norms[0], 0.5 * np.arange(1, 12))
    with SummaryWriter(str(tmp_path / "histograms")) as writer:
        for k in range(1, 6):
            writer.add_histogram(f"gradients/fc{k}.weight", tensor([3e-30, 4e-30]) * k, 0)
    read = read_file(tmp_path / "histograms")
    np.testing.assert_allclose(read.norms[0], 5e-30 * np.arange(1, 6), rtol=1e-4)
    assert [note.what for note in read.notes] == ["squares"]

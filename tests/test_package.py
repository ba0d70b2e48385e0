"""The computing wing is a library of its own: it installs without the app, and stands alone."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import vgcore

ROOT = Path(__file__).parent.parent
PROGRAM = """
import importlib.util, sys
import vgcore, vgcore.diagnose, vgcore.studies.window
assert vgcore.__file__.startswith(sys.prefix), vgcore.__file__
assert vgcore.load_digits()[0].shape == (784, 1000)
assert round(vgcore.studies.window.widest_window()[0], 3) == 6.894
for name in ("pages", "streamlit", "pandas", "tests", "benchmarks"):
    assert importlib.util.find_spec(name) is None, name
from importlib.metadata import files, version
assert version("vgcore") == vgcore.__version__
names = {str(path) for path in files("vgcore")}
assert {"vgcore/py.typed", "vgcore/data/README.md"} <= names
assert all("vgcore" in name for name in names), names
assert vgcore.read_norms("a: 1\\nb: 2").names == ["a", "b"]
"""


def test_it_is_installed_without_the_app(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(
        ROOT,
        source,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "docs", "build", "*.egg-info"),
    )
    venv.create(tmp_path / "fresh", with_pip=True)
    python = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", source], check=True)
    subprocess.run([python, "-c", PROGRAM], check=True, cwd=tmp_path)


def test_the_root_has_the_core_and_no_name_of_a_module():
    assert len(vgcore.__all__) <= 16
    for folder in (ROOT / "vgcore", ROOT / "vgcore/studies"):
        modules = {path.stem for path in folder.glob("*.py")}
        assert not modules & set(vgcore.__all__)

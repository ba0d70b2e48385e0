"""The computing wing is a library of its own: it installs without the app, and stands alone."""

import re
import shutil
import subprocess
import sys
import venv

import vgcore
from tests.support import ROOT

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "vgcore").rglob("*.py"))
PROGRAM = f"""
import importlib.util, sys
import vgcore, vgcore.diagnose, vgcore.studies.window
assert vgcore.__file__.startswith(sys.prefix), vgcore.__file__
assert vgcore.load_digits()[0].shape == (784, 1000)
assert round(vgcore.studies.window.widest_window()[0], 3) == 6.894
for name in ("pages", "streamlit", "pandas", "tests", "benchmarks"):
    assert importlib.util.find_spec(name) is None, name
from importlib.metadata import files, metadata, version
assert version("vgcore") == vgcore.__version__
told = metadata("vgcore")
assert told["License-Expression"] == "MIT AND CC-BY-SA-3.0"
assert set(told.get_all("License-File")) == {{"LICENSE", "vgcore/data/README.md"}}
names = {{str(path) for path in files("vgcore")}}
assert {{"vgcore/data/README.md", *{MODULES}}} <= names
assert all(name.startswith("vgcore") or "vgcore-diagnose" in name for name in names), names
assert vgcore.read_norms("a: 1\\nb: 2").names == ["a", "b"]
"""


def test_it_is_installed_without_the_app(tmp_path):
    source, fresh = tmp_path / "source", tmp_path / "fresh"
    shutil.copytree(
        ROOT,
        source,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "docs", "build", "*.egg-info"),
    )
    venv.create(fresh)
    scripts = fresh / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*install, source], check=True)
    subprocess.run([python, "-c", PROGRAM], check=True, cwd=tmp_path)
    norms = "".join(f"l{layer}: 1e{layer}\n" for layer in range(9))
    ran = subprocess.run([scripts / "vgcore-diagnose"], input=norms, text=True, capture_output=True)
    assert ran.returncode == 1
    assert "vanishing: " in ran.stdout


def test_the_changelog_is_at_the_version():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == vgcore.__version__
    assert versions == sorted(versions, key=lambda version: [*map(int, version.split("."))], reverse=True)
    for section in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert kinds == [kind for kind in ("Added", "Changed", "Fixed") if kind in kinds]


def test_a_citation_names_the_version():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {vgcore.__version__}\n" in text


def test_the_root_has_the_core_and_no_name_of_a_module():
    for folder in (ROOT / "vgcore", ROOT / "vgcore/studies"):
        modules = {path.stem for path in folder.glob("*.py")}
        assert not modules & set(vgcore.__all__)

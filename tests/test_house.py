"""Who may import whom: the two wings stay apart, and lessons know nothing of each other."""

import ast
import re
import subprocess
import sys
from typing import NamedTuple

import pytest

from pages.lessons import LESSONS, PAGES
from tests.support import ROOT

SCRIPTS = [ROOT / script for script in PAGES.values()]
HOUSE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


class Rule(NamedTuple):
    """A row of the table of imports."""

    what: str
    allowed: set
    refused: set

    def fits(self, name):
        """Whether the rule is about the file of this path."""
        pattern = re.escape(self.what).replace(r"\*", "[^/]+")
        return re.match(pattern if self.what.endswith("/") else f"{pattern}$", name)


def _table(section):
    """The rows of a table of ARCHITECTURE.md: what stands in backticks, cell by cell."""
    rows = HOUSE.split(f"\n## {section}\n")[1].split("\n## ")[0].split("\n|")[3:]
    return [[re.findall(r"`([^`]+)`", cell) for cell in row.split("|")[:-1]] for row in rows]


RULES = [Rule(what, {*allowed}, {*refused}) for (what,), allowed, refused in _table("Who may import whom")]
SCREENLESS = {
    "pages.ui.answers",
    "pages.ui.data",
    "pages.ui.numbers",
    "pages.ui.settings",
    "pages.ui.words",
    "pages.lessons.bits.trainings",
    "pages.lessons.home.measure",
    "pages.lessons.training.texts",
    "pages.lessons.edge.trials",
    "pages.lessons.time.trials",
    "pages.lessons.ways_out.trials",
    "pages.ui.pool",
}


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {path}"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "pages.ui")


def _rule(path):
    """The rule of a file, with the name of its lesson, or of its framework, filled in."""
    name = path.relative_to(ROOT).as_posix()
    fitting = [rule for rule in RULES if rule.fits(name)]
    assert fitting, f"ARCHITECTURE.md does not say what {name} may import"
    rule = max(fitting, key=lambda rule: len(rule.what))
    own = {ROOT / script: lesson for lesson, script in PAGES.items()}.get(path, path.parent.name)
    framework = {path.stem.split("_")[0]} if path.parent.name == "snippets" else set()
    return {module.replace("*", own) for module in rule.allowed} | framework, rule.refused


def _within(module, names):
    return any(module == name or module.startswith(f"{name}.") for name in names)


def test_imports_stay_in_the_house():
    for path in [
        *SCRIPTS,
        *(ROOT / "vgcore").rglob("*.py"),
        *(ROOT / "pages/ui").rglob("*.py"),
        *(ROOT / "pages/lessons").glob("*/**/*.py"),
    ]:
        allowed, refused = _rule(path)
        for module in _imported(path):
            if module == "pages.ui":
                continue
            home = module.split(".")[0] in sys.stdlib_module_names
            assert home or _within(module, allowed), f"{path.relative_to(ROOT)} imports {module}"
            assert not _within(module, refused), f"{path.relative_to(ROOT)} imports {module}"


def test_every_rule_is_about_a_file():
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py")]
    assert [rule.what for rule in RULES if not any(map(rule.fits, files))] == []


def test_the_table_has_every_module_of_the_library():
    there = {path.relative_to(ROOT / "vgcore").as_posix() for path in (ROOT / "vgcore").rglob("*.py")}
    told = {name for (name,), *_ in _table("The modules of `vgcore`")}
    assert {name for name in there - told if not name.endswith("__init__.py")} == set(), "not in the table"
    assert told - there == set(), "not in vgcore"


def test_what_tests_share_stands_in_support_and_benchmarks_need_no_test():
    for folder, refused in (("tests", "tests.test_"), ("benchmarks", "tests")):
        for path in (ROOT / folder).rglob("*.py"):
            found = [module for module in _imported(path) if module.startswith(refused)]
            assert found == [], path.relative_to(ROOT)


def test_every_page_has_a_folder_with_its_parts_and_no_script_is_no_page():
    assert {path.name for path in (ROOT / "pages").glob("*.py")} == {path.name for path in SCRIPTS[1:]}
    folders = {path.parent.name for path in (ROOT / "pages/lessons").glob("*/en.md")}
    assert folders == set(PAGES)
    for name in LESSONS:
        drawn = {"first_screen.js"} if name == "home" else {"draw.py"}
        assert {"rows.py", *drawn} <= {path.name for path in (ROOT / "pages/lessons" / name).iterdir()}


@pytest.mark.parametrize("lesson", LESSONS)
def test_rows_know_no_page_and_no_language(lesson):
    tree = ast.parse((ROOT / f"pages/lessons/{lesson}/rows.py").read_text(encoding="utf-8"))
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert not given & {"page", "words", "lang", "experiment", "guess"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_reads_as_a_lesson(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.BinOp | ast.Slice), f"arithmetic in line {node.lineno}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            assert isinstance(node.operand, ast.Constant), f"arithmetic in line {node.lineno}"


def test_the_first_words_of_a_page_wait_for_neither_pandas_nor_altair():
    program = """
import ast, sys
for path in sys.argv[1:]:
    source = ast.parse(open(path, encoding="utf-8").read())
    source.body = [node for node in source.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(source, "imports", "exec"))
assert "streamlit" in sys.modules
assert not {"pandas", "altair"} & set(sys.modules)
import pages.ui.figure
assert "pandas" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program, *SCRIPTS], check=True, cwd=ROOT)


def test_what_computes_or_prepares_imports_no_screen():
    program = f"""
import sys
from importlib import import_module
for name in {sorted(SCREENLESS)} + {[f"pages.lessons.{name}.rows" for name in LESSONS]}:
    import_module(name)
assert "streamlit" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)

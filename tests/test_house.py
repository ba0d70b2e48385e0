"""Who may import whom: the two wings stay apart, and lessons know nothing of each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pages.lessons import LESSONS, PAGES

ROOT = Path(__file__).parent.parent
SCRIPTS = [ROOT / script for script in PAGES.values()]
ALLOWED = {
    "vgcore/studies/": {"numpy", "vgcore"},
    "vgcore/norms/files.py": {
        "numpy",
        "vgcore",
        "pandas",
        "tensorboard",
    },  # the last two where they are there
    "vgcore/": {"numpy", "vgcore"},
    "pages/lessons/": {"streamlit", "numpy", "vgcore", "pages.ui"},
    "pages/ui/figure.py": {"pandas", "pages.ui"},
    "pages/ui/parts.py": {"altair", "pages.ui.theme"},
    "pages/ui/data.py": {"numpy", "pyarrow"},
    "pages/ui/page.py": {"streamlit", "threadpoolctl", "pages.lessons", "pages.ui"},
    "pages/ui/share.py": {"streamlit", "segno"},
    "pages/ui/": {"streamlit", "pages.ui"},
}
IN_A_LESSON = {
    "draw.py": {"altair", "pages.ui.theme", "pages.ui.parts"},
    "rows.py": {"numpy", "vgcore", "pages.ui.data", "pages.ui.numbers"},
    "exercises.py": {"vgcore", "pages.ui.answers", "pages.ui.numbers"},
}
COMMANDS = {"diagnose.py"}
"""Modules beside the core that are run and not imported: they may call the studies."""

SCREENLESS = {
    "pages.ui.answers",
    "pages.ui.data",
    "pages.ui.numbers",
    "pages.ui.settings",
    "pages.ui.words",
    "pages.lessons.training.texts",
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


def _allowed(path):
    name = path.relative_to(ROOT).as_posix()
    if path.parent.name == "snippets":
        return {path.stem, "numpy"}  # what readers copy into their own programs
    if name.startswith("pages/lessons/") and path.parent.name != "lessons":
        own = f"pages.lessons.{path.parent.name}"
        return {own, *IN_A_LESSON.get(path.name, ALLOWED["pages/lessons/"])}
    if path in SCRIPTS:
        own = next(lesson for lesson, script in PAGES.items() if ROOT / script == path)
        return {"streamlit", "pages.ui", "vgcore", f"pages.lessons.{own}"}
    return ALLOWED[max((known for known in ALLOWED if name.startswith(known)), key=len)]


def test_imports_stay_in_the_house():
    for path in [
        *SCRIPTS,
        *(ROOT / "vgcore").rglob("*.py"),
        *(ROOT / "pages/ui").rglob("*.py"),
        *(ROOT / "pages/lessons").rglob("*.py"),
    ]:
        for module in _imported(path):
            if module == "pages.ui":
                continue
            known = any(module == name or module.startswith(f"{name}.") for name in _allowed(path))
            home = module.split(".")[0] in sys.stdlib_module_names
            assert known or home, f"{path.relative_to(ROOT)} imports {module}"
            core = path.parent.name == "vgcore" and path.name not in COMMANDS
            assert not module.startswith("vgcore.diagnose"), f"{path.name} imports a command"
            assert not (core and module.startswith("vgcore.studies")), (
                f"{path.name} of the core imports {module}"
            )


def test_every_page_has_a_folder_with_its_parts_and_no_script_is_no_page():
    assert {path.name for path in (ROOT / "pages").glob("*.py")} == {path.name for path in SCRIPTS[1:]}
    folders = {path.parent.name for path in (ROOT / "pages/lessons").glob("*/en.md")}
    assert folders == set(PAGES)
    for name in LESSONS:
        assert {"rows.py", "draw.py"} <= {path.name for path in (ROOT / "pages/lessons" / name).iterdir()}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_page_reads_as_a_lesson(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    for node in ast.walk(ast.parse(text)):
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

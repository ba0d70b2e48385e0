"""Who may import whom: the two wings stay apart, and pages know nothing of each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]
ALLOWED = {
    "vgcore/": {"numpy", "vgcore"},
    "pages/ui/charts/": {"altair", "pandas", "pages.ui.theme", "pages.ui.labels", "pages.ui.charts"},
    "pages/ui/tables/": {"numpy", "pyarrow", "pages.ui.numbers", "pages.ui.tables"},
    "pages/ui/frame.py": {"streamlit", "threadpoolctl", "pages.ui"},
    "pages/ui/controls.py": {"streamlit", "pages.ui"},
    "pages/ui/links.py": {"streamlit", "pages.ui"},
    "pages/ui/runs.py": {"streamlit", "pages.ui"},
    "pages/ui/": {"pages.ui"},
    "page": {"streamlit", "pages.ui", "vgcore"},
}


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {path}"
            yield node.module


def _allowed(path):
    name = path.relative_to(ROOT).as_posix()
    if path in PAGES:
        return ALLOWED["page"]
    return ALLOWED[max((known for known in ALLOWED if name.startswith(known)), key=len)]


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "vgcore").glob("*.py")), *sorted((ROOT / "pages/ui").rglob("*.py")), *PAGES],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_imports_stay_in_the_house(path):
    for module in _imported(path):
        known = any(module == name or module.startswith(f"{name}.") for name in _allowed(path))
        assert known or module.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_reads_as_a_lesson(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, ast.BinOp | ast.Slice), f"arithmetic in line {node.lineno}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            assert isinstance(node.operand, ast.Constant), f"arithmetic in line {node.lineno}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_first_words_of_a_page_wait_for_neither_pandas_nor_altair(path):
    program = f"""
import ast, sys
source = ast.parse(open({str(path)!r}, encoding="utf-8").read())
source.body = [node for node in source.body if isinstance(node, ast.Import | ast.ImportFrom)]
exec(compile(source, "imports", "exec"))
assert "streamlit" in sys.modules
assert not {{"pandas", "altair"}} & set(sys.modules)
import pages.ui.charts
assert {{"pandas", "altair"}} <= set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)

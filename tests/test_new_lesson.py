"""A lesson is one folder, one script and one line: the tests find it without a change to them."""

import shutil
import subprocess
import sys

from tests.support import ROOT

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "docs", "benchmarks", "build", "*.egg-info")
SCRIPT = '''"""Lesson 6, a guest."""

from pages.lessons.guest import rows
from pages.ui.page import open_page
from vgcore import Chain

page = open_page("guest")
nabla_b = Chain.random(4, 1).nabla_b(1.0, 0.0)
page.write("gradients_section")
page.figure(rows.gradients, nabla_b)
page.close(rows.reached(nabla_b))
'''
ROWS = '''"""The rows of the guest."""

import numpy as np

from pages.ui.data import Rows


def gradients(nabla_b):
    """The gradient of every layer."""
    return Rows({"chain": {"layer": np.arange(1, len(nabla_b) + 1), "log10_abs": nabla_b.log10_abs}})


def reached(nabla_b):
    """What the guest comes to."""
    return Rows({}, {"count": len(nabla_b)})
'''
DRAW = '''"""The drawing of the guest."""

import altair as alt

from pages.ui.parts import layer_axis, series, y_axis


def gradients(text):
    """log10 |dC/db_j| by layer."""
    x, y = layer_axis("layer:Q", text("x")), y_axis("log10_abs:Q", text("y"))
    return alt.layer(series("chain").mark_point().encode(x=x, y=y))
'''
WORDS = """# title
6 · {title}

# goal
{title}

# path
- question: {title}
- needs: {title}

{title}

# gradients_section
## {title}

# gradients
- headline: {title}
- x: x
- y: y
- alt: {title}
- column.log10_abs: {title}
- series.chain: {title}

{title}.

# reached
{title} {{{{count}}}}

# summary
{title}, {title}.

# sources
"""


def test_a_lesson_is_a_folder_a_script_and_a_line(tmp_path):
    root = tmp_path / "explainer"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    shutil.copytree(ROOT / ".streamlit", root / ".streamlit")
    folder = root / "pages/lessons/guest"
    folder.mkdir()
    texts = {
        "rows.py": ROWS,
        "draw.py": DRAW,
        "en.md": WORDS.format(title="Guest"),
        "zh.md": WORDS.format(title="客人"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    (root / "pages/6_guest.py").write_text(SCRIPT, "utf-8")
    lessons = root / "pages/lessons/__init__.py"
    line = '    "guest": "pages/6_guest.py",\n}'
    lessons.write_text(lessons.read_text("utf-8").replace("}", line, 1), "utf-8")
    modules = [f"tests/test_{name}.py" for name in ("pages", "figures", "words", "house", "around")]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:cacheprovider",
        "-k",
        "guest or house or words",
    ]
    ran = subprocess.run([*command, *modules], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
    for one in ("carries_its_message[guest-en]", "holds_no_data[guest-gradients]"):
        assert ran.stdout.count(f"{one} PASSED") == 1
    program = """
import sys
sys.path.insert(0, ".")
from tests.support.pages import open_page
links = [link.proto.label for link in open_page("home", "zh").get("page_link")]
assert "6 · 客人" in links, links
"""
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)

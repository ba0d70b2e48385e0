"""The README and the library's page: their examples print what they say, and nothing is left out."""

import doctest
import re

import pytest

import vgcore
from tests.support import ROOT

README, LIBRARY = ROOT / "README.md", ROOT / "docs/vgcore.md"
DOCUMENTS = (README, LIBRARY, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md")


@pytest.mark.parametrize("path", [README, LIBRARY], ids=lambda path: path.name)
def test_the_examples_print_what_they_say(path):
    failed, tried = doctest.testfile(str(path), module_relative=False)
    assert failed == 0
    assert tried > 0


def test_the_page_of_the_library_has_every_name_that_it_exports():
    text = LIBRARY.read_text("utf-8")
    imported = {name for line in re.findall(r"from vgcore import (.+)", text) for name in line.split(", ")}
    said = set(re.findall(r"`(\w+)", text))
    assert [name for name in vgcore.__all__ if name not in imported & said] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_leads_to_is_there(path):
    led = re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text("utf-8"))
    assert [target for target in led if not (path.parent / target).exists()] == []

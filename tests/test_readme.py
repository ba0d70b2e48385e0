"""The README: its example prints what it says."""

import doctest

from tests.support import ROOT

README = ROOT / "README.md"


def test_the_example_prints_what_it_says():
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert (failed, tried) == (0, 4)


def test_the_picture_is_there():
    picture = README.read_text(encoding="utf-8").split("](", 1)[1].split(")", 1)[0]
    assert (README.parent / picture).is_file()

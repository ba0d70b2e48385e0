"""Hypothesis repeats the same examples on every run; numpy's own threads do not fight over a busy machine."""

import os
import threading

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported

settings.register_profile("same", deadline=None, derandomize=True, database=None, max_examples=80)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def no_search_for_components():
    """AppTest would look through all installed packages on every run, which takes longer than a page."""
    from streamlit.components.v2.component_manager import BidiComponentManager

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BidiComponentManager, "discover_and_register_components", lambda *args, **kwargs: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_classes(tmp_path_factory):
    """Classes that tests open, and the servers that tests start, are in no file of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VANISHING_CLASSES", f"sqlite:///{tmp_path_factory.mktemp('classes')}/classes.db")
        yield


@pytest.fixture(scope="session", autouse=True)
def short_trials():
    """Two layers in lesson 5 at most; two steps of three layers in lesson 6; eight steps in few bits."""
    from pages.lessons.bits import trainings  # not above: numpy would be imported with its own threads
    from pages.lessons.training import waits
    from vgcore.studies import trials

    wait = waits.wait
    learn = trials.learn

    def shortly(recipe, eta, hidden, width, steps, **options):
        return learn(recipe, eta, min(hidden, 3), width, min(steps, 2), **options)

    def awaited(training, limit, *more, **options):
        shallow = training._replace(hidden=min(training.hidden, 3 if training.lmbda > 2.0 else 2))
        return wait(shallow, 300 if training.seed == 2 else min(limit, 4000), *more, **options)._replace(
            training=training
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "learn", shortly)
        patch.setattr(trainings, "STEPS", 8)
        patch.setattr(waits, "wait", awaited)
        yield


@pytest.fixture(scope="session")
def app():
    """The address of one server for all browser tests that leave it as it is."""
    from tests.support.browser import serving

    with serving() as address:
        yield address


@pytest.fixture
def alone():
    """Wait until what the pages' tests have left training is complete: its memory would be counted."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(180)
            assert not thread.is_alive(), thread.name

"""Hypothesis repeats the same examples on every run; numpy's own threads do not fight over a busy machine."""

import os
import threading

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported

settings.register_profile("same", deadline=None, derandomize=True, database=None, max_examples=80)
settings.load_profile("same")


@pytest.fixture
def alone():
    """Wait until what the pages' tests have left training is complete: its memory would be counted."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(180)
            assert not thread.is_alive(), thread.name

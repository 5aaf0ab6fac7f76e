"""What tests of several methods need."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture
def one_thread():
    """Small models train many times faster when no thread waits for another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

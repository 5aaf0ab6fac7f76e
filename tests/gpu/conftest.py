"""These tests need an accelerator; without one each is counted as skipped, with this reason."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture
def device() -> str:
    """The accelerator that Limner itself would choose."""
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    pytest.skip("no CUDA or MPS device on this machine")

"""How many threads a batch gets, and that a user's own setting is left as it was."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from engine.toy import ToyModel
from limner.engine import threads
from limner.engine.threads import Others, Threads, threads_for

SMALL, LARGE = 10 << 20, 400 << 20


@pytest.fixture
def torch(monkeypatch):
    """What of torch is used, without importing it."""
    fake = SimpleNamespace(threads=7)
    fake.get_num_threads = lambda: fake.threads
    fake.set_num_threads = lambda n: setattr(fake, "threads", n)
    monkeypatch.setitem(sys.modules, "torch", fake)
    monkeypatch.setattr(threads, "cores", lambda: 8)
    return fake


@pytest.mark.parametrize(
    ("size", "tokens", "others", "expected"),
    [
        (SMALL, 100, 0.0, 1),  # tiny
        (LARGE, 1024, 0.0, 8),
        (LARGE, 1024, 3.0, 5),
        (LARGE, 1024, 7.9, 1),
        (LARGE, 1024, 20.0, 1),
    ],
)
def test_work_gets_the_cores_that_are_free(torch, size, tokens, others, expected):
    assert threads_for(size, tokens, lambda: others) == expected


def test_the_users_own_number_wins_on_the_cpu_and_means_nothing_elsewhere(torch):
    own = Threads(3, others=lambda: 0.0)
    own.before_batch(ToyModel("a", bytes=LARGE, device="cuda:0"), 1000)
    assert torch.threads == 7
    own.before_batch(ToyModel("b", bytes=LARGE), 1000)
    assert torch.threads == 3


def test_threads_are_left_as_they_were_found(torch):
    some = Threads(others=lambda: 0.0)
    with some.restored():
        some.before_batch(ToyModel("a", bytes=SMALL), 10)
        assert torch.threads == 1
    assert torch.threads == 7


@pytest.mark.parametrize(("most", "expected"), [(2, 2), (None, 8)])
def test_a_bound_is_kept(torch, most, expected):
    Threads(others=lambda: 0.0, most=most).before_batch(ToyModel("a", bytes=LARGE), 1024)
    assert torch.threads == expected


def test_a_look_at_the_others_is_a_number_of_cores():
    assert 0.0 <= Others().busy() <= threads.cores()

"""The scheduler, step by step, with a method that counts."""

from __future__ import annotations

import pytest

from engine.toy import Row, Toy, ToyModel, ticket
from limner.engine.budget import Budgets
from limner.engine.job import Ticket
from limner.engine.scheduler import SHORT_OF_MEMORY, WINDOW, Hooks, Scheduler
from limner.methods._contract import Partial, Progress
from limner.protocol import Cancelled, OutOfMemory, Priority

MODEL = ToyModel("toy")


def scheduler(tokens: int = 64, **hooks) -> Scheduler:
    return Scheduler(Budgets(tokens, seconds=None), Hooks(**hooks))


def test_rows_of_several_jobs_share_a_batch():
    toy = Toy()
    jobs = [ticket(toy, text, MODEL, levels=(2,)) for text in "abc"]
    scheduler(tokens=48).run_until_done(jobs)
    assert toy.texts() == [{"a", "b", "c"}]
    assert [job.result.text for job in jobs] == ["a", "b", "c"]


def test_a_batch_keeps_longest_times_count_within_the_budget():
    toy = Toy()
    scheduler(tokens=20).run_until_done([ticket(toy, "a", MODEL, levels=(7,), length=5)])
    assert [len(batch) for batch in toy.batches] == [4, 3]


def test_a_row_beyond_the_budget_goes_alone():
    toy = Toy()
    scheduler(tokens=20).run_until_done([ticket(toy, "a", MODEL, levels=(2,), length=500)])
    assert [len(batch) for batch in toy.batches] == [1, 1]


def test_rows_of_very_different_length_do_not_share_a_batch():
    toy = Toy()
    lengths = {"a": 8, "b": 10, "c": 11}
    jobs = [ticket(toy, text, MODEL, levels=(1,), length=n) for text, n in lengths.items()]
    scheduler().run_until_done(jobs)
    assert toy.texts() == [{"a", "b"}, {"c"}]


@pytest.mark.parametrize("other", [{"group": "g"}, {"shrink": 1}])
def test_rows_of_another_group_or_budget_do_not_share_a_batch(other):
    toy = Toy()
    jobs = [ticket(toy, "a", MODEL, levels=(1,)), ticket(toy, "b", MODEL, levels=(1,), **other)]
    scheduler().run_until_done(jobs)
    assert toy.texts() == [{"a"}, {"b"}]


def test_rows_of_another_model_do_not_share_a_batch():
    toy = Toy()
    jobs = [ticket(toy, text, ToyModel(text), levels=(1,)) for text in "ab"]
    scheduler().run_until_done(jobs)
    assert toy.texts() == [{"a"}, {"b"}]


def test_a_new_urgent_job_waits_for_one_step_at_most():
    toy, queue = Toy(), scheduler(tokens=8)
    queue.submit(ticket(toy, "corpus", MODEL, levels=(50,), priority=Priority.CORPUS))
    queue.step()
    queue.step()
    queue.submit(ticket(toy, "hover", MODEL, levels=(1,)))
    queue.step()  # opens its plan
    queue.step()
    assert toy.texts() == [{"corpus"}, {"hover"}]


def test_equals_take_turns_so_that_each_has_its_first_paint_early():
    toy, order = Toy(), []
    jobs = [
        ticket(toy, text, ToyModel(text), told=lambda e, t=text: order.append((t, type(e))))
        for text in "ab"
    ]
    scheduler(tokens=16).run_until_done(jobs)
    assert [text for text, kind in order if kind is Partial] == ["a", "b"]
    assert toy.texts() == [{"a"}, {"b"}, {"a"}, {"b"}]


def test_a_job_that_becomes_urgent_overtakes():
    toy, queue = Toy(), scheduler(tokens=8)
    first = ticket(toy, "first", MODEL, levels=(9,), priority=Priority.PINNED)
    second = ticket(toy, "second", ToyModel("b"), levels=(1,), priority=Priority.CORPUS)
    queue.submit(first)
    queue.submit(second)
    queue.step()
    queue.hurry(second, Priority.CARET)
    while queue.step():
        pass
    assert toy.texts()[0] == {"second"}


def test_nothing_is_computed_after_a_cancel_but_the_batch_in_progress():
    toy, queue = Toy(), scheduler(tokens=8)
    stopped = ticket(toy, "endless", MODEL)
    toy.before = lambda rows: queue.cancel(stopped) if len(toy.batches) == 3 else None
    queue.run_until_done([stopped])
    assert len(toy.batches) == 3
    assert isinstance(stopped.error, Cancelled)
    assert toy.closed == ["endless"]


def test_a_cancelled_job_in_the_queue_is_never_begun():
    toy, queue = Toy(), scheduler()
    kept, dropped = ticket(toy, "kept", MODEL), ticket(toy, "dropped", MODEL)
    queue.submit(kept)
    queue.submit(dropped)
    queue.cancel(dropped)
    while queue.step():
        pass
    assert {row.text for row in toy.rows} == {"kept"}
    assert (queue.counters.completed, queue.counters.cancelled) == (1, 1)


def test_a_job_that_only_talks_gives_way_and_can_be_cancelled():
    toy, queue = Toy(), scheduler()
    talker = ticket(toy, "talks", MODEL, priority=Priority.CORPUS)
    queue.submit(talker)
    for _ in range(5):
        queue.step()
    hover = ticket(toy, "hover", MODEL)
    queue.submit(hover)
    for _ in range(3):
        queue.step()
    assert hover.result is not None
    queue.cancel(talker)
    assert not queue.step()
    assert isinstance(talker.error, Cancelled)


def test_partials_come_in_order_and_before_the_end():
    events = []
    one = ticket(
        Toy(),
        "a",
        MODEL,
        levels=(1, 2, 4),
        told=events.append,
        ended=lambda ticket: events.append("end"),
    )
    scheduler(tokens=16).run_until_done([one])
    kinds = ["end" if e == "end" else type(e).__name__ for e in events]
    assert kinds == ["Progress", "Partial", "Partial", "Progress", "end"]
    assert events[3] == Progress(2, 4)


def test_one_bad_job_does_not_fail_the_others_of_its_batch():
    toy = Toy()
    good, bad, also = (ticket(toy, text, MODEL, levels=(2,)) for text in ("good", "bad", "also"))
    scheduler().run_until_done([good, bad, also])
    assert isinstance(bad.error, ZeroDivisionError)
    assert (good.result.text, also.result.text) == ("good", "also")


def test_a_bad_plan_fails_its_own_job():
    toy = Toy()
    good, bad = ticket(toy, "good", MODEL), ticket(toy, "bad plan", MODEL)
    scheduler().run_until_done([bad, good])
    assert isinstance(bad.error, ArithmeticError)
    assert good.error is None


def test_an_evaluate_that_loses_values_is_an_error():
    toy = Toy()
    one = ticket(toy, "a", MODEL)
    one.method = type(one.method)("toy", "Toy", 1, object, toy.plan, lambda model, rows: [])
    scheduler().run_until_done([one])
    assert "0 values for 2 rows" in str(one.error)


class TorchLike(RuntimeError):
    pass


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        TorchLike("CUDA out of memory. Tried to allocate 2 GiB"),
        TorchLike("DefaultCPUAllocator: can't allocate memory"),
        TorchLike("MPS backend out of memory (MPS allocated: 1 GB)"),
    ],
)
def test_memory_running_out_halves_the_batch_and_says_so(error):
    def short(rows: list[Row]) -> None:
        if len(rows) > 2:
            raise error

    toy, freed = Toy(before=short), []
    one = ticket(toy, "a", MODEL, levels=(8,))
    queue = scheduler(free_memory=lambda: freed.append(1))
    queue.run_until_done([one])
    assert [len(batch) for batch in toy.batches] == [8, 4, 2, 2, 2, 2]
    assert one.result.notes == (SHORT_OF_MEMORY,)
    assert len(freed) == 2
    later = ticket(toy, "b", MODEL, levels=(4,))
    queue.run_until_done([later])
    assert [len(batch) for batch in toy.batches[6:]] == [2, 2]
    assert later.result.notes == ()


def test_one_row_that_does_not_fit_is_out_of_memory_in_one_sentence():
    def short(rows: list[Row]) -> None:
        raise MemoryError

    one = ticket(Toy(before=short), "a", MODEL, levels=(4,), length=9)
    scheduler().run_until_done([one])
    assert isinstance(one.error, OutOfMemory)
    assert "one sequence of 9 tokens" in str(one.error)


def test_an_interrupt_leaves_nothing_behind():
    def interrupt(rows: list[Row]) -> None:
        raise KeyboardInterrupt

    toy, queue = Toy(before=interrupt), scheduler()
    jobs = [ticket(toy, text, MODEL) for text in "ab"]
    with pytest.raises(KeyboardInterrupt):
        queue.run_until_done(jobs)
    assert sorted(toy.closed) == ["a", "b"]
    assert (queue.running, queue.queued) == (0, 0)


def test_few_of_many_plans_are_open_at_a_time():
    toy, queue, most = Toy(), scheduler(tokens=16), []
    jobs = [ticket(toy, str(i), MODEL, priority=Priority.CORPUS) for i in range(300)]
    toy.before = lambda rows: most.append(queue.running)
    queue.run_until_done(jobs)
    assert max(most) == WINDOW
    assert all(job.error is None for job in jobs)


def test_the_budget_follows_the_clock_and_forgives_a_slow_moment():
    budgets = Budgets(1000, seconds=0.1)
    budgets.took("k", 100, 9.0)  # the first one loads kernels
    assert budgets.limit("k") == 1000
    budgets.took("k", 100, 0.1)
    assert budgets.limit("k") == 100
    budgets.took("k", 100, 5.0)
    assert budgets.limit("k") == 90
    budgets.took("k", 90, 0.001)
    assert budgets.limit("k") == 1000


def test_a_result_says_how_long_and_where():
    one = ticket(Toy(), "a", MODEL)
    scheduler().run_until_done([one])
    assert one.result.ms > 0
    assert one.result.device == "cpu"


def test_ended_is_called_once_for_each_job():
    ended: list[Ticket] = []
    toy = Toy()
    jobs = [ticket(toy, text, MODEL, ended=ended.append) for text in ("a", "bad", "b")]
    scheduler().run_until_done(jobs)
    assert len(ended) == 3
    assert set(ended) == set(jobs)

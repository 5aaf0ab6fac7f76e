"""Which models stay in memory."""

from __future__ import annotations

import threading

import pytest

from engine.toy import Shelf, ToyModel
from limner.engine.residency import Place, Residency
from limner.protocol import OutOfMemory, UnknownModel


def residency(*models: ToyModel, budget: int = 2500, cpu: int = 0, device: str = "gpu"):
    shelf = Shelf({model.name: model for model in models})
    place = Place(device, budget, cpu)
    return shelf, Residency(place, shelf.load, shelf.revision_of, lambda: None)


def use(models: Residency, *names: str) -> None:
    for name in names:
        models.release(models.acquire(name))


def states(models: Residency, shelf: Shelf) -> dict[str, str]:
    return {status.name: status.state for status in models.status(shelf.available())}


def three() -> tuple[ToyModel, ...]:
    return tuple(ToyModel(name) for name in "abc")


def test_the_least_recently_used_leaves_first():
    shelf, models = residency(*three())
    use(models, "a", "b", "a", "c")
    assert states(models, shelf) == {"a": "on-device", "b": "on-disk", "c": "on-device"}
    assert shelf.loads == ["a", "b", "c"]


def test_a_pinned_model_stays():
    shelf, models = residency(*three())
    models.pin("a")
    use(models, "a", "b", "c")
    assert states(models, shelf) == {"a": "on-device", "b": "on-disk", "c": "on-device"}


def test_a_model_in_use_stays_and_the_newcomer_waits_for_room():
    _, models = residency(*three(), budget=1500)
    held = models.acquire("a")
    got: list[str] = []
    other = threading.Thread(target=lambda: got.append(models.acquire("b").name))
    other.start()
    assert models.resident_bytes == 1000
    models.release(held)
    other.join(10)
    assert got == ["b"]
    assert models.resident_bytes == 1000


def test_a_model_that_leaves_a_gpu_waits_on_the_cpu():
    shelf, models = residency(*three(), cpu=1000)
    use(models, "a", "b", "c")
    assert states(models, shelf)["a"] == "on-cpu"
    use(models, "a")
    assert shelf.loads == ["a", "b", "c"]
    assert states(models, shelf) == {"a": "on-device", "b": "on-cpu", "c": "on-device"}
    use(models, "b")
    assert sorted(states(models, shelf).values()) == ["on-cpu", "on-device", "on-device"]


def test_a_model_beyond_the_budget_is_refused_with_its_size():
    _, models = residency(ToyModel("a", bytes=3 << 20), budget=1 << 20)
    with pytest.raises(OutOfMemory, match=r"needs 3 MiB .* budget of 1 MiB"):
        models.acquire("a")


def test_pinned_models_that_fill_the_budget_are_named():
    _, models = residency(*three(), budget=1500)
    models.pin("a")
    use(models, "a")
    with pytest.raises(OutOfMemory, match="beside the pinned a"):
        models.acquire("b")


def test_a_device_that_is_full_makes_others_leave_and_says_so():
    shelf, models = residency(ToyModel("a"), ToyModel("b", fits=False))
    use(models, "a")
    with pytest.raises(OutOfMemory, match="does not fit into the memory of gpu"):
        models.acquire("b")
    assert states(models, shelf)["a"] == "on-disk"


def test_changed_files_are_loaded_again():
    shelf, models = residency(ToyModel("a"))
    use(models, "a")
    shelf.models["a"].revision = "2"
    assert not models.is_ready("a")
    assert models.acquire("a").model.revision == "2"
    assert shelf.loads == ["a", "a"]


def test_an_error_is_told_but_the_next_try_is_made():
    shelf, models = residency()
    with pytest.raises(UnknownModel):
        models.acquire("a")
    shelf.models["a"] = ToyModel("a")
    use(models, "a")
    (status,) = models.status(shelf.available())
    assert (status.state, status.error, status.loads) == ("on-device", "", 1)


def test_hits_and_loads_are_counted():
    shelf, models = residency(ToyModel("a"))
    use(models, "a", "a", "a")
    (status,) = models.status(shelf.available())
    assert (status.loads, status.hits, status.bytes) == (1, 2, 1000)


def test_an_unloaded_model_is_gone_and_unpinned():
    shelf, models = residency(ToyModel("a"))
    models.pin("a")
    use(models, "a")
    models.unload("a")
    (status,) = models.status(shelf.available())
    assert (status.state, status.pinned) == ("on-disk", False)
    assert models.resident_bytes == 0

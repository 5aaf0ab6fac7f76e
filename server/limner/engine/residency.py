"""Which models are in memory, and where: a byte budget, and the least recently used leave first.

A model in use or pinned never leaves. On a GPU a model that has to leave is first moved to the
CPU, from where it comes back in a fraction of a load, and dropped when that budget is full too.
`acquire` blocks (loading takes seconds) and may be called from several threads; models are loaded
one at a time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from limner.engine.memory import is_out_of_memory
from limner.engine.model import NO_MODEL, Model
from limner.protocol import ModelStatus, OutOfMemory

Load = Callable[[str], Model]
"""Name → the model in the CPU's memory."""


@dataclass(eq=False)
class Resident:
    """A model in memory."""

    name: str
    model: Model
    bytes: int
    on_device: bool
    users: int = 0


def nobody() -> Resident:
    """For a method that needs no model: in memory always, and never evicted."""
    return Resident("", NO_MODEL, 0, on_device=True)


@dataclass
class History:
    """What happened to a name, whether it is in memory or not."""

    loads: int = 0
    hits: int = 0
    load_ms: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Place:
    """The device and how many bytes of models may lie there, and beside it on the CPU."""

    device: str
    budget: int
    cpu_budget: int = 0


class Residency:
    """See the module."""

    def __init__(
        self, place: Place, load: Load, revision_of: Callable[[str], str], free: Callable[[], None]
    ) -> None:
        self.place = place
        self._load = load
        self._revision_of = revision_of
        self._free = free
        self._models: OrderedDict[str, Resident] = OrderedDict()
        self._history: dict[str, History] = {}
        self._pinned: set[str] = set()
        self._loading: str | None = None
        self._load_lock = threading.Lock()
        self._changed = threading.Condition()

    # ── using ─────────────────────────────────────────────────────────────────────────────────

    def is_ready(self, name: str) -> bool:
        """Whether `acquire` will answer at once."""
        with self._changed:
            resident = self._models.get(name)
            return resident is not None and resident.on_device and not self._is_stale(resident)

    def acquire(self, name: str) -> Resident:
        """The model on its device, loaded if need be; `release` it when done.

        Raises:
            LimnerError: it may not or cannot be loaded, or does not fit.
        """
        if resident := self._hit(name):
            return resident
        with self._load_lock:
            return self._hit(name) or self._bring(name)

    def release(self, resident: Resident) -> None:
        """Say that a job no longer needs it."""
        with self._changed:
            resident.users -= 1
            self._changed.notify_all()

    def pin(self, name: str) -> None:
        """Keep it, once it is here."""
        self._pinned.add(name)

    def unload(self, name: str) -> None:
        """Drop and unpin it; jobs that use it keep it alive until they end."""
        with self._changed:
            self._pinned.discard(name)
            self._models.pop(name, None)
        self._free()

    # ── telling ───────────────────────────────────────────────────────────────────────────────

    @property
    def resident_bytes(self) -> int:
        """On the device."""
        return sum(r.bytes for r in self._models.values() if r.on_device)

    def status(self, on_disk: Iterable[ModelStatus]) -> tuple[ModelStatus, ...]:
        """The models on disk, with what is known of those that are or were in memory."""
        with self._changed:
            known = {status.name: status for status in on_disk}
            loaded = (n for n, h in self._history.items() if h.loads or n == self._loading)
            for name in (*self._models, *loaded):  # a mistyped name is no model
                known.setdefault(name, ModelStatus(name=name, path=name, state="on-disk"))
            return tuple(self._describe(status) for status in known.values())

    def _describe(self, status: ModelStatus) -> ModelStatus:
        history = self._history.get(status.name, History())
        told = msgspec.structs.replace(
            status,
            hits=history.hits,
            loads=history.loads,
            load_ms=history.load_ms,
            pinned=status.name in self._pinned,
            error=history.error or status.error,
            state="loading" if status.name == self._loading else "on-disk",
        )
        resident = self._models.get(status.name)
        if resident is None or status.name == self._loading:
            return told
        return msgspec.structs.replace(
            told,
            state="on-device" if resident.on_device else "on-cpu",
            device=str(resident.model.device),
            bytes=resident.bytes,
            labels=tuple(resident.model.labels),
        )

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _hit(self, name: str) -> Resident | None:
        with self._changed:
            resident = self._models.get(name)
            if resident is None or not resident.on_device or self._is_stale(resident):
                return None
            self._note(name).hits += 1
            return self._use(resident)

    def _use(self, resident: Resident) -> Resident:
        resident.users += 1
        self._models.move_to_end(resident.name)
        return resident

    def _is_stale(self, resident: Resident) -> bool:
        """Whether the files have changed since."""
        return self._revision_of(resident.name) != resident.model.revision

    def _bring(self, name: str) -> Resident:
        """Load, or move from the CPU. Errors are told and forgotten: the folder may be mended."""
        history = self._note(name)
        self._loading = name
        started = time.perf_counter()
        try:
            resident = self._from_cpu(name) or self._from_disk(name)
            self._settle(resident)
        except Exception as error:
            history.error = str(error)
            raise
        finally:
            self._loading = None
        history.error = ""
        history.loads += 1
        history.load_ms = (time.perf_counter() - started) * 1000
        with self._changed:
            self._models[name] = resident
            return self._use(resident)

    def _from_cpu(self, name: str) -> Resident | None:
        with self._changed:
            resident = self._models.get(name)
            return resident if resident and not self._is_stale(resident) else None

    def _from_disk(self, name: str) -> Resident:
        with self._changed:
            self._models.pop(name, None)  # an older revision: its users keep it while they need it
        model = self._load(name)
        return Resident(name, model, model.bytes, on_device=False)

    def _settle(self, resident: Resident) -> None:
        """Make room on the device and move it there."""
        self._make_room(resident)
        try:
            resident.model.to(self.place.device)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            self._evict(lambda: True)
            raise OutOfMemory(
                f"Model {resident.name!r} does not fit into the memory of {self.place.device}. "
                "Unload other models, choose a smaller one, or set engine.device to cpu."
            ) from None
        resident.on_device = True

    def _make_room(self, resident: Resident) -> None:
        """Evict until it fits; wait for models in use, refuse when only pinned ones are left."""

        def fits() -> bool:
            return self.resident_bytes + resident.bytes <= self.place.budget

        while not fits():
            self._evict(lambda: not fits(), keep=resident)
            with self._changed:
                busy = any(r.users for r in self._on_device(resident))
                if fits() or not busy:
                    break
                self._changed.wait()  # for a release
        if not fits():
            raise OutOfMemory(self._too_large(resident))

    def _too_large(self, resident: Resident) -> str:
        pinned = ", ".join(r.name for r in self._on_device(resident))
        beside = f" beside the pinned {pinned}" if pinned else ""
        return (
            f"Model {resident.name!r} needs {_mib(resident.bytes)} and does not fit into the "
            f"budget of {_mib(self.place.budget)}{beside}. Choose a smaller model or raise "
            "engine.memory_budget_mb in the configuration."
        )

    def _on_device(self, besides: Resident | None = None) -> list[Resident]:
        return [r for r in self._models.values() if r.on_device and r is not besides]

    def _evict(self, wanted: Callable[[], bool], keep: Resident | None = None) -> None:
        """Let the least recently used leave the device while `wanted`."""
        with self._changed:
            for resident in self._on_device(keep):
                if not wanted():
                    break
                if resident.users or resident.name in self._pinned:
                    continue
                resident.on_device = False
                if self._fits_on_cpu(resident):
                    resident.model.to("cpu")
                else:
                    del self._models[resident.name]
        self._free()

    def _fits_on_cpu(self, resident: Resident) -> bool:
        """Whether it may stay on the CPU, dropping older ones from there."""
        if resident.bytes > self.place.cpu_budget:
            return False
        staged = [r for r in self._models.values() if not r.on_device and r is not resident]
        while staged and sum(r.bytes for r in staged) + resident.bytes > self.place.cpu_budget:
            del self._models[staged.pop(0).name]
        return True

    def _note(self, name: str) -> History:
        return self._history.setdefault(name, History())


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"

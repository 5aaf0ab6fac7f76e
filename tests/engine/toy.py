"""A method and a model without torch: rows of given lengths, an evaluate that counts and obeys.

The text of a job says what happens (`"once /path"` kills the process the first time, `"endless"`
never ends by itself); the parameters say how many rows it takes.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limner.config import Config
from limner.engine.devices import Device
from limner.engine.fake import plausible, rough
from limner.engine.job import Ticket
from limner.engine.local import LocalEngine, Sources
from limner.methods._contract import Method, Partial, Progress, Rows, Work
from limner.protocol import Frozen, Job, ModelStatus, Priority, TextInput, UnknownModel

CPU = Device("cpu", "toy", 8 << 30)


class Params(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the toy computes."""

    levels: tuple[int, ...] = (2, 2)
    """Rows of each step of the plan; a partial result follows each but the last."""
    length: int = 8
    group: str = ""


@dataclass(frozen=True)
class Row:
    text: str
    index: int
    length: int
    group: str


@dataclass
class Toy:
    """The method's state: what was computed, in batches, and what evaluate does besides."""

    batches: list[list[Row]] = field(default_factory=list)
    before: Callable[[Sequence[Row]], None] = lambda rows: None
    closed: list[str] = field(default_factory=list)
    """Texts whose plans were closed, in order."""

    @property
    def method(self) -> Method:
        return Method("toy", "Toy", 1, Params, self.plan, self.evaluate)

    @property
    def rows(self) -> list[Row]:
        return [row for batch in self.batches for row in batch]

    def texts(self) -> list[set[str]]:
        """Whose rows each batch held."""
        return [{row.text for row in batch} for batch in self.batches]

    def plan(self, model: ToyModel, input: TextInput, params: Params) -> Work:
        text = input.text
        result = plausible(Job(method="toy", model=model.name, input=input))
        if text == "bad plan":
            raise ArithmeticError("the plan is bad")
        try:
            if text == "endless":
                while True:
                    yield Rows([Row(text, 0, params.length, params.group)])
            if text == "talks":
                while True:
                    yield Progress(1, 2)
            for step, count in enumerate(params.levels):
                wanted = [Row(text, i, params.length, params.group) for i in range(count)]
                values = yield Rows(wanted)
                assert values == [(text, row.index) for row in wanted]
                if step + 1 < len(params.levels):
                    yield Partial(rough(result))
            return result
        finally:
            self.closed.append(text)

    def evaluate(self, model: ToyModel, rows: Sequence[Row]) -> list[Any]:
        self.batches.append(list(rows))
        self.before(rows)
        for row in rows:
            obey(row.text)
        return [(row.text, row.index) for row in rows]


def obey(text: str) -> None:
    """Do what the text says."""
    match text.split(maxsplit=1):
        case ["bad", *_]:
            raise ZeroDivisionError("the row is bad")
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["once", path] if not Path(path).exists():
            Path(path).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case ["stuck", path]:
            Path(path).touch()
            threading.Event().wait()
        case _:
            pass


@dataclass(eq=False)
class ToyModel:
    name: str
    bytes: int = 1000
    revision: str = "1"
    device: str = "cpu"
    labels: tuple[str, ...] = ("negative", "positive")
    fits: bool = True

    def to(self, device: str) -> None:
        if device != "cpu" and not self.fits:
            raise MemoryError
        self.device = device


def ticket(toy: Toy, text: str, model: ToyModel, **given: Any) -> Ticket:
    """A job as the scheduler takes it; `levels`, `length` and `group` are the toy's."""
    own = {key: given.pop(key) for key in ("levels", "length", "group") if key in given}
    given.setdefault("priority", Priority.CARET)
    return Ticket(toy.method, model, TextInput(text=text), Params(**own), **given)


def job(text: str, model: str = "toy", **params: Any) -> Job:
    return Job(method="toy", model=model, input=TextInput(text=text), params=params)


@dataclass
class Shelf:
    """Models that can be loaded, by name."""

    models: dict[str, ToyModel] = field(default_factory=lambda: {"toy": ToyModel("toy")})
    loads: list[str] = field(default_factory=list)

    def load(self, name: str) -> ToyModel:
        self.loads.append(name)
        found = self._find(name)
        return ToyModel(name, found.bytes, found.revision, fits=found.fits)

    def revision_of(self, name: str) -> str:
        return self._find(name).revision

    def available(self) -> tuple[ModelStatus, ...]:
        return tuple(
            ModelStatus(name=m.name, path=f"/{m.name}", state="on-disk")
            for m in self.models.values()
        )

    def _find(self, name: str) -> ToyModel:
        if name not in self.models:
            raise UnknownModel(f"Unknown model {name!r}.")
        return self.models[name]


def toy_engine(
    config: Config | None = None, toy: Toy | None = None, shelf: Shelf | None = None
) -> LocalEngine:
    """A LocalEngine that computes with toys."""
    toy, shelf = toy or Toy(), shelf or Shelf()
    methods = {"toy": toy.method}
    sources = Sources(lambda: methods, shelf.load, shelf.revision_of, shelf.available)
    return LocalEngine(config or Config(), sources, device=CPU)

"""Which probe belongs to which directive after an edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from limner.lsp.probe import Probe
from limner.text.directives import Directive


def match(
    directives: Sequence[Directive], probes: Sequence[Probe]
) -> list[tuple[Directive, Probe | None]]:
    """Each directive with the probe it already has, or None for a new one.

    First by place: the comment begins where the edits moved the probe's anchor to, so a changed
    option keeps its probe. Then by content, for what was cut and pasted or sent as a whole text.
    """
    free = list(probes)
    there = [_take(free, directive, _same_place) for directive in directives]
    return [
        (directive, probe or _take(free, directive, _same_content))
        for directive, probe in zip(directives, there, strict=True)
    ]


def _take(
    free: list[Probe], directive: Directive, same: Callable[[Directive, Probe], bool]
) -> Probe | None:
    for index, probe in enumerate(free):
        if same(directive, probe):
            return free.pop(index)
    return None


def _same_place(directive: Directive, probe: Probe) -> bool:
    return probe.anchor[0] == directive.start


def _same_content(directive: Directive, probe: Probe) -> bool:
    return (
        probe.ask.method == directive.method
        and probe.ask.options == directive.options
        and (probe.passage and probe.passage.text) == (directive.passage and directive.passage.text)
    )

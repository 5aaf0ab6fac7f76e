"""Which rows go into the next micro-batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from limner.engine.job import Ticket
from limner.methods._contract import Row

RATIO = 1.25
"""Longest to shortest row of a batch: at most a fifth of it is padding."""


@dataclass(frozen=True)
class Pick:
    """One row of one job."""

    ticket: Ticket
    index: int

    @property
    def row(self) -> Row:
        """The row itself."""
        return self.ticket.rows[self.index]


def pack(tickets: Iterable[Ticket], limit: int) -> list[Pick]:
    """Rows for one batch: the first pending row of the first job, and what fits to it.

    `tickets` are in order of urgency. Rows fit that share model, method and group with the first,
    are of similar length, and keep longest × count within `limit` tokens. The first row is taken
    in any case.
    """
    picks: list[Pick] = []
    low = high = 0
    for ticket in tickets:
        if picks and not _together(picks[0].ticket, ticket):
            continue
        for index in ticket.pending:
            pick = Pick(ticket, index)
            length = max(1, pick.row.length)
            if not picks:
                picks, low, high = [pick], length, length
                continue
            if (len(picks) + 1) * high > limit:
                return picks
            shorter, longer = min(low, length), max(high, length)
            if (
                pick.row.group == picks[0].row.group
                and longer <= RATIO * shorter
                and longer * (len(picks) + 1) <= limit
            ):
                picks.append(pick)
                low, high = shorter, longer
    return picks


def padded(picks: Sequence[Pick]) -> int:
    """What the batch costs, in tokens."""
    return len(picks) * max(max(1, pick.row.length) for pick in picks)


def _together(first: Ticket, other: Ticket) -> bool:
    return first.key == other.key and first.shrink == other.shrink

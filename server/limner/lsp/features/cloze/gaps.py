"""Words for a gap: completion, the single best one, hover, and why a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types as lsp

from limner.lsp.convert import offset, range_of
from limner.lsp.documents import Document
from limner.overlays.markdown import escape
from limner.protocol import BadInput, Candidate, Candidates, Job, LimnerError
from limner.text.gaps import Asked, asked_at
from limner.text.passage import HOLE, Builder, Passage

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

INLINE = lsp.InlineCompletionOptions()
EXPLAINED = 3
"""Candidates that get an action of their own."""
LONGEST = 200_000
"""Characters of a task file whose patterns are looked for."""
HOVER = 1.0
"""Seconds that a hover waits for words."""


class Data(msgspec.Struct, frozen=True, tag="gap"):
    """What an item needs to be explained when somebody looks at it."""

    sentence: str
    start: int
    end: int
    word: str
    probability: float
    tokens: int
    rank: int
    model: str
    label: str | None = None


@dataclass(frozen=True)
class Question:
    """A gap of a document and the words that its task binds."""

    asked: Asked
    words: Mapping[str, tuple[str, ...]]


async def question(ls: LimnerServer, document: Document, at: int) -> Question | None:
    """The gap at an offset; None where there is none."""
    line = document.line_text(document.lines.line_of(at))
    if not any(mark in line for mark in ("[MASK]", "<mask>", "____", "{mask}")):
        return None  # most of all places: nothing is read for them
    if document.uri.endswith(".cloze.toml"):
        return _of_pattern(document, at) if len(document.text) <= LONGEST else None
    await document.read()
    passage = document.passage_at(at)
    asked = asked_at(passage, at) if passage else None
    return Question(asked, {}) if asked else None


def _of_pattern(document: Document, at: int) -> Question | None:
    """A pattern's gap, with the words of its task; the text's place is a hole."""
    from limner.labelling.places import places
    from limner.labelling.reading import parse

    for path, place in places(document.text).items():
        start, end = place.value
        if path[:1] != ("patterns",) or len(path) != 2 or not start <= at <= end:
            continue
        inner = document.text[start:end]
        quote = 3 if inner[:3] in ('"""', "'''") else 1
        passage = _pattern_passage(document.text, start + quote, end - quote)
        asked = asked_at(passage, at) if passage else None
        task = parse(document.text).task
        return Question(asked, task.labels if task else {}) if asked else None
    return None


def _pattern_passage(source: str, start: int, end: int) -> Passage | None:
    builder = Builder(source)
    at = source.find("{text}", start, end)
    if at < 0:
        builder.copy(start, end)
    else:
        builder.copy(start, at)
        builder.hole(at, at + len("{text}"))
        builder.copy(at + len("{text}"), end)
    return builder.build("string", start, end)


# ── completion ────────────────────────────────────────────────────────────────────────────────


async def completion(ls: LimnerServer, document: Document, at: int) -> lsp.CompletionList | None:
    """Candidates in place of the gap, the likeliest first."""
    asked = await question(ls, document, at)
    if asked is None:
        return None
    found, final = await ls.gaps.candidates(ls.gaps.job(asked.asked, asked.words))
    if found is None:
        return lsp.CompletionList(is_incomplete=True, items=[])
    items = [
        _item(ls, document, asked.asked, found, rank, one)
        for rank, one in enumerate(found.candidates)
    ]
    return lsp.CompletionList(is_incomplete=not final, items=items)


def _item(
    ls: LimnerServer,
    document: Document,
    asked: Asked,
    found: Candidates,
    rank: int,
    one: Candidate,
) -> lsp.CompletionItem:
    place = range_of(document.lines, *asked.source, ls.client.encoding)
    label = f" · {one.label}" if one.label else ""
    data = Data(
        sentence=found.text,
        start=found.gap[0],
        end=found.gap[1],
        word=one.text,
        probability=one.probability,
        tokens=one.tokens,
        rank=rank + 1,
        model=found.model,
        label=one.label,
    )
    return lsp.CompletionItem(
        label=one.text,
        kind=lsp.CompletionItemKind.Text,
        detail=f"{one.probability:.1%}{label}",
        sort_text=f"{rank:04}",
        # what is typed at this place is the gap itself: a client that filters keeps every word
        filter_text=document.text[slice(*asked.source)],
        text_edit=lsp.TextEdit(place, one.text),
        preselect=rank == 0 or None,
        data=msgspec.to_builtins(data),
    )


def resolve(item: lsp.CompletionItem) -> lsp.CompletionItem | None:
    """What a candidate is; None for items of others."""
    try:
        data = msgspec.convert(item.data, Data)
    except msgspec.ValidationError:
        return None
    before, after = data.sentence[: data.start], data.sentence[data.end :]
    around = f"{escape(before[-40:])}**{escape(data.word)}**{escape(after[:40])}"
    tokens = "one token" if data.tokens == 1 else f"{data.tokens} tokens"
    label = f", the word of {escape(data.label)}" if data.label else ""
    said = (
        f"{around}\n\n{data.probability:.1%}, given a gap of {tokens}{label}; rank {data.rank} "
        f"of {escape(data.model)}.\n\n“Limner: why {escape(data.word)}?” at the gap says which "
        "words speak for it."
    ).replace(HOLE, "…")
    item.documentation = lsp.MarkupContent(lsp.MarkupKind.Markdown, said)
    return item


async def inline(
    ls: LimnerServer, params: lsp.InlineCompletionParams
) -> lsp.InlineCompletionList | None:
    """The likeliest word, where the model is sure of it."""
    document = ls.document(params.text_document.uri)
    if document is None:
        return None
    at = offset(document, params.position, ls.client.encoding)
    asked = await question(ls, document, at)
    if asked is None:
        return None
    found, _ = await ls.gaps.candidates(ls.gaps.job(asked.asked, asked.words))
    best = max(found.candidates, key=lambda one: one.probability, default=None) if found else None
    if best is None or best.probability < ls.settings.inline_above:
        return None
    written = document.text[slice(*asked.asked.source)]
    item = lsp.InlineCompletionItem(
        insert_text=best.text,
        filter_text=written,
        range=range_of(document.lines, *asked.asked.source, ls.client.encoding),
    )
    return lsp.InlineCompletionList(items=[item])


# ── hover, and why ────────────────────────────────────────────────────────────────────────────


async def hover(ls: LimnerServer, document: Document, at: int) -> lsp.Hover | None:
    """The likeliest words of the gap under the pointer."""
    asked = await question(ls, document, at)
    if asked is None:
        return None
    try:
        found, _ = await ls.gaps.candidates(ls.gaps.job(asked.asked, asked.words), patience=HOVER)
        text = _said(found)
    except LimnerError as error:
        if document.uri.endswith(".cloze.toml"):
            return None  # what the pattern means is shown, and diagnostics say the rest
        text = escape(str(error))
    kind = lsp.MarkupKind.Markdown if ls.client.markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, text),
        range=range_of(document.lines, *asked.asked.source, ls.client.encoding),
    )


def _said(found: Candidates | None) -> str:
    if found is None:
        return "The model is being asked: point here again in a moment."
    from limner.overlays.cloze import hover_of_candidates

    return hover_of_candidates(found)


async def actions(ls: LimnerServer, document: Document, at: int) -> list[lsp.CodeAction]:
    """Why one of the likeliest words; of those that are known, as nothing is asked for this."""
    asked = await question(ls, document, at)
    if asked is None or document.uri.endswith(".cloze.toml"):
        return []
    try:
        job = ls.gaps.job(asked.asked, asked.words)
    except BadInput:
        return []
    found = ls.gaps.known(job)
    return list(_why(ls, document, asked.asked, job, found))


def _why(
    ls: LimnerServer, document: Document, asked: Asked, job: Job, found: Candidates | None
) -> Iterator[lsp.CodeAction]:
    start = range_of(document.lines, *asked.source, ls.client.encoding).start
    where: dict[str, Any] = {
        "uri": document.uri,
        "position": {"line": start.line, "character": start.character},
    }
    words = found.candidates[:EXPLAINED] if found else ()
    for one in words:
        options = {"model": job.model, "target": one.text}
        title = f"Limner: why {one.text}? ({one.probability:.0%})"
        yield _attribute(title, {**where, "options": options, "beside": True})
    if not words:
        yield _attribute(
            "Limner: why the likeliest word?", {**where, "options": {"model": job.model}}
        )


def _attribute(title: str, argument: dict[str, Any]) -> lsp.CodeAction:
    command = lsp.Command(title=title, command="limner.attribute", arguments=[argument])
    return lsp.CodeAction(title=title, kind="limner", command=command)

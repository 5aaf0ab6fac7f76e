"""A result as a self-contained HTML fragment: no script, no link, everything escaped.

Colours are translucent and text inherits the host's colour, so the fragment fits JupyterLab, VS
Code and a bare page in light and dark alike. A closed table beneath says the same in numbers, and
a hidden sentence says it to a screen reader. Hosts may set `--limner-towards-N`,
`--limner-away-N` (N = 1 … 4), `--limner-towards-line` and `--limner-away-line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from limner.protocol import Attribution, Piece
from limner.render import colors, facts, page, written
from limner.render.runs import Run, one_line, segments, strongest, visible, words

ROWS = 200
"""Most rows of the table; the rest is summed in one line."""


def to_html(result: Attribution) -> str:
    """The fragment: words, legend, table."""
    spoken = facts.spoken(result, [(one_line(p.text), p.score) for p in _top(result, 6)])
    parts = [
        f"<style>{_STYLE}</style>",
        f'<section class="limner" aria-label="{_safe(f"Attribution, {facts.target(result)}")}">',
        f'<p class="limner-spoken">{_safe(spoken)}</p>',
        *(_paragraph(runs) for runs in segments(result)),
        _legend(result),
        *(f'<p class="limner-note">{_safe(note)}</p>' for note in facts.notes(result)),
        _table(result),
        *_output(result),
        "</section>",
    ]
    return "\n".join(parts)


def to_page(results: Iterable[Attribution], *, title: str = "Limner") -> str:
    """A whole document around one fragment or several."""
    return page.to_page(*map(to_html, results), title=title)


def _safe(text: str) -> str:
    """Text that neither a parser nor a terminal obeys."""
    return escape(visible(text))


def _top(result: Attribution, limit: int) -> list[Piece]:
    return strongest(words(result), limit)


def _paragraph(runs: Iterable[Run]) -> str:
    return f'<p class="limner-text">{"".join(map(_span, runs))}</p>'


def _span(run: Run) -> str:
    text = _safe(run.text)
    if run.unread:
        return f'<span class="limner-unread" title="not read by the model">{text}</span>'
    if run.step == 0 or run.score is None:
        return text
    kind = f"limner-{'t' if run.step > 0 else 'a'}{abs(run.step)}"
    return f'<span class="{kind}" title="{facts.signed(run.score)}">{text}</span>'


def _legend(result: Attribution) -> str:
    items = "".join(
        f"<div><dt>{_safe(name)}</dt><dd>{_safe(value)}</dd></div>"
        for name, value in facts.details(result)
    )
    key = (
        f'<span class="limner-t3">towards {_safe(result.target)}</span> '
        f'<span class="limner-a3">away from it</span>'
    )
    return f'<p class="limner-key">{key}</p><dl class="limner-facts">{items}</dl>'


def _table(result: Attribution) -> str:
    pieces = words(result)
    shown = _top(result, ROWS)
    labels = () if written.tokens(result) else result.by_label
    others = [(s.label, s.word_scores) for s in labels]
    others += [(f"baseline {s.baseline}", s.word_scores) for s in result.compared]
    names = "".join(f'<th scope="col">{_safe(name)}</th>' for name, _ in others)
    places = {(p.segment, p.start, p.end): i for i, p in enumerate(result.words)}
    rows: list[str] = []
    for piece in shown:
        index = places.get((piece.segment, piece.start, piece.end))
        beside = "".join(
            f"<td>{facts.signed(scores[index]) if index is not None else ''}</td>"
            for _, scores in others
        )
        rows.append(
            f'<tr><th scope="row">{_safe(one_line(piece.text))}</th>'
            f"<td>{facts.signed(piece.score)}</td>"
            f"<td>{facts.part(piece.score, result)}</td>{beside}</tr>"
        )
    if len(pieces) > len(shown):
        rest = sum(p.score for p in pieces) - sum(p.score for p in shown)
        rows.append(
            f'<tr><th scope="row">{len(pieces) - len(shown):,} weaker words</th>'
            f"<td>{facts.signed(rest)}</td><td>{facts.part(rest, result)}</td>"
            f"{'<td></td>' * len(others)}</tr>"
        )
    head = f'<th scope="col">word</th><th scope="col">score</th><th scope="col">of ΔF</th>{names}'
    return (
        f"<details><summary>Table of {len(shown):,} words</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )


def _output(result: Attribution) -> Iterator[str]:
    """The output's tokens: a table, and the text as it stands to each, one below the other."""
    if not (rows := written.rows(result)):
        return
    head = "".join(f'<th scope="col">{name}</th>' for name in written.COLUMNS)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(c)}</td>" for c in cells)}'
        "</tr>"
        for name, *cells in rows
    )
    yield (
        f"<details open><summary>Token by token</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )
    texts = "".join(
        f'<p class="limner-key">{_safe(one.target)} {facts.signed(one.difference)}</p>'
        + "".join(map(_paragraph, segments(one)))
        for one in written.one_by_one(result)
    )
    yield f"<details><summary>The text to each token</summary>{texts}</details>"


def _rules() -> str:
    rules: list[str] = []
    signs = (
        ("t", "towards", colors.TOWARDS, colors.TOWARDS_LINE, "solid"),
        ("a", "away", colors.AWAY, colors.AWAY_LINE, "dashed"),
    )
    for letter, name, tint, line, underline in signs:
        kinds = ",".join(f".limner .limner-{letter}{n}" for n in range(1, 5))
        rules.append(
            f"{kinds}{{border-bottom:2px {underline} var(--limner-{name}-line,{colors.css(line)});"
            "border-radius:2px}"
        )
        for n in range(1, 5):
            color = colors.css(tint, colors.ALPHA[n])
            rules.append(
                f".limner .limner-{letter}{n}{{background:var(--limner-{name}-{n},{color})}}"
            )
    return "".join(rules)


_STYLE = (
    ".limner{color:inherit;font-size:var(--jp-content-font-size1,var(--vscode-font-size,14px));"
    "line-height:1.9;margin:.5em 0}"
    ".limner .limner-text{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0;"
    "max-height:40em;overflow:auto}"
    ".limner .limner-unread{opacity:.5;text-decoration:line-through}"
    ".limner .limner-spoken{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%);white-space:nowrap}"
    ".limner .limner-key{margin:.3em 0;font-size:.9em}"
    ".limner .limner-facts{display:flex;flex-wrap:wrap;gap:0 1.4em;margin:.3em 0;font-size:.9em;"
    "line-height:1.5}.limner .limner-facts div{display:flex;gap:.4em}"
    ".limner .limner-facts dt{opacity:.75}.limner .limner-facts dd{margin:0}"
    ".limner .limner-note{margin:.3em 0;padding-left:.6em;border-left:3px solid currentColor}"
    ".limner table{border-collapse:collapse;line-height:1.4}"
    ".limner th,.limner td{padding:.1em .7em;text-align:right}"
    ".limner th[scope=row]{text-align:left;font-weight:inherit}"
    ".limner thead{border-bottom:1px solid currentColor}"
    "@media (forced-colors:active){.limner [class^=limner-]{background:transparent}}" + _rules()
)

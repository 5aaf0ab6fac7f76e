"""A result as a standalone SVG picture: for a README, a paper, a pull request.

Every word is given its width (`textLength`), so tints and letters agree whatever font the reader
has. Light and dark by `prefers-color-scheme`; the table twin is the picture's description.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from limner.protocol import Attribution
from limner.render import colors, facts
from limner.render.beside import with_other_baselines
from limner.render.runs import Run, columns, one_line, segments, strongest, visible, words

COLUMNS = 76
"""Width of the text, in columns of a Latin letter."""
_LETTER = 9.0
_LINE = 32.0
_MARGIN = 20.0
_TABLE = 40


@dataclass(frozen=True)
class _Piece:
    """A run, or the part of one that fits on its line."""

    run: Run
    text: str
    column: int
    line: int


def to_svg(*asked: Attribution) -> str:
    """One picture of one result, or of several (also other baselines) below each other."""
    results = list(with_other_baselines(*asked))
    body: list[str] = []
    top = _MARGIN
    for result in results:
        drawn, top = _block(result, top)
        body += drawn
    width, height = COLUMNS * _LETTER + 2 * _MARGIN, top
    title = "; ".join(f"{facts.target(r)} {facts.sure(r)}" for r in results)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        'font-family="system-ui, sans-serif" font-size="17">'
        f"<title>{escape(visible(f'Attribution: {title}'))}</title>"
        f"<desc>{escape(chr(10).join(map(_twin, results)))}</desc>"
        f"<style>{_STYLE}</style>"
        f'<rect class="paper" width="100%" height="100%" rx="8"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _block(result: Attribution, top: float) -> tuple[list[str], float]:
    """The drawing of one result from `top` down, and where it ends."""
    drawn: list[str] = []
    for runs in segments(result):
        line = -1
        for piece in _wrap(runs):
            line = piece.line
            drawn.append(_draw(piece, top))
        top += (line + 1) * _LINE
    captions = [f"{result.model}: {facts.headline(result)} · baseline {result.baseline}"]
    for caption in [*captions, *facts.notes(result)]:
        for text in _fold(visible(caption), int(COLUMNS * _LETTER / 6.8)):
            drawn.append(
                f'<text class="fact" x="{_MARGIN:g}" y="{top + 15:g}">{escape(text)}</text>'
            )
            top += 20
    return drawn, top + _MARGIN


def _wrap(runs: list[Run]) -> Iterator[_Piece]:
    """Break runs into lines: before a word that does not fit, inside one that never would."""
    line = column = 0
    for run in runs:
        parts = visible(run.text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for index, part in enumerate(parts):
            if index:
                line, column = line + 1, 0
            for text in _splits(part, run):
                width = columns(text)
                if column and column + width > COLUMNS:
                    line, column = line + 1, 0
                    text = text if run.step else text.lstrip()
                while columns(text) > COLUMNS:
                    head = _fitting(text, COLUMNS)
                    yield _Piece(run, head, 0, line)
                    text, line = text[len(head) :], line + 1
                if text:
                    yield _Piece(run, text, column, line)
                    column += columns(text)


def _splits(part: str, run: Run) -> list[str]:
    """Places where a run may break: none in a scored word, between words elsewhere."""
    if run.score is not None or not part:
        return [part]
    return [word for word in _words_with_space(part) if word]


def _words_with_space(part: str) -> Iterator[str]:
    word = ""
    for character in part:
        word += " " if character == "\t" else character
        if character.isspace():
            yield word
            word = ""
    yield word


def _fitting(text: str, limit: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += columns(character)
        if used > limit:
            return text[: max(index, 1)]
    return text


def _fold(text: str, limit: int) -> Iterator[str]:
    while columns(text) > limit:
        head = _fitting(text, limit)
        cut = head.rfind(" ")
        head = head[: cut + 1] if cut > 0 else head
        yield head
        text = text[len(head) :]
    yield text


def _draw(piece: _Piece, top: float) -> str:
    run = piece.run
    x = _MARGIN + piece.column * _LETTER
    y = top + piece.line * _LINE
    width = columns(piece.text) * _LETTER
    kind = ' class="unread"' if run.unread else ""
    letters = (
        f'<text{kind} x="{x:g}" y="{y + 20:g}" textLength="{width:g}" '
        f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{escape(piece.text)}</text>'
    )
    if run.step == 0 or run.score is None:
        return letters if piece.text.strip() else ""
    letter, name = ("t", "towards") if run.step > 0 else ("a", "away")
    return (
        f"<g><title>{escape(f'{one_line(run.text)} {facts.signed(run.score)}')}</title>"
        f"<rect class={quoteattr(f'{letter}{abs(run.step)}')} "
        f'x="{x + 1:g}" y="{y:g}" width="{width - 2:g}" height="27" rx="3"/>'
        f'<path class="{name}" d="M{x + 1:g} {y + 27:g}h{width - 2:g}"/>{letters}</g>'
    )


def _twin(result: Attribution) -> str:
    """The table as text."""
    rows = [facts.headline(result)]
    rows += [
        f"{one_line(piece.text)} {facts.signed(piece.score)}"
        for piece in strongest(words(result), _TABLE)
    ]
    return visible("; ".join(rows))


def _rules() -> str:
    tints = "".join(
        f".{letter}{n}{{fill:{colors.css(color)};fill-opacity:{colors.ALPHA[n]}}}"
        for letter, color in (("t", colors.TOWARDS), ("a", colors.AWAY))
        for n in range(1, 5)
    )
    return (
        tints
        + f".towards{{stroke:{colors.css(colors.TOWARDS_LINE)};stroke-width:2}}"
        + f".away{{stroke:{colors.css(colors.AWAY_LINE)};stroke-width:2;stroke-dasharray:5 3}}"
    )


_STYLE = (
    ".paper{fill:#fff}text{fill:#1a1a1a}.fact{fill:#555;font-size:13px}.unread{fill:#999}"
    + _rules()
    + "@media (prefers-color-scheme:dark){.paper{fill:#16181d}text{fill:#e6e6e6}"
    ".fact{fill:#aaa}.unread{fill:#777}}"
)

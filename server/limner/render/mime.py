"""A result for notebooks: text, HTML, and the card that our own renderer draws."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.protocol import Attribution, TensorAttribution
from limner.render import tensor
from limner.render.attribution_card import attribution_card
from limner.render.card import MIME, Card
from limner.render.html import to_html
from limner.render.tensor_card import tensor_card
from limner.render.terminal import to_text


def bundle(result: Attribution | TensorAttribution, *beside: Attribution) -> dict[str, Any]:
    """All three; a front end takes the richest that it knows.

    Further results of the same text (other baselines) stand beside an attribution.
    """
    if isinstance(result, TensorAttribution):
        return _of(tensor.to_text(result), tensor.to_html(result), tensor_card(result))
    results = (result, *beside)
    html = "\n".join(map(to_html, results))
    return _of(to_text(*results), html, attribution_card(*results))


def _of(text: str, html: str, card: Card) -> dict[str, Any]:
    return {"text/plain": text, "text/html": html, MIME: msgspec.to_builtins(card)}

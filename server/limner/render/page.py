"""A whole web page around fragments, in the reader's colours."""

from __future__ import annotations

from html import escape

from limner.render.runs import visible


def to_page(*fragments: str, title: str = "Limner") -> str:
    """A document of its own; the fragments are HTML that is safe already."""
    body = "\n".join(fragments)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(visible(title))}</title><style>:root{{color-scheme:light dark}}"
        "body{background:Canvas;color:CanvasText;font-family:system-ui,sans-serif;"
        "max-width:60rem;margin:2rem auto;"
        f"padding:0 1rem}}</style></head>\n<body>\n{body}\n</body></html>\n"
    )

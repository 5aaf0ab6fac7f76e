"""The magics: `%load_ext limner` brings them. One module per magic, written out here."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand

from limner.notebook.magics.attribute import attribute
from limner.notebook.magics.cloze import cloze, fill
from limner.notebook.magics.completion import matcher
from limner.notebook.magics.exposure import exposure
from limner.notebook.magics.flood import flood
from limner.notebook.magics.gan import gan
from limner.notebook.magics.hsic import hsic
from limner.notebook.magics.kernel import Kernel, Magic
from limner.notebook.magics.landscape import landscape
from limner.notebook.magics.limner import limner
from limner.notebook.magics.terms import terms

LINE: dict[str, Magic] = {
    "attribute": attribute,
    "cloze": cloze,
    "exposure": exposure,
    "fill": fill,
    "gan": gan,
    "hsic": hsic,
    "landscape": landscape,
    "limner": limner,
    "terms": terms,
}
CELL: dict[str, Magic] = {"attribute": attribute, "cloze": cloze, "flood": flood}


def load(shell: InteractiveShell, kernel: Kernel | None = None) -> None:
    """Register the magics and their completion; loading twice replaces them."""
    kernel = kernel or Kernel(shell)
    for kind, magics in (("line", LINE), ("cell", CELL)):
        for name, magic in magics.items():
            shell.register_magic_function(_bound(kernel, magic), kind, name)
    completer: Any = shell.Completer
    others = [m for m in completer.custom_matchers if m.__qualname__ != matcher.__qualname__]
    completer.custom_matchers = [*others, matcher(kernel)]


def _bound(kernel: Kernel, magic: Magic) -> Any:
    """The magic as IPython calls it; its line is taken as written, `{` and `$` included."""

    @no_var_expand
    def call(line: str, cell: str | None = None) -> Any:
        return magic(kernel, line, cell)

    call.__doc__ = magic.__doc__
    return call

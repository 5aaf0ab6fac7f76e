"""Notebooks: cells move, change their type, come back, and go."""

from typing import Any

from limner.engine.fake import FakeEngine
from lsp.client import Client, capabilities_with, connect

NOTEBOOK = "file:///work/tour.ipynb"
ONE, TWO = f"{NOTEBOOK}#one", f"{NOTEBOOK}#two"
PINNED = '# limner: attribute\nreview = "the film was bad"\n'
PLAIN = 'review = "the film was bad"\n'
CAPABILITIES = capabilities_with(
    {
        "notebookDocument": {"synchronization": {}},
        "experimental": {"limner": {"overlay": {"version": 1}}},
    }
)


def item(uri: str, text: str, language: str = "python", version: int = 1) -> dict[str, Any]:
    return {"uri": uri, "languageId": language, "version": version, "text": text}


def opened(client: Client, *cells: dict[str, Any]) -> None:
    notebook = {
        "uri": NOTEBOOK,
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": cell["uri"]} for cell in cells],
    }
    params = {"notebookDocument": notebook, "cellTextDocuments": list(cells)}
    client.notify("notebookDocument/didOpen", params)


def restructured(
    client: Client, array: dict[str, Any], opened: list[Any], closed: list[str]
) -> None:
    closing = [{"uri": uri} for uri in closed]
    structure = {"array": array, "didOpen": opened, "didClose": closing}
    params = {
        "notebookDocument": {"uri": NOTEBOOK, "version": 2},
        "change": {"cells": {"structure": structure}},
    }
    client.notify("notebookDocument/didChange", params)


async def attribute(client: Client, uri: str) -> None:
    place = {"line": 0, "character": 14}
    await client.command("limner.attribute", {"uri": uri, "position": place})
    await client.idle(uri)


async def last(client: Client, uri: str) -> list[Any]:
    """The probes of the last overlay of a cell; the others are taken too."""
    await client.idle(uri)
    await client.request("limner/status", {})
    return [one["probes"] for one in client.take("limner/overlay") if one["uri"] == uri][-1]


async def test_raw_and_markdown_cells_are_offered_to_the_client():
    async with connect(capabilities=CAPABILITIES) as client:
        (selector,) = client.capabilities["notebookDocumentSync"]["notebookSelector"]
        languages = [cell["language"] for cell in selector["cells"]]
        assert languages == ["python", "markdown", "plaintext", "raw"]
        opened(client, item(ONE, "# limner: attribute\nthe film was bad\n", "raw"))
        await client.idle(ONE)
        assert (await last(client, ONE))[0]["state"] == "done"


async def test_a_cell_that_moves_keeps_its_probes_however_the_client_says_so():
    engine = FakeEngine()
    async with connect(engine, capabilities=CAPABILITIES) as client:
        opened(client, item(ONE, PLAIN), item(TWO, "x = 1\n"))
        await attribute(client, ONE)
        before = await last(client, ONE)
        cells = [{"kind": 2, "document": uri} for uri in (TWO, ONE)]
        restructured(client, {"start": 0, "deleteCount": 2, "cells": cells}, [], [])
        restructured(
            client, {"start": 0, "deleteCount": 2, "cells": cells[::-1]}, [item(ONE, PLAIN)], [ONE]
        )
        await client.idle(ONE)
        (probe,) = client.server.probes.of(ONE)
        assert probe.id == before[0]["id"]
        assert len(engine.jobs) == 1
        client.take("limner/overlay")


async def test_a_cell_that_becomes_markdown_is_read_anew():
    async with connect(capabilities=CAPABILITIES) as client:
        opened(client, item(ONE, PINNED))
        await client.idle(ONE)
        array = {"start": 0, "deleteCount": 1, "cells": [{"kind": 1, "document": ONE}]}
        markdown = item(ONE, "<!-- limner: attribute -->\nthe film was bad\n", "markdown")
        restructured(client, array, [markdown], [ONE])
        await client.idle(ONE)
        (probe,) = await last(client, ONE)
        assert (probe["state"], probe["range"]["start"]["line"]) == ("done", 1)
        restructured(client, array, [item(ONE, "the film was bad\n", "markdown")], [ONE])
        await client.idle(ONE)
        await client.request("limner/status", {})
        assert await last(client, ONE) == []


async def test_a_cell_that_is_split_leaves_the_comment_with_its_text():
    async with connect(capabilities=CAPABILITIES) as client:
        opened(client, item(ONE, f"{PINNED}{PINNED}"))
        await client.idle(ONE)
        assert len(await last(client, ONE)) == 2
        array = {"start": 1, "deleteCount": 0, "cells": [{"kind": 2, "document": TWO}]}
        half = {"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 0}}
        restructured(client, array, [item(TWO, PINNED)], [])
        content = {
            "document": {"uri": ONE, "version": 2},
            "changes": [{"range": half, "text": ""}],
        }
        params = {
            "notebookDocument": {"uri": NOTEBOOK, "version": 3},
            "change": {"cells": {"textContent": [content]}},
        }
        client.notify("notebookDocument/didChange", params)
        await client.idle(TWO)
        await client.idle(ONE)
        await client.request("limner/status", {})
        assert [len(client.server.probes.of(uri)) for uri in (ONE, TWO)] == [1, 1]
        client.take("limner/overlay")


async def test_a_document_that_is_opened_again_keeps_probes_and_takes_the_new_text():
    engine = FakeEngine()
    async with connect(engine, capabilities=CAPABILITIES) as client:
        client.open(PLAIN, uri=ONE)
        await attribute(client, ONE)
        (before,) = await last(client, ONE)
        client.open(f"# a line above\n{PLAIN}", uri=ONE)
        await client.idle(ONE)
        await client.request("limner/status", {})
        (after,) = await last(client, ONE)
        assert (after["id"], after["range"]["start"]["line"]) == (before["id"], 1)
        assert len(engine.jobs) == 1


async def test_all_lenses_are_there_in_cells_and_clients_with_overlays_are_told_of_changes():
    settings = {"lenses": "all"}
    async with connect(capabilities=CAPABILITIES, settings=settings) as client:
        opened(client, item(ONE, PLAIN))
        lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": ONE}})
        assert [lens["command"]["command"] for lens in lenses] == ["limner.attribute"]
        asked = client.asked["workspace/codeLens/refresh"]
        await client.command("limner.attribute", lenses[0]["command"]["arguments"][0])
        await client.idle(ONE)
        lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": ONE}})
        assert [lens["command"]["command"] for lens in lenses] == ["limner.rerun", "limner.unpin"]
        assert client.asked["workspace/codeLens/refresh"] > asked
        client.take("limner/overlay")


async def test_a_notebook_that_closes_lets_its_probes_and_jobs_go():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine, capabilities=CAPABILITIES) as client:
        opened(client, item(ONE, PINNED), item(TWO, PINNED))
        await engine.wait_for(2)
        params = {
            "notebookDocument": {"uri": NOTEBOOK},
            "cellTextDocuments": [{"uri": ONE}, {"uri": TWO}],
        }
        client.notify("notebookDocument/didClose", params)
        await engine.until(lambda: engine.count("cancelled") == 2)
        assert client.server.probes.of(ONE) == ()
        client.take("limner/overlay")

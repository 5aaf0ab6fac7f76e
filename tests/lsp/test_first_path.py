from lsp.client import URI, connect

TEXT = '# limner: attribute model=sentiment\nreview = "the film was bad"\n'


async def test_a_directive_gives_a_hint_and_a_hover():
    async with connect() as client:
        client.open(TEXT)
        await client.idle()
        hints = await client.hints()
        assert [hint["position"] for hint in hints] == [{"line": 1, "character": 27}]
        assert "δ 0.4 %" in hints[0]["label"]
        hover = await client.at("textDocument/hover", 1, 24)
        assert hover["contents"]["value"].startswith("**bad** ")
        assert hover["range"]["start"] == {"line": 1, "character": 23}


async def test_hover_elsewhere_is_silent():
    async with connect() as client:
        client.open(TEXT + 'other = "not asked"\n')
        await client.idle()
        assert await client.at("textDocument/hover", 2, 12, URI) is None

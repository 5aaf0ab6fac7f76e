"""A small corpus for the tests of terms, and how they look at what an editor would show."""

import contextlib
from pathlib import Path

from lsp.client import connect

DOCUMENTS = {
    "内存.md": "# 操作系统的内存\n\n操作系统管理虚拟内存。"
    "虚拟内存由操作系统分页，page table 记录映射。\n\n"
    "```\n操作系统\n```\n\n查看操作系统的虚拟内存。进程使用虚拟内存；虚拟内存不够时，操作系统报告。\n",
    "进程.md": "# 调度\n\n操作系统调度进程。每个进程都有虚拟内存，"
    "操作系统保护虚拟内存。\n\n进程与进程通信。\n",
    "paging.txt": "The page table maps virtual memory. A page table\nentry is small. Page tables "
    "are kept in virtual memory.\n",
    "虚拟内存.txt": "虚拟内存\n\n虚拟内存是操作系统的功能。\n",
}
OVERLAYS = {"experimental": {"limner": {"overlay": {"version": 1}}}}


def mined(folder: Path, **more) -> None:
    """As `limner.terms.mine` does it, in this process."""
    from limner.terms.miner import mine_folder

    mine_folder(folder, top=200, **more)


@contextlib.asynccontextmanager
async def session(folder: Path, **more):
    folders = [{"uri": folder.as_uri(), "name": folder.name}]
    async with connect(workspaceFolders=folders, **more) as client:
        yield client


def shown(client, folder, name="内存.md", text=None, language="markdown") -> str:
    uri = (folder / name).as_uri()
    text = DOCUMENTS[name] if text is None else text
    client.open(text, uri=uri, language=language)
    return uri


def argument(uri, **more):
    return {"uri": uri, **more}


def place(text: str, word: str, nth: int = 0) -> dict:
    """Where a word begins, in UTF-16 units."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(word, at + 1)
    line = text.count("\n", 0, at)
    begin = text.rfind("\n", 0, at) + 1
    return {"line": line, "character": len(text[begin:at].encode("utf-16-le")) // 2}


def painted(text: str, data: list[int]) -> list[tuple[str, int]]:
    """Texts of five numbers each, and their types."""
    lines = text.split("\n")
    line = character = 0
    found = []
    for k in range(0, len(data), 5):
        down, right, length, kind, _ = data[k : k + 5]
        line, character = line + down, right if down else character + right
        units = lines[line].encode("utf-16-le")
        found.append((units[2 * character : 2 * (character + length)].decode("utf-16-le"), kind))
    return found


async def tokens(client, uri) -> list[int]:
    params = {"textDocument": {"uri": uri}}
    return (await client.request("textDocument/semanticTokens/full", params))["data"]


async def actions(client, uri, start, end=None) -> dict[str, dict]:
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": start, "end": end or start},
        "context": {"diagnostics": []},
    }
    found = await client.request("textDocument/codeAction", params) or []
    commands = {one["title"]: one["command"] for one in found if "command" in one}
    return {title: one for title, one in commands.items() if ".terms." in one["command"]}


async def run(client, command) -> dict:
    params = {"command": command["command"], "arguments": command["arguments"]}
    return await client.request("workspace/executeCommand", params)

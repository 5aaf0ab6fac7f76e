"""Marker archives: a document with marks inside, and what a client sees of it.

A case is a Markdown file. Its first fenced block is the document (info string: the language, and
`crlf` or `cr` for the line ends); the other blocks are golden answers, each under a heading that
says what is asked::

    ## hints                 ## hover NAME            ## actions NAME
    ## tokens                ## diagnostics           ## lenses
    ## overlay               ## completion NAME       ## settings (JSON, given)

Inside the document ⟦NAME⟧ marks a place and is removed; ⟦LS⟧ is U+2028. Places in the answers are
line:column in code points, from 1, so one golden text holds for all three encodings.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.engine.fake import FakeEngine
from limner.lsp.features.semantic_tokens import MODIFIERS, TYPES
from limner.text.lines import Lines
from limner.text.positions import Encoding, to_offset, to_position
from lsp.client import Client, capabilities_with, connect

_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (?P<name>.+)$", re.MULTILINE)
_MARK = re.compile(r"⟦(\w+)⟧")
_ENDS = {"crlf": "\r\n", "cr": "\r"}
_SUFFIX = {"python": "py", "markdown": "md", "plaintext": "txt"}


@dataclass(frozen=True)
class Case:
    """One archive, read."""

    path: Path
    language: str
    text: str
    marks: dict[str, int]
    golden: dict[str, str]
    settings: dict[str, Any]

    @property
    def uri(self) -> str:
        return f"file:///work/case.{_SUFFIX[self.language]}"


def read(path: Path) -> Case:
    source = path.read_text("utf-8")
    first = _BLOCK.search(source)
    assert first, f"{path} has no document"
    language, *ends = first["info"].split()
    body = first["body"].removesuffix("\n").replace("⟦LS⟧", "\u2028")
    body = body.replace("\n", _ENDS[ends[0]] if ends else "\n")
    text, marks = _without_marks(body)
    golden: dict[str, str] = {}
    for heading in _HEADING.finditer(source, first.end()):
        block = _BLOCK.search(source, heading.end())
        golden[heading["name"]] = block["body"] if block else ""
    settings = json.loads(golden.pop("settings", "{}"))
    return Case(path, language, text, marks, golden, settings)


def _without_marks(body: str) -> tuple[str, dict[str, int]]:
    marks: dict[str, int] = {}
    while mark := _MARK.search(body):
        marks[mark[1]] = mark.start()
        body = body[: mark.start()] + body[mark.end() :]
    return body, marks


async def check(path: Path, encoding: str, *, update: bool = False) -> None:
    """Ask for everything that the archive has a golden answer for. The one place that asks."""
    case = read(path)
    capabilities = capabilities_with({"general": {"positionEncodings": [encoding]}})
    if "overlay" in case.golden:
        capabilities["experimental"] = {"limner": {"overlay": {"version": 1}}}
    async with connect(FakeEngine(), capabilities=capabilities, settings=case.settings) as client:
        client.open(case.text, uri=case.uri, language=case.language)
        await client.idle(case.uri)
        await client.request("limner/status", {})
        seen = View(client, case)
        answers = {question: await seen.answer(question) for question in case.golden}
        for method in ("textDocument/publishDiagnostics", "limner/overlay", "window/showMessage"):
            client.take(method)
    if update:
        write(case, answers)
    else:
        assert case.golden == answers


def write(case: Case, answers: dict[str, str]) -> None:
    source = case.path.read_text("utf-8")
    for question, answer in answers.items():
        heading = re.search(rf"^## {re.escape(question)}$", source, re.MULTILINE)
        assert heading
        block = _BLOCK.search(source, heading.end())
        assert block
        source = source[: block.start("body")] + answer + source[block.end("body") :]
    case.path.write_text(source, "utf-8")


class View:
    """The answers of a session, as texts that do not depend on the encoding."""

    def __init__(self, client: Client, case: Case) -> None:
        self.client = client
        self.case = case
        self.lines = Lines(case.text)
        self.encoding = Encoding(client.encoding)
        self.document = {"textDocument": {"uri": case.uri}}

    async def answer(self, question: str) -> str:
        what, _, mark = question.partition(" ")
        place = self.position(self.case.marks[mark]) if mark else None
        found = await getattr(self, what)(*([place] if place else []))
        return "".join(f"{line}\n" for line in found)

    def position(self, offset: int) -> dict[str, int]:
        line, character = to_position(self.lines, offset, self.encoding)
        return {"line": line, "character": character}

    def offset(self, place: dict[str, int]) -> int:
        return to_offset(self.lines, place["line"], place["character"], self.encoding)

    def place(self, place: dict[str, int]) -> str:
        offset = self.offset(place)
        line = self.lines.line_of(offset)
        return f"{line + 1}:{offset - self.lines.starts[line] + 1}"

    def piece(self, span: dict[str, Any]) -> str:
        text = self.case.text[self.offset(span["start"]) : self.offset(span["end"])]
        return f"{self.place(span['start'])} {json.dumps(text, ensure_ascii=False)}"

    async def hints(self) -> list[str]:
        hints = await self.client.hints(self.case.uri)
        return [f"{self.place(hint['position'])} {hint['label']}" for hint in hints]

    async def hover(self, place: dict[str, int]) -> list[str]:
        params = {**self.document, "position": place}
        hover = await self.client.request("textDocument/hover", params)
        if hover is None:
            return ["nothing"]
        return [self.piece(hover["range"]), *hover["contents"]["value"].split("\n")]

    async def tokens(self) -> list[str]:
        answer = await self.client.request("textDocument/semanticTokens/full", self.document)
        data, found = answer["data"], []
        line = character = 0
        for at in range(0, len(data), 5):
            down, right, length, type_, modifiers = data[at : at + 5]
            character = character + right if down == 0 else right
            line += down
            span = {
                "start": {"line": line, "character": character},
                "end": {"line": line, "character": character + length},
            }
            strength = [name for bit, name in enumerate(MODIFIERS) if modifiers >> bit & 1]
            found.append(f"{self.piece(span)} {TYPES[type_]} {' '.join(strength)}")
        return found

    async def diagnostics(self) -> list[str]:
        published = self.client.take("textDocument/publishDiagnostics")
        last = published[-1]["diagnostics"] if published else []
        return [f"{self.piece(one['range'])} {one['message']}" for one in last]

    async def lenses(self) -> list[str]:
        lenses = await self.client.request("textDocument/codeLens", self.document) or []
        return [f"{self.place(one['range']['start'])} {one['command']['title']}" for one in lenses]

    async def actions(self, place: dict[str, int]) -> list[str]:
        params = {
            **self.document,
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        found: list[str] = []
        for action in await self.client.request("textDocument/codeAction", params):
            found.append(action["title"])
            for change in action.get("edit", {}).get("documentChanges", ()):
                for edit in change["edits"]:
                    new = json.dumps(edit["newText"], ensure_ascii=False)
                    found.append(f"    {self.piece(edit['range'])} → {new}")
        return found

    async def completion(self, place: dict[str, int]) -> list[str]:
        params = {**self.document, "position": place}
        answer = await self.client.request("textDocument/completion", params)
        if answer is None:
            return ["nothing"]
        return [
            f"{self.piece(item['textEdit']['range'])} → {item['label']}" for item in answer["items"]
        ]

    async def overlay(self) -> list[str]:
        assert "semanticTokensProvider" not in self.client.capabilities
        last = self.client.take("limner/overlay")[-1]
        found = [f"version {last['version']}"]
        for probe in last["probes"]:
            found.append(f"{probe['method']} {probe['state']} {self.piece(probe['range'])}")
            found += [f"  error {probe['error']}"] if probe["error"] else []
            for mark in probe["marks"]:
                found.append(f"  mark {self.piece(mark['range'])} {mark['value']} {mark['hover']}")
            found += [f"  note {self.place(n['position'])} {n['text']}" for n in probe["notes"]]
            if probe["panel"]:
                found.append(f"  panel {probe['panel']['title']}")
                found += [f"    {line}" for line in probe["panel"]["text"].split("\n")]
        return found

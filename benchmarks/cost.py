"""What a node costs: seconds and memory at a fixed number of nodes, on a base-size model.

Random weights are nearly linear, so nothing here is about accuracy or about how many nodes are
needed (see `adaptive`). Memory is measured in fresh processes by `benchmarks.memory`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

import psutil

from benchmarks import texts
from benchmarks.peers import batch_of, captum, ours
from benchmarks.report import Section
from benchmarks.setting import Setting, interleaved, median
from benchmarks.subjects import base_size
from limner.engine.local import LocalEngine

NODES = 17
TOKENS = 128
NEEDED = 6 << 30
"""Bytes free before captum's whole path is put into one batch of 33 rows."""


def measure(setting: Setting) -> Section:
    section = Section("cost: seconds per node")
    _seconds(setting, section)
    return section


def memory(setting: Setting) -> Section:
    section = Section("memory: peak against nodes")
    _memory(setting, section)
    return section


def _seconds(setting: Setting, section: Section) -> None:
    import torch

    torch.set_num_threads(setting.threads)
    subject = base_size()
    text = texts.cut(subject.tokenizer, subject.texts, setting.few(TOKENS, 16))
    engine = LocalEngine(setting.config)
    batch = batch_of(subject, [text])
    fixed = partial(ours, engine, subject, [text], target=1, min_nodes=NODES, max_nodes=NODES)
    peer = partial(captum, subject.module, batch, [1], NODES)
    calls = {
        "limner": fixed,
        "captum, one batch (its default)": peer,
        "captum, internal_batch_size=8": partial(peer, at_once=8),
        "captum, internal_batch_size=4": partial(peer, at_once=4),
    }
    fixed()  # kernels are loaded, our batch size has settled
    times = {name: median(of) for name, of in interleaved(calls, setting.few(2)).items()}
    mine = times["limner"]
    section.say(
        f"BERT of base size ({subject.what}), one text of {batch.ids.shape[1]} tokens, {NODES} "
        "nodes on each side, fp32, both with the error of completeness. captum gets the text "
        "tokenized and the label given; parameters are frozen for both."
    )
    section.table(
        ["", "s", "s per node", "ratio to limner", "CPU s", "ratio of CPU"],
        [
            [name, t.wall, t.wall / NODES, t.wall / mine.wall, t.cpu, t.cpu / mine.cpu]
            for name, t in times.items()
        ],
    )


def _memory(setting: Setting, section: Section) -> None:
    wanted = [("limner", nodes, 0) for nodes in (5, 9, 17, 33, 65)]
    wanted += [("captum", 17, 4), ("captum", 17, 0), ("captum", 33, 0)]
    rows: list[list[object]] = []
    flat: list[float] = []
    for side, nodes, at_once in wanted[:1] + wanted[6:7] if setting.quick else wanted:
        how = "" if side == "limner" else f"internal_batch_size={at_once}" if at_once else "default"
        if side == "captum" and nodes > 17 and psutil.virtual_memory().available < NEEDED:
            rows.append([side, nodes, how, "skipped: less than 6 GiB free"])
            continue
        peak = _peak(setting, side, nodes, at_once)
        rows.append([side, nodes, how, peak])
        if side == "limner":
            flat.append(peak)
    section.say("Peak of resident memory above the loaded model, a fresh process each:")
    section.table(["", "nodes", "", "MiB"], rows)
    spread = max(flat) / min(flat)
    section.target(
        "peak memory whatever the number of nodes",
        "flat (within 10 %)",
        f"{min(flat):.0f} … {max(flat):.0f} MiB from 5 to 65 nodes",
        spread <= 1.1,
    )


def _peak(setting: Setting, side: str, nodes: int, at_once: int) -> float:
    """MiB, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", side, str(nodes), str(at_once)]
    command += [str(setting.threads), str(setting.few(TOKENS, 16))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return float(json.loads(done.stdout.splitlines()[-1])["peak"]) / 2**20

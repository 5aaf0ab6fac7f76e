"""Labelling texts with a cloze task: its file, data files, trained heads, the Python function.

`task` reads and checks `*.cloze.toml`; `table` reads data files so that only label cells change;
`heads` keeps trained weights; `api` is `limner.cloze`.
"""

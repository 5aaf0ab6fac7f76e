"""Measurements against peers: `python -m benchmarks [NAME …]` writes `RESULTS.md`.

Both sides of every comparison run in one process on the same modules, threads and texts, one after
the other and round after round (A B A B …), and are reported as ratios of medians, so that a busy
machine slows both alike. CPU time stands beside wall time for the same reason.
"""

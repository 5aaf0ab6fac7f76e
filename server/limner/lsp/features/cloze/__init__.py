"""Cloze in editors: labels of data files, words for gaps, task files."""

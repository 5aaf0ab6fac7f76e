"""Text without a model: lines, positions, edits, passages, directives, words.

Everything here is pure and counts code points; `positions` alone knows the units of editors.
"""

"""The language server: one session per connection over one shared engine.

Nothing here imports torch, and nothing here computes: it turns documents into jobs, results into
overlays, and overlays into what the protocol's features show.
"""

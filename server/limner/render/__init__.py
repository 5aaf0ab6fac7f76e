"""Draws a result: terminal, HTML, SVG, JSON, MIME bundle. No torch, no jieba, no sockets."""

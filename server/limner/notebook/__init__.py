"""Limner in notebooks: magics, what they draw, and the Jupyter side of the daemon."""

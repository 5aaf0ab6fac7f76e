"""Scripts that make Limner's bundled models; see README.md in this folder."""

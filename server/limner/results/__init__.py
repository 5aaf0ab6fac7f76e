"""Results that travel between processes, a module for each method."""

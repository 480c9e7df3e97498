"""Sources: everything that images can be opened from, and what becomes of it."""

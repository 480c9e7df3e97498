"""Networks drawn: stacks of planes from left to right, branches in lanes, skips as arcs."""

"""Pictures of shapes: a list of what is drawn, written as SVG or PNG."""

"""Layers, and networks built from them: plain torch modules whose keys are the paths."""

from striate.nn.build import build

__all__ = ["build"]

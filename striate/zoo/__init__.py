"""Networks by name: each stands in a readable `.cnn` text beside this file, a family in one."""

from striate.zoo.finding import find, is_factory
from striate.zoo.shelf import ZooEntry, entries, entry_of, families, text

__all__ = ["ZooEntry", "entries", "entry_of", "families", "find", "is_factory", "text"]

"""Networks by name: each is a readable `.cnn` text beside this file."""

from striate.zoo.shelf import ZooEntry, entries, find, is_factory, text

__all__ = ["ZooEntry", "entries", "find", "is_factory", "text"]

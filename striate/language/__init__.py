"""The `.cnn` language: a text read into a tree, and a network written back as text."""

from striate.language.network import Classes, Network, Node
from striate.language.plain import write_tree
from striate.language.reading import read
from striate.language.tree import Tree
from striate.language.writing import write

__all__ = ["Classes", "Network", "Node", "Tree", "read", "write", "write_tree"]

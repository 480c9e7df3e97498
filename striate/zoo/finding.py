"""Finding a network by what a person calls it: its text, a file, or a name from the zoo."""

import re
from collections.abc import Mapping
from pathlib import Path

from striate.errors import LanguageError
from striate.language import Tree, read
from striate.zoo.shelf import entries, entry_of, text

_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def find(
    source: str | Path | Tree,
    arguments: Mapping[str, int] | None = None,
    *,
    network: str | None = None,
) -> Tree:
    """Read what a person calls a network: a tree as it is, a file, a name, or the text itself.

    >>> find("resnet50").name
    'resnet50'
    """
    if isinstance(source, Tree):
        return _again(source, arguments, network) if arguments or network else source
    if isinstance(source, Path) or source.endswith(".cnn"):
        return _from_file(Path(source), arguments, network)
    if _is_name(source):
        tree = read(text(source), arguments, network=network, source=entry_of(source).file)
        return tree if network else tree.called(source)
    return read(source, arguments, network=network)


def is_factory(source: object) -> bool:
    """Whether a network is named by what makes it in Python: package.module:factory.

    >>> is_factory("nets:small"), is_factory("INPUT -> CONV"), is_factory("lenet5")
    (True, False, False)
    """
    return isinstance(source, str) and _FACTORY.fullmatch(source) is not None


def _again(tree: Tree, arguments: Mapping[str, int] | None, network: str | None) -> Tree:
    """A tree with more of its numbers given, or another of its definitions asked for."""
    given = {**tree.arguments, **(arguments or {})}
    asked = network or (tree.asked.name if tree.asked else None)
    again = read(tree.text, given, network=asked, source=tree.source)
    return again if network else again.called(tree.name)


def _from_file(path: Path, arguments: Mapping[str, int] | None, network: str | None) -> Tree:
    try:
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else str(error)
        help = ["a network is a text, a .cnn file, or a name that `striate zoo` lists"]
        raise LanguageError(f"cannot read {path}: {reason}", help=help) from None
    tree = read(written, arguments, network=network, source=str(path))
    return tree if tree.name != "network" else tree.called(path.stem)


def _is_name(source: str) -> bool:
    known = any(entry.name == source for entry in entries())
    looks = source.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return known or (looks and source.lower() == source)

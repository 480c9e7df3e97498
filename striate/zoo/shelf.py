"""Finding a network by what a person calls it: its text, a file, or a name from the zoo.

The first comment line of a zoo text says what it is and where it comes from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from striate.errors import LanguageError
from striate.language import Tree, read
from striate.language.items import suggest

_FOLDER = Path(__file__).parent
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True)
class ZooEntry:
    """A network of the zoo: its name, and where it comes from."""

    name: str
    origin: str


def entries() -> list[ZooEntry]:
    """All networks of the zoo, by name.

    >>> [entry.name for entry in entries()][:2]
    ['alexnet-lecture', 'autoencoder']
    """
    paths = sorted(_FOLDER.glob("*.cnn"), key=lambda path: path.stem)
    return [ZooEntry(path.stem, _origin(path.read_text("utf-8"))) for path in paths]


def text(name: str) -> str:
    """The text of a network of the zoo; LanguageError if there is none of that name."""
    known = [entry.name for entry in entries()]
    if name not in known:
        help = suggest(name, known) or [f"the zoo has {', '.join(known)}"]
        raise LanguageError(f"there is no network '{name}' in the zoo", help=help)
    return (_FOLDER / f"{name}.cnn").read_text("utf-8")


def find(
    source: str | Path | Tree,
    arguments: Mapping[str, int] | None = None,
    *,
    network: str | None = None,
) -> Tree:
    """Read what a person calls a network: a tree as it is, a file, a name, or the text itself.

    >>> find("lenet5").name
    'lenet5'
    """
    if isinstance(source, Tree):
        return _again(source, arguments, network) if arguments or network else source
    if isinstance(source, Path) or source.endswith(".cnn"):
        return _from_file(Path(source), arguments, network)
    if _is_name(source):
        tree = read(text(source), arguments, network=network, source=f"{source}.cnn")
        return tree if tree.name != "network" else tree.called(source)
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
    known = any(path.stem == source for path in _FOLDER.glob("*.cnn"))
    looks = source.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return known or (looks and source.lower() == source)


def _origin(written: str) -> str:
    first = written.splitlines()[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""

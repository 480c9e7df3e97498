"""The shelf: which networks have a name, which text each of them stands in, who published it.

A text is a family. Its networks are its definitions without parameters whose names are lower case;
a text that has none is one network, called as its file. The first line says what they are and, in
parentheses, who published them and when; a remark behind a definition says it of that one alone.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from striate.errors import LanguageError
from striate.language.items import suggest

_FOLDER = Path(__file__).parent
_NETWORK = re.compile(r"^([a-z][a-z0-9_]*) *=(?!=)[^#\n]*(?:# *(.*))?$", re.MULTILINE)
_ORIGIN = re.compile(r"\s*\(([^()]*\b(?:19|20)\d\d)\)")
_CLASSES = re.compile(r"\b([\d,]*\d) classes\b")


@dataclass(frozen=True)
class ZooEntry:
    """A network of the zoo: what it is, who published it and when, the file of its text.

    `classes` is how many its paper tells apart, where the text says so.

    >>> entry = entry_of("resnet50")
    >>> entry.origin, entry.file
    ('He, Zhang, Ren and Sun 2015', 'resnet.cnn')
    """

    name: str
    about: str
    origin: str
    file: str
    classes: int | None = None

    @property
    def family(self) -> str:
        """The name of the file; that of the network too, where the text is a single one."""
        return self.file.removesuffix(".cnn")


def entries() -> list[ZooEntry]:
    """All networks of the zoo, by name.

    >>> [entry.name for entry in entries()][:2]
    ['alexnet', 'alexnet-lecture']
    """
    return list(_shelf().values())


def families() -> dict[str, tuple[str, ...]]:
    """The texts that hold networks of other names than their own, and those names in their order.

    >>> families()["squeezenet"]
    ('squeezenet1_0', 'squeezenet1_1')
    """
    return {
        path.stem: tuple(names)
        for path in sorted(_FOLDER.glob("*.cnn"))
        if (names := [match[1] for match in _NETWORK.finditer(_read(path.name))])
    }


def entry_of(name: str) -> ZooEntry:
    """The network of a name; LanguageError if there is none, or if it is that of a family."""
    shelf = _shelf()
    if name in shelf:
        return shelf[name]
    if members := families().get(name):
        help = [
            f"name one of them: striate plan {members[0]}",
            f"striate zoo {members[0]} > mine.cnn writes a text whose numbers can be changed",
        ]
        raise LanguageError(f"{name} is a family: it has {', '.join(members)}", help=help)
    help = suggest(name, shelf) or ["striate zoo lists the networks that have a name"]
    raise LanguageError(f"there is no network '{name}' in the zoo", help=help)


def text(name: str) -> str:
    """The text of a network, complete in itself: its family, and in the last line which of it.

    LanguageError if there is no network of that name.

    >>> text("resnet50").splitlines()[-1]
    'resnet50'
    """
    entry = entry_of(name)
    written = _read(entry.file)
    return f"{written}\n{name}\n" if entry.family in families() else written


@cache
def _shelf() -> dict[str, ZooEntry]:
    """Every network by its name."""
    members = families()
    found: list[ZooEntry] = []
    for path in _FOLDER.glob("*.cnn"):
        if path.stem in members:
            found += _members(path.name)
        else:
            found.append(_entry(path.stem, "", path.name))
    return {entry.name: entry for entry in sorted(found, key=lambda entry: _order(entry.name))}


def _order(name: str) -> list[str | int]:
    """What names are sorted by: numbers in them as numbers, 18 before 101."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _members(file: str) -> list[ZooEntry]:
    return [_entry(match[1], match[2] or "", file) for match in _NETWORK.finditer(_read(file))]


def _entry(name: str, own: str, file: str) -> ZooEntry:
    """A network and what is said of it: by its own remark, else by the first line of the text."""
    first = _read(file).partition("\n")[0].removeprefix("#").strip()
    origin = _ORIGIN.search(own) or _ORIGIN.search(first)
    classes = _CLASSES.search(own) or _CLASSES.search(first)
    return ZooEntry(
        name,
        _ORIGIN.sub("", own or first),
        origin[1] if origin else "",
        file,
        int(classes[1].replace(",", "")) if classes else None,
    )


@cache
def _read(file: str) -> str:
    return (_FOLDER / file).read_text("utf-8")

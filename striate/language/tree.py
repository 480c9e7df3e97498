"""What a text says before sizes are known: definitions, items and expressions, with their places.

Planning expands a tree into a network; nothing here knows a size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands in the text; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: Fraction
    place: Place


@dataclass(frozen=True)
class Dimensions:
    """A size: 3x3, 16x7x7."""

    numbers: tuple[int, ...]
    place: Place


@dataclass(frozen=True)
class Listing:
    """The raw value of `pad`, `connect` or `tiles` in which a slash separates: 0/1x1/1."""

    text: str
    place: Place


@dataclass(frozen=True)
class Name:
    """A parameter, an argument given from outside, `in`, `classes`, or an option's word."""

    name: str
    place: Place


@dataclass(frozen=True)
class Operation:
    """Two expressions and what stands between them."""

    operator: str
    left: "Expression"
    right: "Expression"
    place: Place


@dataclass(frozen=True)
class Tap:
    """@label: the value that leaves the labelled item."""

    target: str
    place: Place
    label: str | None = None


Expression = Number | Dimensions | Listing | Name | Operation | Tap


@dataclass(frozen=True)
class Word:
    """A word of the language with what stands behind it."""

    word: str
    place: Place
    arguments: tuple[Expression, ...] = ()
    options: tuple[tuple[str, Expression], ...] = ()
    flags: tuple[str, ...] = ()
    optional: bool = False
    label: str | None = None


@dataclass(frozen=True)
class Call:
    """A definition, or a parameter that holds one, used as an item."""

    name: str
    place: Place
    arguments: tuple["Argument", ...] = ()
    label: str | None = None


@dataclass(frozen=True)
class Argument:
    """One argument of a call, by position or by name."""

    value: "Expression | Call"
    name: str | None = None


@dataclass(frozen=True)
class Bracket:
    """Items taken together, perhaps several times."""

    body: "Flow"
    place: Place
    repeat: Expression | None = None
    label: str | None = None


@dataclass(frozen=True)
class Branches:
    """Flows that start from the same value and are summed (+) or joined on channels (|)."""

    join: str
    flows: tuple["Flow", ...]
    place: Place
    repeat: Expression | None = None
    label: str | None = None


Item = Word | Call | Bracket | Branches | Tap
Flow = tuple[Item, ...]


@dataclass(frozen=True)
class Parameter:
    """A name that a definition is given, perhaps with a default."""

    name: str
    default: "Expression | Call | None" = None


@dataclass(frozen=True)
class Definition:
    """NAME(parameters) = flow."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Flow
    place: Place


@dataclass(frozen=True)
class Tree:
    """A whole text: its definitions, the flow that is the network, and the arguments given.

    `blocks` are definitions that need not stand in the text.
    """

    definitions: Mapping[str, Definition]
    body: Flow
    name: str = "network"
    source: str | None = None
    text: str = field(default="", repr=False)
    arguments: Mapping[str, int] = field(default_factory=dict[str, int])
    blocks: Mapping[str, Definition] = field(default_factory=dict[str, Definition], repr=False)

    def called(self, name: str) -> "Tree":
        """The same tree under another name."""
        return replace(self, name=name)

    def definition(self, name: str) -> Definition | None:
        """What a name is defined as: the text's own definition goes before a block."""
        return self.definitions.get(name) or self.blocks.get(name)

    @property
    def asked(self) -> Definition | None:
        """The definition that is the network, if the network is not a flow of its own."""
        only = self.body[0]
        own = self.definitions.get(self.name)
        return own if own is not None and only.place == own.place else None

    @property
    def complete(self) -> bool:
        """Whether the text says its own input size."""
        item = first_item(self)
        return isinstance(item, Word) and item.word == "INPUT" and bool(item.arguments)


def first_item(tree: Tree) -> Item | None:
    """The item that the network begins with, in brackets and calls or not."""
    flow, depth = tree.body, 0
    while flow:
        item = flow[0]
        if isinstance(item, Bracket):
            flow = item.body
        elif (
            isinstance(item, Call)
            and item.name in tree.definitions
            and depth <= len(tree.definitions)
        ):
            flow, depth = tree.definitions[item.name].body, depth + 1
        else:
            return item
    return None

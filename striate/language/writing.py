"""Back to text: a network expanded, or a tree as it stands; in one canonical spelling."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from striate.errors import LanguageError
from striate.language import layers as L
from striate.language.network import Classes, Network, SaidClasses, is_open, is_tall
from striate.language.spelling import spell, word_of
from striate.language.structure import (
    Brace,
    Branch,
    Count,
    Element,
    Group,
    Leaf,
    below,
    elements,
    is_nameless,
)

_WIDTH = 90
_INDENT = "    "
_SHOWN = 5


@dataclass
class Block:
    """Text between an opening and a closing mark; joined branches have a mark between them."""

    opening: str
    closing: str
    parts: list[list["str | Block"]]
    join: str = ""


@dataclass
class _Writer:
    """Writes twice: only after the first time is it known which layers taps have to name."""

    network: Network
    tapped: set[int] = field(default_factory=set[int])
    levels: dict[str, int] = field(default_factory=dict[str, int])

    def write(self) -> str:
        found = elements(self.network)
        self._parts(found)
        return render(self._parts(found)) + "\n"

    def _parts(self, found: Sequence[Element]) -> list["str | Block"]:
        self.levels = {}
        entrance = self._entrance()
        branch = Branch(tuple(found), self.network.outputs[0])
        parts: list[str | Block] = [entrance if 0 not in self.tapped else f"input: {entrance}"]
        parts += self._branch(branch, 0, "", Count())
        return [*parts, "SOFTMAX"] if self.network.softmax else parts

    def _entrance(self) -> str:
        """INPUT, and what it says of classes: without that a layer might be added at the end."""
        nodes, (last,), softmax = self.network.nodes, self.network.outputs, self.network.softmax
        told = (value for node in nodes for value in vars(node.layer).values())
        each = (n for value in told for n in (value if isinstance(value, tuple) else (value,)))
        named = {n for n in each if isinstance(n, Classes)}
        is_closed = named or not is_open(nodes, last, softmax=softmax)
        parts = [spell(nodes[0].layer)]
        parts += [f"classes={int(value)}" for value in named if isinstance(value, SaidClasses)]
        parts += ["head=no"] if is_tall(nodes[last], softmax=softmax) or not is_closed else []
        return " ".join(parts)

    def _branch(
        self, branch: Branch, arriving: int, level: str, count: Count
    ) -> Iterator["str | Block"]:
        """The elements of a branch, and a tap where it does not end in the last of them."""
        value = arriving
        for element in branch.inside:
            if element.start != value:
                yield self._tap(element.start)
            yield self._element(element, level, count)
            value = element.end
        if branch.end != value:
            yield self._tap(branch.end)

    def _element(self, element: Element, level: str, count: Count) -> "str | Block":
        match element:
            case Group(name, inside):
                count.takes(name)
                inner = f"{level}.{name}" if level else name
                flow = Branch(inside, element.end)
                parts = [*self._branch(flow, element.start, inner, Count())]
                self.levels[inner] = element.end
                return Block(f"{name}: [", "]", [parts])
            case Brace(node, start, branches):
                join = "+" if isinstance(self.network.nodes[node].layer, L.Add) else "|"
                flows = [[*self._branch(branch, start, level, count)] for branch in branches]
                return Block("{", "}", [flow or ["[ID]*0"] for flow in flows], join)
            case Leaf(node):
                return self._leaf(node, level, count)

    def _leaf(self, number: int, level: str, count: Count) -> str:
        node = self.network.nodes[number]
        name = below(node.path, level)
        bare = name == str(count.next) and number not in self.tapped
        count.takes(name)
        return spell(node.layer) if bare else f"{name}: {spell(node.layer)}"

    def _tap(self, value: int) -> str:
        """A value by its label: that of the level whose last value it is, or of its layer."""
        named = [name for name, end in self.levels.items() if end == value]
        if named:
            return f"@{min(named, key=len)}"
        path = self.network.nodes[value].path
        if value > 0 and is_nameless(self.network, value):
            raise LanguageError(
                f"the text cannot say where '{path}' is read again",
                help=["it is a join without a label of its own: put it in labelled brackets"],
            )
        self.tapped.add(value)
        return f"@{path}"


def write(network: Network) -> str:
    """A network as canonical text, expanded: reading it gives the same paths and sizes.

    >>> from striate.arithmetic import Window
    >>> from striate.language.network import Node
    >>> pool = L.Pool("max", Window.of(2, rank=2, stride=2))
    >>> nodes = (Node("input", L.Input((1, 8, 8)), (), (1, 8, 8)), Node("0", pool, (0,), (1, 4, 4)))
    >>> print(write(Network("network", nodes, (1,))), end="")
    INPUT 1x8x8 -> POOL 2
    """
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        raise LanguageError("the text has one input and one output, this network has more")
    return _Writer(_sayable(network)).write()


def _sayable(network: Network) -> Network:
    """A network whose paths are labels; LanguageError for layers that the language cannot say."""
    unsaid = [
        f"{node.path} ({word_of(node.layer)})"
        for node in network.nodes
        if isinstance(node.layer, L.Operation) or node.parameters is not None
    ]
    if unsaid:
        shown = ", ".join(unsaid[:_SHOWN]) + (", ..." if len(unsaid) > _SHOWN else "")
        raise LanguageError(
            f"the language cannot say {len(unsaid)} of {len(network.nodes) - 1} layers of "
            f"{network.name}: {shown}",
            help=["plan, field and memory are right all the same: striate plan"],
        )
    taken = {node.path for node in network.nodes}
    nodes = tuple(replace(node, path=_label(node.path, taken)) for node in network.nodes)
    return replace(network, nodes=nodes)


def _label(path: str, taken: set[str]) -> str:
    """A path as labels can be: relu#2, the second use of a layer, is relu_2."""
    label = path.replace("#", "_")
    while label != path and label in taken:
        label += "_"
    return label


def render(parts: Sequence["str | Block"], indent: str = "") -> str:
    """Parts on one line if they fit, else a line each."""
    line = _inline(parts)
    if len(indent) + len(line) <= _WIDTH:
        return indent + line
    return "\n".join(_lines(parts, indent))


def _inline(parts: Iterable["str | Block"]) -> str:
    return " -> ".join(part if isinstance(part, str) else _inline_block(part) for part in parts)


def _inline_block(block: Block) -> str:
    space = " " if block.opening == "{" else ""
    inside = f" {block.join} ".join(_inline(part) for part in block.parts)
    return f"{block.opening}{space}{inside}{space}{block.closing}"


def _lines(parts: Sequence["str | Block"], indent: str) -> Iterator[str]:
    for part in parts:
        whole = _inline([part])
        if isinstance(part, str) or len(indent) + len(whole) <= _WIDTH:
            yield indent + whole
            continue
        yield indent + part.opening
        for number, inside in enumerate(part.parts):
            if number:
                yield f"{indent}  {part.join}"
            yield render(inside, indent + _INDENT)
        yield indent + part.closing

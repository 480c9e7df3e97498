"""Back to text: a network expanded, or a tree as it stands; in one canonical spelling."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from striate.errors import LanguageError
from striate.language import layers as L
from striate.language.network import Network
from striate.language.spelling import spell
from striate.language.structure import Brace, Element, elements

_WIDTH = 90
_INDENT = "    "


@dataclass
class Block:
    """Text between an opening and a closing mark; joined branches have a mark between them."""

    opening: str
    closing: str
    parts: list[list["str | Block"]]
    join: str = ""


@dataclass
class _Writer:
    network: Network
    tapped: set[int] = field(default_factory=set[int])
    levels: dict[int, str] = field(default_factory=dict[int, str])

    def write(self) -> str:
        found = elements(self.network)
        self.tapped = set(_taps(found, 0))
        if found and self.network.outputs[0] != found[-1].end:
            self.tapped.add(self.network.outputs[0])
        parts: list[str | Block] = [spell(self.network.nodes[0].layer)]
        parts += self._flow(found, "", _Count(), 0)
        last = found[-1].end if found else 0
        if self.network.outputs[0] != last:
            parts.append(self._tap(self.network.outputs[0]))
        if self.network.softmax:
            parts.append("SOFTMAX")
        return render(parts) + "\n"

    def _flow(
        self, found: Sequence[Element], level: str, count: "_Count", value: int
    ) -> Iterator["str | Block"]:
        position = 0
        while position < len(found):
            group = _group(found[position:], level)
            if group[0].start != value and group[0].level == level:
                yield self._tap(group[0].start)
            if group[0].level == level:
                yield self._single(group[0], level, count)
            else:
                name = _below(group[0].level, level)
                inner = f"{level}.{name}" if level else name
                count.take(name)
                inside = list(self._flow(group, inner, _Count(), value))
                yield Block(f"{name}: [", "]", [inside])
                self.levels[group[-1].end] = inner
            value = group[-1].end
            position += len(group)

    def _single(self, element: Element, level: str, count: "_Count") -> "str | Block":
        node = self.network.nodes[element.node]
        if isinstance(element, Brace):
            branches: list[list[str | Block]] = []
            for branch, start in zip(element.branches, element.starts, strict=True):
                branches.append(self._branch(branch, start, element.start, level, count))
            return Block("{", "}", branches, "+" if isinstance(node.layer, L.Add) else "|")
        name = node.path.removeprefix(f"{level}.") if level else node.path
        bare = name == str(count.next) and element.node not in self.tapped
        count.take(name)
        text = spell(node.layer)
        return text if bare else f"{name}: {text}"

    def _branch(
        self, branch: Sequence[Element], start: int, arriving: int, level: str, count: "_Count"
    ) -> list["str | Block"]:
        parts: list[str | Block] = []
        if start != arriving:
            parts.append(self._tap(start))
        elif not branch:
            parts.append("[ID]*0")
        return parts + list(self._flow(branch, level, count, start))

    def _tap(self, value: int) -> str:
        node = self.network.nodes[value]
        if value in self.levels:
            return f"@{self.levels[value]}"
        if isinstance(node.layer, L.Add | L.Concatenate | L.Input):
            raise LanguageError(
                f"the text cannot say where '{node.path}' is read again",
                help=["it is a join, or the input, without a label of its own"],
            )
        return f"@{node.path}"


@dataclass
class _Count:
    next: int = 0

    def take(self, name: str) -> None:
        self.next = int(name) + 1 if name.isdigit() else self.next + 1


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
    return _Writer(network).write()


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


def _group(found: Sequence[Element], level: str) -> list[Element]:
    """The first element, or the run of them that lies in one level below."""
    if found[0].level == level:
        return [found[0]]
    name = _below(found[0].level, level)
    run: list[Element] = []
    for element in found:
        if element.level == level or _below(element.level, level) != name:
            break
        run.append(element)
    return run


def _below(path: str, level: str) -> str:
    """The next part of a path below a level."""
    return (path.removeprefix(f"{level}.") if level else path).split(".")[0]


def _taps(found: Sequence[Element], value: int) -> Iterator[int]:
    """The values that are read from somewhere else than right before."""
    for element in found:
        if element.start != value:
            yield element.start
        if isinstance(element, Brace):
            for branch, start in zip(element.branches, element.starts, strict=True):
                if start != element.start:
                    yield start
                yield from _taps(branch, start)
        value = element.end

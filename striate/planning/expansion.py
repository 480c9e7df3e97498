"""From a tree and an input size to a network: repeats unrolled, calls opened, sizes filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from striate.arithmetic.window import Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.language.network import Classes, Network, Node, SaidClasses, Tapped
from striate.language.tree import Bracket, Branches, Call, Flow, Item, Name, Tap, Tree, Word
from striate.language.words import WORDS
from striate.planning.calls import open_call
from striate.planning.entrance import input_size, written_classes
from striate.planning.evaluation import Closure, Scope, Value, bind, counted, evaluate, whole
from striate.planning.filling import Given, fill
from striate.planning.heading import missing, takes_head
from striate.planning.levels import Level, Paths, number_joins
from striate.planning.misfit import Misfit
from striate.planning.sizes import check_tiling, output

_MOST_ITEMS = 100_000
_POOLS = ("POOL", "MAXPOOL", "MINPOOL", "AVGPOOL")
_JOINS: Mapping[str, L.Layer] = {"+": L.Add(), "|": L.Concatenate()}


@dataclass(frozen=True)
class Settings:
    """What is told beside the text.

    `head` is whether the task at hand needs classes; `strict` refuses what flooring would drop;
    `sure` says that the channels of the input come first, however it looks.
    """

    input: Size | None = None
    classes: int | None = None
    head: bool = True
    strict: bool = False
    sure: bool = False


def expand(tree: Tree, settings: Settings) -> Network:
    """The whole text as a network; Misfit where something does not fit."""
    size, note = input_size(tree, settings.input, sure=settings.sure)
    classes: Classes | int | None = settings.classes
    if classes is None:
        classes = usual_classes(tree, size)
    scope = Scope(tree, classes, bind(tree.arguments), size[0])
    expansion = _Expansion(tree, settings, [Node("input", L.Input(size), (), size)])
    try:
        return expansion.run(scope, note)
    except RecursionError:
        place = tree.body[0].place
        raise scope.complain(place, "brackets and calls are nested too deeply here") from None


def usual_classes(tree: Tree, size: Size) -> Classes:
    """How many to count with where nobody gives any: as INPUT says, for photos as ImageNet has."""
    said = written_classes(tree)
    usual = 1000 if min(size[1:], default=0) >= 128 else 10
    return Classes(usual) if said is None else SaidClasses(said)


@dataclass
class _Expansion:
    """The nodes so far, the paths they have taken, and how many pools were kept."""

    tree: Tree
    settings: Settings
    nodes: list[Node]
    items: list[Item | None] = field(default_factory=lambda: [None])
    paths: Paths = field(default_factory=Paths)
    pools: int = 0
    visited: int = 0
    softmax: bool = False
    takes_head: bool = True

    def run(self, scope: Scope, note: str | None) -> Network:
        level, body, inner = Level(), self.tree.body, scope
        if len(body) == 1 and isinstance(body[0], Call) and body[0].label is None:
            definition, inner = open_call(body[0], scope)
            body = definition.body
        value = self._flow(body, inner, level, 0, last=True)
        notes = [note] if note else []
        wanted = self.settings.head and self.takes_head
        if wanted and (word := missing(self.nodes, value, scope, softmax=self.softmax)):
            item = Word(word, body[-1].place)
            value = self._word(item, None, scope, level, value, last=True)
            shown = "FC classes" if word == "FC" else word
            notes.append(f"{shown} was added at the end, as '{self.nodes[value].path}'")
        if isinstance(scope.classes, Classes) and "classes" in scope.used:
            notes.append(f"classes = {scope.classes}, as none were given")
        nodes = number_joins(self.nodes)
        return Network(self.tree.name, nodes, (value,), self.softmax, tuple(notes))

    def _flow(self, items: Flow, scope: Scope, level: Level, value: int, *, last: bool) -> int:
        for position, item in enumerate(items):
            rest = items[position + 1 :]
            ends = last and all(isinstance(i, Word) and i.word == "SOFTMAX" for i in rest)
            here = scope.arriving(self.nodes[value].size[0])
            label = None if item.label is None else counted(item.label, item.place, scope)
            self._visit(item, scope)
            value = self._item(item, label, here, level, value, last=ends)
            if label is not None:
                self.paths.labels[level.join(label)] = value
        return value

    def _visit(self, item: Item, scope: Scope) -> None:
        self.visited += 1
        if self.visited > _MOST_ITEMS:
            message = f"more than {_MOST_ITEMS:,} items when repeats are unrolled"
            raise scope.complain(item.place, message)

    def _item(
        self, item: Item, label: str | None, scope: Scope, level: Level, value: int, *, last: bool
    ) -> int:
        match item:
            case Word():
                return self._word(item, label, scope, level, value, last=last)
            case Tap():
                return self._tapped(item, scope, level)
            case Call():
                path = self._take(item, label, level, scope)
                definition, inner = open_call(item, scope)
                return self._flow(definition.body, inner, Level(path), value, last=last)
            case Bracket() | Branches():
                if label is not None:
                    level = Level(self._take(item, label, level, scope))
                return self._repeated(item, scope, level, value, last=last)

    def _repeated(
        self, item: Bracket | Branches, scope: Scope, level: Level, value: int, *, last: bool
    ) -> int:
        times = 1 if item.repeat is None else whole(item.repeat, scope)
        for counter in range(1, times + 1):
            inner = scope if item.repeat is None else replace(scope, counter=counter)
            inner = inner.arriving(self.nodes[value].size[0])
            if isinstance(item, Branches):
                value = self._join(item, inner, level, value)
            else:
                ends = last and item.repeat is None
                value = self._flow(item.body, inner, level, value, last=ends)
        return value

    def _join(self, item: Branches, scope: Scope, level: Level, value: int) -> int:
        ends = [self._flow(flow, scope, level, value, last=False) for flow in item.flows]
        if len(ends) == 1:
            return ends[0]
        return self._add(_JOINS[item.join], level.join(item.join), tuple(ends), item)

    def _word(
        self, item: Word, label: str | None, scope: Scope, level: Level, value: int, *, last: bool
    ) -> int:
        if item.word == "INPUT":
            if len(self.nodes) > 1:
                raise scope.complain(item.place, "INPUT stands only at the beginning")
            self.takes_head = takes_head(item, scope)
            return value
        if item.word == "SOFTMAX":
            if not last:
                help = [
                    "the loss applies it in training and predict afterwards: move it to the end"
                ]
                raise scope.complain(item.place, "SOFTMAX stands only at the end", help)
            self.softmax = True
            return value
        path = self._take(item, label, level, scope)
        layer = self._fill(item, self._values(item, scope, level, last=last), value, path)
        if item.optional and not self._fits(layer, value):
            size = show(self.nodes[value].size[1:])
            layer = L.Identity(f"{item.word}? is left out: its window is larger than {size}")
        elif item.word in _POOLS:
            self.pools += 1
        return self._add(layer, path, (value,), item)

    def _take(self, item: Item, label: str | None, level: Level, scope: Scope) -> str:
        path = level.take(label)
        if path is None:
            message = f"the label {label} is below the position, {level.count}"
            raise scope.complain(item.place, message, [f"from {level.count} on labels are free"])
        return path

    def _values(self, item: Word, scope: Scope, level: Level, *, last: bool) -> dict[str, Value]:
        given = dict(zip(WORDS[item.word].arguments, item.arguments, strict=False)) | dict(
            item.options
        )
        values: dict[str, Value] = {}
        for name, expression in given.items():
            value = evaluate(expression, scope)
            if isinstance(value, Closure):
                message = f"{item.word}: {name} is a number, but this is a definition"
                raise scope.complain(expression.place, message)
            if isinstance(value, Tap):
                source = self._tapped(value, scope, level)
                value = Tapped.of(self.nodes[source].size[1:], source)
            values[name] = value
        if isinstance(values.get("filters"), tuple):
            if "kernel" in values:
                help = ["the number of filters stands before the kernel: CONV 16 5x5"]
                raise scope.complain(item.place, f"{item.word}: the kernel is given twice", help)
            values["kernel"] = values.pop("filters")
        if item.word == "FC" and not item.arguments and last:
            values["features"] = evaluate(Name("classes", item.place), scope)
        return values

    def _fill(self, item: Word, values: dict[str, Value], value: int, path: str) -> L.Layer:
        folder = Path(self.tree.source or "").parent
        filters = 32 * 2**self.pools
        size = self.nodes[value].size
        try:
            return fill(Given(item.word, values, item.flags, size, filters, folder))
        except (ShapeError, OptionError) as error:
            raise self._misfit(error, item, path, (value,)) from error

    def _fits(self, layer: L.Layer, value: int) -> bool:
        window = None if isinstance(layer, L.Transposed) else getattr(layer, "window", None)
        return not isinstance(window, Window) or window.fits(self.nodes[value].size[1:])

    def _add(self, layer: L.Layer, path: str, inputs: tuple[int, ...], item: Item) -> int:
        arriving = tuple(self.nodes[number].size for number in inputs)
        try:
            if not isinstance(item, Branches):
                self.paths.claim(path)
            size = tuple(quantity.value for quantity in output(layer, arriving))
            if self.settings.strict:
                check_tiling(layer, arriving)
        except (ShapeError, OptionError) as error:
            raise self._misfit(error, item, path, inputs) from error
        self.nodes.append(Node(path, layer, inputs, size, item.place.line))
        self.items.append(item)
        return len(self.nodes) - 1

    def _misfit(
        self, error: ShapeError | OptionError, item: Item, path: str, inputs: tuple[int, ...]
    ) -> Misfit:
        nodes, items = tuple(self.nodes), tuple(self.items)
        return Misfit(error, item, path, inputs, nodes, items, self.visited)

    def _tapped(self, item: Tap, scope: Scope, level: Level) -> int:
        target = counted(item.target, item.place, scope)
        found = self.paths.labelled(target, level)
        if found is not None:
            return found
        near = [label.rsplit(".", 1)[-1] for label in self.paths.labels]
        help = [f"labels so far: {', '.join(dict.fromkeys(near))}"] if near else []
        message = f"no item labelled '{target}' stands before this"
        raise scope.complain(item.place, message, help)

"""Changes that might make a network fit: nearest to the trouble first, none believed untried."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from striate.arithmetic.window import Size, show
from striate.errors import StriateError
from striate.language import layers as L
from striate.language.tree import Branches, Item, Tree, Word
from striate.language.words import WORDS
from striate.planning.editing import edited, number_in, with_argument, with_option, without_option
from striate.planning.expansion import Settings, expand
from striate.planning.misfit import Misfit

_SHOWN = 4
_TRIED = 400
_REACH = 12
_DEEP = 3
_INPUTS = 33

Rewording = tuple[str, Word | None, str]


@dataclass(frozen=True)
class Change:
    """One change of the text, or of the input size, in words; it may fit or not."""

    says: str
    tree: Tree
    settings: Settings
    kind: str


def checked_fixes(tree: Tree, settings: Settings, misfit: Misfit) -> list[str]:
    """The first few changes after which the whole network fits, each tried by expanding it."""
    fixes: dict[str, str] = {}
    for change in islice(_changes(tree, settings, misfit), _TRIED):
        if change.kind not in fixes:
            size = _size_after(change, misfit.path)
            if size is not None:
                fixes[change.kind] = f"{change.says} gives {show(size)}"
        if len(fixes) == _SHOWN:
            break
    return list(fixes.values())


def _size_after(change: Change, path: str) -> Size | None:
    try:
        network = expand(change.tree, change.settings)
    except (Misfit, StriateError):
        return None
    joins = {path, path.replace("+", "|")}
    for node in network.nodes:
        if node.path == path or (path[-1] in "+|" and node.path.rstrip("0123456789") in joins):
            return node.size
    return network.output


def _changes(tree: Tree, settings: Settings, misfit: Misfit) -> Iterator[Change]:
    item = misfit.item
    if isinstance(item, Word):
        for says, new, kind in _rewordings(item, misfit):
            if new is not None:
                yield Change(says, edited(tree, item, new), settings, kind)
    if isinstance(item, Branches):
        for old, says, new, kind in _branch_changes(item, misfit):
            yield Change(says, edited(tree, old, new), settings, kind)
    for old, says, new, kind in _earlier(misfit):
        yield Change(says, edited(tree, old, new), settings, kind)
    yield from _input_changes(tree, settings, misfit)
    if isinstance(item, Word):
        bare = Word("ID", item.place, label=item.label)
        yield Change(f"ID in place of {item.word}", edited(tree, item, bare), settings, "left out")


def _rewordings(word: Word, misfit: Misfit) -> Iterator[Rewording]:
    """The same word with another number: size, padding, stride, kernel, groups."""
    vocabulary, channels = WORDS[word.word], misfit.arriving[0][0]
    given = dict(word.options)
    if "to" in given:
        for to in _near(number_in(word, "to", channels)):
            yield f"to={to}", with_option(word, "to", to), "to"
        yield "leaving out to=", without_option(word, "to"), "no to"
    if vocabulary.arguments[:1] in (("groups",), ("size",)):
        name = vocabulary.arguments[0]
        for number in _near(number_in(word, name, channels)):
            yield f"{word.word} {number}", with_argument(word, name, number), name
    if "groups" in given or "connect" in given:
        yield from _regroupings(word)
    if "kernel" in vocabulary.arguments:
        yield from _other_windows(word, min(misfit.arriving[0][1:], default=1))
    if "mode" in given:
        yield "leaving out mode=", without_option(word, "mode"), "no mode"


def _other_windows(word: Word, smallest: int) -> Iterator[Rewording]:
    for pad in _near(number_in(word, "pad", 0), least=0):
        yield f"pad={pad}", with_option(word, "pad", pad), "pad"
    if "ceil" in WORDS[word.word].flags:
        yield "ceil", replace(word, flags=(*word.flags, "ceil")), "ceil"
    for stride in _near(number_in(word, "stride", 1)):
        yield f"stride={stride}", with_option(word, "stride", stride), "stride"
    for kernel in (*_near(number_in(word, "kernel", 3)), smallest):
        yield f"a kernel of {kernel}", with_argument(word, "kernel", kernel), "kernel"
    yield f"{word.word}?, which leaves it out,", replace(word, optional=True), "optional"


def _regroupings(word: Word) -> Iterator[Rewording]:
    """Other groups, other filters, or both."""
    filters = number_in(word, "filters", 32)
    for number in _near(filters):
        yield f"{number} filters", with_argument(word, "filters", number), "filters"
    if "groups" not in dict(word.options):
        yield "leaving out connect=", without_option(word, "connect"), "no connect"
        return
    for groups in _near(number_in(word, "groups", 1)):
        grouped = with_option(word, "groups", groups)
        yield f"groups={groups}", grouped, "groups"
        if rounded := -filters % groups:
            new = with_argument(grouped, "filters", filters + rounded)
            yield f"groups={groups} with {filters + rounded} filters", new, "groups and filters"


def _branch_changes(item: Branches, misfit: Misfit) -> Iterator[tuple[Item, str, Item, str]]:
    """The last layers of a branch made to agree with the other branches; or the other join."""
    pairs = [(end, size) for size in dict.fromkeys(misfit.arriving) for end in misfit.inputs[::-1]]
    for end, wanted in pairs:
        if misfit.nodes[end].size == wanted:
            continue
        for number in islice(_reshaping(misfit, end), _DEEP):
            word, called = misfit.items[number], _called(misfit, number)
            if not isinstance(word, Word):
                continue
            for says, new, kind in _agreements(word, wanted):
                if new is not None:
                    yield word, f"{says} in {called}", new, kind + called
    if item.join == "+":
        yield item, "| in place of +", replace(item, join="|"), "join"


def _agreements(word: Word, wanted: Size) -> Iterator[Rewording]:
    arguments, options = WORDS[word.word].arguments, WORDS[word.word].options
    for name in ("filters", "features"):
        if name in arguments:
            yield f"{name}={wanted[0]}", with_argument(word, name, wanted[0]), name
    if "to" in options and len(set(wanted[1:])) == 1:
        yield f"to={wanted[1]}", with_option(word, "to", wanted[1]), "to"
    if "kernel" not in arguments:
        return
    for pad in ("same", *range(_REACH)):
        yield f"pad={pad}", with_option(word, "pad", pad), "pad"
    for kernel in _near(number_in(word, "kernel", 3)):
        yield f"kernel={kernel}", with_argument(word, "kernel", kernel), "kernel"
    for stride in range(1, 5):
        yield f"stride={stride}", with_option(word, "stride", stride), "stride"
    if "filters" in arguments:
        new = with_argument(with_option(word, "pad", "same"), "filters", wanted[0])
        yield f"filters={wanted[0]} pad=same", new, "filters and pad"


def _reshaping(misfit: Misfit, number: int) -> Iterator[int]:
    """The layers on the way to a value whose numbers decide its size, the last one first."""
    shaping = L.Convolution | L.Pool | L.Transposed | L.Upsample | L.Linear | L.Dense
    while number > 0:
        if isinstance(misfit.nodes[number].layer, shaping):
            yield number
        number = misfit.nodes[number].inputs[0]


def _earlier(misfit: Misfit) -> Iterator[tuple[Item, str, Item, str]]:
    """Layers before the trouble: a stride taken back, or more or fewer filters."""
    asks_channels = isinstance(misfit.item, Word) and {"groups", "connect"} & {
        *dict(misfit.item.options),
        *WORDS[misfit.item.word].arguments,
    }
    for number in reversed(range(1, len(misfit.items))):
        word, layer = misfit.items[number], misfit.nodes[number].layer
        if not isinstance(word, Word):
            continue
        if isinstance(layer, L.Flatten) and len(misfit.nodes[misfit.inputs[0]].size) == 1:
            new = Word("ID", word.place, label=word.label)
            yield word, f"ID in place of FLATTEN in {_called(misfit, number)}", new, "flat"
        window = getattr(layer, "window", None)
        if window is not None and max(window.stride) > 1:
            new = with_option(word, "stride", 1)
            yield word, f"stride=1 in {_called(misfit, number)}", new, "earlier stride"
        if asks_channels and "filters" in WORDS[word.word].arguments:
            for filters in _near(misfit.nodes[number].size[0]):
                new = with_argument(word, "filters", filters)
                says = f"filters={filters} in {_called(misfit, number)}"
                if new is not None:
                    yield word, says, new, "earlier filters"
            asks_channels = False


def _input_changes(tree: Tree, settings: Settings, misfit: Misfit) -> Iterator[Change]:
    size = misfit.nodes[0].size
    if len(size) < 2:
        return
    steps = [sign * step for step in range(1, _INPUTS) for sign in (1, -1)]
    steps += [factor * max(size[1:]) // 2 for factor in (2, 4, 8, 14, 30)]
    for step in steps:
        other = (size[0], *(n + step for n in size[1:]))
        if min(other) > 0:
            says = f"an input of {show(other)}"
            kind = "larger input" if step > 0 else "smaller input"
            yield Change(says, tree, replace(settings, input=other), kind)


def _called(misfit: Misfit, number: int) -> str:
    return f"{misfit.nodes[number].path} (line {misfit.nodes[number].line})"


def _near(number: int, least: int = 1) -> Iterator[int]:
    """A number, which helps where a size for other axes stood, and then those beside it."""
    yield number
    for distance in range(1, _REACH + 1):
        if number - distance >= least:
            yield number - distance
        yield number + distance

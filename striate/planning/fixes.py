"""Changes that might make a network fit: nearest to the trouble first, none believed untried."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from striate.arithmetic.window import Size, show
from striate.errors import StriateError
from striate.language import layers as L
from striate.language.tree import Branches, Item, Tree, Word
from striate.language.words import WORDS
from striate.planning.editing import edited, with_argument, with_option
from striate.planning.expansion import Misfit, Settings, expand

_MOST = 4
_STEPS = 33


@dataclass(frozen=True)
class Change:
    """One change of the text, or of the input size, in words; it may fit or not."""

    says: str
    tree: Tree
    settings: Settings
    kind: str


def checked_fixes(tree: Tree, settings: Settings, misfit: Misfit) -> list[str]:
    """The first few changes after which the whole network fits, each tried by expanding it."""
    fixes: list[str] = []
    kinds: set[str] = set()
    for change in _changes(tree, settings, misfit):
        if change.kind in kinds:
            continue
        size = _size_after(change, misfit.path)
        if size is not None:
            kinds.add(change.kind)
            fixes.append(f"{change.says} gives {show(size)}")
        if len(fixes) == _MOST:
            break
    return fixes


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
    def rewritten(says: str, old: Item, new: Item | None, kind: str) -> Iterator[Change]:
        if new is not None:
            yield Change(says, edited(tree, old, new), settings, kind)

    item = misfit.item
    if isinstance(item, Word):
        for says, new, kind in _rewordings(item, misfit):
            yield from rewritten(says, item, new, kind)
    if isinstance(item, Branches):
        for old, says, new, kind in _branch_changes(item, misfit):
            yield from rewritten(says, old, new, kind)
    for number in reversed(range(len(misfit.items))):
        earlier = misfit.items[number]
        window = getattr(misfit.nodes[number].layer, "window", None)
        if isinstance(earlier, Word) and window is not None and max(window.stride) > 1:
            says = f"stride=1 in {_called(misfit, number)}"
            yield from rewritten(says, earlier, with_option(earlier, "stride", 1), "earlier")
    yield from _input_changes(tree, settings, misfit)


def _rewordings(word: Word, misfit: Misfit) -> Iterator[tuple[str, Word | None, str]]:
    """The same word with another number: padding, stride, kernel, groups, size."""
    options, size = WORDS[word.word].options, misfit.arriving[0]
    if "pad" in options and "kernel" in WORDS[word.word].arguments:
        for pad in range(1, 12):
            yield f"pad={pad}", with_option(word, "pad", pad), "pad"
    if "ceil" in WORDS[word.word].flags:
        yield "ceil", replace(word, flags=(*word.flags, "ceil")), "ceil"
    if "stride" in options:
        for stride in range(1, 8):
            yield f"stride={stride}", with_option(word, "stride", stride), "stride"
    if "kernel" in WORDS[word.word].arguments:
        for kernel in range(min(size[1:], default=0) + 2, 0, -1):
            new = with_argument(word, "kernel", kernel)
            yield f"a kernel of {kernel}", new, "kernel"
        yield f"{word.word}?, which leaves it out,", replace(word, optional=True), "optional"
    if "groups" in options:
        yield from _regroupings(word, size[0])
    if "to" in options:
        for to in range(1, 2 * max(size) + 16):
            yield f"to={to}", with_option(word, "to", to), "to"
    if WORDS[word.word].arguments[:1] in (("groups",), ("size",)):
        name = WORDS[word.word].arguments[0]
        for number in _nearest(max(size), max(size)):
            yield f"{word.word} {number}", with_argument(word, name, number), name


def _branch_changes(item: Branches, misfit: Misfit) -> Iterator[tuple[Item, str, Item | None, str]]:
    """The last layer of a branch made to agree with the other branches; or the other join."""
    for wanted in dict.fromkeys(misfit.arriving):
        for end in reversed(misfit.inputs):
            number = _last_window(misfit, end)
            if number is None or misfit.nodes[end].size == wanted:
                continue
            word = misfit.items[number]
            if isinstance(word, Word):
                for says, new in _agreements(word, wanted):
                    called = _called(misfit, number)
                    yield word, f"{says} in {called}", new, says.split("=")[0] + called
    if item.join == "+":
        yield item, "| in place of +", replace(item, join="|"), "join"


def _agreements(word: Word, wanted: Size) -> Iterator[tuple[str, Word | None]]:
    if "filters" in WORDS[word.word].arguments:
        yield f"filters={wanted[0]}", with_argument(word, "filters", wanted[0])
    if "to" in WORDS[word.word].options and len(set(wanted[1:])) == 1:
        yield f"to={wanted[1]}", with_option(word, "to", wanted[1])
    if word.word == "UP":
        return
    for pad in ("same", *range(12)):
        yield f"pad={pad}", with_option(word, "pad", pad)
    for kernel in range(9, 0, -1):
        yield f"kernel={kernel}", with_argument(word, "kernel", kernel)
    for stride in range(1, 5):
        yield f"stride={stride}", with_option(word, "stride", stride)


def _last_window(misfit: Misfit, end: int) -> int | None:
    number = end
    while number > 0:
        if isinstance(
            misfit.nodes[number].layer, L.Convolution | L.Pool | L.Transposed | L.Upsample
        ):
            return number
        number = misfit.nodes[number].inputs[0]
    return None


def _input_changes(tree: Tree, settings: Settings, misfit: Misfit) -> Iterator[Change]:
    size = misfit.nodes[0].size
    if len(size) < 2:
        return
    steps = [(sign * step, sign) for step in range(1, _STEPS) for sign in (1, -1)]
    steps += [(factor * max(size[1:]) // 2, 1) for factor in (2, 4, 8, 14, 30)]
    for step, sign in steps:
        other = (size[0], *(n + step for n in size[1:]))
        if min(other) > 0:
            says = f"an input of {show(other)}"
            yield Change(says, tree, replace(settings, input=other), f"input {sign}")


def _regroupings(word: Word, channels: int) -> Iterator[tuple[str, Word | None, str]]:
    """Other groups, with the filters as they are or rounded up to fall into them."""
    for groups in (n for n in range(channels, 0, -1) if channels % n == 0):
        grouped = with_option(word, "groups", groups)
        yield f"groups={groups}", grouped, "groups"
        for filters in range(groups, 9 * groups, groups):
            new = with_argument(grouped, "filters", filters)
            yield f"groups={groups} with {filters} filters", new, "groups and filters"
    for filters in _nearest(channels, 256):
        yield f"{filters} filters", with_argument(word, "filters", filters), "filters"


def _called(misfit: Misfit, number: int) -> str:
    return f"{misfit.nodes[number].path} (line {misfit.nodes[number].line})"


def _nearest(number: int, reach: int) -> Iterator[int]:
    """Whole numbers from 1, the nearest to a number first."""
    for distance in range(1, reach + 1):
        if number - distance >= 1:
            yield number - distance
        yield number + distance

"""Changes that might make a network fit: nearest to the trouble first, none of them tried yet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import gcd

from striate.arithmetic.window import Size, show
from striate.language import layers as L
from striate.language.tree import Branches, Item, Word
from striate.language.words import WORDS
from striate.planning.editing import number_in, with_argument, with_option, without_option
from striate.planning.misfit import Misfit

_REACH = 12
_DEEP = 3
_INPUTS = 33
LAST_RESORT = "left out"
_COUNTED = ("groups", "size", "amount", "channels")


@dataclass(frozen=True)
class Change:
    """One item of the text in place of another, or another input size, in words.

    `kind` names the parts of it, with commas; `new` is None where the text has no place for it.
    """

    says: str
    kind: str
    old: Item | None = None
    new: Item | None = None
    input: Size | None = None

    @property
    def parts(self) -> frozenset[str]:
        """What it changes: where fewer of these have helped, or the same, it need not be tried."""
        return frozenset(self.kind.split(", "))


def changes(misfit: Misfit) -> Iterator[Change]:
    """Changes of the item in trouble, of its branches, of what stands before it, of the input."""
    item = misfit.item
    if isinstance(item, Word):
        yield from _rewordings(item, misfit.arriving[0])
    if isinstance(item, Branches):
        yield from _branch_changes(item, misfit)
    yield from _earlier(misfit)
    if isinstance(item, Branches) or len(misfit.arriving[0]) > 1:
        yield from _input_changes(misfit.nodes[0].size)
    if isinstance(item, Word):
        bare = Word("ID", item.place, label=item.label)
        yield Change(f"ID in place of {item.word}", LAST_RESORT, item, bare)


def _rewordings(word: Word, arriving: Size) -> Iterator[Change]:
    """The same word with another number: size, padding, stride, kernel, groups."""
    vocabulary, given = WORDS[word.word], dict(word.options)
    channels, smallest = arriving[0], min(arriving[1:], default=1)
    if "to" in given:
        most = smallest if word.word == "CROP" else None
        for to in _near(number_in(word, "to", channels), most=most):
            yield Change(f"to={to}", "to", word, with_option(word, "to", to))
        yield Change("leaving out to=", "no to", word, without_option(word, "to"))
    for name in vocabulary.arguments[:1]:
        if name in _COUNTED:
            most = channels if name in ("groups", "channels") else smallest
            for number in _near(number_in(word, name, channels), most=most):
                yield Change(f"{word.word} {number}", name, word, with_argument(word, name, number))
    if "groups" in given or "connect" in given:
        yield from _regroupings(word, channels)
    if "tiles" in vocabulary.options:
        yield from _retilings(word, smallest)
    if "kernel" in vocabulary.arguments:
        yield from _other_windows(word, smallest)
    if "mode" in given:
        yield Change("leaving out mode=", "no mode", word, without_option(word, "mode"))


def _other_windows(word: Word, smallest: int) -> Iterator[Change]:
    for pad in _near(number_in(word, "pad", 0), least=0):
        yield Change(f"pad={pad}", "pad", word, with_option(word, "pad", pad))
    if "ceil" in WORDS[word.word].flags:
        yield Change("ceil", "ceil", word, replace(word, flags=(*word.flags, "ceil")))
    for stride in _near(number_in(word, "stride", 1)):
        yield Change(f"stride={stride}", "stride", word, with_option(word, "stride", stride))
    for kernel in (*_near(number_in(word, "kernel", 3)), smallest):
        new = with_argument(word, "kernel", kernel)
        yield Change(f"a kernel of {kernel}", "kernel", word, new)
    says = f"{word.word}?, which leaves it out,"
    yield Change(says, "optional", word, replace(word, optional=True))


def _regroupings(word: Word, channels: int) -> Iterator[Change]:
    """Other groups, other filters, or both where the filters do not fall into other groups."""
    filters, now = number_in(word, "filters", 32), number_in(word, "groups", 1)
    for number in (*_near(filters), filters + -filters % now):
        yield Change(f"{number} filters", "filters", word, with_argument(word, "filters", number))
    if "groups" not in dict(word.options):
        yield Change("leaving out connect=", "no connect", word, without_option(word, "connect"))
        return
    for groups in (*_near(now, most=channels), gcd(channels, filters)):
        grouped = with_option(word, "groups", groups)
        yield Change(f"groups={groups}", "groups", word, grouped)
        rounded = filters + -filters % groups
        if rounded != filters:
            new = with_argument(grouped, "filters", rounded)
            yield Change(f"groups={groups} with {rounded} filters", "groups, filters", word, new)


def _retilings(word: Word, smallest: int) -> Iterator[Change]:
    for tiles in _near(number_in(word, "tiles", 2), most=smallest):
        yield Change(f"tiles={tiles}", "tiles", word, with_option(word, "tiles", tiles))
    unshared = replace(without_option(word, "tiles"), word="UNSHARED")
    yield Change("UNSHARED in place of TILED", "unshared", word, unshared)


def _branch_changes(item: Branches, misfit: Misfit) -> Iterator[Change]:
    """The last layers of a branch made to agree with the other branches; or the other join."""
    pairs = [(end, size) for size in dict.fromkeys(misfit.arriving) for end in misfit.inputs[::-1]]
    for end, wanted in pairs:
        found = misfit.nodes[end].size
        for number in islice(_reshaping(misfit, end), _DEEP if found != wanted else 0):
            word, called = misfit.items[number], _called(misfit, number)
            if isinstance(word, Word):
                for change in _agreements(word, found, wanted):
                    kind = ", ".join(part + called for part in change.parts)
                    yield replace(change, says=f"{change.says} in {called}", kind=kind)
    if item.join == "+":
        yield Change("| in place of +", "join", item, replace(item, join="|"))


def _agreements(word: Word, found: Size, wanted: Size) -> Iterator[Change]:
    """The same word with other channels, other axes, or both: whichever differ."""
    channels, axes = found[0] != wanted[0], found[1:] != wanted[1:]
    for name in ("filters", "features"):
        if channels and name in WORDS[word.word].arguments:
            new = with_argument(word, name, wanted[0])
            yield Change(f"{name}={wanted[0]}", name, word, new)
    if axes:
        yield from _resizings(word, wanted)
    if channels and axes and "filters" in WORDS[word.word].arguments:
        new = with_argument(with_option(word, "pad", "same"), "filters", wanted[0])
        yield Change(f"filters={wanted[0]} pad=same", "filters, pad", word, new)


def _resizings(word: Word, wanted: Size) -> Iterator[Change]:
    """The same word with another size, padding, kernel or stride."""
    vocabulary = WORDS[word.word]
    if len(set(wanted[1:])) == 1:
        if "to" in vocabulary.options:
            yield Change(f"to={wanted[1]}", "to", word, with_option(word, "to", wanted[1]))
        if vocabulary.arguments == ("size",):
            new = with_argument(word, "size", wanted[1])
            yield Change(f"{word.word} {wanted[1]}", "size", word, new)
    if "kernel" not in vocabulary.arguments:
        return
    for pad in ("same", *range(_REACH)):
        yield Change(f"pad={pad}", "pad", word, with_option(word, "pad", pad))
    for kernel in _near(number_in(word, "kernel", 3)):
        yield Change(f"kernel={kernel}", "kernel", word, with_argument(word, "kernel", kernel))
    for stride in range(1, 5):
        yield Change(f"stride={stride}", "stride", word, with_option(word, "stride", stride))


def _reshaping(misfit: Misfit, number: int) -> Iterator[int]:
    """The layers on the way to a value whose numbers decide its size, the last one first."""
    windows = L.Convolution | L.Unshared | L.Tiled | L.Separable | L.Transposed | L.Pool
    shaping = windows | L.Upsample | L.Adaptive | L.Crop | L.Linear | L.Dense
    while number > 0:
        if isinstance(misfit.nodes[number].layer, shaping):
            yield number
        number = misfit.nodes[number].inputs[0]


def _earlier(misfit: Misfit) -> Iterator[Change]:
    """Layers before the trouble: a stride taken back, or more or fewer filters."""
    asks_channels = isinstance(misfit.item, Word) and {"groups", "connect", "channels"} & {
        *dict(misfit.item.options),
        *WORDS[misfit.item.word].arguments,
    }
    for number in reversed(range(1, len(misfit.items))):
        word, layer = misfit.items[number], misfit.nodes[number].layer
        if not isinstance(word, Word):
            continue
        if isinstance(layer, L.Flatten) and len(misfit.nodes[misfit.inputs[0]].size) == 1:
            new = Word("ID", word.place, label=word.label)
            yield Change(f"ID in place of FLATTEN in {_called(misfit, number)}", "flat", word, new)
        window = getattr(layer, "window", None)
        if window is not None and max(window.stride) > 1:
            new = with_option(word, "stride", 1)
            yield Change(f"stride=1 in {_called(misfit, number)}", "earlier stride", word, new)
        if asks_channels and "filters" in WORDS[word.word].arguments:
            for filters in _near(misfit.nodes[number].size[0]):
                says = f"filters={filters} in {_called(misfit, number)}"
                new = with_argument(word, "filters", filters)
                yield Change(says, "earlier filters", word, new)
            asks_channels = False


def _input_changes(size: Size) -> Iterator[Change]:
    if len(size) < 2:
        return
    steps = [sign * step for step in range(1, _INPUTS) for sign in (1, -1)]
    steps += [factor * max(size[1:]) // 2 for factor in (2, 4, 8, 14, 30)]
    for step in steps:
        other = (size[0], *(n + step for n in size[1:]))
        if min(other) > 0:
            kind = "larger input" if step > 0 else "smaller input"
            yield Change(f"an input of {show(other)}", kind, input=other)


def _called(misfit: Misfit, number: int) -> str:
    return f"{misfit.nodes[number].path} (line {misfit.nodes[number].line})"


def _near(number: int, *, least: int = 1, most: int | None = None) -> Iterator[int]:
    """A number, which helps where a size for other axes stood, and then those beside it."""
    number = number if most is None else min(number, most)
    yield number
    for distance in range(1, _REACH + 1):
        if number - distance >= least:
            yield number - distance
        yield number + distance

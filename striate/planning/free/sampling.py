"""Real sizes to begin with: one that fits, at which every word is there, and more where needed."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

from striate.arithmetic.window import show
from striate.errors import LanguageError, OptionError, ShapeError
from striate.language import layers as L
from striate.language.network import Network, Tapped
from striate.language.spelling import spell
from striate.planning.free.letters import FreeSize, named
from striate.planning.free.recognition import Sample
from striate.planning.free.trying import Networks, structure

_USUAL = (224, 256, 64, 512, 128, 96, 32, 28, 1024, 4096, 16384, 65536)
_EVERY = 300
_STEPS = (1, 2, 3, 4, 5, 8, 16, 32, 64, 128)
_STRIDES = (32, 64, 128, 16)
_SAMPLES = 3
_DOUBLINGS = 12


def sampled(
    networks: Networks,
    size: FreeSize,
    wanted: Mapping[str, int] | None,
    *,
    steady: bool,
    traced: bool,
) -> tuple[list[Sample], bool]:
    """The example first, others of the same structure, and whether all that were tried have it.

    There are others where a record does not say it all, as what was `traced` at one size never
    does.
    """
    example = _fitting(networks, size, wanted)
    if not steady:
        example = _complete(networks, size, example)
    first = example.network.inputs[0]
    says_all = (_says_all(node.layer) for node in example.network.nodes if node is not first)
    if not traced and all(says_all):
        return [example], True
    others = list(_others(networks, size, example))
    bare = structure(example.network)
    alike = [other for other in others if structure(other.network) == bare]
    return [example, *alike], len(alike) == len(others)


def _fitting(networks: Networks, size: FreeSize, wanted: Mapping[str, int] | None) -> Sample:
    """The size that was asked for, or the first usual one that fits."""
    first: ShapeError | None = None
    for numbers in _possible(size, wanted):
        try:
            return Sample(numbers, networks(size.at(numbers)))
        except ShapeError as error:
            first = first or error
    assert first is not None
    raise ShapeError(
        f"no input of {size} was found that fits: {first.message}", help=first.help
    ) from None


def _possible(size: FreeSize, wanted: Mapping[str, int] | None) -> Iterator[Mapping[str, int]]:
    if wanted:
        yield wanted
    for number in (*_USUAL, *range(1, _EVERY + 1)):
        yield dict.fromkeys(size.letters, number)


def _complete(networks: Networks, size: FreeSize, example: Sample) -> Sample:
    """The first of twice, four times, ... that size at which no more words will come in."""
    for _ in range(_DOUBLINGS):
        numbers = {letter: 2 * n for letter, n in example.numbers.items()}
        try:
            larger = Sample(numbers, networks(size.at(numbers)))
        except ShapeError:
            return example
        if _left_out(example.network) == _left_out(larger.network):
            return example
        example = larger
    raise OptionError(f"words of {example.network.name} are left out however large {size} is")


def _left_out(network: Network) -> list[tuple[str, tuple[int, ...]]]:
    """The words that are left out, and what arrives there: if that does not grow, they stay so."""
    return [
        (node.path, node.size)
        for node in network.nodes
        if isinstance(node.layer, L.Identity) and node.layer.note
    ]


def _says_all(layer: L.Layer) -> bool:
    """Whether a record says at one size what it does at another."""
    to = getattr(layer, "to", None)
    return not isinstance(layer, L.Input | L.Operation) and (to is None or isinstance(to, Tapped))


def _others(networks: Networks, size: FreeSize, example: Sample) -> Iterator[Sample]:
    """A few sizes beside the example, for each letter alone.

    Behind strides the nearest may all be the same: one is farther away.
    """
    for letter in size.letters:
        beside = (_beside(networks, size, example, letter, step) for step in _STEPS)
        yield from islice(filter(None, beside), _SAMPLES)
        farther = (_beside(networks, size, example, letter, step) for step in _STRIDES)
        yield from islice(filter(None, farther), 1)


def _beside(
    networks: Networks, size: FreeSize, example: Sample, letter: str, step: int
) -> Sample | None:
    """The sample of a letter that is larger by a step; None where it does not fit."""
    numbers = {**example.numbers, letter: example.numbers[letter] + step}
    with suppress(ShapeError):
        return Sample(numbers, networks(size.at(numbers)))
    return None


def require_same(networks: Networks, size: FreeSize, example: Sample) -> None:
    """Raise OptionError where a number of a text follows from the letters, as `in` may.

    Records of the example are put to other sizes: they would say there what they say here.
    """
    bare = structure(example.network)
    for larger in (lambda n: n + 1, lambda n: 2 * n):
        numbers = {letter: larger(n) for letter, n in example.numbers.items()}
        try:
            other = networks(size.at(numbers))
        except ShapeError:
            continue
        except LanguageError as error:  # in/2, where `in` is odd
            raise _follows(size, example, f"{named(numbers)}: {error.message}") from None
        if structure(other) != bare:
            pairs = zip(example.network.nodes, bare, other.nodes, structure(other), strict=False)
            found = [(one, two) for one, here, two, there in pairs if here != there]
            one, two = found[0] if found else (example.network.nodes[-1], other.nodes[-1])
            here, there = named(example.numbers), named(numbers)
            told = f"is {spell(one.layer)} at {here} and {spell(two.layer)} at {there}"
            raise _follows(size, example, f"{one.path} (line {one.line}) {told}")


def _follows(size: FreeSize, example: Sample, found: str) -> OptionError:
    given = show(size.at(example.numbers))
    return OptionError(
        f"{found}; what follows from the size of the input, as `in` does behind FLATTEN, has no "
        f"form for every {size}",
        help=["write the number itself", f"plan one size at a time: --input {given}"],
    )

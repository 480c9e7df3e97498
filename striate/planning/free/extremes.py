"""The smallest input that fits, and the few that the weights of a fully connected layer fit."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, takewhile

from striate.arithmetic.symbols import Form, Value
from striate.arithmetic.window import show
from striate.language import layers as L
from striate.planning.free.letters import FreeSize, size_at
from striate.planning.free.plan import Smallest
from striate.planning.free.searching import Found
from striate.planning.free.trying import Networks, Records, why_not
from striate.planning.sizes import count as numbers_in

_FARTHEST = 20_000


def smallest(
    networks: Networks, size: FreeSize, found: Sequence[Found], others: Mapping[str, int]
) -> Iterator[Smallest]:
    """All letters at once, as a square, and each letter for itself where it may be smaller.

    The size below is tried for the reason; a letter for itself is so with the others as given.
    """
    square = _square(networks, size, found)
    if square is not None:
        yield _least(networks, size, dict.fromkeys(size.letters, square), {})
    for one in found:
        least = one.fits.smallest
        if least is not None and least != square:
            yield _least(networks, size, {one.letter: least}, others)


def _least(
    networks: Networks, size: FreeSize, numbers: Mapping[str, int], others: Mapping[str, int]
) -> Smallest:
    below = {**others, **{letter: n - 1 for letter, n in numbers.items()}}
    reason = why_not(networks, size.at(below)) if min(below.values()) > 0 else ""
    return Smallest(dict(numbers), reason)


def _square(networks: Networks, size: FreeSize, found: Sequence[Found]) -> int | None:
    """The first number that fits every letter; None if none is found."""
    first = max(one.fits.smallest or 1 for one in found)
    for n in (n for n in range(first, _FARTHEST) if all(n in one.fits for one in found)):
        if not why_not(networks, size.at(dict.fromkeys(size.letters, n))):
            return n
    return None


def gaps(
    networks: Networks, size: FreeSize, found: Sequence[Found], others: Mapping[str, int]
) -> Iterator[str]:
    """A sentence about the first size of each letter that does not fit between some that do."""
    for one in found:
        smallest = one.fits.smallest
        if smallest is not None and not one.fits.finite and one.fits.modulus > 1:
            n = next(n for n in count(smallest) if n not in one.fits)
            reason = why_not(networks, size.at({**others, one.letter: n}))
            yield f"{one.letter} = {n} does not fit: {reason}"


def pinned(records: Records, found: Sequence[Found], example: Mapping[str, int]) -> Iterator[str]:
    """A sentence about each layer that has more weights for a larger input, as an FC has."""
    nodes = records.network.nodes
    for position, node in enumerate(nodes):
        place = position if isinstance(node.layer, L.Unshared) else (*node.inputs, 0)[0]
        forms = records.closed[place].forms
        letters = {each for form in forms if isinstance(form, Form) for each in form.letters}
        if isinstance(node.layer, L.Linear | L.Unshared) and letters and "?" not in letters:
            number = numbers_in(nodes[place].size)
            alike = (_alike(forms, one, example) for one in found if one.letter in letters)
            what = "reads" if isinstance(node.layer, L.Linear) else "has kernels for"
            yield (
                f"{node.path} {what} {number:,} numbers at {show(records.size.at(example))}: "
                f"weights made there fit {' and '.join(alike)} alone"
            )


def _alike(features: tuple[Value, ...], found: Found, example: Mapping[str, int]) -> str:
    """The sizes of a letter around the example that give as many features."""
    here, letter = example[found.letter], found.letter
    number = numbers_in(size_at(features, example))

    def same(n: int) -> bool:
        return numbers_in(size_at(features, {**example, letter: n})) == number

    last = max(takewhile(same, count(here)))
    first = min(takewhile(same, range(here, 0, -1)))
    fitting = [n for n in range(first, last + 1) if n in found.fits]
    if fitting == [*range(fitting[0], fitting[-1] + 1)] and len(fitting) > 2:
        return f"{letter} = {fitting[0]} to {fitting[-1]}"
    return f"{letter} = {', '.join(map(str, fitting))}"

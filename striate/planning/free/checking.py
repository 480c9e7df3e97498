"""Closed forms held against networks of real sizes: those that fit, and those that must not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

from striate.arithmetic.symbols import Value
from striate.arithmetic.window import show
from striate.errors import ShapeError
from striate.language.network import Network
from striate.planning.free.forms import Closed
from striate.planning.free.letters import named, size_at
from striate.planning.free.recognition import UNKNOWN
from striate.planning.free.searching import Found
from striate.planning.free.trying import Networks, Records, Trials

_AGREEING = 6
_FITTING = 8
_REFUSED = 3
_SHOWN = 2


@dataclass(frozen=True)
class Checked:
    """How many real networks were made, and what was otherwise than the forms say.

    `wrong` are sentences by position; `surprises` are about sizes that fit or do not.
    """

    made: int
    wrong: Mapping[int, str]
    surprises: tuple[str, ...]


def hold_from(trials: Trials, found: Found, others: Mapping[str, int]) -> int:
    """The size of a letter from which on the forms are what leaves the layers.

    The smallest that fits where that is nowhere so: then checking says what is otherwise.
    """
    trial, agreeing = trials.along(found.letter, others), list[int]()
    for n in islice(found.fits, 20 * _AGREEING):
        sizes = trial(n).sizes
        expected = expected_at(trials.records.closed, {**others, found.letter: n})
        agreeing = [*agreeing, n] if _agree(sizes, expected) else []
        if len(agreeing) == _AGREEING:
            break
    few = found.fits.finite and found.fits.tried is None and len(agreeing) > 0
    if few or len(agreeing) == _AGREEING:
        return agreeing[0]
    return found.fits.smallest or others[found.letter]


def expected_at(
    closed: Sequence[Closed], numbers: Mapping[str, int]
) -> list[tuple[int, ...] | None]:
    """The sizes that the forms give, None where they are not known."""
    seen: dict[int, int] = {}  # most layers hand on what arrives, the very same forms

    def number(form: Value) -> int:
        if id(form) not in seen:
            (seen[id(form)],) = size_at((form,), numbers)
        return seen[id(form)]

    known = (None if UNKNOWN in one.forms else one.forms for one in closed)
    return [None if forms is None else tuple(map(number, forms)) for forms in known]


def _agree(sizes: Sequence[tuple[int, ...]], expected: Sequence[tuple[int, ...] | None]) -> bool:
    pairs = zip(sizes, expected, strict=False)
    return len(sizes) == len(expected) and all(e is None or e == size for size, e in pairs)


def checked(
    records: Records,
    networks: Networks,
    found: Sequence[Found],
    holds: Mapping[str, int],
    others: Mapping[str, int],
) -> Checked:
    """Make the networks of a dozen sizes, and compare."""
    wrong: dict[int, str] = {}
    surprises: list[str] = []
    fitting, refused = _fitting(found, holds), _refused(found, others)
    for numbers in fitting:
        try:
            network = networks(records.size.at(numbers))
        except ShapeError as error:
            surprises.append(f"at {named(numbers)} it does not fit: {error.message}")
            continue
        if [node.path for node in network.nodes] != [n.path for n in records.network.nodes]:
            surprises.append(f"at {named(numbers)} it has other layers")
            continue
        for position, reason in _differences(records, network, numbers):
            wrong.setdefault(position, reason)
    for numbers in refused:
        try:
            networks(records.size.at(numbers))
        except ShapeError:
            continue
        surprises.append(f"at {named(numbers)} it does fit")
    more = len(surprises) - _SHOWN
    said = [*surprises[:_SHOWN], *([f"and so at {more} more"] if more > 0 else [])]
    return Checked(len(fitting) + len(refused), wrong, tuple(said))


def _fitting(found: Sequence[Found], holds: Mapping[str, int]) -> list[dict[str, int]]:
    """Sizes that fit: the first ones, and some of every rest, each letter at its own pace."""
    columns: list[list[int]] = []
    for place, one in enumerate(found):
        larger = (n for n in one.fits if n >= holds[one.letter])
        several = list(islice(larger, 3 * (one.period or 8)))
        step = max(1, len(several) // (_FITTING - 2)) + place
        picked = [*several[:2], *several[2::step]]
        columns.append((picked * _FITTING)[:_FITTING])
    letters = [one.letter for one in found]
    rows = [dict(zip(letters, row, strict=True)) for row in zip(*columns, strict=True)]
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def _refused(found: Sequence[Found], others: Mapping[str, int]) -> list[dict[str, int]]:
    """Sizes that do not fit: the last one before the first that does, and a few behind it."""
    refused: list[dict[str, int]] = []
    for one in found:
        smallest, reach = one.fits.smallest or 1, 2 * (one.period or 8)
        around = (n for n in count(max(1, smallest - 1)) if n not in one.fits)
        near = (n for n in islice(around, _REFUSED) if n <= smallest + reach) if _gaps(one) else ()
        refused += [{**others, one.letter: n} for n in near]
        if smallest > 1 and not _gaps(one):
            refused.append({**others, one.letter: smallest - 1})
    return refused


def _gaps(found: Found) -> bool:
    """Whether there are sizes without an end that do not fit."""
    return len(found.fits.residues) < found.fits.modulus and found.fits.tried is None


def _differences(
    records: Records, network: Network, numbers: Mapping[str, int]
) -> list[tuple[int, str]]:
    here = named(numbers)
    pairs = zip(network.nodes, expected_at(records.closed, numbers), strict=True)
    return [
        (position, f"at {here} it is {show(node.size)}, not {show(size)}")
        for position, (node, size) in enumerate(pairs)
        if size not in (None, node.size)
    ]

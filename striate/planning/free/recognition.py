"""What no record says, looked for: where a size comes from that is not the same for every input.

A form is taken that gives the right number in every sample; it is tried at other sizes afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, prod

from striate.arithmetic.symbols import Form, Value
from striate.language.network import Network

Forms = tuple[Value, ...]
UNKNOWN = Form.of("?")


@dataclass(frozen=True)
class Sample:
    """A network of a real size, and what the letters are there."""

    numbers: Mapping[str, int]
    network: Network


def candidates(arriving: Sequence[Forms]) -> Iterator[Value]:
    """What the numbers of a size often are: one that arrives, a product, a part, a little more."""
    forms = [form for each in arriving for form in each if isinstance(form, Form)]
    yield from forms
    for each in arriving:
        yield from (prod(each[first:]) for first in range(len(each) - 1))
    for form in forms:
        yield from (form * factor for factor in (2, 4, 8, 3))
        yield from (floor(form / factor) for factor in (2, 4, 8, 3))
        yield from (form + sign * more for more in range(1, 9) for sign in (1, -1))


def matching(numbers: Sequence[int], samples: Sequence[Sample], among: Sequence[Value]) -> Value:
    """The first form that gives these numbers where the samples are; what is constant stays."""
    if len(set(numbers)) == 1 and len(samples) > 1:
        return numbers[0]
    for form in among:
        pairs = zip(samples, numbers, strict=True)
        if isinstance(form, Form) and all(form.at(s.numbers) == n for s, n in pairs):
            return form
    return numbers[0] if len(samples) == 1 else UNKNOWN


def recognised(
    position: int, samples: Sequence[Sample], arriving: Sequence[Forms]
) -> tuple[Forms, str]:
    """The size of what no word says, and a reason where it is not known."""
    sizes = [sample.network.nodes[position].size for sample in samples]
    if len({len(size) for size in sizes}) > 1:
        unknown = (UNKNOWN,) * len(sizes[0])
        return unknown, "how many axes it has is not the same for every size"
    among = list(candidates(arriving))
    columns = zip(*sizes, strict=True)
    forms = tuple(matching(list(column), samples, among) for column in columns)
    return forms, "how its size comes about is not known" if UNKNOWN in forms else ""

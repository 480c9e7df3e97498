"""What layers demand of each other, in letters: equal branches, a size that a layer can give.

Most layers only need enough to slide over: what is enough stays enough when the input grows. A
demand is another thing: a form has to stay between two numbers, and may leave them again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from striate.arithmetic.rhythm import rhythm
from striate.arithmetic.symbols import Form, Value
from striate.language import layers as L
from striate.language.network import Network
from striate.planning.free.forms import Closed, forms_of, leaving
from striate.planning.free.letters import size_at
from striate.planning.free.recognition import Forms


@dataclass(frozen=True)
class Demand:
    """A form that is at least `low` and at most `high`; no `high` means that more is as good."""

    form: Form
    low: int
    high: int | None

    def alone(self, letter: str, others: Mapping[str, int]) -> "Demand | None":
        """The same demand where the other letters are known; None if it is none of this letter."""
        form = self.form.at({name: n for name, n in others.items() if name != letter})
        return Demand(form, self.low, self.high) if isinstance(form, Form) else None

    def settled(self, letter: str, n: int) -> bool:
        """Whether what holds at a size holds, or fails, at all that are whole periods larger."""
        value, gain = self.form.at({letter: n}), rhythm(self.form, letter)[1]
        assert not isinstance(value, Form)
        if gain > 0:
            return value >= self.low if self.high is None else value > self.high
        return gain == 0 or value < self.low

    def holds(self, letter: str, n: int) -> bool:
        """Whether it is met at a size."""
        value = self.form.at({letter: n})
        assert not isinstance(value, Form)
        return self.low <= value and (self.high is None or value <= self.high)


def demands(
    network: Network, closed: Sequence[Closed], numbers: Mapping[str, int], *, built: bool
) -> dict[int, list[Demand]]:
    """The demands of every node that has some; those of a built network's FC included.

    Its weights are for as many features as the letters' `numbers` give.
    """
    found: dict[int, list[Demand]] = {}
    for position, node in enumerate(network.nodes):
        arriving = [closed[number].forms for number in node.inputs]
        pairs = _demands(node.layer, arriving, _wanted(closed, position))
        if built and isinstance(node.layer, L.Linear):
            pairs = _featured(prod(arriving[0]), numbers)
        found[position] = [Demand(f, low, high) for f, low, high in pairs if isinstance(f, Form)]
    return {position: several for position, several in found.items() if several}


def _featured(
    features: Value, numbers: Mapping[str, int]
) -> Iterator[tuple[Value, int, int | None]]:
    """As many features as ever: none of the factors falls, so that each has to stay as it is."""
    for form in features.factors if isinstance(features, Form) else ():
        (number,) = size_at((form,), numbers)
        yield form, number, number


def _wanted(closed: Sequence[Closed], position: int) -> Forms | None:
    to = closed[position].to
    return closed[to].forms[1:] if isinstance(to, int) else to


def _demands(
    layer: L.Layer, arriving: Sequence[Forms], to: Forms | None
) -> Iterator[tuple[Value, int, int | None]]:
    match layer:
        case L.Add():
            yield from ((n - m, 0, 0) for other in arriving[1:] for n, m in _pairs(arriving, other))
        case L.Concatenate():
            pairs = (pair for other in arriving[1:] for pair in [*_pairs(arriving, other)][1:])
            yield from ((n - m, 0, 0) for n, m in pairs)
        case L.Transposed() if to or layer.to:
            smallest = L.Transposed(layer.filters, layer.window)
            least = forms_of(leaving(smallest, arriving))[1:]
            sides = zip(to or layer.to or (), least, layer.window.stride, strict=True)
            yield from ((n - low, 0, stride - 1) for n, low, stride in sides)
        case L.ChannelPad(channels):
            yield channels - arriving[0][0], 0, None
        case L.Crop():
            sides = zip(arriving[0][1:], to or layer.to, strict=True)
            yield from ((n - m, 0, None) for n, m in sides)
        case _:
            return


def _pairs(arriving: Sequence[Forms], other: Forms) -> Iterator[tuple[Value, Value]]:
    yield from zip(arriving[0], other, strict=False)

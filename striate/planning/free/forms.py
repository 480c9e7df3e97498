"""Closed forms: what leaves every layer, by its own rule put to letters instead of numbers.

The structure and the records come from networks of real sizes. A record says nothing of how the
size of an unnamed operation comes about: that is looked for in what arrives, and tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import cast

from striate.arithmetic.formula import Quantity
from striate.arithmetic.symbols import Form, Value
from striate.arithmetic.window import Size, Window
from striate.errors import ShapeError
from striate.language import layers as L
from striate.language.network import Tapped
from striate.planning.free.letters import FreeSize
from striate.planning.free.recognition import (
    UNKNOWN,
    Forms,
    Sample,
    candidates,
    matching,
    recognised,
)
from striate.planning.sizes import given, kept, output

Derived = tuple[Quantity, ...]
_EXTRA = 64


@dataclass(frozen=True)
class Closed:
    """What leaves a layer, in letters; a reason where that is not known.

    `to` is the size that its record names, where that changes with the input: in letters, or the
    position of the value whose size it is.
    """

    derived: Derived
    to: Forms | int | None = None
    reason: str = ""

    @property
    def forms(self) -> Forms:
        """The closed forms alone."""
        return forms_of(self.derived)


def forms_of(derived: Derived) -> Forms:
    """The values of quantities that came of rules put to letters."""
    return tuple(cast(Value, quantity.value) for quantity in derived)


def as_size(forms: Forms) -> Size:
    """Closed forms where a rule asks for a size: rules are the same for both."""
    return cast(Size, forms)


def closed_forms(size: FreeSize, samples: Sequence[Sample]) -> tuple[Closed, ...]:
    """What leaves every layer of the first sample, the input included.

    Other samples have the same structure; they are asked where a record does not say enough.
    """
    known: list[Closed] = []
    for position in range(len(samples[0].network.nodes)):
        known.append(_closed(position, size, samples, known))
    return tuple(known)


def _closed(
    position: int, size: FreeSize, samples: Sequence[Sample], known: Sequence[Closed]
) -> Closed:
    node = samples[0].network.nodes[position]
    if isinstance(node.layer, L.Input) and node is samples[0].network.inputs[0]:
        return Closed(kept(as_size(size.forms)))
    arriving = [known[number].forms for number in node.inputs]
    if isinstance(node.layer, L.Input | L.Operation):
        forms, reason = recognised(position, samples, [*arriving, size.forms])
        return Closed(_known(forms), reason=reason)
    unknown = (UNKNOWN,) * len(node.size)
    if any(UNKNOWN in forms for forms in arriving):
        return Closed(_known(unknown), reason="what arrives is not known")
    try:
        to = _told(position, samples, known)
        found = leaving(node.layer, arriving, known[to].forms[1:] if isinstance(to, int) else to)
    except (ShapeError, ArithmeticError) as error:
        return Closed(_known(unknown), reason=str(error).splitlines()[0])
    return Closed(found, to)


def leaving(layer: L.Layer, arriving: Sequence[Forms], to: Forms | None = None) -> Derived:
    """What leaves a layer, by its rule; joins are put to what arrives from the plainest branch.

    >>> window = Window.of(3, rank=1, stride=2, padding=1)
    >>> print(leaving(L.Convolution(8, window), [(3, Form.of("T"))])[1])
    floor((N - F + 2*P)/S) + 1 = floor((T - 3 + 2*1)/2) + 1 = (T + 1)//2
    """
    match layer:
        case L.Transposed(window=window):
            return _transposed(layer, window, arriving[0], to)
        case L.Pool(window=window, ceil=True):
            axes = [_ceiled(window, axis, n) for axis, n in enumerate(arriving[0][1:])]
            return (given(cast(int, arriving[0][0]), "C"), *axes)
        case L.Add() | L.Concatenate():
            joined = [_agreed(layer, forms, arriving) for forms in arriving]
            return output(layer, tuple(map(as_size, joined)))
        case L.ChannelPad(channels):  # so is this
            return output(layer, ((channels, *as_size(arriving[0][1:])),))
        case L.Upsample() | L.Crop() if to is not None:  # whether there is as much is a demand
            return output(replace(layer, to=as_size(to)), (as_size((arriving[0][0], *to)),))
        case _:
            return output(layer, tuple(map(as_size, arriving)))


def _agreed(layer: L.Layer, own: Forms, arriving: Sequence[Forms]) -> Forms:
    """What a join has to take every branch for: the shortest form of each number."""
    plain = tuple(
        min(entries, key=lambda n: len(str(n))) for entries in zip(*arriving, strict=True)
    )
    return plain if isinstance(layer, L.Add) else (own[0], *plain[1:])


def _transposed(layer: L.Transposed, window: Window, arriving: Forms, to: Forms | None) -> Derived:
    """Without a size of its own the smallest one; E is what has to be added to reach another."""
    sizes = as_size(arriving[1:])
    least = forms_of(tuple(window.undone_along(axis, n, 0) for axis, n in enumerate(sizes)))
    wanted = to or layer.to or least
    extra = (cast(int, n - low) for n, low in zip(wanted, least, strict=True))
    axes = (window.undone_along(axis, sizes[axis], e) for axis, e in enumerate(extra))
    return (given(layer.filters, "K"), *axes)


def _ceiled(window: Window, axis: int, n: Value) -> Quantity:
    """The places of a window of which a part may hang over.

    Whether the last one starts behind the image, and is left out, is decided by what the stride
    leaves over: sizes a stride apart differ by one place, so that one stride of them says it all.
    """
    if not isinstance(n, Form):
        return window.count_along(axis, int(n), ceil=True)
    loose = window.count_along(axis, cast(int, n), ceil=True, clip=False)
    first, stride = sum(window.span) + sum(window.padding[axis]), window.stride[axis]
    counts = [window.count_along(axis, first + m, ceil=True) for m in range(stride + 1)]
    if {count.rule for count in counts} == {loose.rule}:
        return loose
    step = next(m for m, count in enumerate(counts) if count.value > counts[0].value)
    places = floor((n - (first + step)) / stride) + counts[step].value
    rule = f"{loose.rule}, without a last window that would start behind the image"
    return Quantity(cast(int, places), rule, str(places))


def _told(position: int, samples: Sequence[Sample], known: Sequence[Closed]) -> Forms | int | None:
    """The size that a record names, where it is not the same for every input."""
    node = samples[0].network.nodes[position]
    layers = [sample.network.nodes[position].layer for sample in samples]
    sizes = [getattr(layer, "to", None) for layer in layers]
    if isinstance(sizes[0], Tapped):
        return sizes[0].source
    if len(set(layers)) == 1 or set(sizes) == {None}:
        return None
    if isinstance(node.layer, L.Upsample):  # now by a factor, now to a size
        sizes = [sample.network.nodes[position].size[1:] for sample in samples]
    arriving = known[node.inputs[0]].forms
    among = list(candidates([known[number].forms for number in node.inputs]))
    if isinstance(node.layer, L.Transposed):
        least = _transposed(replace(node.layer, to=None), node.layer.window, arriving, None)[1:]
        among = [low + extra for low in forms_of(least) for extra in range(_EXTRA)] + among
    among += [form for each in reversed(known) for form in each.forms]
    columns = zip(*(size or () for size in sizes), strict=True)
    return tuple(matching(list(column), samples, among) for column in columns)


def _known(forms: Forms) -> Derived:
    return tuple(Quantity(cast(int, form), "as computed", str(form)) for form in forms)

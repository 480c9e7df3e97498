"""Where branches meet: the working of what they see together, and what does not fit."""

from collections.abc import Sequence
from fractions import Fraction

from striate.arithmetic.field import Field
from striate.arithmetic.formula import Formula, Quantity
from striate.planning.reading import ENDLESS

MOST = 6


def derive_join(fields: Sequence[Field], joined: Field) -> tuple[Quantity, ...]:
    """The size of what branches see together: from the first pixel to the last.

    Unit 0 of branch n sees from An to Bn. None where units see unequal parts, or there are many.

    >>> from striate.arithmetic import Window
    >>> one = Field.of_pixel(1, (8,))
    >>> three = one.through(Window.of(3, padding=1))
    >>> print(derive_join([one, three], Field.join([one, three]))[0])
    max(B1, B2) - min(A1, A2) + 1 = max(0, 1) - min(0, (-1)) + 1 = 3
    """
    if not joined.steps:
        return joined.derive_ends() if any(field.steps for field in fields) else ()
    even = all(len(axis.pattern) == 1 for field in fields for axis in field.axes)
    if joined.trust == "unknown" or not even or not 1 < len(fields) <= MOST:
        return ()
    return tuple(
        _worked([field.axes[axis].of(0) for field in fields]) for axis in range(len(joined.axes))
    )


def _worked(stretches: Sequence[tuple[int, int]]) -> Quantity:
    """From the first pixel that any branch sees to the last."""
    firsts = {f"A{n}": first for n, (first, _) in enumerate(stretches, 1)}
    lasts = {f"B{n}": last for n, (_, last) in enumerate(stretches, 1)}
    rule = Formula(f"max({', '.join(lasts)}) - min({', '.join(firsts)}) + 1")
    return rule(**firsts, **lasts)


def meeting(names: Sequence[str], fields: Sequence[Field], joined: Field) -> list[str]:
    """The sentence about branches that do not fit on each other, with the numbers of both.

    >>> one, two = Field.of_pixel(1, (8,)), Field.of_pixel(1, (8,)).at((3,))
    >>> meeting(["a", "b"], [one, one], one)
    []
    """
    if any(field.trust == "unknown" for field in fields):
        return []
    stepping = [(n, f) for n, f in zip(names, fields, strict=True) if f.steps]
    if joined.trust == "unknown":
        if len({field.image for field in fields}) > 1:
            return ["the branches see inputs of different sizes: they have no common field"]
        if len({field.stride for _, field in stepping}) == 1:
            return [f"the field is not known: {ENDLESS.reason}"]
        steps = {field.stride: name for name, field in reversed(stepping)}
        return [f"the branches step differently: {_told('by', steps)}; they have no common field"]
    if len({field.stride for _, field in stepping}) == 1:
        centres = {field.offset: name for name, field in reversed(stepping)}
        if len(centres) > 1:
            return [f"the branches are centred on different pixels: {_told('at', centres)}"]
    return []


def _told(word: str, found: dict[tuple[Fraction, ...], str]) -> str:
    """conv1 at 1, 1 and pool at 1.5, 1.5."""
    shown = [
        f"{name} {word} {', '.join(f'{float(number):g}' for number in numbers)}"
        for numbers, name in reversed(found.items())
    ]
    return " and ".join(shown)

"""A hundred layers stay readable: a level shows groups, those that are alike as one with a number.

A level is what one picture shows. It has room for so many parts; a group is opened into a level
of its own.
"""

from collections.abc import Hashable, Sequence
from math import ceil

from striate.drawing.networks.grouping import Group, Part, Unit, named, opened, units_of
from striate.language.layers import Input
from striate.language.network import Network

ROOM = 25
LONGEST = 12
"""Of a pattern that repeats itself, in parts."""


def level(network: Network, parts: Sequence[Part] = (), *, fold: bool = True) -> tuple[Part, ...]:
    """What a picture of these parts shows; without parts, of the whole network.

    >>> from striate.language import read
    >>> from striate.planning import resolve
    >>> made = resolve(read("INPUT 1x8x8 -> [CONV 4 -> RELU]*40 -> FC 3"))
    >>> [part.path for part in level(made)]
    ['input', '0 to 78', '80']
    """
    parts = tuple(parts) or named(units_of(network))
    units = opened(parts)
    if len(units) <= ROOM:
        return units
    parts = _spread(parts, len(units))
    if fold:
        parts = _alike(network, parts)
    if len(parts) > ROOM:
        parts = _repeating(network, parts) if fold else parts
    if len(parts) > ROOM:
        parts = _cut(network, parts)
    only = parts[0]
    return (
        level(network, only.parts, fold=False)
        if len(parts) < 2 and isinstance(only, Group)
        else parts
    )


def _spread(parts: Sequence[Part], units: int) -> tuple[Part, ...]:
    """A group that is nearly all there is is no use as one: its parts stand there instead."""
    found: list[Part] = []
    for part in parts:
        large = isinstance(part, Group) and 4 * part.units > 3 * units
        found += _spread(part.parts, units) if large and isinstance(part, Group) else (part,)
    return tuple(found)


def _alike(network: Network, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Neighbouring groups that are alike as one."""
    found: list[Part] = []
    run: list[Part] = []
    signs = [signature(network, part) for part in parts]
    for number, part in enumerate(parts):
        if run and (signs[number] != signs[number - 1] or isinstance(part, Unit)):
            found.append(_as_one(run))
            run = []
        run.append(part)
    return (*found, _as_one(run))


def _as_one(run: Sequence[Part]) -> Part:
    return run[0] if len(run) == 1 else Group(_from_to(run), tuple(run), len(run))


def _from_to(run: Sequence[Part]) -> str:
    """The first and the last of a run: layer1.1 to layer1.5."""
    return f"{run[0].path.split(' to ')[0]} to {run[-1].path.split(' to ')[-1]}"


def signature(network: Network, part: Part) -> Hashable:
    """What layers a part has and how they are joined: equal for parts that are alike."""
    first = part.nodes[0]
    return tuple(
        (node.layer, tuple(n - first if n >= first else None for n in node.inputs))
        for node in (network.nodes[number] for number in part.nodes)
    )


def _repeating(network: Network, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Patterns of neighbours that follow each other several times, the longest run first."""
    signs = [signature(network, part) for part in parts]
    best = (0, 0, 0)
    for period in range(1, LONGEST + 1):
        same = 0
        for end in range(period, len(signs)):
            same = same + 1 if signs[end] == signs[end - period] else 0
            times = same // period + 1
            covered = (times - 1) * period
            if times > 1 and covered > best[0]:
                best = (covered, end + 1 - times * period, period)
    covered, start, period = best
    if not covered:
        return tuple(parts)
    end = start + covered + period
    rounds = [parts[n : n + period] for n in range(start, end, period)]
    inside = [Group(_from_to(one), tuple(one)) if period > 1 else one[0] for one in rounds]
    whole = Group(_from_to(parts[start:end]), tuple(inside), len(rounds))
    before, behind = parts[:start], parts[end:]
    return (
        *(_repeating(network, before) if len(before) > period else before),
        whole,
        *(_repeating(network, behind) if len(behind) > period else behind),
    )


def _cut(network: Network, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Stretches of neighbours, where nothing else makes fewer of them; inputs stay outside."""
    length = max(2, ceil(len(parts) / (ROOM - 5)), min(ROOM - 5, len(parts) // 2))
    found: list[Part] = []
    run: list[Part] = []
    for part in parts:
        if isinstance(network.nodes[part.nodes[0]].layer, Input):
            found += [*_closed(run), part]
            run = []
            continue
        run.append(part)
        if len(run) == length:
            found += _closed(run)
            run = []
    return (*found, *_closed(run))


def _closed(run: Sequence[Part]) -> list[Part]:
    return list(run) if len(run) < 2 else [Group(_from_to(run), tuple(run))]

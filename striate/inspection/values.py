"""Values: what a tensor of a running module is in the network: whose output, which axis is what.

Modules turn their tensors about: channels go last for a linear layer and come back, axes are
merged into one and channels parted into groups. A role for each dimension remembers what it is, so
that a layer is recognised in whatever order its axes stand, and turning costs no row.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import prod

from striate.arithmetic.window import Size

BATCH, CHANNELS, LOST, STACKED = -1, -2, -3, -4
"""Roles beside the numbers of the axes, which count from 0."""

Roles = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """The output of a node, and the role of each dimension of its tensor."""

    node: int
    roles: Roles

    @property
    def plain(self) -> bool:
        """Whether the dimensions are (batch, channels, *axes)."""
        return self.roles == ordered(len(self.roles) - 2)

    @property
    def axes(self) -> int:
        """How many axes there are."""
        return sum(role >= 0 for role in self.roles)

    @property
    def pictured(self) -> bool:
        """Whether all dimensions are still known: batch, channels and each axis once."""
        return _pictured(self.roles)

    def size(self, shape: Size) -> Size:
        """The size of a tensor of this shape, channels first; without the batch where it has one.

        >>> Value(0, (BATCH, 0, 1, CHANNELS)).size((1, 8, 9, 3))
        (3, 8, 9)
        """
        return _size(self.roles, shape)


@lru_cache(maxsize=1024)
def _pictured(roles: Roles) -> bool:
    axes = [role for role in roles if role >= 0]
    return (
        LOST not in roles
        and STACKED not in roles
        and roles.count(BATCH) == 1
        and CHANNELS in roles
        and sorted(axes) == list(range(len(axes)))
    )


@lru_cache(maxsize=4096)
def _size(roles: Roles, shape: Size) -> Size:
    sides = list(zip(shape, roles, strict=True))
    if not _pictured(roles):
        return tuple(n for n, role in sides if role != BATCH)
    channels = prod(n for n, role in sides if role == CHANNELS)
    places = {role: n for n, role in sides if role >= 0}
    return (channels, *(places[axis] for axis in range(len(places))))


def ordered(axes: int) -> Roles:
    """The roles of (batch, channels, *axes).

    >>> ordered(2)
    (-1, -2, 0, 1)
    """
    return (BATCH, CHANNELS, *range(axes))


def reshaped(shape: Size, roles: Roles, to: Size) -> Roles:
    """The roles after a reshape: those of dimensions that stay, of channels parted or joined.

    >>> reshaped((1, 8, 5, 5), ordered(2), (1, 2, 4, 5, 5))
    (-1, -2, -2, 0, 1)
    >>> reshaped((1, 8, 5, 5), ordered(2), (1, 8, 25))
    (-1, -2, -3)
    """
    new: list[int] = []
    old = list(zip(shape, roles, strict=True))
    place = 0
    while place < len(to) or old:
        group, made = [], 0
        before, after = 1, 1
        while True:  # dimensions until both sides hold as many numbers
            if old and (before < after or not group):
                before *= old[0][0]
                group.append(old.pop(0))
            elif place + made < len(to) and (after < before or not made):
                after *= to[place + made]
                made += 1
            else:
                break
        new += _parted(group, made, to[place : place + made])
        place += made
        if not group and not made:
            break
    return tuple(new)


def _parted(group: list[tuple[int, int]], made: int, to: Size) -> Roles:
    """The roles of the dimensions that a group of dimensions became."""
    roles = [role for _, role in group]
    if len(group) == made == 1:
        return (roles[0],)
    kinds = {role for n, role in group if n > 1} or set(roles[:1])
    if kinds == {CHANNELS}:
        return (CHANNELS,) * made
    if len(kinds) == 1 and made >= 1:  # dimensions of length 1 come and go
        only = kinds.pop()
        large = [n > 1 for n in to]
        if sum(large) == 1:
            return tuple(only if big else LOST for big in large)
    return (LOST,) * made

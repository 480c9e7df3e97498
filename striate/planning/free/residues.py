"""Which sizes: residue classes from one number on, `H = 32*n + 3`, and a few that come before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

_FEW = 4


@dataclass(frozen=True)
class Sizes:
    """Numbers n that are `also` named, or from `least` on have one of the residues by a modulus.

    Beyond `tried` nothing is known, if that is given.

    >>> print(Sizes.of("H", [n % 4 == 0 for n in range(1, 17)], period=8))
    H: 4*n: 4, 8, 12, 16, ...
    """

    letter: str
    modulus: int = 1
    residues: tuple[int, ...] = ()
    least: int = 1
    also: tuple[int, ...] = ()
    tried: int | None = None

    @classmethod
    def of(cls, letter: str, held: Sequence[bool], *, period: int) -> "Sizes":
        """From what holds at 1, 2, 3, ...: the last `period` of it goes on without an end."""
        last = {n: held[n - 1] for n in range(len(held) - period + 1, len(held) + 1)}
        modulus = next(
            m for m in range(1, period + 1) if period % m == 0 and _repeats(list(last.values()), m)
        )
        residues = tuple(sorted({n % modulus for n, holds in last.items() if holds}))
        least = len(held) - period + 1
        while least > 1 and held[least - 2] == ((least - 1) % modulus in residues):
            least -= 1
        also = tuple(n for n in range(1, least) if held[n - 1])
        return cls(letter, modulus, residues, least, also)

    @classmethod
    def as_tried(cls, letter: str, held: Sequence[bool]) -> "Sizes":
        """Those that were found, where nothing is known of larger ones."""
        also = tuple(n for n, holds in enumerate(held, 1) if holds)
        return cls(letter, also=also, least=len(held) + 1, tried=len(held))

    def __contains__(self, n: int) -> bool:
        if n in self.also:
            return True
        return n >= self.least and n % self.modulus in self.residues

    def __iter__(self) -> Iterator[int]:
        yield from self.also
        if self.residues:
            yield from (n for n in count(self.least) if n % self.modulus in self.residues)

    @property
    def begin(self) -> int | None:
        """The first of those that go on without an end; None if there are none."""
        return next((n for n in self if n >= self.least), None) if self.residues else None

    @property
    def finite(self) -> bool:
        """Whether there are no more than those that are named."""
        return not self.residues

    @property
    def smallest(self) -> int | None:
        """The smallest one; None if there is none."""
        return next(iter(self), None)

    def first(self, number: int) -> list[int]:
        """The first few."""
        return list(islice(self, number))

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "modulus": self.modulus,
            "residues": list(self.residues),
            "from": self.begin,
            "also": list(self.also),
            "first": self.first(2 * _FEW),
            "status": "exact" if self.tried is None else f"unknown beyond {self.tried}",
        }

    @property
    def says(self) -> str:
        """Which numbers these are, without the letter."""
        if self.tried is not None:
            beyond = f" (each up to {self.tried} was tried; beyond that nothing is known)"
            return _listed(self.also[: 2 * _FEW], len(self.also)) + beyond
        if self.finite:
            only = "only " if self.also else ""
            return only + _listed(self.also[: 4 * _FEW], len(self.also))
        return f"{', '.join(map(str, self.also))}, and {self._rest}" if self.also else self._rest

    @property
    def _rest(self) -> str:
        """Those that go on without an end."""
        begin = self.begin or 1
        if self.modulus == 1:
            return f"all from {begin} on" if begin > 1 else "all"
        rule = f"{len(self.residues)} of every {self.modulus}"
        if len(self.residues) <= _FEW:
            rule = " or ".join(_class(self.modulus, residue) for residue in self.residues)
        start = f" from {begin} on" if begin > self.modulus else ""
        first = islice((n for n in self if n >= self.least), _FEW)
        return f"{rule}{start}: {', '.join(map(str, first))}, ..."

    def __str__(self) -> str:
        return f"{self.letter}: {self.says}"


def _repeats(held: Sequence[bool], period: int) -> bool:
    return all(held[n] == held[n % period] for n in range(len(held)))


def _class(modulus: int, residue: int) -> str:
    return f"{modulus}*n" + (f" + {residue}" if residue else "")


def _listed(numbers: Sequence[int], number: int) -> str:
    more = ", ..." if number > len(numbers) else ""
    return ", ".join(map(str, numbers)) + more if numbers else "none"

"""Gathering: what several processes measured, put together as if one had measured it all.

Each looks at whole large batches, the very ones that one process would look at. Counts may be
added up in any order. Other numbers are gathered one batch beside the other and added in the order
of the batches, so that they are rounded as one process rounds them. No image counts twice.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from striate.training.ranks import Ranks, decided, here

Measured = dict[str, Tensor]
"""What was measured on a batch, by name."""


def turns(count: int) -> range:
    """Which of `count` large batches this process looks at; the first looks at one at least.

    >>> turns(3)
    range(0, 3)
    """
    rank, ranks = here().rank, here().ranks
    return range(-(-rank * count // ranks), -(-(rank + 1) * count // ranks))


def added(found: Sequence[Measured], count: int, device: torch.device) -> Measured:
    """The sums over `count` large batches, of which this process measured those of its turns.

    >>> found = [{"loss": torch.tensor(1.0)}, {"loss": torch.tensor(2.0)}]
    >>> added(found, 2, torch.device("cpu"))
    {'loss': tensor(3.)}
    """
    ranks = here()
    if ranks.alone:
        return {name: _sum([batch[name] for batch in found]) for name in found[0]}
    forms = decided(lambda: {name: _form(value) for name, value in found[0].items()})
    sums: Measured = {}
    for name, (kind, shape) in forms.items():
        values, type = [batch[name] for batch in found], getattr(torch, kind)
        if type.is_floating_point:
            sums[name] = _sum(_gathered(values, torch.zeros(count, *shape, dtype=type), ranks))
        else:
            own = sum(values, torch.zeros(shape, dtype=type))
            sums[name] = ranks.sum(own.to(device))
        sums[name] = sums[name].to(device)
    return sums


def _gathered(values: Sequence[Tensor], rows: Tensor, ranks: Ranks) -> list[Tensor]:
    """The values of all batches, in rows that are zero: a sum with zeros changes no bit."""
    for turn, value in zip(turns(len(rows)), values, strict=True):
        rows[turn] = value
    return [*ranks.sum(rows)]


def _sum(values: Sequence[Tensor]) -> Tensor:
    """The sum, from the first to the last."""
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _form(value: Tensor) -> tuple[str, list[int]]:
    """Type and shape of a tensor, as JSON can hold them."""
    return str(value.dtype).removeprefix("torch."), list(value.shape)

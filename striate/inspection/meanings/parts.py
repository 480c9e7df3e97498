"""Parts: which places of a tensor lie in a view of it, found by how both lie in memory."""

from typing import Any

from torch import Tensor

from striate.arithmetic.reach import Reach

Taken = tuple[int, int]
"""Along one dimension: the first place that is taken, and the step to the next."""


def taken(whole: Tensor, part: Tensor) -> tuple[Taken, ...] | None:
    """What a view takes along each dimension; None if it is no view with as many dimensions.

    >>> import torch
    >>> x = torch.empty(1, 3, 8, 8)
    >>> taken(x, x[:, :, 1::2])
    ((0, 1), (0, 1), (1, 2), (0, 1))
    """
    if part.ndim != whole.ndim or part._base is None or 0 in part.shape:
        return None
    steps = _steps(whole, part)
    starts = _starts(whole, int(part.storage_offset() - whole.storage_offset()))
    if steps is None or starts is None:
        return None
    return tuple(zip(starts, steps, strict=True))


def _steps(whole: Tensor, part: Tensor) -> list[int] | None:
    steps: list[int] = []
    for n, own, stride in zip(part.shape, part.stride(), whole.stride(), strict=True):
        if n > 1 and (stride == 0 or own % stride):
            return None
        steps.append(own // stride if n > 1 else 1)
    return steps


def _starts(whole: Tensor, offset: int) -> list[int] | None:
    """The place at which a number lies so far behind the first."""
    starts = [0] * whole.ndim
    order = sorted(range(whole.ndim), key=lambda dim: -whole.stride(dim))
    for dim in order:
        stride, n = whole.stride(dim), whole.shape[dim]
        if stride > 0 and n > 1:
            starts[dim], offset = divmod(offset, stride)
            if not 0 <= starts[dim] < n:
                return None
    return starts if offset == 0 else None


def along(first: int, step: int = 1) -> Reach:
    """Unit i reads the place first + i*step."""
    return Reach(((first, first),), step)


def picked(whole: Tensor, index: Any) -> Tensor | None:
    """The view that an index picks, each number in it standing for a stretch of one place."""
    entries = index if isinstance(index, tuple) else (index,)
    if not all(entry is Ellipsis or isinstance(entry, slice | int) for entry in entries):
        return None
    wide = (slice(e, e + 1 or None) if isinstance(e, int) else e for e in entries)
    return whole[tuple(wide)]


def dropped(whole: Tensor, index: Any) -> tuple[int, ...] | None:
    """The dimensions that an index of numbers and slices takes away; None for any other index."""
    entries = list(index) if isinstance(index, tuple) else [index]
    if not all(entry is Ellipsis or isinstance(entry, slice | int) for entry in entries):
        return None
    if Ellipsis in entries:
        place = entries.index(Ellipsis)
        entries[place : place + 1] = [slice(None)] * (whole.ndim - len(entries) + 1)
    return tuple(dim for dim, entry in enumerate(entries) if isinstance(entry, int))

"""Summing: the gradient of a batch, out of what each process found in its part of it.

Gradients are laid side by side in a few flat pieces of memory, and each piece is added up over all
processes at once. The sum stays there: a gradient is then a view of its piece, which lies as its
parameter lies. One message more tells which parameters have a gradient at all, and who was asked
to stop.
"""

from collections.abc import Iterable
from itertools import groupby

import torch
from torch import Tensor

from striate.training.interruption import SIGNALS, Interruption
from striate.training.joining import begin, wait_for
from striate.training.ranks import Ranks

BYTES = 16 << 20
"""From so many bytes on, a piece is full."""


class Summing:
    """Adds up the gradients of parameters, and the loss, over all processes.

    >>> weight = torch.ones(2, requires_grad=True)
    >>> summing = Summing([weight], Ranks())
    >>> summing(torch.tensor(3.0))
    tensor(3.)
    """

    def __init__(self, parameters: Iterable[Tensor], ranks: Ranks) -> None:
        self.ranks = ranks
        self.parameters = [*parameters]
        self.pieces: list[tuple[list[Tensor], Tensor]] = []
        if not ranks.alone:
            self.pieces = [(part, _flat(part)) for part in parts(self.parameters)]

    def __call__(self, loss: Tensor, asked: Interruption | None = None) -> Tensor:
        """The loss of all processes; afterwards every gradient is that of all of them."""
        if self.ranks.alone:
            return loss
        asked, loss = asked or Interruption(), loss.detach().clone()
        there = [parameter.grad is not None for parameter in self.parameters]
        word = torch.tensor([*asked.flags(), *there], dtype=torch.int32)
        waiting = [begin("all_reduce", word), begin("all_reduce", loss)]
        views: list[tuple[Tensor, Tensor]] = []
        for part, flat in self.pieces:
            views += _filled(part, flat)
            waiting.append(begin("all_reduce", flat))
        for work in waiting:
            wait_for(work)
        flags = word.tolist()
        asked.agree(flags[: len(SIGNALS)])
        found = dict(zip(map(id, self.parameters), flags[len(SIGNALS) :], strict=True))
        for parameter, view in views:
            parameter.grad = view if found[id(parameter)] else None
        return loss


def parts(parameters: list[Tensor]) -> list[list[Tensor]]:
    """Parameters in the order in which their gradients are found, cut where a piece is full.

    >>> large, small = torch.zeros(5 << 20), torch.zeros(3)
    >>> [len(part) for part in parts([small, large, small, small])]
    [3, 1]
    """
    kept: list[list[Tensor]] = []
    for _, alike in groupby(reversed(parameters), key=lambda value: (value.dtype, value.device)):
        size = BYTES
        for parameter in alike:
            if size >= BYTES:
                kept.append([])
                size = 0
            kept[-1].append(parameter)
            size += parameter.numel() * parameter.element_size()
    return kept


def lying(tensor: Tensor) -> tuple[int, ...]:
    """The axes of a tensor in the order in which they lie in memory, the widest apart first.

    >>> lying(torch.zeros(2, 3, 4).permute(1, 2, 0))
    (2, 0, 1)
    """
    return tuple(sorted(range(tensor.ndim), key=lambda axis: (-tensor.stride(axis), axis)))


def _flat(part: list[Tensor]) -> Tensor:
    """Room for the gradients of these parameters."""
    return torch.zeros(sum(value.numel() for value in part), dtype=part[0].dtype).to(part[0].device)


def _filled(part: list[Tensor], flat: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Each parameter with its place in a piece, its gradient put there, or nothing."""
    places = flat.split([value.numel() for value in part])
    views: list[tuple[Tensor, Tensor]] = []
    for parameter, place in zip(part, places, strict=True):
        axes = lying(parameter)
        shape = [parameter.shape[axis] for axis in axes]
        view = place.view(shape).permute([axes.index(axis) for axis in range(parameter.ndim)])
        if parameter.grad is None:
            view.zero_()
        else:
            view.copy_(parameter.grad)
        views.append((parameter, view))
    return views

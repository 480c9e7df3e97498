"""What torch has in memory, counted storage by storage: the oracle for memory before training.

Nothing here knows a rule: tensors that are saved for backward are seen by `saved_tensors_hooks`,
those that are alive by asking, after every kernel, which storages are still there.
"""

from itertools import count

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def _place(tensor):
    return tensor.untyped_storage()._cdata


def own(model):
    """Where the parameters and buffers of a model lie."""
    return {_place(tensor) for tensor in [*model.parameters(), *model.buffers()]}


def saved(model, *given):
    """The bytes that a forward pass keeps for its way back, each storage once.

    Parameters, buffers and what is given are there anyway.
    """
    there = own(model) | {_place(tensor) for tensor in given}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept.setdefault(storage._cdata, storage)  # held, so that no other gets its place
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        result = model(*given)  # noqa: F841, its graph holds what is kept
    return sum(storage.nbytes() for place, storage in kept.items() if place not in there)


class Alive(TorchDispatchMode):
    """While it is entered, the storages that are alive after each kernel, but for a model's own."""

    def __init__(self, model):
        super().__init__()
        self.there, self.found, self.sizes = own(model), {}, []
        self.numbers, self.moments, self.left_out = count(), [], set()

    def see(self, tensor):
        place, storage = _place(tensor), tensor.untyped_storage()
        known = self.found.get(place)
        if place not in self.there and (known is None or known[0].expired()):
            self.found[place] = StorageWeakRef(storage), next(self.numbers)
            self.sizes.append(storage.nbytes())

    def leave_out(self, tensor):
        """What lies here is not to be counted, at no time: the gradient of a parameter."""
        if _place(tensor) in self.found:
            self.left_out.add(self.found[_place(tensor)][1])

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self.see(tensor)
        self.found = {at: known for at, known in self.found.items() if not known[0].expired()}
        self.look()
        return made

    def look(self):
        self.moments.append([number for _, number in self.found.values()])

    @property
    def peak(self):
        counted = (set(moment) - self.left_out for moment in self.moments)
        return max(sum(self.sizes[number] for number in numbers) for numbers in counted)


def forward_peak(model, *given):
    """The most bytes at once when a model is only run, what it is given included."""
    alive = Alive(model)
    with torch.no_grad(), alive:
        for tensor in given:
            alive.see(tensor)
        alive.look()
        model(*given)
    return alive.peak


class _Ending(torch.autograd.Function):
    """A loss that keeps nothing, and whose gradient is there only until it is used."""

    @staticmethod
    def forward(ctx, value):
        ctx.like = value.shape, value.device
        return value.sum()

    @staticmethod
    def backward(ctx, gradient):
        shape, device = ctx.like
        return torch.ones(shape, device=device)


def training_peak(model, *given):
    """The most bytes at once on the way there and back, but for gradients of parameters."""
    alive = Alive(model)
    for parameter in model.parameters():
        parameter.register_hook(alive.leave_out)
        parameter.register_post_accumulate_grad_hook(lambda p: alive.leave_out(p.grad))
    with alive:
        for tensor in given:
            alive.see(tensor)
        alive.look()
        result = model(*given)
        _Ending.apply(result).backward()
    return alive.peak

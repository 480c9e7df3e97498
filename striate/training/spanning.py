"""Spanning: batch normalisation over the images of all processes, as one process would have it.

Each process finds count, mean and squares of its own images; these are put together (Chan, Golub
and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979),
and the gradient takes the same two sums over all. A process may have no image at all.
"""

import contextlib
from collections.abc import Generator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from striate.training.ranks import Ranks

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


@contextlib.contextmanager
def spanning(model: nn.Module, ranks: Ranks) -> Generator[None]:
    """Have the batch normalisations of a model look at the images of all processes.

    Modules, their classes and the keys of the model stay as they are; afterwards all is as before.
    """
    norms: list[Any] = []
    if not ranks.alone:
        norms = [module for module in model.modules() if isinstance(module, NORMS)]
    for norm in norms:
        norm.forward = partial(_forward, norm, ranks)
    try:
        yield
    finally:
        for norm in norms:
            del norm.forward


def agree(model: nn.Module, ranks: Ranks) -> None:
    """Have all processes keep what the first keeps, but for what spans them all.

    Such are the statistics of other norms: each process finds those of its own images.
    """
    if ranks.alone:
        return
    for module in model.modules():
        if not isinstance(module, NORMS):
            for buffer in module.buffers(recurse=False):
                ranks.spread(buffer)


def _forward(norm: nn.BatchNorm2d, ranks: Ranks, x: Tensor) -> Tensor:
    """What a batch normalisation makes of x (image, channel, ...), of which this is a part."""
    if not norm.training and norm.running_mean is not None:
        return type(norm).forward(norm, x)
    y, mean, variance, count = _Normalise.apply(x, norm.weight, norm.bias, norm.eps, ranks)
    if norm.training and norm.running_mean is not None:
        _remember(norm, mean, variance, count)
    return y


@torch.no_grad()
def _remember(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, count: Tensor) -> None:
    """Move the running statistics as torch does."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert norm.num_batches_tracked is not None
    norm.num_batches_tracked.add_(1)
    share = norm.momentum
    if share is None:
        share = 1 / float(norm.num_batches_tracked)
    unbiased = variance * (count / (count - 1))
    norm.running_mean.mul_(1 - share).add_(mean, alpha=share)
    norm.running_var.mul_(1 - share).add_(unbiased, alpha=share)


class _Normalise(torch.autograd.Function):
    """x, weight, bias -> y, and mean, variance (of the whole batch) and count per channel."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor | None, bias: Tensor | None, eps: float, ranks: Ranks
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Normalise by the moments of all images."""
        count, mean, variance = _moments(x, ranks)
        if x.device.type == "cpu" and int(count[0]) < 2:  # a GPU would have to be waited for
            raise ValueError(f"Expected more than 1 value per channel, got input {x.shape}")
        y = F.batch_norm(x, mean, variance, weight, bias, False, 0.0, eps)
        ctx.save_for_backward(x, weight, mean, variance, count)
        ctx.ranks, ctx.eps = ranks, eps
        ctx.mark_non_differentiable(mean, variance, count)
        return y, mean, variance, count

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, *gradients: Any
    ) -> Any:
        """The gradient, from the sums of dy and of dy times the normalised x over all images."""
        x, weight, mean, variance, count = ctx.saved_tensors
        scale = torch.ones_like(mean) if weight is None else weight
        dx, own = _with_fixed_moments(gradients[0], x, scale, mean, variance, ctx.eps)
        by_moments = ctx.ranks.sum(own.clone()) / -count * scale * (variance + ctx.eps).rsqrt()
        dx += F.batch_norm(x, mean, variance, by_moments[0], by_moments[1], False, 0.0, ctx.eps)
        by_weight, by_bias = own
        needed = ctx.needs_input_grad
        return dx, by_weight if needed[1] else None, by_bias if needed[2] else None, None, None


def _with_fixed_moments(
    dy: Tensor, x: Tensor, scale: Tensor, mean: Tensor, variance: Tensor, eps: float
) -> tuple[Tensor, Tensor]:
    """The gradient if the moments were constants; and those of weight and bias: (2, channel)."""
    if not x.numel():  # which torch's kernel does not survive
        return torch.zeros_like(x), scale.new_zeros(2, len(scale))
    dx, *own = torch.ops.aten.native_batch_norm_backward(
        dy, x, scale, mean, variance, None, None, False, eps, [True, True, True]
    )
    return dx, torch.stack(own)


def _moments(x: Tensor, ranks: Ranks) -> tuple[Tensor, Tensor, Tensor]:
    """(count, mean, variance) of each channel of x over all processes; the variance is biased."""
    channels, wide = x.shape[1], torch.promote_types(x.dtype, torch.float32)
    rows = torch.zeros(ranks.ranks, 3, channels, dtype=wide, device=x.device)
    if x.numel():
        unused = [torch.zeros_like(rows[0, 0]) for _ in range(2)]
        mean, variance = torch.batch_norm_update_stats(x, unused[0], unused[1], 0.0)
        count = x.numel() // channels
        rows[ranks.rank] = torch.stack([torch.full_like(mean, count), mean, variance * count])
    counts, means, squares = ranks.sum(rows).unbind(1)
    total = counts.sum(0)
    mean = (counts * means).sum(0) / total
    squares = (squares + counts * (means - mean).square()).sum(0)
    return total, mean, squares / total
